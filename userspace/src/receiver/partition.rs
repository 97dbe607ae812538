//! Which worker receives what, where the parts are interfaces. Pure: it is tried without any.
//!
//! A device's packets all come to one worker, and so do all lines of a channel, for its arbiter is that worker's. What
//! hangs together by one or the other stays together, and these groups are dealt over the workers.

use std::{cmp::Reverse, collections::BTreeSet};

/// Names told of a group before the rest is a number. Fewer say too little to find the line that joins two groups; more
/// make a sentence nobody reads.
const NAMED: usize = 4;

/// A line, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried<'a> {
    /// Index of its channel.
    pub(super) channel: usize,
    /// Indices of the devices it comes in on.
    pub(super) devices: &'a [usize],
}

/// Who has what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Partition {
    /// Each channel's worker.
    pub(super) channels: Vec<usize>,
    /// Each device's worker, who has all its sockets.
    pub(super) devices: Vec<usize>,
}

/// Channels and devices that cannot be parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    channels: BTreeSet<usize>,
    devices: BTreeSet<usize>,
    lines: usize,
    /// Its first line, in the order they were given.
    first: usize,
}

impl Group {
    fn touches(&self, other: &Self) -> bool {
        !self.channels.is_disjoint(&other.channels) || !self.devices.is_disjoint(&other.devices)
    }

    fn join(&mut self, other: Self) {
        self.channels.extend(other.channels);
        self.devices.extend(other.devices);
        self.lines += other.lines;
        self.first = self.first.min(other.first);
    }
}

/// Deals the lines over `workers` workers, each of which gets some: those with the most lines first, each to the worker
/// that has the fewest. Workers are numbered by the first line each has. The same lines are always dealt the same way.
///
/// # Errors
/// There are fewer groups than workers: the groups.
pub(super) fn by_interface(workers: usize, lines: &[Carried<'_>]) -> Result<Partition, Vec<Group>> {
    let groups = groups(lines);
    if groups.len() < workers {
        return Err(groups);
    }
    let mut hands: Vec<Vec<Group>> = vec![Vec::new(); workers];
    let mut largest_first = groups;
    largest_first.sort_by_key(|group| (Reverse(group.lines), group.first));
    for group in largest_first {
        let fewest = hands.iter_mut().min_by_key(|hand| hand.iter().map(|group| group.lines).sum::<usize>());
        if let Some(hand) = fewest {
            hand.push(group);
        }
    }
    hands.sort_by_key(|hand| hand.iter().map(|group| group.first).min());
    let most = |of: fn(&Group) -> &BTreeSet<usize>| {
        hands.iter().flatten().filter_map(|group| of(group).last()).max().map_or(0, |last| last + 1)
    };
    let mut partition = Partition {
        channels: vec![0; most(|group| &group.channels)],
        devices: vec![0; most(|group| &group.devices)],
    };
    for (worker, hand) in hands.iter().enumerate() {
        for group in hand {
            group.channels.iter().for_each(|channel| partition.channels[*channel] = worker);
            group.devices.iter().for_each(|device| partition.devices[*device] = worker);
        }
    }
    Ok(partition)
}

/// What hangs together, in the order of their first lines.
fn groups(lines: &[Carried<'_>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let mut joined = Group {
            channels: [line.channel].into(),
            devices: line.devices.iter().copied().collect(),
            lines: 1,
            first,
        };
        // There are no more groups than devices.
        for group in groups.extract_if(.., |group| group.touches(&joined)).collect::<Vec<_>>() {
            joined.join(group);
        }
        groups.push(joined);
    }
    groups.sort_by_key(|group| group.first);
    groups
}

/// Why so many workers cannot be had, and what to do.
pub(super) fn refusal(workers: usize, groups: &[Group], channels: &[&str], devices: &[&str]) -> String {
    let shown: Vec<String> = groups
        .iter()
        .map(|group| format!("{} by {}", named(&group.channels, channels), named(&group.devices, devices)))
        .collect();
    let (parts, most) = match groups.len() {
        1 => ("cannot be parted".to_owned(), "Leave --workers out".to_owned()),
        groups => (format!("have {groups} parts"), format!("Use at most --workers {groups}")),
    };
    format!(
        "--workers {workers}, but a channel's lines and an interface's packets go to one worker, and so the lines \
         {parts}: {}. {most}, or give the channels interfaces of their own",
        shown.join("; ")
    )
}

/// The first few names, and how many more there are.
fn named(indices: &BTreeSet<usize>, names: &[&str]) -> String {
    let known = indices.iter().filter_map(|index| names.get(*index).copied());
    let mut shown: Vec<String> = known.take(NAMED).map(str::to_owned).collect();
    if indices.len() > shown.len() {
        shown.push(format!("{} more", indices.len() - shown.len()));
    }
    match shown.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => shown.concat(),
    }
}

#[cfg(test)]
mod tests;
