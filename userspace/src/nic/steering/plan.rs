//! Which rules are to be put in, and what stands in the way: pure.

use std::collections::BTreeSet;

use super::{InPlace, Rule};
use crate::sys::ethtool::rules::{ANY_LOCATION, RuleSpec, Table};

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Rules to put in, each with its location: [`ANY_LOCATION`] where the driver finds one.
    pub(super) insert: Vec<(Rule, u32)>,
    /// Rules somebody else has put in already.
    pub(super) found: Vec<(Rule, u32)>,
}

/// Why nothing can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Two lines can be one packet's, and are to go to two queues.
    Lines(Rule, Rule),
    /// A rule that is none of ours, where it is, and the queue it leads packets of a line to, if it is one.
    Contradicted { rule: Rule, location: u32, queue: Option<u32> },
    /// No room: how many are needed, and how many the table has free and in all.
    Full { needed: usize, free: usize, size: u32 },
    /// The driver neither finds a location nor says which there are.
    NoSize,
}

/// What to do for `wanted`, with `ours` and all the rules `there` in a table of that kind.
pub(super) fn plan(
    wanted: &[Rule],
    ours: &[InPlace],
    there: &[RuleSpec],
    table: Table,
) -> Result<Plan, Obstacle> {
    for (index, rule) in wanted.iter().enumerate() {
        let others = wanted[..index].iter().chain(ours.iter().map(|placed| &placed.rule));
        let clash =
            others.into_iter().find(|other| other.queue != rule.queue && other.spec().overlaps(&rule.spec()));
        if let Some(other) = clash {
            return Err(Obstacle::Lines(*other, *rule));
        }
    }
    let own: BTreeSet<u32> = ours.iter().map(|placed| placed.location).collect();
    let others: Vec<&RuleSpec> = there.iter().filter(|spec| !own.contains(&spec.location)).collect();
    let mut plan = Plan::default();
    let mut missing = Vec::new();
    for rule in wanted {
        let spec = rule.spec();
        let contradicts = |other: &&&RuleSpec| other.overlaps(&spec) && other.queue() != Some(rule.queue);
        if let Some(other) = others.iter().find(contradicts) {
            return Err(Obstacle::Contradicted {
                rule: *rule,
                location: other.location,
                queue: other.queue(),
            });
        }
        match others.iter().find(|other| other.does_as(&spec)) {
            Some(other) => plan.found.push((*rule, other.location)),
            None => missing.push(*rule),
        }
    }
    let places = free(there, table, missing.len())?;
    plan.insert = missing.into_iter().zip(places).collect();
    Ok(plan)
}

/// Locations for so many rules. The last ones that are free: with many NICs the first rule that fits counts, and ours
/// are not to go before the host's own.
fn free(there: &[RuleSpec], table: Table, needed: usize) -> Result<Vec<u32>, Obstacle> {
    if table.places {
        return Ok(vec![ANY_LOCATION; needed]);
    }
    if table.size == 0 && needed > 0 {
        return Err(Obstacle::NoSize);
    }
    let used: BTreeSet<u32> = there.iter().map(|spec| spec.location).collect();
    let free: Vec<u32> =
        (0..table.size).rev().filter(|location| !used.contains(location)).take(needed).collect();
    if free.len() < needed {
        return Err(Obstacle::Full { needed, free: free.len(), size: table.size });
    }
    Ok(free)
}
