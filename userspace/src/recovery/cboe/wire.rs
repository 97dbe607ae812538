//! Layouts of the sequenced unit header and the recovery messages, little-endian.
//!
//! Source: Cboe US Equities/Options Multicast Depth of Book (PITCH) Specification, "Sequenced Unit Header", "Gap
//! Request Proxy Messages" and "Spin Messages".

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

/// In front of every unit of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct UnitHeader {
    /// Bytes of the unit, this header included.
    pub length: U16,
    /// Messages that follow; none is a heartbeat.
    pub count: u8,
    /// The unit (matching engine) the messages are of; 0 for those that are of none, as everything on GRP and Spin
    /// connections is.
    pub unit: u8,
    /// Sequence of the first message; 0 where messages have none.
    pub sequence: U32,
}

/// In front of every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct MessageHeader {
    /// Bytes of the message, this header included.
    pub length: u8,
    /// Its type.
    pub kind: u8,
}

/// A message of fixed layout.
pub trait Layout: FromBytes + IntoBytes + KnownLayout + Immutable + Unaligned + Sized {
    /// Its type.
    const KIND: u8;

    /// The header in front of it.
    #[must_use]
    fn header() -> MessageHeader {
        // Every layout here is a few bytes long.
        MessageHeader { length: size_of::<Self>() as u8, kind: Self::KIND }
    }
}

/// Declares messages: type, length with the header, fields behind the header.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $kind:literal, $length:literal { $($(#[$about:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub struct $name {
            /// Length and type.
            pub header: MessageHeader,
            $($(#[$about])* pub $field: $type,)*
        }

        const _: () = assert!(size_of::<$name>() == $length);

        impl Layout for $name {
            const KIND: u8 = $kind;
        }
    )*};
}

messages! {
    /// The client's first message.
    Login = 0x01, 22 {
        /// The session's sub-id, given by Cboe.
        session_sub_id: [u8; 4],
        /// The firm, given by Cboe, padded with spaces.
        username: [u8; 4],
        /// Spaces.
        filler: [u8; 2],
        /// Given by Cboe, padded with spaces.
        password: [u8; 10],
    }

    /// The server's answer to it.
    LoginResponse = 0x02, 3 {
        /// [`LoginStatus`](super::LoginStatus).
        status: u8,
    }

    /// Asks for messages to be sent again, on the multicast groups for gaps.
    GapRequest = 0x03, 9 {
        /// The unit they are of.
        unit: u8,
        /// The first one's sequence.
        sequence: U32,
        /// How many.
        count: U16,
    }

    /// The server's answer to it: not the messages, but whether they will come.
    GapResponse = 0x04, 10 {
        /// As in the request.
        unit: u8,
        /// As in the request.
        sequence: U32,
        /// As in the request.
        count: U16,
        /// [`GapStatus`](super::GapStatus).
        status: u8,
    }

    /// Says, once a second, up to where the next spin would go.
    SpinImageAvailable = 0x80, 6 {
        /// The last sequence the image includes.
        sequence: U32,
    }

    /// Asks for that spin.
    SpinRequest = 0x81, 6 {
        /// As in the announcement.
        sequence: U32,
    }

    /// The server's answer to it.
    SpinResponse = 0x82, 11 {
        /// As in the request; 0 when refused as already in progress.
        sequence: U32,
        /// Add Order messages of the spin.
        order_count: U32,
        /// [`SpinStatus`](super::SpinStatus).
        status: u8,
    }

    /// The spin's last message.
    SpinFinished = 0x83, 6 {
        /// As in the request: the last sequence the image includes.
        sequence: U32,
    }
}

const _: () = assert!(size_of::<UnitHeader>() == 8 && size_of::<MessageHeader>() == 2);
