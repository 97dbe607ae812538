use super::*;
use crate::codec::{Codec, Shown};

/// Sequence 7, at 34,200 s, order 9, price 99.0500, quantity 100, sell.
const UPDATE: &[u8] = b"\x01\x2b\0\x07\0\0\0\0\0\0\0\0\xf0\xd9\xce\x1a\x1f\0\0\
    \x09\0\0\0\0\0\0\0\x24\x1d\x0f\0\0\0\0\0\x64\0\0\0\x01\0\0\0";

#[test]
fn every_field() {
    assert_eq!(
        Shown::new(Codec::OrderUpdate, UPDATE).unwrap().to_string(),
        "order_update msg_type=1 msg_len=43 sequence=7 timestamp=34200000000000 order_id=9 price=99.0500 \
         quantity=100 side=1"
    );
    let longer = [UPDATE, b"more"].concat();
    assert_eq!(parse(&longer).unwrap().quantity(), 100);
    let mut below = UPDATE.to_vec();
    below[27..35].copy_from_slice(&(-1_i64).to_le_bytes());
    assert_eq!(parse(&below).unwrap().price().to_string(), "-0.0001");
}

#[test]
fn what_cannot_be_read() {
    assert_eq!(read(b""), Err(Unread::Empty));
    assert_eq!(read(&UPDATE[..42]), Err(Unread::Short));
    let with = |at: usize, value: u8| {
        let mut message = UPDATE.to_vec();
        message[at] = value;
        read(&message)
    };
    assert_eq!(with(0, 2), Err(Unread::UnknownType));
    assert_eq!((with(39, 0), with(39, 1)), (Ok(0), Ok(0)));
    for side in [2, b'B', 0xff] {
        assert_eq!(with(39, side), Err(Unread::Invalid));
    }
}
