//! Captured connections: both sides must say what was said, byte for byte.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex},
};

use super::{grp::Requester, quota::Quotas, spin::Spinner, *};
use crate::{
    captures::{self, Sent},
    recovery::{
        MessageRange, Patience, Tally,
        fault::Fault,
        server::{Grp, GrpConfig, Session, Spin, SpinConfig},
        snapshots::{Snapshot, Snapshots},
        store::{History, Store},
        stream::{Malformed, Protocol},
        testing::{Event, Kept},
    },
};

const QUOTAS: Quotas = Quotas { second: 320, minute: 1_500, day: 100_000 };

fn captured(file: &str) -> Option<Vec<Sent>> {
    Some(captures::conversation(&captures::path(file)?))
}

/// What one side said, segment by segment.
fn said(conversation: &[Sent], by_client: bool) -> Vec<Vec<u8>> {
    conversation.iter().filter(|sent| sent.by_client == by_client).map(|sent| sent.bytes.clone()).collect()
}

/// How many messages of each type one side sent; heartbeats as type 0. Every byte must belong to one.
fn counts(conversation: &[Sent], by_client: bool) -> BTreeMap<u8, u32> {
    let mut counts = BTreeMap::new();
    let mut read = units::Units::default();
    for bytes in said(conversation, by_client) {
        let fed = read.feed(&bytes, |unit| {
            let mut heartbeat = true;
            units::messages(unit, |message| {
                heartbeat = false;
                *counts.entry(message[1]).or_default() += 1;
                Ok::<_, Malformed>(())
            })?;
            if heartbeat {
                *counts.entry(0).or_default() += 1;
            }
            Ok::<_, Malformed>(())
        });
        assert_eq!((fed, read.pending()), (Ok(()), 0));
    }
    counts
}

/// What `client` says, segment by segment, when it hears what the captured one heard, in its time. `before` is called
/// before each segment.
fn client_says<P: Protocol>(
    client: &mut P,
    conversation: &[Sent],
    mut before: impl FnMut(&mut P, &Sent),
) -> (Vec<Vec<u8>>, Kept) {
    let mut kept = Kept::default();
    let (mut says, mut out) = (Vec::new(), Vec::new());
    client.opened(conversation[0].at_ns, &mut out);
    for sent in conversation {
        before(client, sent);
        if sent.by_client {
            client.poll(sent.at_ns, &mut kept, &mut out).unwrap();
            says.push(mem::take(&mut out));
        } else {
            client.feed(&sent.bytes, sent.at_ns, &mut kept, &mut out).unwrap();
        }
    }
    assert!(out.is_empty());
    (says, kept)
}

/// The same of a server. What it answers at once is said before it is polled again.
fn server_says(server: &mut impl Session, conversation: &[Sent]) -> Vec<Vec<u8>> {
    let (mut says, mut out) = (Vec::new(), Vec::new());
    for sent in conversation {
        if sent.by_client {
            server.feed(&sent.bytes, sent.at_ns, &mut out).unwrap();
        } else {
            if out.is_empty() {
                server.poll(sent.at_ns, &mut out).unwrap();
            }
            // Two requests in a row are answered in two segments, or in one: TCP does not tell.
            says.push(out.drain(..sent.bytes.len().min(out.len())).collect());
        }
    }
    assert!(out.is_empty());
    says
}

fn at(conversation: &[Sent]) -> u64 {
    conversation[0].at_ns
}

const GRP: &str = "cboe/mcastpitch_grp_useq.pcap";
const SPIN: &str = "cboe/mcastpitch_spin_useq.pcap";

/// What the captured client logged in with.
fn credentials(conversation: &[Sent]) -> Credentials {
    let message = &conversation[0].bytes[size_of::<wire::UnitHeader>()..];
    let login = units::layout::<wire::Login>(message).unwrap();
    let word = |bytes| str::from_utf8(bytes).unwrap().trim_end();
    Credentials::new(word(&login.session_sub_id), word(&login.username), word(&login.password)).unwrap()
}

/// The one message of this type that the captured server sent.
fn server_sent(conversation: &[Sent], kind: u8) -> Vec<u8> {
    let mut found = Vec::new();
    for bytes in said(conversation, false) {
        units::messages(&bytes, |message| {
            if message[1] == kind {
                assert!(found.is_empty(), "another");
                found = message.to_vec();
            }
            Ok::<_, Malformed>(())
        })
        .unwrap();
    }
    assert!(!found.is_empty(), "none");
    found
}

#[test]
fn every_message_of_the_grp_connection_is_understood() {
    let Some(conversation) = captured(GRP) else { return };
    assert_eq!(counts(&conversation, true), BTreeMap::from([(0, 7), (0x01, 1), (0x03, 1)]));
    assert_eq!(counts(&conversation, false), BTreeMap::from([(0, 7), (0x02, 1), (0x04, 1)]));
}

#[test]
fn our_client_says_what_the_captured_grp_client_said() {
    let Some(conversation) = captured(GRP) else { return };
    let mut client = Requester::new(grp::Config::new(credentials(&conversation)));
    let missing = MessageRange { key: key(1), first: 14, count: 1 };
    let (says, kept) = client_says(&mut client, &conversation, |client, sent| {
        if sent.by_client && sent.bytes.len() == 17 {
            client.wanted(missing, sent.at_ns);
        }
        if !sent.by_client && sent.bytes.len() == 18 {
            // The capture has no multicast: the answer came there.
            client.filled(missing);
        }
    });
    assert_eq!(says, said(&conversation, true));
    assert_eq!(kept, Kept::default());
    assert_eq!(*client.tally(), Tally { requests: 1, ..Tally::default() });
}

#[test]
fn our_server_says_what_the_captured_grp_said() {
    let Some(conversation) = captured(GRP) else { return };
    let store = Arc::new(History::new(100));
    (1..=20).for_each(|sequence| store.push(key(1), sequence, &[6, 0x20, 0, 0, 0, sequence as u8]));
    let group = Arc::new(Mutex::new(Vec::new()));
    let to_group = Arc::clone(&group);
    let config =
        GrpConfig { credentials: credentials(&conversation), count: 100, quotas: QUOTAS, fault: Fault::None };
    let send = move |datagram: &[u8]| to_group.lock().unwrap().push(datagram.to_vec());
    let mut server = Grp::new(config, Arc::clone(&store), send, at(&conversation));
    assert_eq!(server_says(&mut server, &conversation), said(&conversation, false));
    let datagram = [&[14, 0, 1, 1, 14, 0, 0, 0][..], &[6, 0x20, 0, 0, 0, 14]].concat();
    assert_eq!(*group.lock().unwrap(), [datagram]);
    assert_eq!(store.extent(key(1)), Some((1, 21)));
}

#[test]
fn every_message_of_the_spin_connection_is_understood() {
    let Some(conversation) = captured(SPIN) else { return };
    assert_eq!(counts(&conversation, true), BTreeMap::from([(0, 3), (0x01, 1), (0x81, 2)]));
    let expected = BTreeMap::from([(0x02, 1), (0x20, 1), (0x80, 4), (0x82, 2), (0x83, 1)]);
    assert_eq!(counts(&conversation, false), expected);
}

#[test]
fn our_client_says_what_the_captured_spin_client_said() {
    let Some(conversation) = captured(SPIN) else { return };
    let mut client = Spinner::new(key(1), credentials(&conversation), Patience::default());
    client.join(key(1), 313, at(&conversation));
    let (says, kept) = client_says(&mut client, &conversation, |_, _| {});
    let mut expected = said(&conversation, true);
    // That client asked twice for the same spin; the second time was refused. Ours does not ask again.
    assert_eq!(expected[1], expected[2]);
    expected[2].clear();
    assert_eq!(says, expected);
    let time = server_sent(&conversation, 0x20);
    let events = vec![Event::Begin(key(1)), Event::Snapshot(key(1), time), Event::Join(key(1), 313)];
    assert_eq!(kept.0, events);
    let tally = Tally { requests: 1, refused: 1, snapshots: 1, snapshot_messages: 1, ..Tally::default() };
    assert_eq!(*client.tally(), tally);
}

#[test]
fn an_image_that_is_too_old_is_not_asked_for() {
    let Some(conversation) = captured(SPIN) else { return };
    let mut client = Spinner::new(key(1), credentials(&conversation), Patience::default());
    client.join(key(1), 314, at(&conversation));
    let (says, kept) = client_says(&mut client, &conversation, |_, _| {});
    assert!(says.iter().all(|bytes| bytes.len() != 14), "a request");
    assert_eq!(kept, Kept::default());
}

#[test]
fn our_server_says_what_the_captured_spin_server_said() {
    let Some(conversation) = captured(SPIN) else { return };
    let snapshots = Arc::new(Snapshots::default());
    let messages = vec![server_sent(&conversation, 0x20).into()];
    snapshots.set(key(1), Snapshot { through: 312, orders: 0, messages });
    let config = SpinConfig { credentials: credentials(&conversation), key: key(1), fault: Fault::None };
    let mut server = Spin::new(config, snapshots, at(&conversation));
    assert_eq!(server_says(&mut server, &conversation), said(&conversation, false));
}
