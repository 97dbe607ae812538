//! Lengths and counts of units that contradict each other.

use super::{
    units::Units,
    wire::{GapResponse, Layout, LoginResponse},
    *,
};
use crate::recovery::stream::Malformed;

/// Types of the messages read, and how reading ended.
fn read(bytes: &[u8]) -> (Vec<u8>, Result<usize, Malformed>) {
    let mut kinds = Vec::new();
    let mut units = Units::default();
    let fed = units.feed(bytes, |unit| {
        units::messages(unit, |message| {
            kinds.push(message[1]);
            Ok::<_, Malformed>(())
        })
    });
    (kinds, fed.map(|()| units.pending()))
}

/// A unit whose header says this many messages, and these bytes.
fn unit_of(count: u8, messages: &[u8]) -> Vec<u8> {
    [&[8 + messages.len() as u8, 0, count, 0, 0, 0, 0, 0], messages].concat()
}

#[test]
fn a_unit_holds_what_it_announces() {
    assert_eq!(read(&unit_of(0, &[])), (vec![], Ok(0)));
    assert_eq!(read(&unit_of(2, &[2, 0x99, 3, 0x98, 0])), (vec![0x99, 0x98], Ok(0)));
    assert_eq!(read(&unit_of(2, &[2, 0x99])), (vec![0x99], Err(Malformed::Count)));
    assert_eq!(read(&unit_of(1, &[2, 0x99, 2, 0x98])), (vec![0x99], Err(Malformed::Count)));
    assert_eq!(read(&unit_of(0, &[0])), (vec![], Err(Malformed::Count)));
    assert_eq!(read(&unit_of(1, &[3, 0x99])), (vec![], Err(Malformed::MessageLength)));
    assert_eq!(read(&unit_of(1, &[1, 0x99])), (vec![], Err(Malformed::MessageLength)));
    assert_eq!(read(&[7, 0]), (vec![], Err(Malformed::ShortFrame)));
    assert_eq!(read(&unit_of(1, &[2, 0x99])[..9]), (vec![], Ok(9)));
}

#[test]
fn a_message_is_read_by_its_known_fields() {
    let message = [4, 0x02, b'A', 0xEE];
    assert_eq!(units::layout::<LoginResponse>(&message).unwrap().status, b'A');
    assert_eq!(units::layout::<LoginResponse>(&message[..2]).unwrap_err(), Malformed::ShortMessage);
    assert_eq!(GapResponse::header().length, 10);
}
