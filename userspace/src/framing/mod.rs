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

mod facts; // the same of every datagram
mod key; // of a stream
mod malformed; // why a datagram is refused
mod segment; // what is read off a datagram
mod visit; // its messages, one by one

#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use facts::{Facts, Unit};
pub use key::StreamKey;
pub use malformed::Malformed;
pub use rule::Rule;
pub use segment::{Kind, Segment};
pub(crate) use visit::Visit;

/// Reads when a datagram was sent.
pub(crate) type SendTime = fn(&[u8]) -> Option<u64>;

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
