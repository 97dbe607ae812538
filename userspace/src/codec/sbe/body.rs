//! A message cut into its parts: root block, groups, variable-length data.

use super::{super::Unread, block::Block, group::Dimension};

/// A message behind its header, cut where its own lengths say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::codec) struct Body<'a> {
    /// The root block.
    pub(in crate::codec) block: Block<'a>,
    /// The groups, one behind the other.
    pub(in crate::codec) groups: &'a [u8],
    /// The variable-length data, one behind the other.
    pub(in crate::codec) data: &'a [u8],
}

/// Why a message cannot be cut into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A part is longer than what is left of the message.
    Overrun,
    /// Entries of no bytes at all: as many as the sender likes would fit anywhere.
    Underrun,
    /// Groups or data within the entries of a group, which no schema read here has.
    Nested,
}

impl From<Cut> for Unread {
    fn from(_: Cut) -> Self {
        Self::Short
    }
}

/// Variable-length data field `place`, without its length (u8) in front; `None` where the message ends before it.
#[inline]
pub(in crate::codec) fn datum(mut data: &[u8], place: usize) -> Option<&[u8]> {
    for _ in 0..place {
        (_, data) = split_datum(data)?;
    }
    split_datum(data).map(|(datum, _)| datum)
}

/// The first data field and what lies behind it.
#[inline]
fn split_datum(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, behind) = data.split_first()?;
    behind.split_at_checked(usize::from(length))
}

impl<'a> Body<'a> {
    /// Cuts the first message off `bytes`, which begin behind its header, and gives what lies behind it. The header
    /// says how long the root block is and of which version, how many groups there are, all of one `dimension`, and
    /// how many data fields.
    ///
    /// # Errors
    /// Why that is not so.
    #[inline]
    pub(in crate::codec) fn split(
        bytes: &'a [u8],
        (block_length, version): (u16, u16),
        (dimension, groups): (Dimension, u16),
        data: u16,
    ) -> Result<(Self, &'a [u8]), Cut> {
        let (block, behind) = bytes.split_at_checked(usize::from(block_length)).ok_or(Cut::Overrun)?;
        let behind_groups = dimension.behind(behind, groups)?;
        let mut behind_data = behind_groups;
        for _ in 0..data {
            (_, behind_data) = split_datum(behind_data).ok_or(Cut::Overrun)?;
        }
        let groups = &behind[..behind.len() - behind_groups.len()];
        let data = &behind_groups[..behind_groups.len() - behind_data.len()];
        Ok((Self { block: Block { bytes: block, version }, groups, data }, behind_data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::sbe::Entries;

    #[test]
    fn a_body_is_cut_by_its_own_counts() {
        let bytes = b"BB\x01\0\x02\0\0\0\0\0xy\x03abc\x00!";
        let of = |groups, data| Body::split(bytes, (2, 0), (Dimension::GroupSizeEncoding, groups), data);
        let (body, behind) = of(1, 2).unwrap();
        assert_eq!((body.block.bytes, body.data, behind), (&b"BB"[..], &b"\x03abc\0"[..], &b"!"[..]));
        let entries = Entries::<Block<'_>>::nth(&body, &[Dimension::GroupSizeEncoding], 0);
        assert_eq!(entries.map(|entry| entry.bytes).collect::<Vec<_>>(), [b"x", b"y"]);
        let data = |place| datum(body.data, place);
        assert_eq!((data(0), data(1), data(2)), (Some(&b"abc"[..]), Some(&b""[..]), None));
        assert_eq!(of(1, 1).unwrap().1, b"\0!");
        assert_eq!(of(1, 4), Err(Cut::Overrun));
        assert_eq!(Body::split(b"B", (2, 0), (Dimension::GroupSize, 0), 0), Err(Cut::Overrun));
        assert_eq!(Body::split(b"BB", (2, 0), (Dimension::GroupSize, 1), 0), Err(Cut::Overrun));
    }
}
