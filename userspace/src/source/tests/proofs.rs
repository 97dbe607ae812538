//! Sockets that were found empty: what that proves, and what it does not.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{LONGEST, line, read, receiving, sender};
use crate::{
    clock::Clock,
    source::{
        Frames as _, Live as _, Source,
        sockets::{Reading, Sockets},
    },
    worker::Wait,
};

/// One socket under `--wait poll`: reading it is what waits, and says when nothing has come.
#[test]
fn a_single_socket_waits_in_its_read() {
    let lines = [line(3)];
    let sender = sender();
    for reading in [Reading::Recv, Reading::RecvMsg, Reading::RecvMmsg] {
        let mut source = Sockets::open(&lines, reading, &receiving(Wait::Poll)).unwrap();
        let mut batch = Vec::with_capacity(source.reserve());
        let before = Clock::Monotonic.now_ns();
        Source::receive(&mut source, &mut batch).unwrap();
        assert!(batch.is_empty());
        assert!(Source::watermark_ns(&source) > before, "found empty");
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
            Source::receive(&mut source, &mut batch).unwrap();
            batch.drain(..).for_each(|received| source.release(received.frame));
            let watermark_ns = Source::watermark_ns(&source);
            moved += usize::from(watermark_ns > last_ns);
            last_ns = watermark_ns;
        }
        over.store(true, Ordering::Relaxed);
        assert_eq!(moved, 10);
    });
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
            Source::receive(&mut source, &mut batch).unwrap();
            let proven = Source::watermark_ns(&source);
            assert!(proven > 0 && proven <= Clock::Monotonic.now_ns() && batch.is_empty());
            // One that waited: it proves what was looked at before it, and no more.
            waited = proven < before_ns;
        }
        assert!(waited, "{reading:?}: each read proved all the time it took");
    }
}
