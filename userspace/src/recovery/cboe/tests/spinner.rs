//! The Spin client and the Spin server against each other.

use std::sync::Arc;

use super::{
    spin::Spinner,
    wire::{Layout, SpinFinished, SpinImageAvailable, SpinResponse},
    *,
};
use crate::recovery::{
    Lost, MessageRange, Patience,
    fault::Fault,
    server::{Session, Spin, SpinConfig},
    snapshots::{Snapshot, Snapshots},
    stream::Protocol,
    testing::{Event, Kept},
};

const PATIENCE: Patience = Patience { tries: 2, begin_ns: 20 * SECOND_NS };

fn message(number: u32) -> Box<[u8]> {
    let mut message = vec![26, 0x22];
    message.extend_from_slice(&number.to_le_bytes());
    message.resize(26, 0);
    message.into()
}

fn image(through: u64, orders: u32) -> Snapshot {
    Snapshot { through, orders, messages: (0..orders).map(message).collect() }
}

/// Client and server over 30 s; the image moves on by 10 a second, from 100. Returns what the client handed back.
fn joined(fault: Fault, oldest: u64) -> Kept {
    let snapshots = Arc::new(Snapshots::default());
    let config = SpinConfig { credentials: credentials(), key: key(1), fault };
    let mut server = Spin::new(config, Arc::clone(&snapshots), 0);
    let mut client = Spinner::new(key(1), credentials(), PATIENCE);
    let (mut kept, mut to_server, mut to_client) = (Kept::default(), Vec::new(), Vec::new());
    client.join(key(1), oldest, 0);
    client.opened(0, &mut to_server);
    for tick in 0..300 {
        let now_ns = tick * SECOND_NS / 10;
        snapshots.set(key(1), image(100 + tick, 500));
        client.poll(now_ns, &mut kept, &mut to_server).unwrap();
        server.feed(&std::mem::take(&mut to_server), now_ns, &mut to_client).unwrap();
        server.poll(now_ns, &mut to_client).unwrap();
        client.feed(&std::mem::take(&mut to_client), now_ns, &mut kept, &mut to_server).unwrap();
    }
    kept
}

fn whole(through: u64) -> Vec<Event> {
    let messages = (0..500).map(|number| Event::Snapshot(key(1), message(number).to_vec()));
    [Event::Begin(key(1))].into_iter().chain(messages).chain([Event::Join(key(1), through + 1)]).collect()
}

fn given_up(first: u64, cause: Lost) -> Event {
    Event::GaveUp(MessageRange { key: key(1), first, count: 0 }, cause)
}

#[test]
fn the_first_image_that_the_live_stream_goes_on_from_is_taken() {
    assert_eq!(joined(Fault::None, 50).0, whole(100));
    assert_eq!(joined(Fault::None, 101).0, whole(100));
    assert_eq!(joined(Fault::None, 102).0, whole(110));
    assert_eq!(joined(Fault::None, 151).0, whole(150));
}

#[test]
fn an_image_that_never_comes_is_given_up() {
    assert_eq!(joined(Fault::None, 1_000).0, [given_up(1_000, Lost::NoSnapshot)]);
    assert_eq!(joined(Fault::Refuse, 50).0, [given_up(50, Lost::NoSnapshot)]);
}

#[test]
fn a_spin_that_lacks_orders_is_void() {
    let kept = joined(Fault::Partial, 50).0;
    let begun = kept.iter().filter(|event| **event == Event::Begin(key(1))).count();
    assert_eq!(begun, 2);
    assert!(!kept.iter().any(|event| matches!(event, Event::Join(..))));
    assert_eq!(kept.last(), Some(&given_up(50, Lost::NoSnapshot)));
}

/// A client that was told to join and is logged in.
fn logged_in() -> (Spinner, Kept) {
    let mut client = Spinner::new(key(1), credentials(), PATIENCE);
    let mut kept = Kept::default();
    client.join(key(1), 1, 0);
    client.opened(0, &mut Vec::new());
    client.feed(&accepted(), 0, &mut kept, &mut Vec::new()).unwrap();
    (client, kept)
}

fn announced(sequence: u32) -> Vec<u8> {
    said(&SpinImageAvailable { header: SpinImageAvailable::header(), sequence: sequence.into() })
}

fn answered(sequence: u32, status: u8) -> Vec<u8> {
    let header = SpinResponse::header();
    said(&SpinResponse { header, sequence: sequence.into(), order_count: 0.into(), status })
}

fn finished(sequence: u32) -> Vec<u8> {
    said(&SpinFinished { header: SpinFinished::header(), sequence: sequence.into() })
}

#[test]
fn what_a_broken_connection_had_begun_is_forgotten() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&announced(7)[..9], 1, &mut kept, &mut out).unwrap();
    client.closed(2);
    client.opened(3, &mut out);
    client
        .feed(&[accepted(), announced(9), answered(9, b'A'), finished(9)].concat(), 4, &mut kept, &mut out)
        .unwrap();
    assert_eq!(kept.0.last(), Some(&Event::Join(key(1), 10)));
}

#[test]
fn a_connection_cut_off_in_a_spin_voids_it_and_the_next_starts_over() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&[announced(7), answered(7, b'A')].concat(), 1, &mut kept, &mut out).unwrap();
    assert!(client.closed(2) && client.wants_connection());
    client.opened(3, &mut out);
    let rest = [accepted(), announced(9), answered(9, b'A'), finished(9)].concat();
    client.feed(&rest, 4, &mut kept, &mut out).unwrap();
    let begin = Event::Begin(key(1));
    assert_eq!(kept.0, [begin.clone(), begin, Event::Join(key(1), 10)]);
    assert!(!client.wants_connection());
    assert_eq!((client.tally().snapshots, client.tally().snapshots_void), (1, 1));
}

#[test]
fn a_second_wish_voids_the_spin_under_way() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&[announced(7), answered(7, b'A')].concat(), 1, &mut kept, &mut out).unwrap();
    client.join(key(1), 9, 2);
    let rest = [finished(7), announced(7), announced(8), answered(8, b'A'), finished(8)].concat();
    client.feed(&rest, 4, &mut kept, &mut out).unwrap();
    let begin = Event::Begin(key(1));
    assert_eq!(kept.0, [begin.clone(), begin, Event::Join(key(1), 9)]);
}

#[test]
fn a_spin_asked_for_before_a_second_wish_may_be_too_old_for_it() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&announced(7), 1, &mut kept, &mut out).unwrap();
    client.join(key(1), 9, 2);
    let rest = [answered(7, b'A'), finished(7), announced(7), announced(8), answered(8, b'A'), finished(8)];
    client.feed(&rest.concat(), 4, &mut kept, &mut out).unwrap();
    let begin = Event::Begin(key(1));
    assert_eq!(kept.0, [begin.clone(), begin, Event::Join(key(1), 9)]);
}

#[test]
fn a_spin_that_ends_as_another_one_is_void() {
    let (mut client, mut kept) = logged_in();
    let spin = [announced(7), answered(7, b'A'), finished(6)].concat();
    client.feed(&spin, 1, &mut kept, &mut Vec::new()).unwrap();
    assert_eq!((kept.0, client.tally().snapshots_void), (vec![Event::Begin(key(1))], 1));
}

#[test]
fn a_request_says_as_well_as_a_heartbeat_that_the_client_lives() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&announced(7), SECOND_NS / 2, &mut kept, &mut out).unwrap();
    out.clear();
    client.poll(SECOND_NS, &mut kept, &mut out).unwrap();
    assert!(out.is_empty());
    client.poll(SECOND_NS * 3 / 2, &mut kept, &mut out).unwrap();
    assert_eq!(out, [8, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn a_request_that_is_not_answered_ends_the_connection() {
    let (mut client, mut kept) = logged_in();
    let mut out = Vec::new();
    client.feed(&announced(7), 1, &mut kept, &mut out).unwrap();
    assert!(client.poll(4 * SECOND_NS, &mut kept, &mut out).is_ok());
    client.feed(&announced(8), 4 * SECOND_NS, &mut kept, &mut out).unwrap();
    assert!(client.poll(6 * SECOND_NS, &mut kept, &mut out).is_err());
}

#[test]
fn another_unit_is_not_this_server_s() {
    let (mut client, mut kept) = logged_in();
    client.join(key(2), 5, 0);
    client.poll(0, &mut kept, &mut Vec::new()).unwrap();
    let range = MessageRange { key: key(2), first: 5, count: 0 };
    assert_eq!(kept.0, [Event::GaveUp(range, Lost::NoSuchStream)]);
}
