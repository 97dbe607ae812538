//! Client, recovery thread and server over real sockets, with every fault.

use std::{
    collections::BTreeSet,
    net::UdpSocket,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{MoldUdp64Client, Server, ServerTally, Unused};
use crate::{
    framing::{Framing, StreamKey},
    recovery::{
        Lost, MessageRange, Notice, Reply, Tally, WorkerEnd,
        fault::Fault,
        mailbox,
        store::History,
        thread::{Desk, Services, Source},
    },
};

const KEY: StreamKey = StreamKey::new(*b"SESSION001");
const MESSAGES: u64 = 500;
/// Only ends a test that would hang.
const LONGEST: Duration = Duration::from_secs(60);

/// What became of every third message of [`MESSAGES`], all wanted at once.
#[derive(Default)]
struct Outcome {
    came: BTreeSet<u64>,
    given_up: BTreeSet<u64>,
    tally: Tally,
    served: Vec<ServerTally>,
}

fn wanted() -> BTreeSet<u64> {
    (1..=MESSAGES).filter(|sequence| sequence % 3 == 0).collect()
}

/// The worker's part: asks, and takes what comes until everything is accounted for.
fn ask(worker: &mut WorkerEnd, outcome: &mut Outcome) {
    let wanted = wanted();
    for first in &wanted {
        let range = MessageRange { key: KEY, first: *first, count: 1 };
        worker.tell(Notice::Wanted { channel: 7, range });
    }
    let begun = Instant::now();
    while outcome.came.len() + outcome.given_up.len() < wanted.len() {
        assert!(begun.elapsed() < LONGEST, "{} came", outcome.came.len());
        match worker.reply() {
            None => thread::sleep(Duration::from_micros(100)),
            Some(Reply::Datagram { channel, buffer }) => {
                assert_eq!(channel, 7);
                let segment = Framing::MoldUdp64.segment(buffer.bytes()).unwrap();
                outcome.came.extend(segment.first..segment.first + segment.count);
                worker.give_back(buffer);
            }
            Some(Reply::GaveUp { range, .. }) => outcome.given_up.extend(range.first..range.end()),
            Some(other) => unreachable!("{other:?}"),
        }
    }
}

/// Servers with these faults, asked in turn; `None` is one that does not run.
fn recover(faults: &[Option<Fault>], patience_ns: u64) -> Outcome {
    let history = History::new(MESSAGES as usize);
    for sequence in 1..=MESSAGES {
        history.push(KEY, sequence, b"message");
    }
    let sockets: Vec<UdpSocket> = faults.iter().map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    let addresses: Vec<_> = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
    let client = MoldUdp64Client::open(&addresses, patience_ns).unwrap();
    let (mut worker, mail) = mailbox();
    let mut desk = Desk::new(mail, vec![(7, Source::Client(Box::new(client)))]);
    let (stop, mut outcome) = (AtomicBool::new(false), Outcome::default());
    thread::scope(|scope| {
        let servers: Vec<_> = faults
            .iter()
            .zip(&sockets)
            .filter_map(|(fault, socket)| {
                let mut server = Server::new(&history, (*fault)?, 1400);
                let stop = &stop;
                Some(scope.spawn(move || {
                    server.run(socket, stop, Duration::ZERO).map(|()| *server.tally()).unwrap()
                }))
            })
            .collect();
        let recovery = scope.spawn(|| desk.run(&stop));
        ask(&mut worker, &mut outcome);
        stop.store(true, Ordering::Relaxed);
        recovery.join().unwrap();
        outcome.served = servers.into_iter().map(|server| server.join().unwrap()).collect();
    });
    worker.close();
    let Services { tallies, handed } = desk.services();
    assert_eq!(handed.undelivered, 0);
    assert_eq!(handed.datagrams, worker.counters().datagrams + worker.counters().left);
    outcome.tally = tallies[0].1;
    let Tally { received, datagrams, unused, .. } = outcome.tally;
    assert_eq!(received, datagrams + unused.iter().sum::<u64>());
    assert_eq!(datagrams, handed.datagrams);
    outcome
}

#[test]
fn a_server_that_works_gives_everything() {
    let Outcome { came, given_up, tally, served } = recover(&[Some(Fault::None)], u64::MAX);
    assert!(came.is_superset(&wanted()) && given_up.is_empty());
    assert!(tally.requests >= wanted().len() as u64);
    assert_eq!(served[0].malformed + served[0].faults, 0);
}

#[test]
fn slow_partial_and_dying_servers_give_everything_too() {
    for fault in [Fault::Slow(Duration::from_millis(120)), Fault::Partial, Fault::Die(100)] {
        let Outcome { came, given_up, tally, .. } = recover(&[Some(fault)], u64::MAX);
        assert!(came.is_superset(&wanted()) && given_up.is_empty(), "{fault:?}");
        match fault {
            // Repeated before the first answer comes: what comes twice is late.
            Fault::Slow(_) => assert!(tally.repeated > 0 && tally.unused[Unused::Late.index()] > 0),
            Fault::Die(_) => assert_eq!(tally.unused[Unused::Malformed.index()], 1),
            _ => {}
        }
    }
}

#[test]
fn servers_that_refuse_or_are_not_there_are_passed_over() {
    let Outcome { came, tally, .. } = recover(&[Some(Fault::Refuse), Some(Fault::None)], u64::MAX);
    assert!(came.is_superset(&wanted()));
    assert!(tally.refused > 0);
    let Outcome { came, tally, .. } = recover(&[None, Some(Fault::None)], u64::MAX);
    assert!(came.is_superset(&wanted()));
    assert!(tally.repeated > 0);
}

#[test]
fn without_any_server_everything_is_given_up() {
    let Outcome { came, given_up, tally, .. } = recover(&[None], 300_000_000);
    assert_eq!((came.len(), given_up), (0, wanted()));
    assert_eq!(tally.gave_up[Lost::Unanswered.index()], wanted().len() as u64);
}
