//! Field types that exchange protocols share and no library has: padded text, 48-bit integers, fixed-point
//! prices. All have alignment 1 or are plain values, so views made of them can lie anywhere in a datagram.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// `N` bytes of ASCII, left-justified and padded with spaces. The bytes are the sender's: nothing keeps them
/// from being something else than ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Text<const N: usize>(
    /// The bytes with their padding.
    pub [u8; N],
);

impl<const N: usize> Text<N> {
    /// Pads `text` with spaces; `None` when it is longer than `N` bytes.
    #[must_use]
    pub const fn new(text: &str) -> Option<Self> {
        let mut bytes = [b' '; N];
        match bytes.split_at_mut_checked(text.len()) {
            Some((head, _)) => head.copy_from_slice(text.as_bytes()),
            None => return None,
        }
        Some(Self(bytes))
    }

    /// The bytes without the padding.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        let mut bytes: &[u8] = &self.0;
        while let [head @ .., b' '] = bytes {
            bytes = head;
        }
        bytes
    }
}

/// Without the padding; bytes that are not printable ASCII are escaped (`\x00`).
impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_bytes().escape_ascii(), f)
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

/// An unsigned 48-bit integer in network byte order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct U48([u8; 6]);

impl U48 {
    /// The low 48 bits of `value`.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        let [_, _, a, b, c, d, e, f] = value.to_be_bytes();
        Self([a, b, c, d, e, f])
    }

    /// The value.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u64 {
        let [a, b, c, d, e, f] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }
}

impl fmt::Debug for U48 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U48({})", self.get())
    }
}

/// A fixed-point decimal, exact: the integer a protocol carries, in units of 10⁻ᴾ. Prices are this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fixed<M, const PLACES: u32>(
    /// The integer: 1,234,500 with four places is 123.4500.
    pub M,
);

impl<M: Copy + Into<i128>, const PLACES: u32> Fixed<M, PLACES> {
    /// Writes the integer in units of 10⁻ᵖˡᵃᶜᵉˢ, whatever the type says.
    pub(super) fn with_places(self, f: &mut fmt::Formatter<'_>, places: u32) -> fmt::Result {
        let mantissa: i128 = self.0.into();
        let unit = 10_u128.pow(places);
        let (whole, part) = (mantissa.unsigned_abs() / unit, mantissa.unsigned_abs() % unit);
        let sign = if mantissa < 0 { "-" } else { "" };
        if places == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{part:0width$}", width = places as usize)
    }
}

/// All places, never rounded: `123.4500`.
impl<M: Copy + Into<i128>, const PLACES: u32> fmt::Display for Fixed<M, PLACES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_places(f, PLACES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_at_the_end_only() {
        assert_eq!(Text(*b"AAPL    ").as_bytes(), b"AAPL");
        assert_eq!(Text(*b" A B    "), " A B");
        assert_eq!(Text(*b"        ").as_bytes(), b"");
        assert_eq!(Text::<8>::new("ZXZZT"), Some(Text(*b"ZXZZT   ")));
        assert_eq!(Text::<4>::new("TOOLONG"), None);
        assert_eq!(Text(*b"A\0\xff ").to_string(), "A\\x00\\xff");
    }

    #[test]
    fn forty_eight_bits_are_kept() {
        assert_eq!(U48::new(34_200_000_000_000).as_bytes(), [0x1f, 0x1a, 0xce, 0xd9, 0xf0, 0x00]);
        assert_eq!(U48::new(34_200_000_000_000).get(), 34_200_000_000_000);
        assert_eq!(U48::new(u64::MAX).get(), (1 << 48) - 1);
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Fixed::<u32, 4>(1_234_500).to_string(), "123.4500");
        assert_eq!(Fixed::<u32, 4>(1).to_string(), "0.0001");
        assert_eq!(Fixed::<i64, 4>(-5_000).to_string(), "-0.5000");
        assert_eq!(Fixed::<i64, 4>(i64::MIN).to_string(), "-922337203685477.5808");
        assert_eq!(Fixed::<u64, 8>(u64::MAX).to_string(), "184467440737.09551615");
        assert_eq!(Fixed::<u32, 0>(7).to_string(), "7");
    }
}
