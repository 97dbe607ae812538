//! Repeating groups behind a root block.

use std::marker::PhantomData;

use super::{
    block::Block,
    body::{Body, Cut},
};

/// How a schema writes the size of a group in front of its entries. All are little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::codec) enum Dimension {
    /// CME `groupSize`: block length u16, entries u8.
    GroupSize,
    /// CME `groupSize8Byte`: block length u16, 5 bytes of padding, entries u8.
    GroupSize8Byte,
    /// Deribit `groupSizeEncoding`: block length u16, entries u16, groups and data fields of an entry u16 each.
    GroupSizeEncoding,
}

/// The entries of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group<'a> {
    /// Bytes of an entry; not 0 if there are any.
    block_length: usize,
    /// All entries.
    bytes: &'a [u8],
}

impl Dimension {
    /// Block length and entries of the group that `bytes` begin with, and what lies behind the size.
    #[inline]
    fn size(self, bytes: &[u8]) -> Result<(usize, usize, &[u8]), Cut> {
        match (self, bytes) {
            (Self::GroupSize, &[a, b, count, ref behind @ ..])
            | (Self::GroupSize8Byte, &[a, b, _, _, _, _, _, count, ref behind @ ..]) => {
                Ok((usize::from(u16::from_le_bytes([a, b])), usize::from(count), behind))
            }
            (Self::GroupSizeEncoding, &[a, b, c, d, groups_a, groups_b, data_a, data_b, ref behind @ ..]) => {
                if [groups_a, groups_b, data_a, data_b] != [0; 4] {
                    return Err(Cut::Nested);
                }
                let count = usize::from(u16::from_le_bytes([c, d]));
                Ok((usize::from(u16::from_le_bytes([a, b])), count, behind))
            }
            _ => Err(Cut::Overrun),
        }
    }

    /// The first group and what lies behind it. Where there are no bytes, the group is of a later version than the
    /// message and has no entries.
    #[inline]
    fn split(self, bytes: &[u8]) -> Result<(Group<'_>, &[u8]), Cut> {
        if bytes.is_empty() {
            return Ok((Group { block_length: 0, bytes }, bytes));
        }
        let (block_length, count, behind) = self.size(bytes)?;
        if block_length == 0 && count > 0 {
            return Err(Cut::Underrun);
        }
        let (bytes, behind) = behind.split_at_checked(block_length * count).ok_or(Cut::Overrun)?;
        Ok((Group { block_length, bytes }, behind))
    }

    /// What lies behind the first `count` groups, all of this dimension.
    ///
    /// # Errors
    /// Why they cannot be told apart; a group that is not there at all is [`Cut::Overrun`].
    #[inline]
    pub(in crate::codec) fn behind(self, mut bytes: &[u8], count: u16) -> Result<&[u8], Cut> {
        for _ in 0..count {
            if bytes.is_empty() {
                return Err(Cut::Overrun);
            }
            (_, bytes) = self.split(bytes)?;
        }
        Ok(bytes)
    }
}

/// Checks that the groups of a layout lie within `groups`.
///
/// # Errors
/// Why they do not.
#[inline]
pub(in crate::codec) fn check(mut groups: &[u8], dimensions: &[Dimension]) -> Result<(), Cut> {
    for dimension in dimensions {
        (_, groups) = dimension.split(groups)?;
    }
    Ok(())
}

/// The entries of a repeating group, each of them a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<'a, E> {
    block_length: usize,
    version: u16,
    /// What was not yet given.
    bytes: &'a [u8],
    entry: PhantomData<E>,
}

impl<'a, E> Entries<'a, E> {
    /// Those of group `place` of a message whose groups [`check`] accepted; none where it did not.
    #[inline]
    pub(in crate::codec) fn nth(body: &Body<'a>, dimensions: &[Dimension], place: usize) -> Self {
        let (mut group, mut groups) = (Group { block_length: 0, bytes: &[] }, body.groups);
        for dimension in &dimensions[..=place] {
            (group, groups) = dimension.split(groups).unwrap_or((Group { block_length: 0, bytes: &[] }, &[]));
        }
        let Group { block_length, bytes } = group;
        Self { block_length, version: body.block.version, bytes, entry: PhantomData }
    }
}

impl<'a, E: From<Block<'a>>> Iterator for Entries<'a, E> {
    type Item = E;

    #[inline]
    fn next(&mut self) -> Option<E> {
        if self.bytes.is_empty() {
            return None;
        }
        let (block, behind) = self.bytes.split_at_checked(self.block_length)?;
        self.bytes = behind;
        Some(Block { bytes: block, version: self.version }.into())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.bytes.len().checked_div(self.block_length).unwrap_or(0);
        (left, Some(left))
    }
}

impl<'a, E: From<Block<'a>>> ExactSizeIterator for Entries<'a, E> {}

#[cfg(test)]
mod tests {
    use super::*;

    type Blocks<'a> = Entries<'a, Block<'a>>;

    fn nth<'a>(groups: &'a [u8], dimensions: &[Dimension], place: usize) -> Vec<&'a [u8]> {
        let body = Body { block: Block { bytes: &[], version: 7 }, groups, data: &[] };
        let entries = Blocks::nth(&body, dimensions, place);
        let len = entries.len();
        let blocks: Vec<_> = entries.collect();
        assert!(blocks.len() == len && blocks.iter().all(|block| block.version == 7));
        blocks.iter().map(|block| block.bytes).collect()
    }

    /// Two groups of CME's kinds: two entries of 3 bytes, one of 2.
    const GROUPS: &[u8] = &[3, 0, 2, 1, 2, 3, 4, 5, 6, 2, 0, 9, 9, 9, 9, 9, 1, 7, 8];
    const DIMENSIONS: &[Dimension] = &[Dimension::GroupSize, Dimension::GroupSize8Byte];

    #[test]
    fn groups_follow_one_another() {
        assert_eq!(check(GROUPS, DIMENSIONS), Ok(()));
        assert_eq!(nth(GROUPS, DIMENSIONS, 0), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(nth(GROUPS, DIMENSIONS, 1), [[7, 8]]);
        // A later version's group is passed over, and an earlier version has none.
        assert_eq!(check(&[GROUPS, &[0xff]].concat(), DIMENSIONS), Ok(()));
        assert_eq!(check(&GROUPS[..9], DIMENSIONS), Ok(()));
        assert!(nth(&GROUPS[..9], DIMENSIONS, 1).is_empty());
        assert_eq!(check(&[], DIMENSIONS), Ok(()));
        assert_eq!(check(&[0, 0, 0], DIMENSIONS), Ok(()));
    }

    #[test]
    fn groups_that_lie() {
        for len in (1..9).chain(10..GROUPS.len()) {
            assert_eq!(check(&GROUPS[..len], DIMENSIONS), Err(Cut::Overrun), "cut to {len}");
        }
        assert_eq!(check(&[0, 0, 1], DIMENSIONS), Err(Cut::Underrun));
        assert_eq!(check(&[0xff, 0xff, 0xff], DIMENSIONS), Err(Cut::Overrun));
        let nested = [1, 0, 0, 0, 1, 0, 0, 0];
        assert_eq!(check(&nested, &[Dimension::GroupSizeEncoding]), Err(Cut::Nested));
        assert!(nth(&nested, &[Dimension::GroupSizeEncoding], 0).is_empty());
    }
}
