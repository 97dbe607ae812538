//! Messages handed to what is inlined in the walk, or called by it.

use super::{Framing, moldudp64};

/// What a datagram's messages are handed to. A trait, for a closure cannot ask to be inlined.
pub(crate) trait Visit<'a> {
    /// The next message.
    fn message(&mut self, message: &'a [u8]);
}

impl<'a, M: FnMut(&'a [u8])> Visit<'a> for M {
    #[inline(always)]
    fn message(&mut self, message: &'a [u8]) {
        self(message);
    }
}

impl Framing {
    /// [`Framing::messages`] to a visitor, which becomes a part of the walk for MoldUDP64 and is called for all others:
    /// one that is repeated for each of them is inlined in none.
    #[inline(always)]
    pub(crate) fn visit<'a>(self, payload: &'a [u8], skip: u64, take: u64, to: &mut impl Visit<'a>) {
        if matches!(self, Self::MoldUdp64) {
            moldudp64::visit(payload, skip, take, to);
        } else {
            self.messages_called(payload, skip, take, &mut |message| to.message(message));
        }
    }

    /// [`Framing::messages`], there once for whatever is done with a message.
    #[inline(never)]
    pub(crate) fn messages_called<'a>(
        self,
        payload: &'a [u8],
        skip: u64,
        take: u64,
        message: &mut dyn FnMut(&'a [u8]),
    ) {
        self.messages(payload, skip, take, message);
    }
}
