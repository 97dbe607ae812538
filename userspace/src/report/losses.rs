//! What a socket's drops mean, in sentences.

use crate::{
    source::af_xdp::PortCounters,
    xsk::{BoundMode, SocketStatistics},
};

/// What one queue's socket lost, and what to do about it; nothing where it lost nothing.
#[must_use]
pub fn socket_losses(interface: &str, queue: u32, mode: BoundMode, lost: &SocketStatistics) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut say = |count: u64, what: &str| {
        if count > 0 {
            sentences.push(format!("{interface}: {count} packets {what}"));
        }
    };
    say(
        lost.rx_ring_full,
        &format!(
            "found the RX ring of queue {queue} full: the worker was too slow for them; give it a CPU of its own with \
             --cpu, and leave out --rx-ring or raise it"
        ),
    );
    match mode {
        // The kernel counts each of these packets twice: as dropped, and as a look into an empty fill ring.
        BoundMode::Copy => {
            let starved = starved(lost);
            say(
                starved,
                &format!(
                    "found no free frame on queue {queue} (fill ring empty): the worker was too slow for them; give \
                     it a CPU of its own with --cpu, or room for longer bursts with --frames"
                ),
            );
            say(
                lost.rx_dropped - starved,
                &format!(
                    "on queue {queue} were larger than a frame: use --frame-size 4096, or lower the interface's MTU"
                ),
            );
        }
        BoundMode::ZeroCopy => {
            say(lost.rx_dropped, &format!("were dropped at the socket of queue {queue}"));
            if lost.rx_fill_ring_empty_descs > 0 {
                sentences.push(format!(
                    "{interface}: the driver found the fill ring of queue {queue} empty {} times: what it dropped \
                     then is in its own counters (`ethtool -S {interface}`); raise --frames",
                    lost.rx_fill_ring_empty_descs
                ));
            }
        }
    }
    sentences
}

/// In copy mode: packets that found no free frame.
fn starved(lost: &SocketStatistics) -> u64 {
    lost.rx_fill_ring_empty_descs.min(lost.rx_dropped)
}

/// Packets a socket lost because its worker came too late to read them or to give frames back, as far as the socket knows:
/// in zero-copy the driver drops what finds no frame.
#[must_use]
pub fn too_late(mode: BoundMode, lost: &SocketStatistics) -> u64 {
    let starved = if mode == BoundMode::Copy { starved(lost) } else { 0 };
    lost.rx_ring_full + starved
}

/// What to do about a worker whose thread was put off its CPU so many times while its sockets lost so many packets; nothing
/// where either is 0.
#[must_use]
pub fn put_off(worker: usize, times: u64, lost: u64) -> Option<String> {
    (times > 0 && lost > 0).then(|| {
        format!(
            "worker {worker} was put off its CPU {times} times by other threads, and its sockets lost {lost} packets that it \
             did not read in time: give it a CPU of its own, --cpu with one that isolcpus= or a cpuset keeps others off \
             (docs/modes.md)"
        )
    })
}

/// What the checksums of an interface's datagrams said, where that was asked for.
#[must_use]
pub fn checksums(interface: &str, sockets: &[(u32, SocketStatistics, PortCounters)]) -> Vec<String> {
    let sum = |of: fn(&PortCounters) -> u64| sockets.iter().map(|(_, _, port)| of(port)).sum::<u64>();
    let mut sentences = Vec::new();
    match sum(|port| port.checksums.wrong) {
        0 => {}
        wrong => sentences.push(format!(
            "{interface}: {wrong} datagrams had wrong checksums and were discarded: they were damaged on the way, behind \
             the last device that looks at them"
        )),
    }
    match sum(|port| port.checksums.partial) {
        0 => {}
        partial => sentences.push(format!(
            "{interface}: {partial} datagrams of senders on this host left their checksums to a NIC, and no NIC was on \
             the way: they were taken unverified; `ethtool -K IFACE tx off` at the sending end has them filled in"
        )),
    }
    sentences
}

/// What an interface brought that could not be joined; nothing where all could.
#[must_use]
pub fn unjoined(interface: &str, sockets: &[(u32, SocketStatistics, PortCounters)]) -> Option<String> {
    let unjoined: u64 = sockets.iter().map(|(_, _, port)| port.unjoined).sum();
    (unjoined > 0).then(|| {
        format!(
            "{interface}: {unjoined} packets spread over several frames were larger than the interface's MTU was at the start, \
             and not handed on (source_unjoined): start again with the MTU there is now"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::af_xdp::ChecksumCounters;

    #[test]
    fn each_loss_has_its_sentence() {
        let lost = SocketStatistics {
            rx_dropped: 7,
            rx_fill_ring_empty_descs: 5,
            rx_ring_full: 3,
            ..SocketStatistics::default()
        };
        let said = socket_losses("eth0", 2, BoundMode::Copy, &lost);
        let begins = [
            "eth0: 3 packets found the RX ring",
            "eth0: 5 packets found no free",
            "eth0: 2 packets on queue 2",
        ];
        assert_eq!(said.len(), begins.len());
        assert!(said.iter().zip(begins).all(|(said, begins)| said.starts_with(begins)), "{said:?}");
        let said = socket_losses("eth0", 2, BoundMode::ZeroCopy, &lost);
        assert!(said[2].contains("empty 5 times"), "{said:?}");
        assert_eq!(socket_losses("eth0", 2, BoundMode::Copy, &SocketStatistics::default()), [""; 0]);
        assert_eq!(too_late(BoundMode::Copy, &lost), 3 + 5, "two were too large");
        assert_eq!(too_late(BoundMode::ZeroCopy, &lost), 3, "attempts are no packets");
    }

    #[test]
    fn a_worker_is_told_of_that_was_put_off_and_lost() {
        let told = put_off(1, 7, 3).unwrap();
        assert!(
            told.starts_with("worker 1 was put off its CPU 7 times") && told.contains("lost 3 packets"),
            "{told}"
        );
        assert_eq!([put_off(1, 7, 0), put_off(1, 0, 3)], [None, None]);
    }

    #[test]
    fn packets_too_large_to_be_joined_are_told_with_their_interface() {
        let queue = |unjoined| {
            let port = PortCounters { unjoined, packets: 100, joined: 50, ..PortCounters::default() };
            (0, SocketStatistics::default(), port)
        };
        assert_eq!(unjoined("eth0", &[queue(0), queue(0)]), None);
        let told = unjoined("eth0", &[queue(2), queue(3)]).unwrap();
        assert!(told.starts_with("eth0: 5 packets spread over several frames were larger"), "{told}");
    }

    #[test]
    fn what_checksums_say_is_told_by_what_became_of_the_datagrams() {
        let queue = |wrong, partial| {
            let checksums = ChecksumCounters { wrong, partial, absent: 9 };
            (0, SocketStatistics::default(), PortCounters { checksums, ..PortCounters::default() })
        };
        assert_eq!(checksums("eth0", &[queue(0, 0)]), [""; 0]);
        let told = checksums("eth0", &[queue(1, 0), queue(2, 4)]);
        let begins =
            ["eth0: 3 datagrams had wrong checksums and were discarded", "eth0: 4 datagrams of senders"];
        assert_eq!(told.len(), begins.len());
        assert!(told.iter().zip(begins).all(|(told, begins)| told.starts_with(begins)), "{told:?}");
    }
}
