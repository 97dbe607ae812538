//! What the recovery thread sees of a client, and a client of the recovery thread.

use std::os::fd::BorrowedFd;

use super::Tally;
use crate::framing::StreamKey;

/// A range of one stream's sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageRange {
    /// The stream, as the channel's framing keys it.
    pub key: StreamKey,
    /// The first sequence.
    pub first: u64,
    /// How many sequences.
    pub count: u64,
}

impl MessageRange {
    /// One past the last sequence. A range that would leave `u64` ends at its top.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.first.saturating_add(self.count)
    }
}

/// Why a client no longer asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lost {
    /// As often, or for as long, as it is asked for, it was asked for; the answer never came.
    Unanswered,
    /// There was no connection, or no login, for as long as it would have been asked for.
    Unreachable,
    /// The server does not accept this login.
    NotAuthorised,
    /// The server no longer has it, or does not have it yet.
    OutOfRange,
    /// The server does not know this stream, or does not serve it.
    NoSuchStream,
    /// A quota (the server's, or ours that keeps within it) leaves no room for the request in time.
    Quota,
    /// More is missing at once than the client keeps in mind.
    Overflow,
    /// Every snapshot offered was cut short, older than what is at hand, or not in the protocol's layout.
    NoSnapshot,
}

impl Lost {
    /// Every cause, in the order of [`Lost::index`].
    pub const ALL: [Self; 8] = [
        Self::Unanswered,
        Self::Unreachable,
        Self::NotAuthorised,
        Self::OutOfRange,
        Self::NoSuchStream,
        Self::Quota,
        Self::Overflow,
        Self::NoSnapshot,
    ];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Unreachable => "unreachable",
            Self::NotAuthorised => "not_authorised",
            Self::OutOfRange => "out_of_range",
            Self::NoSuchStream => "no_such_stream",
            Self::Quota => "quota",
            Self::Overflow => "overflow",
            Self::NoSnapshot => "no_snapshot",
        }
    }

    /// Position in [`Lost::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Takes what clients obtain. Bytes are lent for the length of the call.
pub trait Answers {
    /// A datagram with messages asked for, framed as the channel's own: it goes through framing and arbiter like one
    /// from a line. It may hold more, or less, than was asked for.
    fn datagram(&mut self, datagram: &[u8]);

    /// A snapshot of stream `key` starts. What an earlier one of this stream brought, if it did not come as far as
    /// [`Answers::join`], is void.
    fn begin(&mut self, key: StreamKey);

    /// The next message of the snapshot that started last for `key`, as codecs take it. It has no sequence.
    fn snapshot(&mut self, key: StreamKey, message: &[u8]);

    /// The snapshot of `key` is complete; the stream goes on from it with sequence `next`.
    fn join(&mut self, key: StreamKey, next: u64);

    /// `range` will not be had from this client. For a snapshot that cannot be had, the range is empty: its `first`
    /// is the sequence the stream was at hand from.
    fn gave_up(&mut self, range: MessageRange, cause: Lost);
}

/// Asks one channel's retransmission service for what is missing.
///
/// `now_ns` is any clock that never goes back, the same one in all calls. No call blocks. Nothing here fails: a
/// connection that breaks is made again, and what that costs is told by [`Answers::gave_up`] and [`Client::tally`].
pub trait Client {
    /// `range` is missing. What is asked for already stays as it is.
    fn wanted(&mut self, range: MessageRange, now_ns: u64);

    /// `range` is no longer missing: it came, by whatever way, or nobody waits for it any more. Once everything wanted
    /// is either filled or given up, nothing more is asked for.
    fn filled(&mut self, range: MessageRange);

    /// Does what is due: reads, sends, gives up. Returns when to call again at the latest (`u64::MAX`: only when
    /// something was wanted or the socket is readable).
    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64;

    /// The socket to poll: when it becomes readable, [`Client::service`] has something to do. It changes from
    /// connection to connection.
    fn socket(&self) -> Option<BorrowedFd<'_>>;

    /// What happened so far.
    fn tally(&self) -> Tally;
}

/// Obtains a snapshot for streams joined late. Calls and times are as for [`Client`].
pub trait Joiner {
    /// The live stream `key` is at hand from sequence `oldest` on: a snapshot is good if the stream goes on from it
    /// with `oldest` or later. Asked again for the same stream, the snapshot starts over.
    fn join(&mut self, key: StreamKey, oldest: u64, now_ns: u64);

    /// Whether snapshots of this stream may be had here. Of several that serve a channel, the one that may is asked.
    fn serves(&self, _key: StreamKey) -> bool {
        true
    }

    /// As [`Client::service`].
    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64;

    /// As [`Client::socket`].
    fn socket(&self) -> Option<BorrowedFd<'_>>;

    /// What happened so far.
    fn tally(&self) -> Tally;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_have_their_own_places_and_names() {
        for (index, cause) in Lost::ALL.into_iter().enumerate() {
            assert_eq!(cause.index(), index);
            assert_eq!(Lost::ALL.iter().filter(|other| other.name() == cause.name()).count(), 1);
        }
    }
}
