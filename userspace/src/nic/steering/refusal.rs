//! Why a device is not steered, in sentences that say what to do.

use std::io;

use super::{Rule, plan::Obstacle};
use crate::{failure::Failure, sys::ethtool::rules::RuleSpec};

/// What works without rules.
const WITHOUT: &str =
    "leave --steer out: the NIC spreads packets by their hash then, and all queues are bound";

fn refused(interface: &str, why: &str) -> Failure {
    Failure::Requirement(format!("--steer: {interface}: {why}"))
}

pub(super) fn no_table(interface: &str, error: &io::Error) -> Failure {
    refused(
        interface,
        &format!(
            "its driver has no rules that put packets on queues (asked for how many there are, it answered: \
             {error}): {WITHOUT}"
        ),
    )
}

pub(super) fn not_heeded(interface: &str, error: &io::Error) -> Failure {
    refused(interface, &format!("rx-ntuple-filter cannot be switched on ({error}): {WITHOUT}"))
}

pub(super) fn unreadable(interface: &str, error: &io::Error) -> Failure {
    let why = format!(
        "its driver does not say which rules it has ({error}), so they could not be taken out: {WITHOUT}"
    );
    refused(interface, &why)
}

/// What the driver said to a rule.
pub(super) fn not_taken(interface: &str, rule: &Rule, error: &io::Error) -> Failure {
    let cause = match error.raw_os_error() {
        Some(libc::EOPNOTSUPP | libc::EINVAL) => {
            "the NIC cannot tell packets by address and port, or not in this way beside the rules it has (some compare \
             the same fields in all rules: then lines with a source and lines without do not go together)"
        }
        Some(libc::ENOSPC | libc::ENOMEM) => "its table is full",
        Some(libc::EBUSY) => "it is busy: try again",
        Some(libc::EEXIST) => "it has a rule for the same packets",
        Some(libc::EPERM | libc::EACCES) => "it needs root, or CAP_NET_ADMIN",
        _ => "the driver refused it",
    };
    let see = format!("`ethtool -n {interface}` shows what is there");
    refused(interface, &format!("no rule for {rule}: {error}: {cause}; {see}; or {WITHOUT}"))
}

pub(super) fn made_another(
    interface: &str,
    rule: &Rule,
    (location, made): (u32, &RuleSpec),
    stays: Option<&io::Error>,
) -> Failure {
    let queue = made.queue().map_or("no one queue".into(), |queue| format!("queue {queue}"));
    let out = match stays {
        None => "it was taken out again".into(),
        Some(error) => {
            format!("it could not be taken out ({error}): `ethtool -N {interface} delete {location}`")
        }
    };
    let why = format!(
        "its driver made another rule of the one for {rule}: it leads to {queue}, or is for other packets, too; {out}: \
         {WITHOUT}"
    );
    refused(interface, &why)
}

pub(super) fn in_the_way(interface: &str, obstacle: &Obstacle) -> Failure {
    let why = match obstacle {
        Obstacle::Lines(one, other) => format!(
            "a packet can be for two lines, and is to go to two queues: {one}, and {other}: have both lines in one \
             channel, or {WITHOUT}"
        ),
        Obstacle::Contradicted { rule, location, queue } => {
            let elsewhere = match queue {
                Some(queue) => format!("leads to queue {queue}"),
                None => "discards, or leads to no one queue".into(),
            };
            format!(
                "rule {location}, which is not of xdpfeed, is for packets of {rule}, but {elsewhere}: take it out with \
                 `ethtool -N {interface} delete {location}`, or leave --steer out"
            )
        }
        Obstacle::Full { needed, free, size } => format!(
            "{needed} rules are needed, but {free} of the {size} in its table are free: take some out (`ethtool -n \
             {interface}`), or {WITHOUT}"
        ),
        Obstacle::NoSize => {
            format!(
                "its driver does not say how many rules it has room for, nor finds room itself: {WITHOUT}"
            )
        }
    };
    refused(interface, &why)
}
