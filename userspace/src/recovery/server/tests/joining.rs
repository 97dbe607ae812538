//! The Spin and GLIMPSE clients and servers.

use std::{net::SocketAddr, sync::Arc};

use super::{glimpse as glimpse_server, *};
use crate::{
    framing::StreamKey,
    recovery::{
        Joiner, Lost, MessageRange, Patience, Tally,
        cboe::{self, spin::Spinner},
        fault::Fault,
        glimpse,
        snapshots::{Snapshot, Snapshots},
        soupbin,
        stream::Connection,
        testing::{Event, Kept},
    },
};

const KEY: StreamKey = cboe::key(3);
const MESSAGES: u32 = 20_000;
const PATIENCE: Patience = Patience { tries: 3, begin_ns: 2 * SECOND_NS };

fn message(number: u32) -> Vec<u8> {
    let mut message = vec![26, 0x22];
    message.extend_from_slice(&number.to_le_bytes());
    message.resize(26, 0);
    message
}

fn snapshots() -> Arc<Snapshots> {
    let snapshots = Arc::new(Snapshots::default());
    let messages = (0..MESSAGES).map(|number| message(number).into()).collect();
    snapshots.set(KEY, Snapshot { through: 700, orders: MESSAGES, messages });
    snapshots
}

/// Joins, until it is joined or given up.
fn joined(mut client: impl Joiner) -> (Vec<Event>, Tally) {
    let mut kept = Kept::default();
    client.join(KEY, 690, 0);
    until(|now_ns| {
        client.service(now_ns, &mut kept);
        matches!(kept.0.last(), Some(Event::Join(..) | Event::GaveUp(..)))
    });
    (kept.0, client.tally())
}

fn spin_client(server: SocketAddr) -> Connection<Spinner> {
    let credentials = cboe::Credentials::new("0001", "FIRM", "secret").unwrap();
    Connection::new(Spinner::new(KEY, credentials, PATIENCE), server)
}

fn glimpse_client(server: SocketAddr) -> Connection<glimpse::Glimpse> {
    let credentials = soupbin::Credentials::new("user", "secret").unwrap();
    Connection::new(glimpse::Glimpse::new(credentials, PATIENCE), server)
}

fn from_spin(fault: Fault) -> (Vec<Event>, Tally) {
    let credentials = cboe::Credentials::new("0001", "FIRM", "secret").unwrap();
    let config = SpinConfig { credentials, key: KEY, fault };
    let snapshots = snapshots();
    let server = Listening::start(listener(), fault, move |now_ns| {
        Spin::new(config.clone(), Arc::clone(&snapshots), now_ns)
    })
    .unwrap();
    joined(spin_client(server.address()))
}

fn from_glimpse(fault: Fault) -> (Vec<Event>, Tally) {
    let credentials = soupbin::Credentials::new("user", "secret").unwrap();
    let session = soupbin::Session(*b"   GLIMPSE");
    let config = soupbin::Config { credentials, session, fault };
    let snapshots = snapshots();
    let server = Listening::start(listener(), fault, move |now_ns| {
        glimpse_server(config.clone(), snapshots.latest(KEY), now_ns)
    })
    .unwrap();
    joined(glimpse_client(server.address()))
}

/// What is handed back of a whole snapshot.
fn whole() -> Vec<Event> {
    let messages = (0..MESSAGES).map(|number| Event::Snapshot(KEY, message(number)));
    [Event::Begin(KEY)].into_iter().chain(messages).chain([Event::Join(KEY, 701)]).collect()
}

fn gave_up(cause: Lost) -> Event {
    Event::GaveUp(MessageRange { key: KEY, first: 690, count: 0 }, cause)
}

/// Whether a snapshot comes from a server that is slow, and whether one that dies after some bytes costs one
/// snapshot and no more.
fn comes_in_the_end(from: fn(Fault) -> (Vec<Event>, Tally)) {
    for fault in ["none", "slow=50"] {
        let (events, tally) = from(fault.parse().unwrap());
        assert!(events == whole(), "{fault}: {} events, {tally:?}", events.len());
        assert_eq!((tally.connected, tally.snapshots, tally.snapshots_void), (1, 1, 0));
    }
    let (events, tally) = from(Fault::Die(100_000));
    let broken_off = events.len() - whole().len();
    assert!((2..100_000 / 26).contains(&broken_off), "{broken_off} events");
    assert!(events[..broken_off] == whole()[..broken_off]);
    assert!(events[broken_off..] == whole());
    assert_eq!((tally.connected, tally.snapshots, tally.snapshots_void), (2, 1, 1));
}

#[test]
fn a_spin_comes_in_the_end() {
    comes_in_the_end(from_spin);
}

#[test]
fn a_glimpse_comes_in_the_end() {
    comes_in_the_end(from_glimpse);
}

#[test]
fn a_snapshot_that_is_never_whole_is_given_up() {
    for from in [from_spin, from_glimpse] {
        let (events, tally) = from(Fault::Partial);
        assert_eq!(events.iter().filter(|event| **event == Event::Begin(KEY)).count(), 3);
        assert_eq!((events.last(), tally.snapshots_void), (Some(&gave_up(Lost::NoSnapshot)), 3));
    }
}

#[test]
fn a_refusal_is_why_a_snapshot_is_given_up() {
    assert_eq!(from_spin(Fault::Refuse).0, [gave_up(Lost::NoSnapshot)]);
    assert_eq!(from_spin(Fault::RefuseLogin).0, [gave_up(Lost::NotAuthorised)]);
    assert_eq!(from_glimpse(Fault::Refuse).0, [gave_up(Lost::Unreachable)]);
    assert_eq!(from_glimpse(Fault::RefuseLogin).0, [gave_up(Lost::NotAuthorised)]);
}

#[test]
fn a_snapshot_that_nobody_serves_is_given_up() {
    assert_eq!(joined(spin_client(nobody())).0, [gave_up(Lost::Unreachable)]);
    assert_eq!(joined(glimpse_client(nobody())).0, [gave_up(Lost::Unreachable)]);
}
