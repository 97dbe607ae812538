//! The GRP client and server.

use std::{
    collections::BTreeSet,
    net::{SocketAddr, UdpSocket},
    sync::Arc,
};

use super::*;
use crate::recovery::{
    Client, Lost, MessageRange, Tally,
    cboe::{
        Credentials,
        grp::{Config, Requester},
        key,
        quota::Quotas,
    },
    fault::Fault,
    plan::Limits,
    store::History,
    stream::Connection,
    testing::{Event, Kept},
};

const ALL: MessageRange = MessageRange { key: key(3), first: 1, count: 500 };

fn credentials() -> Credentials {
    Credentials::new("0001", "FIRM", "secret").unwrap()
}

fn client(server: SocketAddr) -> Connection<Requester> {
    let limits = Limits {
        count: 50,
        outstanding: 8,
        pieces: 64,
        tries: 8,
        retry_ns: SECOND_NS / 50,
        longest_retry_ns: SECOND_NS / 20,
        patience_ns: 5 * SECOND_NS,
    };
    let quotas = Quotas { second: 1_000, minute: 10_000, day: 100_000 };
    Connection::new(Requester::new(Config { credentials: credentials(), limits, quotas }), server)
}

/// Asks `server` for [`ALL`]. Returns what came to the gap group, and what was given up.
fn asked(server: SocketAddr, group: &UdpSocket) -> (BTreeSet<u64>, Vec<(MessageRange, Lost)>, Tally) {
    let mut client = client(server);
    let (mut filled, mut lost, mut kept) = (BTreeSet::new(), Vec::new(), Kept::default());
    let mut given_up = 0;
    client.wanted(ALL, 0);
    until(|now_ns| {
        assert!(client.service(now_ns, &mut kept) > 0);
        let mut datagram = [0; 2048];
        while let Ok(length) = group.recv(&mut datagram) {
            let first = u64::from(u32::from_le_bytes(datagram[4..8].try_into().unwrap()));
            let count = u64::from(datagram[2]);
            assert_eq!((datagram[3], length), (3, 8 + 6 * usize::from(datagram[2])));
            filled.extend(first..first + count);
            client.filled(MessageRange { key: key(datagram[3]), first, count });
        }
        for event in kept.0.drain(..) {
            let Event::GaveUp(range, cause) = event else { panic!("{event:?}") };
            given_up += range.count;
            lost.push((range, cause));
        }
        filled.len() as u64 + given_up >= ALL.count
    });
    assert_eq!(client.tally().gave_up.iter().sum::<u64>(), given_up);
    (filled, lost, client.tally())
}

fn against(fault: Fault) -> (BTreeSet<u64>, Vec<(MessageRange, Lost)>, Tally) {
    let store = Arc::new(History::new(1_000));
    (1..=ALL.count).for_each(|sequence| store.push(key(3), sequence, &[6, 0x99, 0, 0, 0, 0]));
    let group = UdpSocket::bind("127.0.0.1:0").unwrap();
    group.set_nonblocking(true).unwrap();
    let to_group = group.local_addr().unwrap();
    let quotas = Quotas { second: 1_000, minute: 10_000, day: 100_000 };
    let config = GrpConfig { credentials: credentials(), count: 50, quotas, fault };
    let server = Listening::start(listener(), fault, move |now_ns| {
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let send = move |datagram: &[u8]| {
            sender.send_to(datagram, to_group).unwrap();
        };
        Grp::new(config.clone(), Arc::clone(&store), send, now_ns)
    })
    .unwrap();
    let outcome = asked(server.address(), &group);
    server.stop();
    outcome
}

fn all() -> BTreeSet<u64> {
    (ALL.first..ALL.end()).collect()
}

#[test]
fn everything_comes_in_the_fewest_requests() {
    let (filled, lost, tally) = against(Fault::None);
    assert!(filled == all() && lost.is_empty(), "{lost:?}");
    assert_eq!((tally.connected, tally.disconnected), (1, 0));
    assert_eq!(tally.requests - tally.repeated, 10);
}

#[test]
fn everything_comes_from_a_slow_server() {
    let (filled, lost, _) = against("slow=30".parse().unwrap());
    assert!(filled == all() && lost.is_empty(), "{lost:?}");
}

#[test]
fn everything_comes_in_the_end_from_a_server_that_answers_in_part() {
    let (filled, lost, tally) = against(Fault::Partial);
    assert!(filled == all() && lost.is_empty(), "{lost:?}");
    assert!(tally.repeated > 0);
}

#[test]
fn everything_comes_after_a_server_died_in_the_middle_of_an_answer() {
    // The login's response is 11 bytes, a gap response 18.
    let (filled, lost, tally) = against(Fault::Die(11 + 18 + 5));
    assert!(filled == all() && lost.is_empty(), "{lost:?}");
    assert_eq!((tally.connected, tally.disconnected), (2, 1));
}

#[test]
fn what_is_refused_is_given_up_for_that_reason() {
    for (fault, expected) in [(Fault::Refuse, Lost::OutOfRange), (Fault::RefuseLogin, Lost::NotAuthorised)] {
        let (filled, lost, tally) = against(fault);
        assert!(filled.is_empty());
        assert!(lost.iter().all(|(_, cause)| *cause == expected), "{lost:?}");
        assert_eq!(tally.login_refused > 0, fault == Fault::RefuseLogin);
    }
}

#[test]
fn what_nobody_serves_is_given_up() {
    let group = UdpSocket::bind("127.0.0.1:0").unwrap();
    group.set_nonblocking(true).unwrap();
    let (filled, lost, tally) = asked(nobody(), &group);
    assert!(filled.is_empty() && tally.not_connected > 0);
    assert_eq!(lost, [(ALL, Lost::Unreachable)]);
}
