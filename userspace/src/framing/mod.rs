//! Framing: what a datagram of a sequenced feed says about its place in the feed.
//!
//! Every protocol reduces to (stream, first sequence, count) plus heartbeat, reset and end of session; arbitration
//! needs nothing else. Adding a framing touches its own file and the table behind [`Framing`].

mod blocks;
pub mod cboe;
pub mod cta;
pub mod deribit;
pub mod eobi;
pub mod eobi6;
pub mod hkex;
pub mod iextp;
pub mod mdp3;
mod measured;
pub mod memx;
pub mod mitch;
pub mod moldudp64;
pub mod nyse;
pub mod opra;
pub mod order_update;
pub mod rtp;
pub mod rule;
mod siac;

#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    hash::{Hash, Hasher},
};

pub use rule::Rule;

use crate::codec::Codec;

/// Reads when a datagram was sent.
pub(crate) type SendTime = fn(&[u8]) -> Option<u64>;

/// Identifies one sequence space within a channel. The bytes are the protocol's own, as they are on the wire,
/// left-justified and zero-padded: MoldUDP64's session (10), IEX-TP's channel id and session id (4 + 4), Cboe's
/// unit (1). All zeros where a channel is one stream.
#[derive(Clone, Copy, Debug, Default, Eq, PartialOrd, Ord)]
pub struct StreamKey(pub [u8; 16]);

impl StreamKey {
    /// The key whose first bytes are `bytes`, at most 16.
    ///
    /// Made of two numbers: one written byte by byte could not be read back as [`StreamKey::halves`] at once.
    #[inline]
    #[must_use]
    pub const fn new<const N: usize>(bytes: [u8; N]) -> Self {
        const { assert!(N <= 16) };
        let mut halves = [0_u64; 2];
        let mut place = 0;
        while place < N {
            halves[place / 8] |= (bytes[place] as u64) << (8 * (place % 8));
            place += 1;
        }
        let mut key = [0; 16];
        let (low, high) = key.split_at_mut(8);
        low.copy_from_slice(&halves[0].to_le_bytes());
        high.copy_from_slice(&halves[1].to_le_bytes());
        Self(key)
    }

    /// The key as two numbers, which fit registers.
    #[inline]
    const fn halves(&self) -> (u64, u64) {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.0;
        (u64::from_ne_bytes([a, b, c, d, e, f, g, h]), u64::from_ne_bytes([i, j, k, l, m, n, o, p]))
    }
}

/// By halves. A key is fresh from a header's fields, in two registers; compared as one array it is written to memory
/// in two pieces and read back in one, which the processor cannot forward.
impl PartialEq for StreamKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.halves() == other.halves()
    }
}

impl Hash for StreamKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// What a datagram is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Carries `count` units from `first`.
    Data,
    /// Carries none; `first` is the next sequence the sender will use.
    Heartbeat,
    /// The session is over; `first` is one past its last sequence.
    EndOfSession,
}

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

/// What sequence numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each message has its own number.
    Message,
    /// Each datagram has one number, however many messages it carries.
    Packet,
}

/// A datagram's place in its feed, checked against its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The sequence space.
    pub key: StreamKey,
    /// What the datagram is for.
    pub kind: Kind,
    /// Sequence of the first unit carried; for [`Kind::Heartbeat`] and [`Kind::EndOfSession`] the next one.
    pub first: u64,
    /// Units carried; 0 unless [`Kind::Data`].
    pub count: u64,
    /// The sender says that its sequence starts again, with this datagram.
    pub reset: bool,
    /// The sender says that the messages stand outside every sequence (Cboe: sequence 0). They are handed on as
    /// they come, from every line, and never arbitrated; `first` means nothing.
    pub unsequenced: bool,
    /// Bytes behind the last message (behind the header, where there is none). Harmless, but counted.
    pub trailing: usize,
}

impl Segment {
    /// One that is neither a reset nor outside the sequence.
    #[inline]
    #[must_use]
    pub const fn new(key: StreamKey, kind: Kind, first: u64, count: u64, trailing: usize) -> Self {
        Self { key, kind, first, count, reset: false, unsequenced: false, trailing }
    }
}

/// Why a datagram is not one of its protocol. Each is a counter of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Malformed {
    /// Shorter than the protocol's header.
    #[error("shorter than the protocol's header")]
    ShortHeader,
    /// A version or protocol id this framing does not speak.
    #[error("another version or protocol")]
    WrongVersion,
    /// A length, the payload's or a message's, announces more bytes than there are.
    #[error("announces more bytes than there are")]
    LengthOverrun,
    /// The header announces more messages than its bytes hold.
    #[error("announces more messages than its bytes hold")]
    CountOverrun,
    /// `first + count`, the next sequence, is not in the protocol's range.
    #[error("sequence leaves its range")]
    SequenceOverrun,
    /// A length, the payload's or a message's, is less than what it has to cover.
    #[error("announces fewer bytes than it needs")]
    LengthUnderrun,
    /// Its messages have numbers of their own, and they do not follow one another.
    #[error("its messages' sequences do not follow one another")]
    SequenceBroken,
    /// The checksum it carries is not that of its bytes.
    #[error("its checksum is not that of its bytes")]
    Checksum,
}

impl Malformed {
    /// Every cause, in the order of [`Malformed::index`].
    pub const ALL: [Self; 8] = [
        Self::ShortHeader,
        Self::WrongVersion,
        Self::LengthOverrun,
        Self::CountOverrun,
        Self::SequenceOverrun,
        Self::LengthUnderrun,
        Self::SequenceBroken,
        Self::Checksum,
    ];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShortHeader => "short_header",
            Self::WrongVersion => "wrong_version",
            Self::LengthOverrun => "length_overrun",
            Self::CountOverrun => "count_overrun",
            Self::SequenceOverrun => "sequence_overrun",
            Self::LengthUnderrun => "length_underrun",
            Self::SequenceBroken => "sequence_broken",
            Self::Checksum => "checksum",
        }
    }

    /// Position in [`Malformed::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What is to be known of a framing beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What sequence numbers count.
    pub unit: Unit,
    /// Bits of a sequence number on the wire: behind the highest comes 0.
    pub sequence_bits: u32,
    /// The first sequence of a stream, where the protocol fixes it. What is missing in front of a later session
    /// or epoch is then known to be lost.
    pub origin: Option<u64>,
    /// Streams of one channel run side by side (Cboe's units), rather than follow each other (sessions).
    pub parallel: bool,
    /// Nanoseconds without a datagram after which a stream is stale: some heartbeat intervals. 0 where the
    /// protocol has no heartbeat, so that silence says nothing.
    pub silence_ns: u64,
    /// The codecs its messages may be in. If there is one, it needs no naming.
    pub codecs: &'static [Codec],
}

impl Facts {
    /// Bits of a sequence that are on the wire.
    #[inline]
    #[must_use]
    pub const fn sequence_mask(&self) -> u64 {
        u64::MAX >> (64 - self.sequence_bits)
    }

    /// Of a protocol like MoldUDP64: messages numbered from 1 in 64 bits, one session after the other, a
    /// heartbeat a second.
    const SESSIONS: Self = Self {
        unit: Unit::Message,
        sequence_bits: 64,
        origin: Some(1),
        parallel: false,
        silence_ns: 10_000_000_000,
        codecs: &[],
    };
}

/// Makes [`Framing`] of a table: each row a variant, the name `--protocol` takes, and the module, which has
/// `FACTS`, `segment` and `messages`. Every `segment` is inlined whatever its size: a segment that one of them
/// returns through memory is read from memory for all of them, just written and in other pieces, which the processor
/// cannot forward.
macro_rules! framings {
    ($($(#[$doc:meta])* $framing:ident $name:literal $module:ident;)*) => {
        /// The framings there are, by the name `--protocol` takes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Framing {
            $($(#[$doc])* $framing,)*
            /// Given by flags. Made once for a flag and kept as long as the process, so that a framing stays as
            /// small as a name: it is copied with every datagram.
            Rule(&'static Rule),
        }

        impl Framing {
            /// Every framing that has a name.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$framing)),*];

            /// What is to be known of it beside its bytes.
            #[inline]
            #[must_use]
            pub const fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$framing => &$module::FACTS,)*
                    Self::Rule(rule) => &rule.facts,
                }
            }

            /// Reads and checks a datagram: all its lengths lie within `payload` when this returns `Ok`.
            ///
            /// # Errors
            /// The first cause that makes it no datagram of this protocol.
            #[inline(always)]
            pub fn segment(self, payload: &[u8]) -> Result<Segment, Malformed> {
                match self {
                    $(Self::$framing => $module::segment(payload),)*
                    Self::Rule(rule) => rule.segment(payload),
                }
            }

            /// Calls `message` with the bytes of units `skip..skip + take` of a datagram that [`Framing::segment`]
            /// accepted, in order (with [`Unit::Packet`], with every message of it). Bytes it did not accept may
            /// yield fewer messages, never bytes outside `payload`, never a panic.
            #[inline]
            pub fn messages<'a>(self, payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
                match self {
                    $(Self::$framing => $module::messages(payload, skip, take, message),)*
                    Self::Rule(rule) => rule.messages(payload, skip, take, message),
                }
            }
        }
    };
}

framings! {
    /// MoldUDP64 1.00 (Nasdaq, ASX, JPX).
    MoldUdp64 "moldudp64" moldudp64;
    /// IEX Transport Protocol 1.
    IexTp "iextp" iextp;
    /// Cboe Sequenced Unit Header.
    Cboe "cboe" cboe;
    /// CME MDP 3.0.
    Mdp3 "mdp3" mdp3;
    /// NYSE XDP and Pillar.
    Nyse "nyse" nyse;
    /// SIAC blocks of OPRA 6.
    Opra "opra" opra;
    /// SIAC blocks of CTA.
    Cta "cta" cta;
    /// Eurex T7 EOBI.
    Eobi "eobi" eobi;
    /// Eurex T7 EOBI, older releases.
    Eobi6 "eobi6" eobi6;
    /// LSE Millennium unit header.
    Mitch "mitch" mitch;
    /// HKEX Orion Market Data.
    Hkex "hkex" hkex;
    /// MEMX UDP (MEMOIR feeds).
    Memx "memx" memx;
    /// Deribit multicast.
    Deribit "deribit" deribit;
    /// RTP (RFC 3550): ST 2110, ST 2022-7, AES67.
    Rtp "rtp" rtp;
    /// The order-update feed.
    OrderUpdate "order-update" order_update;
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

    /// When a datagram that [`Framing::segment`] accepted was sent, in ns since 1970 UTC, where its protocol says so with
    /// a date: IEX-TP, MDP 3.0, NYSE, EOBI, HKEX. (The others say nothing, or the time of day of a message.)
    #[must_use]
    pub fn send_time_ns(self, payload: &[u8]) -> Option<u64> {
        self.send_time()?(payload)
    }

    /// Reads when a datagram was sent, in ns since 1970; `None` where the protocol does not say.
    pub(crate) fn send_time(self) -> Option<SendTime> {
        match self {
            Self::IexTp => Some(iextp::send_time_ns),
            Self::Mdp3 => Some(mdp3::send_time_ns),
            Self::Nyse => Some(nyse::send_time_ns),
            Self::Eobi => Some(eobi::send_time_ns),
            Self::Eobi6 => Some(eobi6::send_time_ns),
            Self::Hkex => Some(hkex::send_time_ns),
            _ => None,
        }
    }

    /// What [`Framing::Rule`] begins with, as `--protocol` takes it.
    pub const RULE: &str = "seq:";

    /// As `--protocol` takes it: its name, or the rule.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        if let Self::Rule(rule) = self {
            return format!("{}{rule}", Self::RULE).into();
        }
        Self::ALL.iter().find(|(_, framing)| *framing == self).map_or("unnamed", |(name, _)| name).into()
    }
}
