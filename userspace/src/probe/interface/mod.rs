//! One interface, judged: a file a topic.

pub(super) mod device;
mod lines;
pub(super) mod nic;
mod offloads;
pub(super) mod placement;
mod xdp;

use super::Line;
use crate::nic::{Host, InterfaceFacts};

pub(super) use device::what;

pub(super) fn judge(facts: &InterfaceFacts, host: &Host) -> Vec<Line> {
    let mut lines = vec![device::state(facts), device::kind(facts)];
    lines.extend(device::port(facts));
    lines.extend([device::frame_size(facts), device::multicast(facts)]);
    lines.extend(xdp::judge(facts, host));
    lines.extend(nic::judge(facts, host));
    lines.extend(offloads::judge(facts));
    lines.extend(placement::judge(facts, host));
    lines.extend(lines::judge(facts));
    lines
}
