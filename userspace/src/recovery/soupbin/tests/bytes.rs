//! Any bytes, split in any way.

use std::sync::Arc;

use super::*;
use crate::{
    framing::StreamKey,
    recovery::{
        Patience, Tally,
        fault::Fault,
        glimpse::Glimpse,
        server::{self, Session as _},
        snapshots::Snapshot,
        stream::{Hangup, Protocol},
        testing::{Kept, server_stays_idle, split, stays_idle},
    },
};

/// A stream of packets: each pair becomes one, of a type that means something or not, with text, digits or an end of
/// snapshot in it; then bytes that need not be any.
fn stream(choices: &[(u8, u8)], wild: &[u8]) -> Vec<u8> {
    const TYPES: &[u8; 16] = b"+AJSHZLUROSSSSSx";
    let mut bytes = Vec::new();
    for &(choice, fill) in choices {
        let kind = TYPES[usize::from(choice % 16)];
        let mut payload = vec![if choice < 128 { b' ' } else { b'0' + fill % 10 }; usize::from(fill % 64)];
        if let Some(last) = payload.last_mut() {
            *last = b"1234G67A9 "[usize::from(fill) % 10];
        }
        if kind == b'S' && fill % 7 == 0 {
            payload = [b"G".to_vec(), write_number(fill.into()).to_vec()].concat();
        }
        bytes.extend(packet(kind, &payload));
    }
    bytes.extend_from_slice(wild);
    bytes
}

type Outcome = (Kept, Vec<u8>, Result<(), Hangup>, Tally);

fn heard(pieces: &[&[u8]]) -> Outcome {
    let mut client = Glimpse::new(credentials(), Patience::default());
    let (mut kept, mut out) = (Kept::default(), Vec::new());
    client.join(StreamKey([1; 16]), 30, 0);
    client.opened(0, &mut out);
    let accepted = accepted(SESSION, 1);
    let mut ended = Ok(());
    for piece in [accepted.as_slice()].iter().chain(pieces) {
        ended = ended.and_then(|()| client.feed(piece, 1, &mut kept, &mut out));
    }
    (kept, out, ended, *client.tally())
}

#[test]
fn any_split_says_the_same_to_a_client() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<u8>)>().for_each(|(choices, wild, splits)| {
        let stream = stream(choices, wild);
        assert_eq!(heard(&split(&stream, splits)), heard(&[&stream]));
    });
}

fn glimpse_server() -> server::Glimpse {
    let config = Config { credentials: credentials(), session: SESSION, fault: Fault::None };
    let snapshot = Snapshot { through: 9, orders: 1, messages: vec![b"A".as_slice().into()] };
    server::glimpse(config, Some(Arc::new(snapshot)), 0)
}

fn served(pieces: &[&[u8]]) -> (Vec<u8>, Result<(), Hangup>) {
    let mut server = glimpse_server();
    let (mut login, mut out) = (Vec::new(), Vec::new());
    Client::new(credentials()).opened(0, &mut login);
    let mut ended = Ok(());
    for piece in [login.as_slice()].iter().chain(pieces) {
        ended = ended.and_then(|()| server.feed(piece, 1, &mut out));
    }
    let polled = server.poll(2, &mut out).map(drop);
    (out, ended.and(polled))
}

#[test]
fn any_split_says_the_same_to_a_server() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<u8>)>().for_each(|(choices, wild, splits)| {
        let stream = stream(choices, wild);
        assert_eq!(served(&split(&stream, splits)), served(&[&stream]));
    });
}

#[test]
fn whatever_comes_and_goes_nothing_runs_in_circles() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<(u8, u16)>)>().for_each(
        |(choices, wild, steps)| {
            let (splits, waits_ms): (Vec<u8>, Vec<u16>) = steps.iter().copied().unzip();
            // With and without a login in front.
            for login in [accepted(SESSION, 1), Vec::new()] {
                let stream = [login, stream(choices, wild)].concat();
                let mut client = Glimpse::new(credentials(), Patience::default());
                client.join(StreamKey([1; 16]), 30, 0);
                stays_idle(&mut client, &split(&stream, &splits), &waits_ms);
            }
            let stream = stream(choices, wild);
            server_stays_idle(&mut glimpse_server(), &split(&stream, &splits), &waits_ms);
        },
    );
}
