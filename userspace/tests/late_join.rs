//! A stream joined late, from a GLIMPSE server over loopback to the sink: the snapshot, then the live feed where it goes
//! on, and nothing twice.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use xdpfeed::{
    arbiter::{Event, Limits, OnGap, Start, StreamIndex},
    codec::Codec,
    config::Protocol,
    framing::Framing,
    pipeline::Pipeline,
    recovery::{
        Patience,
        fault::Fault,
        glimpse::Glimpse,
        mailbox,
        server::{Listening, glimpse},
        snapshots::Snapshot,
        soupbin::{Config, Credentials, Session},
        stream::Connection,
        thread::{Desk, Source},
    },
    sink::{self, Place, Sink},
    source::Frames,
};

/// Messages of the snapshot: more than go to the worker at once.
const SNAPSHOT: u64 = 5_000;
/// What the live feed is at hand from: it overlaps the snapshot.
const OLDEST: u64 = 4_900;
/// Only ends a test that would hang.
const LONGEST: Duration = Duration::from_secs(60);

/// Frames are the datagrams themselves, and any number may be held.
struct Datagrams;

impl Frames for Datagrams {
    type Frame = Vec<u8>;

    fn payload<'a>(&'a self, frame: &'a Vec<u8>) -> &'a [u8] {
        frame
    }

    fn hold(&mut self, frame: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
        Ok(frame)
    }

    fn release(&mut self, _frame: Vec<u8>) {}
}

/// Notes what comes, in order.
#[derive(Default)]
struct Notes(Vec<String>);

impl Sink for Notes {
    fn add_channel(&mut self, _: &str, _: Protocol) {}

    fn message(&mut self, place: Place, _: Option<Codec>, message: &[u8]) {
        self.0.push(format!("{} {}", place.sequence, String::from_utf8_lossy(message)));
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Codec>, _: &[u8]) {}

    fn event(&mut self, _: usize, _: StreamIndex, event: Event) {
        self.0.push(format!("{event:?}"));
    }

    fn snapshot(&mut self, _: usize, _: StreamIndex, snapshot: sink::Snapshot<'_>) {
        self.0.push(match snapshot {
            sink::Snapshot::Begin => "begin".into(),
            sink::Snapshot::Message { message, .. } => String::from_utf8_lossy(message).into_owned(),
            sink::Snapshot::Join { next } => format!("join {next}"),
        });
    }
}

/// A MoldUDP64 packet with one message.
fn packet(sequence: u64) -> Vec<u8> {
    let message = format!("live{sequence}");
    let mut packet = b"SESSION001".to_vec();
    packet.extend(sequence.to_be_bytes());
    packet.extend(1_u16.to_be_bytes());
    packet.extend((message.len() as u16).to_be_bytes());
    packet.extend(message.as_bytes());
    packet
}

fn pipeline() -> Pipeline<Vec<u8>, Notes> {
    let protocol = Protocol { framing: Framing::MoldUdp64, codec: None };
    let facts = protocol.framing.facts();
    let limits = Limits {
        lines: 1,
        start: Start::Snapshot,
        origin: facts.origin,
        parallel: facts.parallel,
        sequence_bits: facts.sequence_bits,
        window_packets: 100_000,
        window_ns: 1_000_000,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
        max_streams: 4,
        max_jump: 512,
    };
    let mut pipeline = Pipeline::new(Notes::default(), 0);
    pipeline.add_channel("itch", protocol, limits);
    pipeline.add_line(0, 0);
    pipeline
}

/// Joins a stream while it goes on, from a server with this fault; gives up after `begin_ns` without a snapshot.
fn join(fault: Fault, begin_ns: u64) -> (Vec<String>, u64) {
    let credentials = Credentials::new("user", "secret").unwrap();
    let messages = (1..=SNAPSHOT).map(|number| format!("state{number}").into_bytes().into());
    let snapshot = Arc::new(Snapshot { through: SNAPSHOT, orders: 0, messages: messages.collect() });
    let config = Config { credentials, session: Session(*b"   GLIMPSE"), fault };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Listening::start(listener, fault, move |now_ns| {
        glimpse(config.clone(), Some(Arc::clone(&snapshot)), now_ns)
    })
    .unwrap();

    let (worker, mail) = mailbox();
    let client = Glimpse::new(credentials, Patience { tries: 3, begin_ns });
    let joiner = Source::Joiner(Box::new(Connection::new(client, server.address())));
    let mut desk = Desk::new(mail, vec![(0, joiner)]);
    let (mut pipeline, mut frames) = (pipeline(), Datagrams);
    pipeline.set_recovery(worker);
    let (over, begun) = (AtomicBool::new(false), Instant::now());
    let mut next = OLDEST;
    thread::scope(|scope| {
        scope.spawn(|| desk.run(&over));
        while pipeline.told().messages < 200 {
            assert!(begun.elapsed() < LONGEST, "never joined");
            pipeline.accept(&mut frames, 0, next, packet(next));
            pipeline.recover(&mut frames, || next);
            next += 1;
            thread::sleep(Duration::from_micros(200));
        }
        over.store(true, Ordering::Relaxed);
    });
    pipeline.finish(&mut frames);
    (pipeline.into_sink().0, next)
}

#[test]
fn the_live_feed_goes_on_from_the_snapshot() {
    for fault in [Fault::None, Fault::Slow(Duration::from_millis(50))] {
        let (notes, next) = join(fault, u64::MAX);
        let state = (1..=SNAPSHOT).map(|number| format!("state{number}"));
        let live = (SNAPSHOT + 1..next).map(|sequence| format!("{sequence} live{sequence}"));
        let join = format!("join {}", SNAPSHOT + 1);
        let expected: Vec<String> =
            ["begin".to_owned()].into_iter().chain(state).chain([join]).chain(live).collect();
        assert!(notes == expected, "{} notes of {}", notes.len(), expected.len());
    }
}

#[test]
fn a_snapshot_that_broke_off_is_void_and_the_next_one_counts() {
    let (notes, _) = join(Fault::Die(20_000), u64::MAX);
    let begins: Vec<usize> = (0..notes.len()).filter(|index| notes[*index] == "begin").collect();
    assert_eq!(begins.len(), 2);
    assert_eq!(notes[begins[1] + SNAPSHOT as usize + 1], format!("join {}", SNAPSHOT + 1));
    assert_eq!(notes.iter().filter(|note| note.starts_with("join")).count(), 1);
}

#[test]
fn without_a_snapshot_the_stream_begins_with_what_is_at_hand() {
    let (notes, next) = join(Fault::RefuseLogin, 100_000_000);
    let expected: Vec<String> = (OLDEST..next).map(|sequence| format!("{sequence} live{sequence}")).collect();
    assert!(notes == expected, "{notes:?}");
}
