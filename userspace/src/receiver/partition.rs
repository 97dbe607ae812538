//! Which worker receives what. Pure: it is tried without any interface.
//!
//! All lines of a channel come to one worker, for its arbiter is that worker's. Where the NIC spreads packets over its
//! queues, a device's packets all come to one worker, too. What hangs together by one or the other stays together, and
//! these groups are dealt over the workers. Where the NIC is given rules (`--steer`), a device's queues are dealt as well,
//! and nothing hangs together but the lines of a channel.

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
    pub(super) sockets: Sockets,
}

/// Whose the sockets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sockets {
    /// All of a device are one worker's: this one's, by device.
    ByDevice(Vec<usize>),
    /// Those of each device are dealt in turn, by queue, over so many workers.
    ByQueue(usize),
}

impl Default for Sockets {
    fn default() -> Self {
        Self::ByDevice(Vec::new())
    }
}

impl Partition {
    /// Whose the socket is that is number `place` of those on a device, in the order of their queues.
    pub(super) fn of_socket(&self, device: usize, place: usize) -> usize {
        match &self.sockets {
            Sockets::ByDevice(devices) => devices[device],
            Sockets::ByQueue(workers) => place % workers,
        }
    }

    /// The only worker that has sockets on a device; `None` where several have.
    pub(super) fn only_one_on(&self, device: usize) -> Option<usize> {
        match &self.sockets {
            Sockets::ByDevice(devices) => Some(devices[device]),
            Sockets::ByQueue(workers) => (*workers == 1).then_some(0),
        }
    }

    /// The number of a channel among those of its worker.
    pub(super) fn place_of(&self, channel: usize) -> usize {
        let worker = self.channels[channel];
        self.channels[..channel].iter().filter(|of| **of == worker).count()
    }
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
    let hands = deal(workers, groups(lines))?;
    let mut devices = vec![0; most(&hands, |group| &group.devices)];
    for (worker, hand) in hands.iter().enumerate() {
        hand.iter().flat_map(|group| &group.devices).for_each(|device| devices[*device] = worker);
    }
    Ok(Partition { channels: channels(&hands), sockets: Sockets::ByDevice(devices) })
}

/// The same where each device's queues are dealt over all workers, and so only a channel's lines hang together.
///
/// # Errors
/// There are fewer channels than workers: how many.
pub(super) fn by_queue(workers: usize, lines: &[Carried<'_>]) -> Result<Partition, usize> {
    let lines: Vec<Carried<'_>> = lines.iter().map(|line| Carried { devices: &[], ..*line }).collect();
    let hands = deal(workers, groups(&lines)).map_err(|groups| groups.len())?;
    Ok(Partition { channels: channels(&hands), sockets: Sockets::ByQueue(workers) })
}

fn deal(workers: usize, groups: Vec<Group>) -> Result<Vec<Vec<Group>>, Vec<Group>> {
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
    Ok(hands)
}

fn channels(hands: &[Vec<Group>]) -> Vec<usize> {
    let mut channels = vec![0; most(hands, |group| &group.channels)];
    for (worker, hand) in hands.iter().enumerate() {
        hand.iter().flat_map(|group| &group.channels).for_each(|channel| channels[*channel] = worker);
    }
    channels
}

/// One more than the greatest index.
fn most(hands: &[Vec<Group>], of: fn(&Group) -> &BTreeSet<usize>) -> usize {
    hands.iter().flatten().filter_map(|group| of(group).last()).max().map_or(0, |last| last + 1)
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

/// Why so many workers cannot be had, and what to do. `steerable` says that every device takes rules.
pub(super) fn refusal(
    workers: usize,
    groups: &[Group],
    channels: &[&str],
    (devices, steerable): (&[&str], bool),
) -> String {
    let shown: Vec<String> = groups
        .iter()
        .map(|group| format!("{} by {}", named(&group.channels, channels), named(&group.devices, devices)))
        .collect();
    let (parts, most) = match groups.len() {
        1 => ("cannot be parted".to_owned(), "Leave --workers out".to_owned()),
        groups => (format!("have {groups} parts"), format!("Use at most --workers {groups}")),
    };
    // Rules part an interface's packets, not a channel's lines.
    let steer = match steerable && channels.len() >= workers {
        true => ", or have the NIC put each channel on its worker's queues with --steer",
        false => "",
    };
    format!(
        "--workers {workers}, but a channel's lines and an interface's packets go to one worker, and so the lines \
         {parts}: {}. {most}, or give the channels interfaces of their own{steer}",
        shown.join("; ")
    )
}

/// The same where queues are dealt: there are only so many channels.
pub(super) fn too_few_channels(workers: usize, channels: usize) -> String {
    let are = if channels == 1 { "is one channel".to_owned() } else { format!("are {channels} channels") };
    format!(
        "--workers {workers} with --steer, but there {are}, and a channel's lines go to one worker: use at most --workers \
         {channels}"
    )
}

/// The same: a device has only so many queues.
pub(super) fn too_few_queues(workers: usize, device: &str, queues: usize) -> String {
    let are = if queues == 1 { "one queue".to_owned() } else { format!("{queues} queues") };
    format!(
        "--workers {workers} with --steer, but {are} of {device} {} received on, and each worker needs one of its own: use at \
         most --workers {queues}, leave --queues out, or give it more (`ethtool -L {device} combined {workers}`)",
        if queues == 1 { "is" } else { "are" }
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
