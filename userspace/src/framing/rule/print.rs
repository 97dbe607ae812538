//! The rule's notation written, so that it can be given again.

use std::fmt;

use super::{Field, Messages, Order, Rule, Test};
use crate::framing::Unit;

/// As typed, without what goes without saying.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sequence={}", self.sequence)?;
        if let Some((offset, len)) = self.key {
            write!(f, ",key={offset}:{len}")?;
        }
        if let Some(count) = self.count {
            write!(f, ",count={count}")?;
        }
        if self.facts.unit == Unit::Packet {
            f.write_str(",unit=packet")?;
        }
        if self.payload != self.fields() {
            write!(f, ",payload={}", self.payload)?;
        }
        match self.messages {
            Messages::One => {}
            Messages::Prefixed(length) => write!(f, ",messages={length}")?,
            Messages::Measured(length) => write!(f, ",messages={length}:inclusive")?,
        }
        let tests = [
            ("heartbeat", self.heartbeat),
            ("end", self.end),
            ("reset", self.reset),
            ("unsequenced", self.unsequenced),
            ("require", self.require),
        ];
        for (name, test) in tests {
            if let Some(test) = test {
                write!(f, ",{name}={test}")?;
            }
        }
        if let Some(origin) = self.facts.origin {
            write!(f, ",origin={origin}")?;
        }
        if !self.facts.parallel {
            f.write_str(",streams=sessions")?;
        }
        if self.facts.silence_ns > 0 {
            write!(f, ",silence={}", self.facts.silence_ns / 1_000_000_000)?;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, width, order } = self;
        let order = match order {
            _ if *width == 1 => "",
            Order::Big => "be",
            Order::Little => "le",
        };
        write!(f, "{offset}:{width}{order}")
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, mask, value } = self;
        let all = u64::MAX >> (64 - 8 * u32::from(field.width));
        if *mask == all { write!(f, "{field}=={value}") } else { write!(f, "{field}:{mask:#x}=={value:#x}") }
    }
}
