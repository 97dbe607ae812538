//! Cboe clients and servers without a network, in a time of our own.

mod bytes;
mod lengths;
mod losses;
mod requester;
mod served;
mod spinner;

use super::*;

const SECOND_NS: u64 = 1_000_000_000;

fn credentials() -> Credentials {
    Credentials::new("0001", "FIRM", "secret").unwrap()
}

/// A server's acceptance of the login.
fn accepted() -> Vec<u8> {
    said(&wire::LoginResponse { header: <wire::LoginResponse as wire::Layout>::header(), status: b'A' })
}

/// A unit with this message.
fn said(message: &impl wire::Layout) -> Vec<u8> {
    let mut bytes = Vec::new();
    units::single(message, &mut bytes);
    bytes
}

#[test]
fn credentials_are_padded_and_too_long_ones_refused() {
    let login = Credentials::new("1", "AB", "p").unwrap().login();
    assert_eq!((login.session_sub_id, login.username, login.password), (*b"1   ", *b"AB  ", *b"p         "));
    let told = Credentials::new("0001", "FIRMS", "p").unwrap_err().to_string();
    assert!(told.contains("user name") && told.contains("at most 4"), "{told}");
    assert!(Credentials::new("0001", "FIRM", "12345678901").is_err());
    assert!(Credentials::new("é", "FIRM", "").is_err());
    assert!(!format!("{:?}", credentials()).contains("secret"));
}

#[test]
fn a_unit_s_stream_is_its_number() {
    assert_eq!(unit(key(7)), Some(7));
    assert_eq!(unit(StreamKey(*b"session 01      ")), None);
}
