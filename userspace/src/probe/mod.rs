//! `probe`: what a host can do and what stands in the way. Facts come from [`crate::nic`]; here they are judged, by
//! pure functions.

mod host;
mod interface;
mod recommend;
mod text;

pub use recommend::{Flag, Recommendation};

use serde::Serialize;
use serde_json::{Value, json};

use crate::nic::{Host, InterfaceFacts};

/// How good a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// `run` cannot work with this.
    Bad,
    /// It works, but less well than it could, or takes something from others.
    Warning,
    /// It could not be found out.
    Unknown,
    /// Nothing stands in the way.
    Good,
}

impl Status {
    /// As shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Good => "good",
        }
    }
}

/// One judged fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is about: `native-xdp`.
    pub topic: &'static str,
    /// How good it is.
    pub status: Status,
    /// The fact.
    pub finding: String,
    /// Why that is not good, or why it could not be found out.
    pub cause: Option<String>,
    /// What to type, or else to do, to better it.
    pub fix: Option<String>,
}

impl Line {
    fn new(topic: &'static str, status: Status, finding: impl Into<String>) -> Self {
        Self { topic, status, finding: finding.into(), cause: None, fix: None }
    }

    fn good(topic: &'static str, finding: impl Into<String>) -> Self {
        Self::new(topic, Status::Good, finding)
    }

    fn warning(topic: &'static str, finding: impl Into<String>) -> Self {
        Self::new(topic, Status::Warning, finding)
    }

    fn bad(topic: &'static str, finding: impl Into<String>) -> Self {
        Self::new(topic, Status::Bad, finding)
    }

    fn unknown(topic: &'static str, finding: impl Into<String>) -> Self {
        Self::new(topic, Status::Unknown, finding)
    }

    fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// What is said of one interface.
#[derive(Clone, Debug)]
pub struct InterfaceReport {
    /// Its name.
    pub name: String,
    /// What it is, in a few words.
    pub what: String,
    /// The judged facts, the worst first.
    pub lines: Vec<Line>,
    /// What to give `run`.
    pub recommended: Recommendation,
    /// Whether `run` can work on it.
    pub works: bool,
    /// The facts themselves.
    facts: InterfaceFacts,
}

/// All that `probe` says.
#[derive(Clone, Debug)]
pub struct Report {
    /// The host's judged facts, the worst first.
    pub host: Vec<Line>,
    /// The interfaces, in the order they were named or are listed.
    pub interfaces: Vec<InterfaceReport>,
    /// The facts themselves.
    facts: Host,
}

impl Report {
    /// Judges a host and its interfaces.
    #[must_use]
    pub fn new(host: Host, interfaces: Vec<InterfaceFacts>) -> Self {
        let lines = sorted(host::judge(&host));
        let host_works = works(&lines);
        let interfaces = interfaces.into_iter().map(|facts| {
            let lines = sorted(interface::judge(&facts, &host));
            InterfaceReport {
                name: facts.link.name.clone(),
                what: interface::what(&facts),
                works: host_works && works(&lines),
                recommended: recommend::recommend(&facts, &host),
                lines,
                facts,
            }
        });
        Self { interfaces: interfaces.collect(), host: lines, facts: host }
    }

    /// As one JSON object (`docs/json.md`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let interfaces: Vec<Value> = self
            .interfaces
            .iter()
            .map(|interface| {
                json!({
                    "name": interface.name,
                    "works": interface.works,
                    "lines": interface.lines,
                    "recommended": interface.recommended,
                    "facts": interface.facts,
                })
            })
            .collect();
        json!({ "host": { "lines": self.host, "facts": self.facts }, "interfaces": interfaces })
    }
}

/// The worst first; what is equally bad stays in order.
fn sorted(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| line.status);
    lines
}

fn works(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.status != Status::Bad)
}

/// `1 queue`, `4 queues`.
fn counted(number: impl Into<u64>, what: &str) -> String {
    let number = number.into();
    let plural = match (number, what.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {what}{plural}")
}

/// Numbers with ranges drawn together: `0-3,8`.
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let range = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
