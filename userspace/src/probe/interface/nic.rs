//! Queues, rings, flow control, stamps: what the NIC itself is set to.

use super::super::{Line, counted};
use crate::nic::{Asked, Host, InterfaceFacts, host::Capability};

/// Bytes of one socket's frames by default: 8192 of 2048.
pub(in super::super) const FRAMES_BYTES: u64 = 8192 * 2048;

pub(super) fn judge(facts: &InterfaceFacts, host: &Host) -> Vec<Line> {
    let mut lines = vec![queues(facts)];
    lines.extend(memory(facts, host));
    lines.extend([rings(facts), pause(facts), stamps(facts)]);
    lines
}

fn queues(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "queues";
    let queues = counted(facts.queues, "receive queue");
    match &facts.channels {
        Asked::Is(channels) => {
            let most = channels.max_rx + channels.max_combined;
            Line::good(TOPIC, format!("{queues} of at most {most}"))
        }
        Asked::Nothing => Line::good(TOPIC, format!("{queues}; the driver has no number of them to set")),
        Asked::Unknown { unknown } => Line::unknown(TOPIC, queues).because(unknown),
    }
}

/// Whether the frames of all sockets may be locked.
fn memory(facts: &InterfaceFacts, host: &Host) -> Option<Line> {
    let most = host.memory.locked_most?;
    let needed = u64::from(facts.queues) * FRAMES_BYTES;
    if host.privileges.has(Capability::IpcLock) || needed <= most {
        return None;
    }
    let line = Line::warning(
        "frame-memory",
        format!("{} MiB for {}", needed >> 20, counted(facts.queues, "socket")),
    )
    .because(format!("this user may lock {} KiB", most / 1024));
    Some(match super::super::recommend::frames_within(most, facts.queues) {
        Some(frames) => line.fix(format!("ulimit -l unlimited, or --frames {frames}")),
        None => line.fix("ulimit -l unlimited"),
    })
}

fn rings(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "rings";
    match &facts.rings {
        Asked::Is(rings) if rings.rx < rings.max_rx => {
            Line::warning(TOPIC, format!("{} of {} receive descriptors", rings.rx, rings.max_rx))
                .because("a burst longer than the ring is lost in the NIC")
                .fix(format!("ethtool -G {} rx {}", facts.link.name, rings.max_rx))
        }
        Asked::Is(rings) if rings.max_rx == 0 => Line::good(TOPIC, "none to size"),
        Asked::Is(rings) => {
            Line::good(TOPIC, format!("{} receive descriptors, as many as there can be", rings.rx))
        }
        Asked::Nothing => Line::good(TOPIC, "none to size"),
        Asked::Unknown { unknown } => Line::unknown(TOPIC, "how large they are").because(unknown),
    }
}

fn pause(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "flow-control";
    match &facts.pause {
        Asked::Is(pause) if pause.tx => {
            Line::warning(TOPIC, "the NIC tells the switch to stop when it is full")
                .because(
                    "what is lost then is lost in the switch, for others too, and no counter here says so",
                )
                .fix(format!("ethtool -A {} autoneg off rx off tx off", facts.link.name))
        }
        Asked::Is(pause) => {
            let rx = if pause.rx { ", but stops sending when told to" } else { "" };
            Line::good(TOPIC, format!("the NIC stops nobody{rx}"))
        }
        Asked::Nothing => Line::good(TOPIC, "none: the driver has no such setting"),
        Asked::Unknown { unknown } => Line::unknown(TOPIC, "whether it is on").because(unknown),
    }
}

fn stamps(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "hardware-stamps";
    match &facts.stamps {
        Asked::Is(stamps) if stamps.every_packet() => {
            let clock = stamps.clock.map_or_else(String::new, |clock| format!(" (/dev/ptp{clock})"));
            Line::good(
                TOPIC,
                format!(
                    "the NIC can stamp every received packet{clock}; not used, since an XDP program reads them through kernel functions that this one cannot call"
                ),
            )
        }
        Asked::Is(stamps) if stamps.in_hardware() => {
            Line::good(TOPIC, "on PTP's packets alone, not on a feed's")
        }
        Asked::Is(_) | Asked::Nothing => Line::good(TOPIC, "none"),
        Asked::Unknown { unknown } => Line::unknown(TOPIC, "whether there are any").because(unknown),
    }
}
