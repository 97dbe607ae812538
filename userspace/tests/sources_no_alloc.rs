//! Receiving without XDP allocates nothing after start-up, whatever reads the datagrams; but for `recv-copy`, which is there to
//! show what that costs. Over the loopback interface, through the whole pipeline.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    net::{SocketAddr, UdpSocket},
    process,
    time::{Duration, Instant},
};

use allocation_counter::measure;
use nix::sys::socket::{setsockopt, sockopt::BindToDevice};
use xdpfeed::{
    arbiter::{Limits, OnGap, Start},
    config::Protocol,
    framing::Framing,
    pipeline::Pipeline,
    sink::{CopyMessages, Count, Sink},
    source::{
        Live, LiveLine, Receiving,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{Reading, RecvCopy, Sockets},
    },
    worker::{Wait, Worker},
};

/// A group that no other process has that runs this at the same time.
fn group() -> SocketAddr {
    let [.., high, low] = process::id().to_be_bytes();
    SocketAddr::from(([239, 78, high, low], 40_201))
}

/// How long what was sent may take to come: it ends what hangs.
const LONGEST: Duration = Duration::from_secs(20);

/// Datagrams of one message; of each ten the first comes last, so that the others wait in the reorder window.
const DATAGRAMS: u64 = 400;

fn limits() -> Limits {
    let facts = Framing::MoldUdp64.facts();
    Limits {
        lines: 1,
        start: Start::First,
        window_packets: 128,
        window_ns: 60_000_000_000,
        origin: facts.origin,
        max_streams: 4,
        max_jump: 512,
        parallel: facts.parallel,
        sequence_bits: facts.sequence_bits,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
    }
}

fn send(sender: &UdpSocket, sequence: u64) {
    let mut datagram = b"SESSION001".to_vec();
    datagram.extend(sequence.to_be_bytes());
    datagram.extend([0, 1, 0, 3, b'a', b'b', b'c']);
    sender.send_to(&datagram, group()).unwrap();
}

/// Allocations while everything is received; the number of messages is checked.
fn allocations<S: Live, K: Sink>(source: S, sink: K) -> u64 {
    let mut pipeline: Pipeline<S::Frame, K> = Pipeline::new(sink, 256);
    pipeline.reserve(1);
    pipeline.add_channel("feed", Protocol { framing: Framing::MoldUdp64, codec: None }, limits());
    pipeline.add_line(0, 0);
    let mut worker = Worker::new(source, pipeline, false, Wait::Spin);
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    setsockopt(&sender, BindToDevice, &"lo".into()).unwrap();
    let mut receive = |until: u64| {
        let begun = Instant::now();
        while worker.packets() < until && begun.elapsed() < LONGEST {
            worker.pass().unwrap();
        }
        assert_eq!(worker.packets(), until);
    };
    // Its stream is opened with the first.
    send(&sender, 1);
    receive(1);
    for lot in 0..DATAGRAMS / 10 {
        let first = 2 + lot * 10;
        (first + 1..first + 10).chain([first]).for_each(|sequence| send(&sender, sequence));
    }
    let counted = measure(|| receive(1 + DATAGRAMS)).count_total;
    let (told, account) = (worker.pipeline().told(), worker.pipeline().account());
    assert_eq!((told.messages, told.messages_lost), (1 + DATAGRAMS, 0), "{account:?}");
    counted
}

#[test]
fn receiving_allocates_nothing() {
    let line = LiveLine { interface: "lo".into(), vlan: None, source: None, destination: group() };
    let lines = [line];
    let receiving = Receiving { buffers: 1024, receive_buffer: 4 << 20, ..Receiving::default() };
    for reading in [Reading::Recv, Reading::RecvMsg, Reading::RecvMmsg] {
        let source = Sockets::open(&lines, reading, &receiving).unwrap();
        assert_eq!(allocations(source, Count::before(())), 0, "{reading:?}");
    }
    match IoUring::open(&lines, &receiving) {
        Ok(source) => assert_eq!(allocations(source, Count::before(())), 0, "io_uring"),
        Err(error) => eprintln!("left out: {error:#}"),
    }
    if nix::unistd::geteuid().is_root() {
        let source = PacketMmap::open(&lines, &receiving).unwrap();
        assert_eq!(allocations(source, Count::before(())), 0, "packet rings");
    }
    let source = RecvCopy::open_copying(&lines, &receiving).unwrap();
    let copied = allocations(source, CopyMessages::before(Count::before(())));
    assert!(copied >= 2 * DATAGRAMS, "one for each datagram and one for each message: {copied}");
}
