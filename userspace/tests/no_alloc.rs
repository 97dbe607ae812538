//! The worker allocates nothing after start-up: shown by a counting allocator over live packets, with losses, held
//! datagrams, gaps and malformed ones, a line that is added, counted and removed meanwhile, on a veth pair in a network
//! namespace of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env,
    io::Write as _,
    net::UdpSocket,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::sched::{CloneFlags, unshare};
use xdpfeed::{
    arbiter::{Limits, OnGap, Room, Start},
    clock::Clock,
    codec::Codec,
    config::Protocol,
    framing::Framing,
    latency::Latency,
    nic::Interface,
    pipeline::{Account, ChannelAccount, Measured, Pipeline},
    program::{AttachMode, Match, Program, ProgramConfig},
    recovery::{Form, MessageRange, Notice, Reply, ThreadEnd, WorkerEnd, mailbox},
    sink::Count,
    source::{Live as _, af_xdp::AfXdp},
    worker::{
        Wait, Worker,
        mailbox::{self, Command, ControlEnd, Counts, Returned},
    },
    xsk::{Frame, Socket, SocketConfig},
};

/// The third is added while the worker runs.
const LINES: [&str; 3] = ["239.1.1.1:5001", "239.1.1.2:5002", "239.1.1.3:5003"];
const GENERATIONS: [u8; 3] = [0, 0, 7];
const DATAGRAMS: u64 = 3_000;
/// Long enough for a loaded machine to deliver them; the test ends as soon as all have come.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_worker_allocates_nothing() {
    // A thread of its own, since it changes its network namespace; that goes with the thread.
    let outcome = thread::spawn(|| -> Result<(), String> {
        unshare(CloneFlags::CLONE_NEWNET).map_err(|e| format!("cannot make a network namespace: {e}"))?;
        for command in [
            "link set lo up",
            "link add rx0 type veth peer name tx0",
            "addr add 10.9.1.1/24 dev tx0",
            "link set rx0 up",
            "link set tx0 up",
            "route add 239.0.0.0/8 dev tx0",
        ] {
            let done = process::Command::new("ip").args(command.split(' ')).status();
            assert!(done.is_ok_and(|status| status.success()), "ip {command}");
        }
        measure();
        Ok(())
    });
    if let Err(reason) = outcome.join().unwrap() {
        assert!(env::var_os("CI").is_none(), "{reason}");
        // Not `eprintln!`: the test runner hides that of tests that pass.
        let _told = writeln!(std::io::stderr(), "skipped: {reason}: run as root");
    }
}

fn measure() {
    let (end, recovery) = mailbox();
    let mut worker = worker(end);
    let (to_obey, control) = mailbox::mailbox();
    worker.obey_to(to_obey);
    // How many of the datagrams are sent; none before the third line is there.
    let sent = Arc::new(AtomicU64::new(u64::MAX));
    let control = thread::spawn({
        let sent = Arc::clone(&sent);
        move || command(control, &sent)
    });
    let over = Arc::new(AtomicBool::new(false));
    let recovery = thread::spawn({
        let over = Arc::clone(&over);
        move || recover(recovery, &over)
    });
    let sender = thread::spawn({
        let sent = Arc::clone(&sent);
        move || send(&sent)
    });
    let begun = Instant::now();
    let allocations = allocation_counter::measure(|| {
        // Each line without the datagrams it loses.
        while worker.packets() + line_removed(&worker) < expected() && begun.elapsed() < PATIENCE {
            worker.pass().unwrap();
        }
        // Long enough for every reorder window to close.
        while begun.elapsed() < PATIENCE && worker.pipeline().channels()[0].arbiter().counters().waiting > 0 {
            worker.pass().unwrap();
        }
    });
    sender.join().unwrap();
    control.join().unwrap();
    over.store(true, Ordering::Relaxed);
    recovery.join().unwrap();

    let channel = &worker.pipeline().channels()[0];
    let counters = channel.arbiter().counters();
    assert_eq!(worker.packets() + line_removed(&worker), expected(), "every datagram sent was received");
    assert!(line_removed(&worker) > 0, "some of a line that was removed");
    assert_eq!(channel.arbiter().lines().len(), 4);
    assert!(channel.arbiter().retired().packets > 0, "the third line brought something while it was there");
    assert!(counters.held_high_water > 0, "something had to wait for the other line");
    assert!(counters.gaps_lost > 0, "something was lost on both lines");
    assert!(counters.gaps_recovered > 0, "some of it was recovered");
    assert!(counters.duplicates > 0 && counters.delivered > 0);
    assert!(channel.framed().malformed.iter().sum::<u64>() > 0);
    assert_eq!(allocations.count_total, 0, "allocations: {allocations:?}");
}

/// Frames of the line that was removed.
fn line_removed(worker: &Worker<AfXdp, Count>) -> u64 {
    worker.source().ports().map(|(_, _, counters)| counters.line_removed).sum()
}

/// Adds the third line before anything is sent, has everything counted, and removes the line in the middle.
fn command(mut control: ControlEnd, sent: &AtomicU64) {
    let begun = Instant::now();
    let mut ask = |command| control.ask(command, || begun.elapsed() > PATIENCE).unwrap();
    let room = Some(Room::new(&Limits { lines: 4, ..limits() }));
    let returned = ask(Command::OpenLine { line: 2, generation: GENERATIONS[2], place: (0, 2), room });
    assert!(matches!(returned, Returned::Room(room) if room.lines() == 2));
    sent.store(0, Ordering::Relaxed);
    while sent.load(Ordering::Relaxed) < DATAGRAMS / 2 && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    let account = Account { channels: vec![ChannelAccount::with_room(4)], ..Account::default() };
    let (ports, latency) = (Vec::with_capacity(64), Some(Latency::new()));
    let counts = Box::new(Counts { account, ports, latency, ..Counts::default() });
    let Returned::Counts(counts) = ask(Command::Count(counts)) else { panic!("no counts") };
    assert!(counts.packets.1 > 0 && counts.account.channels[0].lines[2].counters.packets > 0);
    assert!(counts.account.channels[0].latency.is_some());
    assert!(counts.latency.and_then(|latency| latency.percentiles()).is_some());
    ask(Command::CloseLine { line: 2, at_ns: Clock::Monotonic.now_ns() });
}

/// Has every other datagram that both lines lost, and gives the rest up.
fn recover(mut end: ThreadEnd, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        while let Some(notice) = end.notice() {
            let Notice::Wanted { channel, range } = notice else { continue };
            for first in range.first..range.end() {
                if first % 200 == 1 {
                    assert!(end.send(&datagram(first - 1, 1), Form::Datagram(channel)));
                } else {
                    end.say(Reply::GaveUp { channel, range: MessageRange { first, count: 1, ..range } });
                }
            }
        }
        thread::sleep(Duration::from_micros(200));
    }
}

fn limits() -> Limits {
    Limits {
        lines: 2,
        start: Start::First,
        origin: Some(1),
        window_packets: 256,
        window_ns: 2_000_000,
        max_streams: 4,
        max_jump: 1_000_000,
        parallel: false,
        sequence_bits: 64,
        on_gap: OnGap::Recover,
        recover_ns: 5_000_000_000,
        silence_ns: 0,
    }
}

fn worker(recovery: WorkerEnd) -> Worker<AfXdp, Count> {
    let interface = Interface::open("rx0").unwrap();
    let mut program = Program::load(ProgramConfig {
        queues: interface.queues,
        groups: 3,
        timestamps: true,
        clock: Clock::Monotonic,
        sources_first: false,
        frags: false,
        trace: false,
    })
    .unwrap();
    program.attach(&interface, AttachMode::Native).unwrap();
    let mut source = AfXdp::new(64, true, 3);
    source.open_line(0, 0);
    source.open_line(1, 0);
    for queue in 0..interface.queues {
        // More frames than datagrams: none is lost, however long the worker is kept off its CPU.
        let config = SocketConfig { frames: 16_384, frame_size: 2048, rx_ring: 16_384, batch: 64 };
        let socket = Socket::bind("rx0", queue, false, config).unwrap();
        program.set_socket(queue, &socket).unwrap();
        source.add(socket);
    }
    let mut pipeline: Pipeline<Frame, Count> = Pipeline::new(Count::default(), 64);
    pipeline.measure(Measured { latency: true, one_way: None });
    let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
    pipeline.reserve(3);
    pipeline.add_channel("feed", protocol, limits());
    pipeline.set_recovery(recovery);
    pipeline.add_line(0, 0);
    pipeline.add_line(0, 1);
    let matches: Vec<Match> = (0u16..)
        .zip(LINES)
        .zip(GENERATIONS)
        .map(|((index, line), generation)| Match {
            destination: line.parse().unwrap(),
            source: None,
            vlan: None,
            index,
            generation,
        })
        .collect();
    program.set_matches(&matches).unwrap();
    // The program stays attached until the namespace goes, and with it the device.
    std::mem::forget(program);
    Worker::new(source, pipeline, true, Wait::Spin)
}

/// Datagram `number` is lost on line `line`: some on one, a few on both.
fn lost(number: u64, line: usize) -> bool {
    number.is_multiple_of(100) || number % 10 == line as u64 + 1
}

/// A malformed one in between: its count overruns.
fn malformed(number: u64) -> bool {
    number % 500 == 7
}

fn expected() -> u64 {
    let sent = |line: usize| (0..DATAGRAMS).filter(move |number| !lost(*number, line)).count() as u64;
    sent(0) + sent(1) + sent(2)
}

fn send(sent: &AtomicU64) {
    while sent.load(Ordering::Relaxed) > DATAGRAMS {
        thread::sleep(Duration::from_millis(1));
    }
    let socket = UdpSocket::bind("10.9.1.1:0").unwrap();
    for number in 0..DATAGRAMS {
        for (line, to) in LINES.iter().enumerate().filter(|(line, _)| !lost(number, *line)) {
            let count = if malformed(number) { 9 } else { 1 };
            socket.send_to(&datagram(number, count), to).unwrap_or_else(|e| panic!("line {line}: {e}"));
        }
        sent.store(number, Ordering::Relaxed);
        thread::sleep(Duration::from_micros(20));
    }
}

/// A MoldUDP64 packet with one ITCH order delete.
fn datagram(number: u64, count: u16) -> Vec<u8> {
    let mut message = [0u8; 19];
    message[0] = b'D';
    let mut packet = b"TESTING001".to_vec();
    packet.extend((number + 1).to_be_bytes());
    packet.extend(count.to_be_bytes());
    packet.extend((message.len() as u16).to_be_bytes());
    packet.extend(message);
    packet
}
