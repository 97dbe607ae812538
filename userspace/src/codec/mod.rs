//! Codecs: typed views over the bytes of one message.
//!
//! A codec checks a message once; the view's getters cannot fail and copy nothing. Adding one touches its
//! own file and the table behind [`Codec`].

pub mod asx_itch;
pub mod asx_trade_itch;
pub mod cta;
pub mod decimal;
pub mod deribit;
pub mod eobi;
pub mod eobi6;
pub mod field;
pub mod hkex;
pub mod iex;
pub mod itch50;
pub mod jpx_itch;
mod layout;
pub mod mdp3;
pub mod memx;
mod message;
pub mod mitch;
pub mod opra;
pub mod order_update;
pub mod pillar;
pub mod pitch;
pub mod rtp;
pub mod sbe;
mod shown;
mod value;

#[cfg(test)]
mod captured;
#[cfg(test)]
mod tests;

pub use iex::{deep, deep_plus, tops};
pub use shown::Shown;
pub use value::{Fields, Value};

/// What a codec knows of a message type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageType {
    /// As the protocol writes it, the key in `messages_by_type`: `"A"`, `"8"`.
    pub label: &'static str,
    /// The specification's name in `snake_case`.
    pub name: &'static str,
    /// Bytes of its layout. Longer messages are read by their known fields; shorter ones are malformed.
    pub len: usize,
}

/// Why a message cannot be read. Each is a counter of its own; the message is still delivered as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// No bytes at all: no type.
    #[error("no bytes, so no type")]
    Empty,
    /// A type the codec does not know.
    #[error("unknown type")]
    UnknownType,
    /// Shorter than its type's layout, or than the lengths and counts in it say.
    #[error("shorter than its type's layout, or than it says")]
    Short,
    /// Long enough, but a field has a value that there is not.
    #[error("a field has a value that there is not")]
    Invalid,
}

impl Unread {
    /// Every cause, in the order of their indices.
    pub const ALL: [Self; 4] = [Self::Empty, Self::UnknownType, Self::Short, Self::Invalid];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownType => "unknown_type",
            Self::Short => "short",
            Self::Invalid => "invalid",
        }
    }

    /// Position in [`Unread::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Message types of the codec that has most.
pub const MOST_TYPES: usize = {
    let (mut most, mut nth) = (0, 0);
    while nth < Codec::ALL.len() {
        let types = Codec::ALL[nth].1.types().len();
        most = if types > most { types } else { most };
        nth += 1;
    }
    most
};

/// Makes [`Codec`] of a table: each row a variant, the name `--protocol` takes behind the slash, and the module,
/// which has `TYPES`, `read` and `show`.
macro_rules! codecs {
    ($($(#[$doc:meta])* $codec:ident $name:literal $module:ident;)*) => {
        /// The codecs there are, by the name `--protocol` takes behind the slash.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Codec {
            $($(#[$doc])* $codec,)*
        }

        impl Codec {
            /// Every codec with its name.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$codec)),*];

            /// The message types, in the order of the indices [`Codec::read`] returns.
            #[must_use]
            pub const fn types(self) -> &'static [MessageType] {
                match self {
                    $(Self::$codec => $module::TYPES,)*
                }
            }

            /// Checks a message and says which of [`Codec::types`] it is.
            ///
            /// # Errors
            /// Why it cannot be read.
            #[inline]
            pub fn read(self, message: &[u8]) -> Result<usize, Unread> {
                match self {
                    $(Self::$codec => $module::read(message),)*
                }
            }

            /// Shows every field of a message.
            ///
            /// # Errors
            /// Why it cannot be read: the same cause [`Codec::read`] gives, and nothing is shown.
            pub fn show(self, message: &[u8], to: &mut dyn Fields) -> Result<(), Unread> {
                match self {
                    $(Self::$codec => $module::show(message, to),)*
                }
            }
        }
    };
}

codecs! {
    /// Nasdaq TotalView-ITCH 5.0.
    Itch50 "itch50" itch50;
    /// ASX 24 ITCH 1.05 (NTP).
    AsxItch "asx-itch" asx_itch;
    /// ASX Trade ITCH 3.1.
    AsxTradeItch "asx-trade-itch" asx_trade_itch;
    /// JPX Osaka Exchange ITCH 5.0.6.
    JpxItch "jpx-itch" jpx_itch;
    /// IEX DEEP 1.0.
    Deep "deep" deep;
    /// IEX TOPS 1.6.
    Tops "tops" tops;
    /// IEX DEEP+ 1.0.
    DeepPlus "deep+" deep_plus;
    /// Cboe Multicast PITCH 2.41, US equities.
    Pitch "pitch" pitch;
    /// CME MDP 3.0, SBE schema 1.
    Mdp3 "mdp3" mdp3;
    /// NYSE Pillar Integrated Feed 2.5.
    Pillar "pillar" pillar;
    /// OPRA 6.
    Opra "opra" opra;
    /// CTA: CTS 2.11 and CQS 2.10, message headers.
    Cta "cta" cta;
    /// Eurex T7 EOBI 14.1.
    Eobi "eobi" eobi;
    /// Eurex T7 EOBI up to 6.1.
    Eobi6 "eobi6" eobi6;
    /// LSE Millennium MITCH, level 2, 11.9.
    Mitch "mitch" mitch;
    /// HKEX OMD-C FullTick 1.45.
    Hkex "hkex" hkex;
    /// MEMX MEMOIR Depth 1.3.
    Memx "memx" memx;
    /// Deribit multicast, SBE schema 1.
    Deribit "deribit" deribit;
    /// RTP packets.
    Rtp "rtp" rtp;
    /// The order-update feed.
    OrderUpdate "order-update" order_update;
}

/// Codecs whose layouts come from documents alone.
const UNVERIFIED: &[Codec] =
    &[Codec::AsxTradeItch, Codec::JpxItch, Codec::Cta, Codec::Eobi, Codec::Mitch, Codec::Hkex];

impl Codec {
    /// The name `--protocol` takes behind the slash.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, codec)| *codec == self).map_or("unnamed", |(name, _)| name)
    }

    /// Whether its layouts were never held against bytes of the exchange.
    #[must_use]
    pub fn unverified(self) -> bool {
        UNVERIFIED.contains(&self)
    }
}
