//! What came of steering.

use std::collections::BTreeSet;

use serde::Serialize;

/// What is steered on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Steered {
    /// Lines with a rule.
    pub lines: usize,
    /// Of these, lines whose rule somebody else had put in.
    pub found: usize,
    /// The queues that lines are put on, or were since the start.
    pub queues: BTreeSet<u32>,
}

impl Steered {
    /// As it is told.
    #[must_use]
    pub fn sentence(&self, interface: &str) -> String {
        let Self { lines, found, queues } = self;
        let queues: Vec<String> = queues.iter().map(u32::to_string).collect();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let there = match found {
            0 => String::new(),
            _ => format!(", {found} of them by rules that were there"),
        };
        format!(
            "steered {lines} line{} on {interface} to queue{} {}{there}",
            plural(*lines),
            plural(queues.len()),
            queues.join(", ")
        )
    }
}
