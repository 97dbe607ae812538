//! Fields at their place in a block that is as long as the sender says.

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// The field at `offset`; `None` where the block ends before the field does.
#[inline]
pub(in crate::codec) fn at<T: FromBytes + Immutable + KnownLayout + Unaligned>(
    block: &[u8],
    offset: usize,
) -> Option<&T> {
    T::ref_from_prefix(block.get(offset..)?).ok().map(|(field, _)| field)
}

/// The characters of a field: up to its first NUL, without the spaces in front of that. `None` where the block
/// ends before the field does, and where the field begins with NUL, which is the null of characters (SBE 1.0,
/// "Null values"). The bytes are the sender's: nothing keeps them from being something else than ASCII.
#[inline]
pub(in crate::codec) fn text<const N: usize>(block: &[u8], offset: usize) -> Option<&[u8]> {
    let bytes: &[u8; N] = at(block, offset)?;
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

    #[test]
    fn fields_end_with_their_block() {
        let block = [1, 2, 3, 4, 5];
        assert_eq!(at::<little_endian::U32>(&block, 1).map(|field| field.get()), Some(0x0504_0302));
        assert_eq!(at::<big_endian::U32>(&block, 0).map(|field| field.get()), Some(0x0102_0304));
        assert_eq!(at::<big_endian::U32>(&block, 2), None);
        assert_eq!(at::<u8>(&block, 5), None);
        assert_eq!(at::<u8>(&block, usize::MAX), None);
    }

    #[test]
    fn text_ends_at_nul_or_with_its_padding() {
        assert_eq!(text::<8>(b"BTC\0\0\0\0\0", 0), Some(&b"BTC"[..]));
        assert_eq!(text::<6>(b"A B   ", 0), Some(&b"A B"[..]));
        assert_eq!(text::<4>(b"A\0B ", 0), Some(&b"A"[..]));
        assert_eq!(text::<3>(b"USDC", 1), Some(&b"SDC"[..]));
        assert_eq!(text::<3>(b"   ", 0), Some(&b""[..]));
        assert_eq!(text::<3>(b"\0AB", 0), None);
        assert_eq!(text::<3>(b"AB", 0), None);
    }
}
