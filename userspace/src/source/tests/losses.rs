//! Datagrams that are not handed on, and the counters that say so.

use super::{line, read, receiving, sender};
use crate::{
    source::{
        Frames as _, Live as _, Receiving, Source,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{Reading, Sockets},
    },
    worker::Wait,
};

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
        Source::receive(&mut source, &mut batch).unwrap();
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
