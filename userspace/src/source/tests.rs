//! The sources without an XDP program, over the loopback interface: the same datagrams by each of them.

use std::{
    net::{SocketAddr, UdpSocket},
    process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use nix::sys::socket::{setsockopt, sockopt::BindToDevice};

use super::{
    Frames, Keeper, Live, LiveLine, Received, Receiving,
    io_uring::IoUring,
    packet_mmap::PacketMmap,
    sockets::{Reading, RecvCopy, Sockets},
};
use crate::{clock::Clock, worker::Wait};

/// How long what was sent may take to come: it ends what hangs.
const LONGEST: Duration = Duration::from_secs(20);

fn line_to(destination: SocketAddr) -> LiveLine {
    LiveLine { interface: "lo".into(), vlan: None, source: None, destination }
}

/// A line of a group that no other test has, nor another process that runs these at the same time.
fn line(number: u16) -> LiveLine {
    let [.., high, low] = process::id().to_be_bytes();
    line_to(SocketAddr::from(([239, 77, high, low], 40_100 + number)))
}

/// An address of this host that nobody has.
fn unicast() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn sender() -> UdpSocket {
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    setsockopt(&sender, BindToDevice, &"lo".into()).unwrap();
    sender
}

fn receiving(wait: Wait) -> Receiving {
    Receiving {
        wait,
        buffers: 64,
        batch: 8,
        buffer_bytes: 64,
        receive_buffer: 1 << 20,
        ..Receiving::default()
    }
}

/// Reads a source until `count` datagrams have come: the line and the bytes of each.
fn read<S: Live>(source: &mut S, wait: Wait, count: usize) -> Vec<(u16, Vec<u8>)> {
    let mut batch: Vec<Received<S::Frame>> = Vec::with_capacity(source.reserve());
    let (mut read, begun) = (Vec::new(), Instant::now());
    while read.len() < count && begun.elapsed() < LONGEST {
        source.receive(&mut batch).unwrap();
        let before = Clock::Monotonic.now_ns();
        for Received { line, stamp_ns, frame } in batch.drain(..) {
            assert!(stamp_ns > 0 && stamp_ns <= before);
            read.push((line, source.payload(&frame).to_vec()));
            source.release(frame);
        }
        source.refill();
        source.idle(wait).unwrap();
    }
    assert_eq!(read.len(), count);
    read
}

/// Each way, as far as this process may: packet sockets are root's.
fn each(
    lines: &[LiveLine],
    wait: Wait,
    mut with: impl FnMut(&str, &mut dyn FnMut(usize) -> Vec<(u16, Vec<u8>)>),
) {
    let receiving = receiving(wait);
    for (name, reading) in
        [("recv", Reading::Recv), ("recvmsg", Reading::RecvMsg), ("recvmmsg", Reading::RecvMmsg)]
    {
        let mut source = Sockets::open(lines, reading, &receiving).unwrap();
        with(name, &mut |count| read(&mut source, wait, count));
    }
    let mut source = RecvCopy::open_copying(lines, &receiving).unwrap();
    with("recv-copy", &mut |count| read(&mut source, wait, count));
    match IoUring::open(lines, &receiving) {
        Ok(mut source) => with("io-uring", &mut |count| read(&mut source, wait, count)),
        Err(error) => eprintln!("left out: {error:#}"),
    }
    if nix::unistd::geteuid().is_root() {
        let mut source = PacketMmap::open(lines, &receiving).unwrap();
        with("packet-mmap", &mut |count| read(&mut source, wait, count));
    }
}

/// Two lines, more datagrams than there are buffers, an empty one among them: each once, in order.
#[test]
fn every_source_brings_every_datagram() {
    for (wait, number) in [(Wait::Spin, 11), (Wait::Poll, 21)] {
        let lines = [line(number), line(number + 1)];
        let sender = sender();
        each(&lines, wait, |name, read| {
            for round in 0..20u8 {
                let mut sent: [Vec<Vec<u8>>; 2] = Default::default();
                for number in 0..10u8 {
                    let of = usize::from(number % 2);
                    // As long as a buffer at most.
                    let datagram =
                        vec![round * 10 + number; usize::from(number) * 7 + usize::from(number > 0)];
                    sender.send_to(&datagram, lines[of].destination).unwrap();
                    sent[of].push(datagram);
                }
                let came = read(10);
                for (index, sent) in (0..).zip(&sent) {
                    let of_line = came.iter().filter(|(line, _)| *line == index);
                    assert!(of_line.map(|(_, bytes)| bytes).eq(sent), "{name}, line {index}: {came:?}");
                }
            }
        });
    }
}

/// One socket under `--wait poll`: reading it is what waits, and says when nothing has come.
#[test]
fn a_single_socket_waits_in_its_read() {
    let lines = [line(3)];
    let sender = sender();
    for reading in [Reading::Recv, Reading::RecvMsg, Reading::RecvMmsg] {
        let mut source = Sockets::open(&lines, reading, &receiving(Wait::Poll)).unwrap();
        let mut batch = Vec::with_capacity(source.reserve());
        let before = Clock::Monotonic.now_ns();
        super::Source::receive(&mut source, &mut batch).unwrap();
        assert!(batch.is_empty());
        assert!(super::Source::watermark_ns(&source) > before, "found empty");
        for number in 0..100u8 {
            sender.send_to(&[number], lines[0].destination).unwrap();
        }
        let came = read(&mut source, Wait::Poll, 100);
        assert!(came.iter().map(|(_, bytes)| bytes[0]).eq(0..100));
    }
}

/// A feed that never pauses: the socket is seen to be empty all the same.
#[test]
fn windows_can_close_though_every_read_brings_a_datagram() {
    let lines = [line(4)];
    let sender = sender();
    let mut source = Sockets::open(&lines, Reading::Recv, &receiving(Wait::Poll)).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                sender.send_to(b"next", lines[0].destination).unwrap();
                // Far less than a read waits.
                thread::sleep(Duration::from_micros(50));
            }
        });
        let (begun, mut moved, mut last_ns) = (Instant::now(), 0, 0);
        let mut batch = Vec::with_capacity(source.reserve());
        while moved < 10 && begun.elapsed() < LONGEST {
            super::Source::receive(&mut source, &mut batch).unwrap();
            batch.drain(..).for_each(|received| source.release(received.frame));
            let watermark_ns = super::Source::watermark_ns(&source);
            moved += usize::from(watermark_ns > last_ns);
            last_ns = watermark_ns;
        }
        over.store(true, Ordering::Relaxed);
        assert_eq!(moved, 10);
    });
}

#[test]
fn what_is_too_long_is_counted_and_not_handed_on() {
    let lines = [line(5)];
    let sender = sender();
    let send = || {
        for datagram in [&[1; 64][..], &[2; 65], &[3; 9000], &[4; 1]] {
            sender.send_to(datagram, lines[0].destination).unwrap();
        }
    };
    let whole = [(0, vec![1; 64]), (0, vec![4; 1])];
    for reading in [Reading::Recv, Reading::RecvMsg, Reading::RecvMmsg] {
        let mut source = Sockets::open(&lines, reading, &receiving(Wait::Spin)).unwrap();
        send();
        assert_eq!(read(&mut source, Wait::Spin, 2), whole, "{reading:?}");
        let mut counts = Vec::new();
        source.count_ports(&mut counts);
        assert_eq!((counts[0].1.received, counts[0].1.truncated, counts[0].1.longest), (4, 2, 9000));
    }
    let Ok(mut source) = IoUring::open(&lines, &receiving(Wait::Spin)) else { return };
    source.refill();
    read(&mut source, Wait::Spin, 0);
    send();
    assert_eq!(read(&mut source, Wait::Spin, 2), whole, "io_uring");
    let mut counts = Vec::new();
    source.count_ports(&mut counts);
    let socket = counts[0].1.socket;
    assert_eq!((socket.received, socket.truncated, socket.longest), (4, 2, 9000));
}

/// Fewer buffers than datagrams: the ring runs dry, and what came meanwhile waits at the socket.
#[test]
fn a_ring_without_buffers_loses_nothing() {
    let lines = [line(6)];
    let receiving = Receiving { buffers: 4, ..receiving(Wait::Spin) };
    let Ok(mut source) = IoUring::open(&lines, &receiving) else { return };
    let sender = sender();
    for number in 0..50u8 {
        sender.send_to(&[number], lines[0].destination).unwrap();
    }
    let came = read(&mut source, Wait::Spin, 50);
    assert!(came.iter().map(|(_, bytes)| bytes[0]).eq(0..50));
    let mut counts = Vec::new();
    source.count_ports(&mut counts);
    assert!(counts[0].1.starved > 0, "{counts:?}");
    assert_eq!(counts[0].1.socket.dropped, Some(0));
}

#[test]
fn what_finds_no_room_at_the_socket_is_counted() {
    let lines = [line(7)];
    let receiving = Receiving { receive_buffer: 1, ..receiving(Wait::Spin) };
    let mut source = Sockets::open(&lines, Reading::Recv, &receiving).unwrap();
    let sender = sender();
    for _ in 0..100 {
        sender.send_to(&[0; 60], lines[0].destination).unwrap();
    }
    let mut batch = Vec::with_capacity(100);
    let mut came = 0;
    loop {
        super::Source::receive(&mut source, &mut batch).unwrap();
        if batch.is_empty() {
            break;
        }
        came += batch.len() as u64;
        batch.drain(..).for_each(|received| source.release(received.frame));
    }
    let mut counts = Vec::new();
    source.count_ports(&mut counts);
    let counted = counts[0].1;
    assert_eq!(came, counted.received);
    assert_eq!(came + counted.dropped.unwrap(), 100);
    assert!(came < 100);
}

/// What a read that waited for a datagram says of the time it waited is nothing: the worker may have been kept off the CPU.
#[test]
fn an_empty_socket_proves_no_more_than_was_looked_at() {
    for (number, reading) in [(31, Reading::Recv), (32, Reading::RecvMmsg)] {
        let mut source = Sockets::open(&[line(number)], reading, &receiving(Wait::Poll)).unwrap();
        let mut batch = Vec::with_capacity(source.reserve());
        let (mut waited, begun) = (false, Instant::now());
        while !waited && begun.elapsed() < LONGEST {
            let before_ns = Clock::Monotonic.now_ns();
            super::Source::receive(&mut source, &mut batch).unwrap();
            let proven = super::Source::watermark_ns(&source);
            assert!(proven > 0 && proven <= Clock::Monotonic.now_ns() && batch.is_empty());
            // One that waited: it proves what was looked at before it, and no more.
            waited = proven < before_ns;
        }
        assert!(waited, "{reading:?}: each read proved all the time it took");
    }
}

/// The kernel forgets what it has told, or counts in 32 bits: what was read on the way is in the sum.
#[test]
fn counters_that_are_read_on_the_way_say_the_same() {
    let lines = [line(33)];
    let sender = sender();
    let send = || (0..100).for_each(|_| drop(sender.send_to(&[0; 60], lines[0].destination)));
    let few = Receiving { receive_buffer: 1, ..receiving(Wait::Spin) };
    let source = Sockets::open(&lines, Reading::Recv, &few).unwrap();
    let keeper = source.keeper().unwrap();
    let mut counts = Vec::new();
    let mut dropped = || {
        source.count_ports(&mut counts);
        counts[0].1.dropped.unwrap()
    };
    send();
    keeper.read_counters();
    let first = dropped();
    send();
    keeper.read_counters();
    assert_eq!(dropped(), first + 100, "it was full before");
    drop((source, keeper));
    if nix::unistd::geteuid().is_root() {
        let mut source = PacketMmap::open(&lines, &receiving(Wait::Spin)).unwrap();
        let keeper = source.keeper().unwrap();
        let mut counts = Vec::new();
        for round in 1..=3 {
            send();
            read(&mut source, Wait::Poll, 100);
            keeper.read_counters();
            source.count_ports(&mut counts);
            let counted = &counts[0].1;
            assert_eq!(counted.kernel.unwrap().packets, counted.packets);
            assert!(counted.packets >= round * 100);
        }
    }
}

/// Groups are left, and unicast is shut out; what has come before can still be read.
#[test]
fn a_source_that_is_shut_brings_what_had_come_and_no_more() {
    let lines = [line(8), line_to(unicast())];
    let sender = sender();
    let send = || lines.iter().for_each(|line| drop(sender.send_to(b"datagram", line.destination)));
    fn shut<S: Live>(source: &mut S, keeper: &Keeper, send: impl Fn()) {
        // A ring receives from when its requests are made.
        source.refill();
        read(source, Wait::Spin, 0);
        send();
        keeper.close().unwrap();
        send();
        read(source, Wait::Spin, 2);
        let mut batch = Vec::with_capacity(16);
        for _ in 0..20 {
            source.receive(&mut batch).unwrap();
            source.idle(Wait::Poll).unwrap();
        }
        assert!(batch.is_empty());
    }
    let receiving = receiving(Wait::Spin);
    let mut source = Sockets::open(&lines, Reading::RecvMmsg, &receiving).unwrap();
    let keeper = source.keeper().unwrap();
    shut(&mut source, &keeper, send);
    let mut counts = Vec::new();
    source.count_ports(&mut counts);
    let dropped: Vec<_> = counts.iter().map(|(_, counted)| counted.dropped).collect();
    assert_eq!(dropped, [Some(0), Some(0)], "what the filter took was no loss");
    // Both have the address.
    drop((source, keeper));
    if let Ok(mut source) = IoUring::open(&lines, &receiving) {
        let keeper = source.keeper().unwrap();
        shut(&mut source, &keeper, send);
    }
    if nix::unistd::geteuid().is_root() {
        let mut source = PacketMmap::open(&lines, &receiving).unwrap();
        let keeper = source.keeper().unwrap();
        shut(&mut source, &keeper, send);
        let mut counts = Vec::new();
        source.count_ports(&mut counts);
        let counted = &counts[0].1;
        let kernel = counted.kernel.unwrap();
        assert_eq!(kernel.packets, counted.packets + kernel.drops);
        assert_eq!(
            counted.packets,
            counted.matched + counted.reasons.iter().sum::<u64>() + counted.unreadable
        );
    }
}

#[test]
fn what_cannot_be_received_is_said_in_a_sentence() {
    let ours = line(10);
    let refused = |line: LiveLine, receiving: &Receiving| {
        let error = Sockets::open(&[line], Reading::Recv, receiving).unwrap_err();
        format!("{error:#}")
    };
    let plain = receiving(Wait::Spin);
    let tagged = refused(LiveLine { vlan: Some(7), ..ours.clone() }, &plain);
    assert!(tagged.contains("leave vlan=7 out"), "{tagged}");
    let source = Some("127.0.0.1".parse().unwrap());
    let from_one = refused(LiveLine { source, ..line_to(unicast()) }, &plain);
    assert!(from_one.contains("--source packet-mmap"), "{from_one}");
    let nowhere = refused(LiveLine { interface: "none0".into(), ..ours.clone() }, &plain);
    assert!(nowhere.contains("no interface 'none0'"), "{nowhere}");
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let shared = refused(line_to(taken.local_addr().unwrap()), &plain);
    assert!(shared.contains("another socket has this port"), "{shared}");
    drop(taken);
    let both = [ours.clone(), LiveLine { source, ..ours.clone() }];
    let both = format!("{:#}", Sockets::open(&both, Reading::Recv, &plain).unwrap_err());
    assert!(both.contains("from everybody, another from 127.0.0.1"), "{both}");
    let busy = receiving(Wait::BusyPoll);
    assert!(
        format!("{:#}", IoUring::open(std::slice::from_ref(&ours), &busy).unwrap_err())
            .contains("--wait spin")
    );
    assert!(format!("{:#}", PacketMmap::open(&[ours], &busy).unwrap_err()).contains("--wait spin"));
}
