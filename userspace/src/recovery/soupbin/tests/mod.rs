//! SoupBinTCP and GLIMPSE without a network, in a time of our own.

mod bytes;
mod served;
mod session;
mod snapshot;

use super::{packet::kind, *};
use crate::recovery::stream::Malformed;

const SECOND_NS: u64 = 1_000_000_000;

const SESSION: Session = Session(*b"   SESSION");

fn credentials() -> Credentials {
    Credentials::new("user", "secret").unwrap()
}

/// A packet.
fn packet(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    assert!(packet::write(kind, payload, &mut bytes));
    bytes
}

/// A server's acceptance of a login.
fn accepted(session: Session, next: u64) -> Vec<u8> {
    packet(kind::LOGIN_ACCEPTED, &[&session.0[..], &write_number(next)].concat())
}

/// Types and payloads of the packets in a byte stream.
fn packets(bytes: &[u8]) -> Vec<(char, Vec<u8>)> {
    let mut packets = Vec::new();
    let mut read = Packets::default();
    let fed = read.feed(bytes, |packet| {
        let (kind, payload) = packet::parts(packet);
        packets.push((kind.into(), payload.to_vec()));
        Ok::<_, Malformed>(())
    });
    assert_eq!((fed, read.pending()), (Ok(()), 0));
    packets
}

#[test]
fn credentials_are_padded_and_too_long_ones_refused() {
    let padded = Credentials::new("u", "p").unwrap();
    assert_eq!((padded.username, padded.password), (*b"u     ", *b"p         "));
    let told = Credentials::new("username", "p").unwrap_err().to_string();
    assert!(told.contains("user name") && told.contains("at most 6"), "{told}");
    assert!(Credentials::new("user", "12345678901").is_err());
    assert!(!format!("{:?}", credentials()).contains("secret"));
}

#[test]
fn no_packet_holds_more_than_its_length_can_say() {
    let mut out = Vec::new();
    assert!(packet::write(kind::SEQUENCED, &[0; 65_534], &mut out));
    assert_eq!(out.len(), 65_537);
    assert!(!packet::write(kind::SEQUENCED, &[0; 65_535], &mut out));
    assert_eq!(out.len(), 65_537);
}
