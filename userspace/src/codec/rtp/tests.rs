use super::*;
use crate::codec::{Codec, Shown};

/// Two sources, an extension of one word, marked, payload type 97, seven bytes of media, padding of two.
const WHOLE: &[u8] =
    b"\xb2\xe1\xff\xfe\x00\x00\x12\x34\x0a\x0b\x0c\x0dcsrccsrc\xbe\xde\x00\x01word1234567\x00\x02";

#[test]
fn every_field() {
    assert_eq!(
        Shown::new(Codec::Rtp, WHOLE).unwrap().to_string(),
        "packet version=2 padding=1 extension=1 csrc_count=2 marker=1 payload_type=97 sequence=65534 \
         timestamp=4660 ssrc=168496141 payload_bytes=7"
    );
    assert_eq!(payload(WHOLE), Ok(&b"1234567"[..]));
    let plain = b"\x80\x60\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    let header = Packet::ref_from_bytes(plain).unwrap();
    assert_eq!(
        (header.flags().padding(), header.flags().extension(), header.flags().csrc_count()),
        (0, 0, 0)
    );
    assert_eq!((header.kind().marker(), header.kind().payload_type()), (0, 96));
}

#[test]
fn what_cannot_be_read() {
    assert_eq!(read(b""), Err(Unread::Empty));
    assert_eq!(read(&WHOLE[..11]), Err(Unread::Short));
    assert_eq!(read(&WHOLE[..20]), Err(Unread::Short), "the extension is missing");
    let mut other = WHOLE.to_vec();
    other[0] &= 0x7f;
    assert_eq!(read(&other), Err(Unread::UnknownType));
}
