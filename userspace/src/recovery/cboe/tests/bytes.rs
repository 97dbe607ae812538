//! Any bytes, split in any way.

use std::sync::Arc;

use zerocopy::IntoBytes;

use super::{
    grp::{Config, Requester},
    quota::Quotas,
    spin::Spinner,
    units::Writer,
    *,
};
use crate::recovery::{
    MessageRange, Patience, Tally,
    fault::Fault,
    server::{Grp, GrpConfig, Session, Spin, SpinConfig},
    snapshots::{Snapshot, Snapshots},
    store::History,
    stream::{Hangup, Protocol},
    testing::{Kept, server_stays_idle, split, stays_idle},
};

const QUOTAS: Quotas = Quotas { second: 100, minute: 1_000, day: 10_000 };

/// Types of messages that mean something on these connections, some that do not, and lengths that fit or do not.
const TYPES: [u8; 12] = [0x01, 0x02, 0x03, 0x04, 0x20, 0x22, 0x80, 0x81, 0x82, 0x83, 0x99, 0xFF];

/// A stream of units: each byte of `choices` becomes a message of one of [`TYPES`], of its layout's length or near it,
/// with letters and small numbers in it; then bytes that need not be any.
fn stream(choices: &[(u8, u8)], wild: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(choice, fill) in choices {
        let kind = TYPES[usize::from(choice) % TYPES.len()];
        let layout = match kind {
            0x01 => 22,
            0x02 => 3,
            0x03 => 9,
            0x04 => 10,
            0x82 => 11,
            0x22 => 26,
            _ => 6,
        };
        let length = if choice < 240 { layout } else { fill % 12 };
        let mut message = vec![if fill < 250 { length } else { fill }, kind];
        message.resize(usize::from(length).max(2), fill % 3);
        if let Some(status) = message.last_mut().filter(|_| matches!(kind, 0x02 | 0x04 | 0x82)) {
            *status = b"AAAAAODMSCIUNB"[usize::from(fill) % 14];
        }
        let mut unit = Writer::new(&mut bytes);
        unit.push(&message, &mut bytes);
        if fill % 5 == 0 {
            unit.push(&message, &mut bytes);
        }
        unit.end(&mut bytes);
    }
    bytes.extend_from_slice(wild);
    bytes
}

type Outcome = (Kept, Vec<u8>, Result<(), Hangup>, Tally);

fn heard(client: &mut impl Protocol, pieces: &[&[u8]]) -> Outcome {
    let (mut kept, mut out) = (Kept::default(), Vec::new());
    client.opened(0, &mut out);
    let accepted = accepted();
    let mut ended = Ok(());
    for piece in [accepted.as_slice()].iter().chain(pieces) {
        ended = ended.and_then(|()| client.feed(piece, 1, &mut kept, &mut out));
    }
    // Not while the bytes come: when it is polled is not part of what was received.
    let polled = client.poll(2, &mut kept, &mut out).map(drop);
    (kept, out, ended.and(polled), *client.tally())
}

fn requester() -> Requester {
    let mut client = Requester::new(Config::new(credentials()));
    client.wanted(MessageRange { key: key(0), first: 0, count: 1_000 }, 0);
    client
}

fn spinner() -> Spinner {
    let mut client = Spinner::new(key(1), credentials(), Patience::default());
    client.join(key(1), 1, 0);
    client
}

fn grp() -> Grp<History, fn(&[u8])> {
    let store = History::new(100);
    (0..100).for_each(|sequence| store.push(key(0), sequence, &[3, 0x99, 0]));
    let config = GrpConfig { credentials: credentials(), count: 100, quotas: QUOTAS, fault: Fault::None };
    Grp::new(config, Arc::new(store), |_| {}, 0)
}

fn spin() -> Spin {
    let snapshots = Snapshots::default();
    snapshots.set(key(1), Snapshot::default());
    let config = SpinConfig { credentials: credentials(), key: key(1), fault: Fault::None };
    Spin::new(config, Arc::new(snapshots), 0)
}

#[test]
fn any_split_says_the_same_to_a_client() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<u8>)>().for_each(|(choices, wild, splits)| {
        let stream = stream(choices, wild);
        let pieces = split(&stream, splits);
        assert_eq!(heard(&mut requester(), &pieces), heard(&mut requester(), &[&stream]));
        assert_eq!(heard(&mut spinner(), &pieces), heard(&mut spinner(), &[&stream]));
    });
}

#[test]
fn whatever_comes_and_goes_nothing_runs_in_circles() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<(u8, u16)>)>().for_each(
        |(choices, wild, steps)| {
            let (splits, waits_ms): (Vec<u8>, Vec<u16>) = steps.iter().copied().unzip();
            // With and without a login in front.
            for login in [accepted(), Vec::new()] {
                let stream = [login, stream(choices, wild)].concat();
                let pieces = split(&stream, &splits);
                stays_idle(&mut requester(), &pieces, &waits_ms);
                stays_idle(&mut spinner(), &pieces, &waits_ms);
            }
            for login in [said(&credentials().login()), Vec::new()] {
                let stream = [login, stream(choices, wild)].concat();
                let pieces = split(&stream, &splits);
                server_stays_idle(&mut grp(), &pieces, &waits_ms);
                server_stays_idle(&mut spin(), &pieces, &waits_ms);
            }
        },
    );
}

fn served(server: &mut impl Session, pieces: &[&[u8]]) -> (Vec<u8>, Result<(), Hangup>) {
    let mut out = Vec::new();
    let login = said(&credentials().login());
    let mut ended = Ok(());
    for piece in [login.as_slice()].iter().chain(pieces) {
        ended = ended.and_then(|()| server.feed(piece, 1, &mut out));
    }
    (out.clone(), ended.and_then(|()| server.poll(2, &mut out).map(drop)))
}

#[test]
fn any_split_says_the_same_to_a_server() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<u8>)>().for_each(|(choices, wild, splits)| {
        let stream = stream(choices, wild);
        let pieces = split(&stream, splits);
        assert_eq!(served(&mut grp(), &pieces), served(&mut grp(), &[&stream]));
        assert_eq!(served(&mut spin(), &pieces), served(&mut spin(), &[&stream]));
    });
}

#[test]
fn a_client_is_not_misled_by_what_a_client_would_say() {
    let mut client = Requester::new(Config::new(credentials()));
    let (kept, _, ended, tally) =
        heard(&mut client, &[&said(&credentials().login()), &said(&credentials().login())]);
    assert_eq!((kept, ended, tally.unexpected), (Kept::default(), Ok(()), 2));
    assert_eq!(credentials().login().as_bytes().len(), 22);
}
