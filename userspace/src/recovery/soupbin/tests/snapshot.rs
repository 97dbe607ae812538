//! The GLIMPSE client and the GLIMPSE server against each other.

use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    framing::StreamKey,
    recovery::{
        Lost, MessageRange, Patience, Tally,
        fault::Fault,
        glimpse::{Glimpse, write_end},
        server::{self, Session as _},
        snapshots::Snapshot,
        stream::{Hangup, Protocol},
        testing::{Event, Kept},
    },
};

const KEY: StreamKey = StreamKey(*b"000012345A\0\0\0\0\0\0");

const PATIENCE: Patience = Patience { tries: 2, begin_ns: 20 * SECOND_NS };

fn image(through: u64) -> Arc<Snapshot> {
    let messages = (0..5_000_u32).map(|number| number.to_be_bytes().into()).collect();
    Arc::new(Snapshot { through, orders: 5_000, messages })
}

/// One connection after the other, a second apart, each to a snapshot through a later sequence, until none is wanted
/// any more. `fault` is that of the first `faulty` ones.
fn joined(fault: Fault, faulty: u64, oldest: u64) -> (Kept, Tally) {
    let mut client = Glimpse::new(credentials(), PATIENCE);
    let mut kept = Kept::default();
    client.join(KEY, oldest, 0);
    for connection in 0..100 {
        let mut now_ns = connection * SECOND_NS;
        if !client.wants_connection() {
            break;
        }
        let fault = if connection < faulty { fault } else { Fault::None };
        let config = Config { credentials: credentials(), session: SESSION, fault };
        let mut server = server::glimpse(config, Some(image(100 + 10 * connection)), now_ns);
        let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
        client.opened(now_ns, &mut to_server);
        for _ in 0..10 {
            let up = server.feed(&std::mem::take(&mut to_server), now_ns, &mut to_client).is_ok()
                && server.poll(now_ns, &mut to_client).is_ok();
            let fed = client.feed(&std::mem::take(&mut to_client), now_ns, &mut kept, &mut to_server);
            if fed.and_then(|()| client.poll(now_ns, &mut kept, &mut to_server).map(drop)).is_err() || !up {
                break;
            }
            now_ns += SECOND_NS / 20;
        }
        client.closed(now_ns);
        client.poll(now_ns, &mut kept, &mut to_server).unwrap();
    }
    (kept, *client.tally())
}

/// What is handed back of a snapshot, up to so many messages.
fn begun(messages: u32) -> Vec<Event> {
    let snapshot = (0..messages).map(|number| Event::Snapshot(KEY, number.to_be_bytes().to_vec()));
    [Event::Begin(KEY)].into_iter().chain(snapshot).collect()
}

fn whole(next: u64) -> Vec<Event> {
    [begun(5_000), vec![Event::Join(KEY, next)]].concat()
}

#[test]
fn a_snapshot_is_handed_on_with_the_sequence_to_go_on_with() {
    assert_eq!(joined(Fault::None, 0, 50).0.0, whole(101));
    assert_eq!(joined(Fault::None, 0, 101).0.0, whole(101));
    assert_eq!(joined(Fault::Slow(Duration::from_millis(200)), 9, 50).0.0, whole(101));
}

#[test]
fn a_snapshot_older_than_the_live_stream_is_void() {
    let (kept, tally) = joined(Fault::None, 0, 102);
    assert_eq!(kept.0, [begun(5_000), whole(111)].concat());
    assert_eq!((tally.snapshots, tally.snapshots_void), (1, 1));
}

#[test]
fn a_snapshot_that_breaks_off_starts_over_and_is_given_up_in_the_end() {
    let (kept, tally) = joined(Fault::Partial, 1, 50);
    assert_eq!(kept.0, [begun(2_500), whole(111)].concat());
    assert_eq!((tally.snapshots, tally.snapshots_void, tally.snapshot_messages), (1, 1, 7_500));
    let gave_up = Event::GaveUp(MessageRange { key: KEY, first: 50, count: 0 }, Lost::NoSnapshot);
    assert_eq!(joined(Fault::Partial, 99, 50).0.0, [begun(2_500), begun(2_500), vec![gave_up]].concat());
}

#[test]
fn a_login_refused_is_tried_again_until_its_time_is_over() {
    assert_eq!(joined(Fault::RefuseLogin, 3, 50).0.0, whole(131));
    for (fault, cause) in [(Fault::RefuseLogin, Lost::NotAuthorised), (Fault::Refuse, Lost::Unreachable)] {
        let gave_up = Event::GaveUp(MessageRange { key: KEY, first: 50, count: 0 }, cause);
        assert_eq!(joined(fault, 99, 50).0.0, [gave_up]);
    }
}

#[test]
fn a_snapshot_must_start_at_its_beginning_and_end_in_the_layout() {
    let cases = [
        (accepted(SESSION, 2), Hangup::Unusable),
        ([accepted(SESSION, 1), packet(kind::SEQUENCED, b"G12")].concat(), Malformed::ShortMessage.into()),
        ([accepted(SESSION, 1), packet(kind::SEQUENCED, &[b'G'; 21])].concat(), Malformed::Number.into()),
    ];
    for (bytes, why) in cases {
        let mut client = Glimpse::new(credentials(), PATIENCE);
        let mut kept = Kept::default();
        client.join(KEY, 1, 0);
        client.opened(0, &mut Vec::new());
        assert_eq!(client.feed(&bytes, 0, &mut kept, &mut Vec::new()), Err(why));
        client.closed(0);
        assert!(client.wants_connection() && !kept.0.iter().any(|event| matches!(event, Event::Join(..))));
    }
}

#[test]
fn a_client_that_has_its_snapshot_logs_out() {
    let mut client = Glimpse::new(credentials(), PATIENCE);
    let mut kept = Kept::default();
    client.join(KEY, 1, 0);
    client.opened(0, &mut Vec::new());
    let mut end = Vec::new();
    write_end(77, &mut end);
    assert_eq!(end, b"G                  77");
    let mut out = Vec::new();
    let bytes = [accepted(SESSION, 1), packet(kind::SEQUENCED, &end)].concat();
    assert_eq!(client.feed(&bytes, 0, &mut kept, &mut out), Err(Hangup::Done));
    assert_eq!(packets(&out), [('O', vec![])]);
    assert_eq!(kept.0, [Event::Begin(KEY), Event::Join(KEY, 77)]);
}

#[test]
fn a_second_wish_voids_the_snapshot_under_way() {
    let mut client = Glimpse::new(credentials(), PATIENCE);
    let mut kept = Kept::default();
    client.join(KEY, 1, 0);
    client.opened(0, &mut Vec::new());
    client.feed(&accepted(SESSION, 1), 0, &mut kept, &mut Vec::new()).unwrap();
    client.join(KEY, 9, 1);
    let message = packet(kind::SEQUENCED, b"A");
    client.feed(&message, 1, &mut kept, &mut Vec::new()).unwrap();
    assert_eq!(client.poll(1, &mut kept, &mut Vec::new()), Err(Hangup::Done));
    client.closed(1);
    assert!(client.wants_connection());
    assert_eq!((kept.0, client.tally().snapshots_void), (vec![Event::Begin(KEY)], 1));
}
