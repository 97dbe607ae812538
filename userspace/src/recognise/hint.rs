//! What single protocols say about themselves beside framing and messages. A protocol needs nothing here to take part.

use zerocopy::FromBytes;

use crate::{
    codec::Codec,
    config::Protocol,
    framing::{Framing, iextp},
};

/// Why a datagram that its framing accepts is not one of this protocol's all the same.
pub(super) fn objection(protocol: Protocol, payload: &[u8]) -> Option<&'static str> {
    match (protocol.framing, protocol.codec) {
        (Framing::IexTp, Some(codec)) => {
            let (header, _) = iextp::Header::ref_from_prefix(payload).ok()?;
            let wanted = match codec {
                Codec::Tops => iextp::TOPS,
                Codec::Deep => iextp::DEEP,
                Codec::DeepPlus => iextp::DEEP_PLUS,
                _ => return None,
            };
            (header.message_protocol_id.get() != wanted)
                .then_some("the header's message protocol id is another's")
        }
        _ => None,
    }
}

/// Whether the framing and its codec accept nearly any bytes, so that only sequences can speak for them.
pub(super) fn accepts_anything(protocol: Protocol) -> bool {
    matches!(protocol.framing, Framing::Rtp)
}
