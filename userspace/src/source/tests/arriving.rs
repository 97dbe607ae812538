//! Every datagram that was sent, each once.

use super::{each, line, read, receiving, sender};
use crate::{
    source::{Live as _, Receiving, io_uring::IoUring},
    worker::Wait,
};

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
