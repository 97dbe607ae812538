//! A source that is closed while its feed goes on.

use super::{line, line_to, read, receiving, sender, unicast};
use crate::{
    source::{
        Keeper, Live,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{Reading, Sockets},
    },
    worker::Wait,
};

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
