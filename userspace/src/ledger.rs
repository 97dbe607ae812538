//! The ledger: every counter from the XDP program to the last message, and the identities between them.
//!
//! An identity ([`IDENTITIES`]) sets counters of one stage against counters of the next. Each term is an entry, counted
//! where it happened: none is computed from the others, so that a balance proves something. At rest (detached and
//! drained) both sides are equal. While running the left one may be ahead by what is on its way, and by no more.

mod identities; // what must add up to what

use std::{borrow::Cow, collections::HashMap, fmt, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value, json};
use xdp_prog::Reason;

pub use identities::{IDENTITIES, Of, OnItsWay, Rule};

/// What a counter is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole receiver.
    Whole,
    /// An interface.
    Interface(Arc<str>),
    /// A receive queue of an interface.
    Queue(Arc<str>, u32),
    /// A channel.
    Channel(Arc<str>),
}

impl Scope {
    /// Whether a counter of `part` is one of what this is of.
    fn holds(&self, part: &Self) -> bool {
        match (self, part) {
            (Self::Whole, _) => true,
            (Self::Interface(own), Self::Queue(of, _)) => own == of,
            (own, part) => own == part,
        }
    }

    fn is(&self, of: Of) -> bool {
        matches!(
            (self, of),
            (Self::Whole, Of::Whole)
                | (Self::Interface(_), Of::Interface)
                | (Self::Queue(..), Of::Queue)
                | (Self::Channel(_), Of::Channel)
        )
    }
}

/// As it stands in front of a statement.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Interface(name) | Self::Channel(name) => write!(f, "{name}: "),
            Self::Queue(interface, queue) => write!(f, "{interface}, queue {queue}: "),
        }
    }
}

/// A counter as it was read: twice, where it goes on counting while the others are being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reading {
    before: u64,
    after: u64,
}

impl Reading {
    const fn plus(self, other: Self) -> Self {
        let (before, after) =
            (self.before.saturating_add(other.before), self.after.saturating_add(other.after));
        Self { before, after }
    }
}

/// A counter.
type Entry = (Cow<'static, str>, Reading);

/// The counters of one scope.
#[derive(Clone, Debug)]
struct Account {
    scope: Scope,
    entries: Vec<Entry>,
}

/// What may be between the stages while a receiver runs: at most so much. Nothing at rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InFlight {
    /// Packets redirected to a queue's socket and not yet taken: what its RX ring holds, and what a driver hands over at
    /// once.
    pub frames: u64,
    /// Datagrams that the worker took while it was written down, channel by channel, what became of those before.
    pub datagrams: u64,
}

/// One identity of one scope, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What it says.
    pub says: &'static str,
    scope: Scope,
    left: Vec<(&'static str, Reading)>,
    right: Vec<(&'static str, Reading)>,
    /// Terms that nobody counted: a mistake of ours.
    missing: Vec<&'static str>,
    on_its_way: u64,
}

type Side = [(&'static str, Reading)];

impl Identity {
    fn sum(side: &Side) -> Reading {
        side.iter().fold(Reading::default(), |sum, (_, value)| sum.plus(*value))
    }

    /// Whether nothing is lost between its sides: what is on the left is on the right, or on its way there.
    #[must_use]
    pub fn holds(&self) -> bool {
        let (left, right) = (Self::sum(&self.left), Self::sum(&self.right));
        self.missing.is_empty()
            && right.before <= left.after
            && right.after.saturating_add(self.on_its_way) >= left.before
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Side| {
            side.iter().map(|(name, value)| format!("{name} {}", value.after)).collect::<Vec<_>>().join(" + ")
        };
        write!(
            f,
            "{}{}: {} = {}, but {} = {}",
            self.scope,
            self.says,
            side(&self.left),
            Self::sum(&self.left).after,
            side(&self.right),
            Self::sum(&self.right).after
        )?;
        if self.on_its_way > 0 {
            write!(f, ", with at most {} on their way", self.on_its_way)?;
        }
        for term in &self.missing {
            write!(f, "; nobody counts {term}")?;
        }
        Ok(())
    }
}

/// A snapshot of all counters.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    in_flight: InFlight,
    running: bool,
}

impl Ledger {
    /// The ledger of a receiver that goes on receiving: at most this is between its stages. Without it, nothing is.
    pub const fn running(&mut self, in_flight: InFlight) {
        self.running = true;
        self.in_flight = in_flight;
    }

    /// Adds `value` to the entry `name` of `scope`, making it if it is new.
    pub fn add(&mut self, scope: &Scope, name: impl Into<Cow<'static, str>>, value: u64) {
        self.add_reading(scope, name.into(), Reading { before: value, after: value });
    }

    /// The same for a counter that was read before all others, and again after them.
    pub fn add_twice(
        &mut self,
        scope: &Scope,
        name: impl Into<Cow<'static, str>>,
        (before, after): (u64, u64),
    ) {
        self.add_reading(scope, name.into(), Reading { before, after });
    }

    fn add_reading(&mut self, scope: &Scope, name: Cow<'static, str>, value: Reading) {
        // What is entered goes on from where the last one was, so the search is short.
        let place = self.accounts.iter().rposition(|account| account.scope == *scope).unwrap_or_else(|| {
            self.accounts.push(Account { scope: scope.clone(), entries: Vec::new() });
            self.accounts.len() - 1
        });
        let entries = &mut self.accounts[place].entries;
        match entries.iter_mut().find(|(entry, _)| *entry == name) {
            Some((_, sum)) => *sum = sum.plus(value),
            None => entries.push((name, value)),
        }
    }

    /// All counters by name, summed over what they are of, in the order they were made.
    #[must_use]
    pub fn entries(&self) -> Vec<(&str, u64)> {
        let mut places = HashMap::new();
        let mut sums: Vec<(&str, u64)> = Vec::new();
        for (name, value) in self.accounts.iter().flat_map(|account| &account.entries) {
            let place = *places.entry(&**name).or_insert(sums.len());
            match sums.get_mut(place) {
                Some((_, sum)) => *sum = sum.saturating_add(value.after),
                None => sums.push((name, value.after)),
            }
        }
        sums
    }

    /// Every identity of every scope that counts its first term, with its numbers. While running, those whose terms
    /// can't be read at one moment are left out.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let whole = Account { scope: Scope::Whole, entries: Vec::new() };
        let others = self.accounts.iter().filter(|account| account.scope != Scope::Whole);
        let mut identities = Vec::new();
        for Account { scope, entries } in [&whole].into_iter().chain(others) {
            let here: Vec<&Entry> = match scope {
                Scope::Channel(_) | Scope::Queue(..) => entries.iter().collect(),
                Scope::Whole | Scope::Interface(_) => {
                    let parts = self.accounts.iter().filter(|account| scope.holds(&account.scope));
                    parts.flat_map(|account| &account.entries).collect()
                }
            };
            let rules = IDENTITIES.iter().filter(|rule| scope.is(rule.of));
            identities.extend(rules.filter_map(|rule| self.identity(rule, scope, &here)));
        }
        identities
    }

    fn identity(&self, rule: &Rule, scope: &Scope, entries: &[&Entry]) -> Option<Identity> {
        let on_its_way = match rule.on_its_way {
            OnItsWay::Frames => self.in_flight.frames,
            OnItsWay::Datagrams => self.in_flight.datagrams,
            OnItsWay::Anything if self.running => return None,
            OnItsWay::Anything | OnItsWay::Nothing => 0,
        };
        let mut missing = Vec::new();
        let mut side = |terms: &[&'static str]| {
            let mut side = Vec::new();
            for term in terms {
                match counted(term, entries) {
                    Some(value) => side.push((*term, value)),
                    None => missing.push(*term),
                }
            }
            side
        };
        let (left, right) = (side(rule.left), side(rule.right));
        // Not counted here at all: no recovery, no capture, no sequence of messages.
        if missing.first().is_some_and(|term| rule.left.first() == Some(term)) {
            return None;
        }
        Some(Identity { says: rule.says, scope: scope.clone(), left, right, missing, on_its_way })
    }

    /// The identities that do not hold.
    #[must_use]
    pub fn broken(&self) -> Vec<Identity> {
        self.identities().into_iter().filter(|identity| !identity.holds()).collect()
    }

    /// Whether all of them hold.
    #[must_use]
    pub fn balanced(&self) -> bool {
        self.identities().iter().all(Identity::holds)
    }

    /// As shown with `--json`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let identities = self.identities();
        let entries: Map<String, Value> =
            self.entries().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let broken: Vec<String> =
            identities.iter().filter(|identity| !identity.holds()).map(ToString::to_string).collect();
        json!({
            "balanced": broken.is_empty(),
            "in_flight_most": self.in_flight,
            "entries": entries,
            "identities": summed(&identities),
            "broken": broken,
        })
    }
}

/// The term's counter among these; for a family of them, what all of it counted. `None` where nobody counts it.
fn counted(term: &str, entries: &[&Entry]) -> Option<Reading> {
    let sum = |is_of: &dyn Fn(&str) -> bool| {
        let of = entries.iter().filter(|(name, _)| is_of(name));
        of.fold(None, |sum: Option<Reading>, (_, value)| Some(sum.unwrap_or_default().plus(*value)))
    };
    if let Some(family) = term.strip_suffix("_CAUSE") {
        // Causes that never came are not entered.
        let of = |name: &str| name.strip_prefix(family).is_some_and(|cause| cause.starts_with('_'));
        return Some(sum(&of).unwrap_or_default());
    }
    if let Some(family) = term.strip_suffix("_REASON") {
        let of = |name: &str| {
            name.strip_prefix(family)
                .and_then(|reason| reason.strip_prefix('_'))
                .is_some_and(|reason| Reason::ALL.iter().any(|known| known.name() == reason))
        };
        return Some(sum(&of).unwrap_or_default());
    }
    sum(&|name| name == term)
}

/// Each identity once, its terms summed over the scopes it was checked in.
fn summed(identities: &[Identity]) -> Vec<Value> {
    let mut rows = Vec::new();
    for rule in IDENTITIES {
        let of: Vec<&Identity> = identities.iter().filter(|identity| identity.says == rule.says).collect();
        if of.is_empty() {
            continue;
        }
        let side = |terms: &[&'static str], pick: fn(&Identity) -> &Side| -> Map<String, Value> {
            let sum = |term: &str| -> u64 {
                let terms = of.iter().flat_map(|identity| pick(identity));
                terms.filter(|(name, _)| *name == term).map(|(_, value)| value.after).sum()
            };
            terms.iter().map(|term| ((*term).to_owned(), json!(sum(term)))).collect()
        };
        rows.push(json!({
            "says": rule.says,
            "checked": of.len(),
            "holds": of.iter().all(|identity| identity.holds()),
            "left": side(rule.left, |identity| &identity.left),
            "right": side(rule.right, |identity| &identity.right),
        }));
    }
    rows
}

#[cfg(test)]
mod tests;
