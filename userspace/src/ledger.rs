//! The ledger: every counter from the XDP program to the last message, and the identities between them.
//!
//! An identity sets counters of one stage against counters of the next, each counted where it happened: no term
//! is computed from the others, so that a balance proves something. After detaching and draining they are exact. While
//! packets come, the counters are read against the stream: what lies downstream first. What came in is then never less
//! than where it went, and more by no more than what is in flight.

use serde_json::{Map, Value, json};

/// One identity: both sides must add up to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What it says, in words.
    pub statement: String,
    /// What came in.
    pub left: Vec<(String, u64)>,
    /// Where it went.
    pub right: Vec<(String, u64)>,
    /// How much more may have come in than went anywhere yet.
    pub in_flight: u64,
}

impl Identity {
    fn sum(side: &[(String, u64)]) -> u64 {
        side.iter().fold(0, |sum, (_, value)| sum.saturating_add(*value))
    }

    /// Whether both sides agree.
    #[must_use]
    pub fn holds(&self) -> bool {
        let under_way = Self::sum(&self.left).checked_sub(Self::sum(&self.right));
        under_way.is_some_and(|under_way| under_way <= self.in_flight)
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |side: &[(String, u64)]| {
            side.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(" + ")
        };
        write!(
            f,
            "{}: {} = {}, but {} = {}",
            self.statement,
            side(&self.left),
            Self::sum(&self.left),
            side(&self.right),
            Self::sum(&self.right)
        )
    }
}

/// A snapshot of all counters.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    in_flight: u64,
    entries: Vec<(String, u64)>,
    identities: Vec<Identity>,
}

impl Ledger {
    /// A ledger of counters that are read while at most so many packets are on their way between them.
    #[must_use]
    pub fn in_flight(most: u64) -> Self {
        Self { in_flight: most, ..Self::default() }
    }

    /// Adds `value` to the entry `name`, making it if it is new.
    pub fn add(&mut self, name: impl Into<String>, value: u64) {
        let name = name.into();
        match self.entries.iter_mut().find(|(entry, _)| *entry == name) {
            Some((_, sum)) => *sum = sum.saturating_add(value),
            None => self.entries.push((name, value)),
        }
    }

    /// States that the `left` counters add up to the `right` ones. Entries are made by [`Ledger::add`].
    pub fn identity<'a>(
        &mut self,
        statement: impl Into<String>,
        left: impl IntoIterator<Item = (&'a str, u64)>,
        right: impl IntoIterator<Item = (&'a str, u64)>,
    ) {
        let side = |terms: Vec<(&str, u64)>| {
            terms.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>()
        };
        let left = side(left.into_iter().collect());
        let right = side(right.into_iter().collect());
        self.identities.push(Identity { statement: statement.into(), left, right, in_flight: 0 });
    }

    /// The same between counters of different stages: packets may be on their way from the one to the other.
    pub fn flow<'a>(
        &mut self,
        statement: impl Into<String>,
        left: impl IntoIterator<Item = (&'a str, u64)>,
        right: impl IntoIterator<Item = (&'a str, u64)>,
    ) {
        self.identity(statement, left, right);
        if let Some(flow) = self.identities.last_mut() {
            flow.in_flight = self.in_flight;
        }
    }

    /// All entries, in the order they were made.
    #[must_use]
    pub fn entries(&self) -> &[(String, u64)] {
        &self.entries
    }

    /// The identities that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Identity> {
        self.identities.iter().filter(|identity| !identity.holds())
    }

    /// Whether all of them hold.
    #[must_use]
    pub fn balanced(&self) -> bool {
        self.broken().next().is_none()
    }

    /// As shown with `--json`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let entries: Map<String, Value> =
            self.entries.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let broken: Vec<String> = self.broken().map(ToString::to_string).collect();
        json!({
            "balanced": self.balanced(),
            "in_flight_most": self.in_flight,
            "entries": entries,
            "broken": broken,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named_with_its_numbers() {
        let mut ledger = Ledger::default();
        ledger.add("xdp_redirected", 10);
        ledger.identity(
            "redirected packets reach a socket",
            [("xdp_redirected", 10)],
            [("socket_received", 8), ("socket_ring_full", 2)],
        );
        assert!(ledger.balanced());
        ledger.identity("received packets are framed", [("worker_received", 8)], [("framed", 7)]);
        assert!(!ledger.balanced());
        let broken: Vec<String> = ledger.broken().map(ToString::to_string).collect();
        assert_eq!(broken, ["received packets are framed: worker_received 8 = 8, but framed 7 = 7"]);
        assert_eq!(ledger.to_json()["entries"]["xdp_redirected"], 10);
    }

    #[test]
    fn what_is_in_flight_is_bounded_and_only_between_stages() {
        for (came, went, balanced) in [(10, 10, true), (12, 10, true), (13, 10, false), (9, 10, false)] {
            let mut ledger = Ledger::in_flight(2);
            ledger.flow("from stage to stage", [("came", came)], [("went", went)]);
            assert_eq!(ledger.balanced(), balanced, "{came} {went}");
            let mut ledger = Ledger::in_flight(2);
            ledger.identity("within a stage", [("came", came)], [("went", went)]);
            assert_eq!(ledger.balanced(), came == went, "{came} {went}");
        }
    }
}
