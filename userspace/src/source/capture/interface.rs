//! A pcapng interface description: link type, clock and frame check sequence of the packets that name it.

use super::fields::Order;
use anyhow::{Context, ensure};

const END_OF_OPTIONS: u16 = 0;
const IF_TSRESOL: u16 = 9;
const IF_FCSLEN: u16 = 13;
const IF_TSOFFSET: u16 = 14;

/// What an interface description says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) linktype: u16,
    /// Most bytes captured of a packet; `u32::MAX` for no limit.
    pub(super) snap_len: u32,
    /// Bytes of frame check sequence at the end of each packet.
    pub(super) fcs_len: u32,
    clock: Clock,
    /// Seconds to add to every stamp.
    offset_s: i64,
}

/// How many ns a unit of the stamps is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// So many.
    Multiple(u64),
    /// One part in so many.
    Part(u128),
    /// A second's 2^n-th part.
    BinaryPart(u32),
}

impl Clock {
    /// From `if_tsresol`: the upper bit chooses powers of 2 or of 10, the rest is the negative exponent.
    fn new(resolution: u8) -> Self {
        let exponent = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            Self::BinaryPart(exponent)
        } else if exponent <= 9 {
            Self::Multiple(10u64.pow(9 - exponent))
        } else {
            Self::Part(10u128.checked_pow(exponent - 9).unwrap_or(u128::MAX))
        }
    }

    #[inline]
    fn nanoseconds(self, units: u64) -> i128 {
        match self {
            Self::Multiple(ns) => i128::from(units) * i128::from(ns),
            Self::Part(parts) => i128::try_from(u128::from(units) / parts).unwrap_or(i128::MAX),
            Self::BinaryPart(exponent) => (i128::from(units) * 1_000_000_000) >> exponent,
        }
    }
}

impl Described {
    /// Reads the body of an interface description block.
    ///
    /// # Errors
    /// The body is too short, or an option overruns it: the clock of its packets would be a guess.
    pub(super) fn read(order: Order, body: &[u8]) -> anyhow::Result<Self> {
        ensure!(body.len() >= 8, "an interface description is too short");
        let snap_len = match order.u32(body, 4) {
            0 => u32::MAX,
            len => len,
        };
        let mut interface =
            Self { linktype: order.u16(body, 0), snap_len, fcs_len: 0, clock: Clock::new(6), offset_s: 0 };
        let mut rest = &body[8..];
        while rest.len() >= 4 {
            let (code, len) = (order.u16(rest, 0), usize::from(order.u16(rest, 2)));
            if code == END_OF_OPTIONS {
                break;
            }
            let value = rest[4..].get(..len).context("an interface description's option overruns it")?;
            interface.option(order, code, value);
            // Values are padded to 32 bits; the last one's padding may be missing.
            rest = rest.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
        }
        Ok(interface)
    }

    fn option(&mut self, order: Order, code: u16, value: &[u8]) {
        match (code, value) {
            (IF_TSRESOL, &[resolution, ..]) => self.clock = Clock::new(resolution),
            (IF_FCSLEN, &[len, ..]) => self.fcs_len = u32::from(len),
            (IF_TSOFFSET, value) if value.len() >= 8 => self.offset_s = order.u64(value, 0).cast_signed(),
            _ => {}
        }
    }

    /// ns since the epoch of a stamp in this interface's units; 0 for times before it, saturated beyond 2554.
    #[inline]
    pub(super) fn stamp_ns(&self, units: u64) -> u64 {
        let ns = self.clock.nanoseconds(units).saturating_add(i128::from(self.offset_s) * 1_000_000_000);
        u64::try_from(ns.max(0)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(options: &[(u16, &[u8])]) -> Described {
        let mut body = vec![1, 0, 0, 0, 0, 0, 4, 0];
        for (code, value) in options {
            body.extend(code.to_le_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        Described::read(Order::Little, &body).unwrap()
    }

    #[test]
    fn every_resolution_becomes_nanoseconds() {
        assert_eq!(with(&[]).stamp_ns(1_500_000), 1_500_000_000);
        for (resolution, units, ns) in [
            (0, 3, 3_000_000_000),
            (3, 1_500, 1_500_000_000),
            (6, 1_500_000, 1_500_000_000),
            (9, 1_500_000_000, 1_500_000_000),
            (12, 1_500_000_000_999, 1_500_000_000),
            (127, u64::MAX, 0),
            (0x80, 2, 2_000_000_000),
            (0x80 | 10, 1_536, 1_500_000_000),
            (0x80 | 32, 3 << 31, 1_500_000_000),
            (0xff, u64::MAX, 0),
            (0, u64::MAX, u64::MAX),
        ] {
            assert_eq!(with(&[(IF_TSRESOL, &[resolution])]).stamp_ns(units), ns, "if_tsresol {resolution}");
        }
    }

    #[test]
    fn offset_and_other_options_are_read() {
        let interface = with(&[(2, b"eth0"), (IF_TSOFFSET, &10i64.to_le_bytes()), (IF_FCSLEN, &[4])]);
        assert_eq!((interface.stamp_ns(1_000_000), interface.fcs_len), (11_000_000_000, 4));
        assert_eq!(with(&[(IF_TSOFFSET, &(-10i64).to_le_bytes())]).stamp_ns(1), 0);
        assert_eq!(with(&[(0, b""), (IF_TSRESOL, &[0])]).stamp_ns(1), 1_000);
    }

    #[test]
    fn lying_options_are_refused() {
        for body in [&[1u8, 0, 0, 0, 0, 0, 4][..], &[1, 0, 0, 0, 0, 0, 4, 0, 9, 0, 200, 0, 9, 0, 0, 0]] {
            assert!(Described::read(Order::Little, body).is_err());
        }
    }
}
