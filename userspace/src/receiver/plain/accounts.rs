//! What each source has counted, for the ledger and in sentences.

use std::collections::BTreeMap;

use anyhow::Result;
use xdp_prog::Reason;

use super::LARGEST_BUFFER;
use crate::{
    config::Feed,
    ledger::{Ledger, Scope},
    source::{
        Keeper, Live, Receiving,
        buffers::Buffers,
        io_uring::{IoUring, UringCount},
        packet_mmap::{LEAST_RING, PacketMmap, RingCount},
        sockets::{SocketCounters, Sockets},
    },
};

/// The larger of the two that `--frame-size` takes.
const LARGEST_FRAME: usize = 4096;

/// Packets that were not for a line, by reason.
pub(super) type Passed = BTreeMap<&'static str, u64>;

/// A source without XDP, as its control plane needs it.
pub(super) trait Plain: Live {
    /// It holds datagrams where they are.
    const HOLDS: bool = true;

    /// What the control plane has of its sockets.
    fn keeper(&self) -> Result<Keeper>;

    /// What fell short of what was asked for, in sentences.
    fn notes(&self, receiving: &Receiving) -> Vec<String>;

    /// Enters what its sockets have counted. Returns what the user should know.
    fn enter(ledger: &mut Ledger, feed: &Feed, ports: &[Self::Port], passed: &mut Passed) -> Vec<String>;
}

impl<M: Buffers> Plain for Sockets<M> {
    fn keeper(&self) -> Result<Keeper> {
        self.keeper()
    }

    fn notes(&self, receiving: &Receiving) -> Vec<String> {
        let mut counts = Vec::new();
        self.count_ports(&mut counts);
        narrow(receiving, counts.iter().map(|(_, counted)| counted.receive_buffer))
    }

    fn enter(ledger: &mut Ledger, feed: &Feed, ports: &[Self::Port], _: &mut Passed) -> Vec<String> {
        ports.iter().flat_map(|(line, counted)| enter_socket(ledger, feed, *line, counted)).collect()
    }
}

impl Plain for IoUring {
    fn keeper(&self) -> Result<Keeper> {
        self.keeper()
    }

    fn notes(&self, receiving: &Receiving) -> Vec<String> {
        let mut counts = Vec::new();
        self.count_ports(&mut counts);
        narrow(receiving, counts.iter().map(|(_, counted)| counted.socket.receive_buffer))
    }

    fn enter(ledger: &mut Ledger, feed: &Feed, ports: &[UringCount], _: &mut Passed) -> Vec<String> {
        let mut notes = Vec::new();
        for (line, counted) in ports {
            notes.extend(enter_socket(ledger, feed, *line, &counted.socket));
            let scope = interface_of(feed, *line);
            ledger.add(&scope, "uring_starved", counted.starved);
            ledger.add(&scope, "uring_rearmed", counted.rearmed);
        }
        notes
    }
}

impl Plain for PacketMmap {
    const HOLDS: bool = false;

    fn keeper(&self) -> Result<Keeper> {
        self.keeper()
    }

    fn notes(&self, receiving: &Receiving) -> Vec<String> {
        let asked = receiving.receive_buffer;
        let least = (asked < LEAST_RING)
            .then(|| format!("packet rings are of {LEAST_RING} bytes instead of {asked}: none is smaller"));
        Vec::from_iter(least)
    }

    fn enter(ledger: &mut Ledger, _: &Feed, ports: &[RingCount], passed: &mut Passed) -> Vec<String> {
        let mut notes = Vec::new();
        for (interface, counted) in ports {
            let scope = Scope::Interface(interface.as_str().into());
            ledger.add(&scope, "packet_rings", 1);
            ledger.add(&scope, "packet_rings_used", u64::from(counted.packets > 0));
            if let Some(kernel) = counted.kernel {
                ledger.add(&scope, "packet_socket_packets", kernel.packets);
                ledger.add(&scope, "packet_socket_drops", kernel.drops);
                ledger.add(&scope, "packet_socket_freezes", kernel.freezes);
                if kernel.drops > 0 {
                    notes.push(format!(
                        "{interface}: {} packets found the packet ring full: the worker was too slow for them; give it a CPU \
                         of its own with --cpu, or room for longer bursts with --receive-buffer",
                        kernel.drops
                    ));
                }
            }
            ledger.add(&scope, "packet_ring_read", counted.packets);
            ledger.add(&scope, "packet_ring_unreadable", counted.unreadable);
            for (reason, count) in Reason::ALL.iter().zip(counted.reasons).filter(|(_, count)| *count > 0) {
                ledger.add(&scope, format!("packet_ring_{}", reason.name()), count);
                *passed.entry(reason.name()).or_default() += count;
            }
        }
        notes
    }
}

fn interface_of(feed: &Feed, line: u16) -> Scope {
    let interface = feed.lines.get(usize::from(line)).and_then(|line| line.interface.as_deref());
    Scope::Interface(interface.unwrap_or_default().into())
}

fn enter_socket(ledger: &mut Ledger, feed: &Feed, line: u16, counted: &SocketCounters) -> Vec<String> {
    let SocketCounters { received, truncated, longest, dropped, receive_buffer } = *counted;
    let scope = interface_of(feed, line);
    ledger.add(&scope, "udp_socket_read", received);
    ledger.add(&scope, "source_truncated", truncated);
    let label = feed.lines.get(usize::from(line)).map(|line| feed.label(line)).unwrap_or_default();
    let interface =
        feed.lines.get(usize::from(line)).and_then(|line| line.interface.as_deref()).unwrap_or_default();
    let mut notes = Vec::new();
    if truncated > 0 {
        notes.push(format!(
            "{label}: {truncated} datagrams were longer than the buffers there are, up to {longest} bytes, and not handed on: {}",
            room_for(longest, interface)
        ));
    }
    let Some(dropped) = dropped else {
        notes.push(format!("{label}: the kernel does not say what was dropped at the socket"));
        return notes;
    };
    ledger.add(&scope, "udp_socket_drops", dropped);
    if dropped > 0 {
        notes.push(format!(
            "{label}: {dropped} datagrams were dropped at the socket: its receive buffer of {receive_buffer} bytes was full \
             (or their checksums were wrong: evidence, InCsumErrors); give the worker a CPU of its own with --cpu, or room \
             for longer bursts with --receive-buffer"
        ));
    }
    notes
}

/// What has datagrams of `longest` bytes fit.
fn room_for(longest: usize, interface: &str) -> String {
    if longest <= LARGEST_FRAME {
        return format!("use --frame-size {LARGEST_FRAME}");
    }
    if longest <= LARGEST_BUFFER {
        return format!(
            "buffers are as large as the interface's MTU, up to {LARGEST_BUFFER}: `ip link set dev {interface} mtu {longest}` \
             makes them so, at the next start"
        );
    }
    format!(
        "they came in fragments, and there are no buffers of more than {LARGEST_BUFFER}: have less sent in one datagram"
    )
}

/// Says that receive buffers are not what was asked for. The kernel says twice what it grants.
fn narrow(receiving: &Receiving, buffers: impl Iterator<Item = usize>) -> Vec<String> {
    let asked = receiving.receive_buffer.saturating_mul(2);
    let Some(least) = buffers.min().filter(|least| *least != asked) else { return Vec::new() };
    let why = if least > asked {
        "that is the least the kernel gives".to_owned()
    } else {
        let asked = receiving.receive_buffer;
        format!("`sysctl -w net.core.rmem_max={asked}` allows more, and so does CAP_NET_ADMIN")
    };
    vec![format!("receive buffers are of {} bytes instead of {}: {why}", least / 2, receiving.receive_buffer)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_made_for_what_came() {
        for (longest, says) in [
            (2049, "--frame-size 4096"),
            (4096, "--frame-size 4096"),
            (4097, "ip link set dev eth0 mtu 4097"),
            (9216, "mtu 9216"),
            (9217, "no buffers of more than 9216"),
        ] {
            let said = room_for(longest, "eth0");
            assert!(said.contains(says), "{longest}: {said}");
        }
    }

    #[test]
    fn a_receive_buffer_that_is_not_what_was_asked_for_is_told() {
        let receiving = Receiving { receive_buffer: 1000, ..Receiving::default() };
        let said = |buffers: [usize; 2]| narrow(&receiving, buffers.into_iter()).concat();
        assert_eq!(said([2000, 2000]), "");
        assert!(
            said([2000, 1600]).contains("of 800 bytes instead of 1000: `sysctl"),
            "{}",
            said([2000, 1600])
        );
        assert!(said([2304, 2304]).contains("of 1152 bytes instead of 1000: that is the least"));
    }
}
