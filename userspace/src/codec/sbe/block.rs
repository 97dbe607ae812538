//! Fields at their place in a block that is as long as the sender says.

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// A block, as long as the sender says, of the version of the schema that he says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    pub(in crate::codec) bytes: &'a [u8],
    pub(in crate::codec) version: u16,
}

/// Where a field is: its offset in the block, and the first version whose block has it there. The version says
/// something only where earlier versions had padding in its place: a shorter block says it by itself.
pub(in crate::codec) type Place = (usize, u16);

/// The field at `offset`; `None` where the block ends before the field does, or is of a version without it.
#[inline]
pub(in crate::codec) fn at<T: FromBytes + Immutable + KnownLayout + Unaligned>(
    block: Block<'_>,
    (offset, since): Place,
) -> Option<&T> {
    if block.version < since {
        return None;
    }
    T::ref_from_prefix(block.bytes.get(offset..)?).ok().map(|(field, _)| field)
}

/// The characters of a field: up to its first NUL, without the spaces in front of that. `None` where the block
/// ends before the field does, and where the field begins with NUL, which is the null of characters (SBE 1.0,
/// "Null values"). The bytes are the sender's: nothing keeps them from being something else than ASCII.
#[inline]
pub(in crate::codec) fn text<const N: usize>(block: Block<'_>, place: Place) -> Option<&[u8]> {
    let bytes: &[u8; N] = at(block, place)?;
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(N);
    let mut text = &bytes[..end];
    if text.is_empty() {
        return None;
    }
    while let [head @ .., b' '] = text {
        text = head;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use zerocopy::{big_endian, little_endian};

    use super::*;

    fn block(bytes: &[u8]) -> Block<'_> {
        Block { bytes, version: 5 }
    }

    #[test]
    fn fields_end_with_their_block() {
        let block = block(&[1, 2, 3, 4, 5]);
        assert_eq!(at::<little_endian::U32>(block, (1, 0)).map(|field| field.get()), Some(0x0504_0302));
        assert_eq!(at::<big_endian::U32>(block, (0, 0)).map(|field| field.get()), Some(0x0102_0304));
        assert_eq!(at::<big_endian::U32>(block, (2, 0)), None);
        assert_eq!(at::<u8>(block, (5, 0)), None);
        assert_eq!(at::<u8>(block, (usize::MAX, 0)), None);
    }

    #[test]
    fn fields_begin_with_their_version() {
        let block = block(&[1]);
        assert_eq!(at::<u8>(block, (0, 5)), Some(&1));
        assert_eq!(at::<u8>(block, (0, 6)), None);
    }

    #[test]
    fn text_ends_at_nul_or_with_its_padding() {
        assert_eq!(text::<8>(block(b"BTC\0\0\0\0\0"), (0, 0)), Some(&b"BTC"[..]));
        assert_eq!(text::<6>(block(b"A B   "), (0, 0)), Some(&b"A B"[..]));
        assert_eq!(text::<4>(block(b"A\0B "), (0, 0)), Some(&b"A"[..]));
        assert_eq!(text::<3>(block(b"USDC"), (1, 0)), Some(&b"SDC"[..]));
        assert_eq!(text::<3>(block(b"   "), (0, 0)), Some(&b""[..]));
        assert_eq!(text::<3>(block(b"\0AB"), (0, 0)), None);
        assert_eq!(text::<3>(block(b"AB"), (0, 0)), None);
    }
}
