//! The sources without an XDP program, over the loopback interface: the same datagrams by each of them.

mod arriving; // every datagram, once
mod losses; // what is lost is counted
mod proofs; // up to when nothing more is to come
mod refused; // what cannot be received
mod shut; // the end

use std::{
    net::{SocketAddr, UdpSocket},
    process,
    time::{Duration, Instant},
};

use nix::sys::socket::{setsockopt, sockopt::BindToDevice};

use super::{
    Live, LiveLine, Received, Receiving,
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
