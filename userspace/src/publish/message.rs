//! One ITCH message in the making.

use zerocopy::{Immutable, IntoBytes};

/// Bytes of the longest message the flow makes (net order imbalance).
pub(crate) const LONGEST: usize = 50;

/// A message's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Message {
    pub(crate) const fn empty() -> Self {
        Self { bytes: [0; LONGEST], len: 0 }
    }

    /// Makes it the message of `view`.
    #[inline]
    pub(crate) fn set<V: IntoBytes + Immutable>(&mut self, view: &V) {
        const { assert!(size_of::<V>() <= LONGEST) }
        self.len = size_of::<V>();
        self.bytes[..size_of::<V>()].copy_from_slice(view.as_bytes());
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Its message type.
    #[inline]
    pub(crate) fn kind(&self) -> u8 {
        self.bytes[0]
    }
}
