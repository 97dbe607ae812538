//! The lines that were named: who else on this host wants them.

use super::super::Line;
use crate::nic::{Asked, InterfaceFacts, sentence};

pub(super) fn judge(facts: &InterfaceFacts) -> Option<Line> {
    const TOPIC: &str = "bystanders";
    Some(match facts.bystanders.as_ref()? {
        Asked::Is(bystanders) => match sentence(bystanders) {
            None => Line::good(TOPIC, "no other socket on this host would receive the lines"),
            Some(sentence) => Line::warning(TOPIC, sentence)
                .because("what is redirected goes past the kernel's stack")
                .fix("stop them, or receive on another interface"),
        },
        Asked::Unknown { unknown } => Line::unknown(TOPIC, "who else receives the lines").because(unknown),
        Asked::Nothing => {
            Line::unknown(TOPIC, "who else receives the lines").because("the kernel does not say")
        }
    })
}
