//! What the host counted while a receiver ran: its interfaces, their drivers, its IP stack.
//!
//! Evidence, no terms of the ledger: most of these count other packets too, and what they count differs from driver
//! to driver. They say where to look when the ledger's first entries are lower than they should be.

use std::{collections::BTreeMap, fs};

use serde::Serialize;

use crate::sys::driver_counters;

/// Counters by name.
pub type Counters = BTreeMap<String, u64>;

/// The kernel's counters of one interface that say something about receiving.
const OF_INTERFACE: [&str; 11] = [
    "rx_packets",
    "rx_errors",
    "rx_dropped",
    "rx_missed_errors",
    "rx_nohandler",
    "rx_over_errors",
    "rx_fifo_errors",
    "rx_length_errors",
    "rx_crc_errors",
    "rx_frame_errors",
    "multicast",
];

/// The IP stack's counters of datagrams that it could not put together, or had nobody for.
const OF_IP: [&str; 23] = [
    "Ip.InReceives",
    "Ip.InHdrErrors",
    "Ip.InAddrErrors",
    "Ip.InDiscards",
    "Ip.ReasmReqds",
    "Ip.ReasmOKs",
    "Ip.ReasmFails",
    "Ip.ReasmTimeout",
    "Ip.FragCreates",
    "IpExt.InMcastPkts",
    "IpExt.InCsumErrors",
    "Udp.InDatagrams",
    "Udp.NoPorts",
    "Udp.InErrors",
    "Udp.RcvbufErrors",
    "Udp.InCsumErrors",
    "Udp.IgnoredMulti",
    "Ip6.InReceives",
    "Ip6.ReasmReqds",
    "Ip6.ReasmFails",
    "Udp6.NoPorts",
    "Udp6.InErrors",
    "Udp6.InCsumErrors",
];

/// One interface's counters: the kernel's, and `driver.NAME` for its driver's. What cannot be read is left out.
#[must_use]
pub fn of_interface(name: &str) -> Counters {
    let kernel = OF_INTERFACE.iter().filter_map(|counter| {
        let path = format!("/sys/class/net/{name}/statistics/{counter}");
        Some(((*counter).to_owned(), fs::read_to_string(path).ok()?.trim().parse().ok()?))
    });
    let driver = driver_counters::read(name).unwrap_or_default();
    kernel.chain(driver.into_iter().map(|(counter, value)| (format!("driver.{counter}"), value))).collect()
}

/// The IP stack's counters of this network namespace.
#[must_use]
pub fn of_ip() -> Counters {
    let read = |file: &str| fs::read_to_string(format!("/proc/self/net/{file}")).unwrap_or_default();
    let mut counters = of_table(&(read("snmp") + &read("netstat")));
    counters.extend(of_list(&read("snmp6")));
    counters.retain(|name, _| OF_IP.contains(&name.as_str()));
    counters
}

/// Lines in pairs: `Ip: NAME NAME …`, then `Ip: VALUE VALUE …`.
fn of_table(text: &str) -> Counters {
    let lines: Vec<&str> = text.lines().collect();
    let rows = lines.chunks_exact(2).filter_map(|pair| {
        let (group, names) = pair[0].split_once(':')?;
        let values = pair[1].strip_prefix(group)?.strip_prefix(':')?;
        Some((group, names, values))
    });
    rows.flat_map(|(group, names, values)| {
        let of = names.split_whitespace().zip(values.split_whitespace());
        of.filter_map(move |(name, value)| Some((format!("{group}.{name}"), value.parse().ok()?)))
    })
    .collect()
}

/// A line each: `Ip6InReceives VALUE`.
fn of_list(text: &str) -> Counters {
    let named = |line: &str| {
        let (name, value) = line.split_once(char::is_whitespace)?;
        let group = ["Ip6", "Udp6"].into_iter().find(|group| name.starts_with(group))?;
        Some((format!("{group}.{}", &name[group.len()..]), value.trim().parse().ok()?))
    };
    text.lines().filter_map(named).collect()
}

/// What moved between two readings, and by how much. A counter that went back was set to 0 meanwhile: it is left out.
#[must_use]
pub fn moved(before: &Counters, after: &Counters) -> Counters {
    let of = |(name, after): (&String, &u64)| {
        let more = after.checked_sub(before.get(name).copied().unwrap_or(0))?;
        (more > 0).then(|| (name.clone(), more))
    };
    after.iter().filter_map(of).collect()
}

/// What moved while a receiver ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// By interface.
    pub interfaces: BTreeMap<String, Counters>,
    /// Of the IP stack.
    pub ip: Counters,
}

impl Evidence {
    /// UDP datagrams that the IP stack dropped for their checksums, whoever they were for.
    #[must_use]
    pub fn wrong_checksums(&self) -> u64 {
        let of = |name| self.ip.get(name).copied().unwrap_or(0);
        of("Udp.InCsumErrors") + of("Udp6.InCsumErrors")
    }

    /// The interface that counted the most packets meanwhile, and how many; `None` if none counted any.
    #[must_use]
    pub fn most_received(&self) -> Option<(&str, u64)> {
        let received =
            self.interfaces.iter().filter_map(|(name, of)| Some((name.as_str(), *of.get("rx_packets")?)));
        received.filter(|(_, packets)| *packets > 0).max_by_key(|(_, packets)| *packets)
    }
}

/// Whether these are a veth's.
#[must_use]
pub fn is_veth(counters: &Counters) -> bool {
    counters.contains_key("driver.peer_ifindex")
}

/// What a veth did with the packets that came for it, over all queues: those it took off its rings, and those it
/// dropped, be it because the socket had no room. What the program drops (`xdp_drops`) is not among these.
#[must_use]
pub fn veth_sums(counters: &Counters) -> (u64, u64) {
    let sum = |suffix: &str| -> u64 {
        let of = |name: &str| name.starts_with("driver.rx_queue_") && name.ends_with(suffix);
        counters.iter().filter(|(name, _)| of(name)).map(|(_, value)| value).sum()
    };
    (sum("_xdp_packets"), sum("_drops") - sum("_xdp_drops"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lists_are_read() {
        let table = of_table(
            "Ip: Forwarding InReceives ReasmFails\nIp: 1 1000 3\nUdp: InDatagrams NoPorts\nUdp: 7 2\n",
        );
        assert_eq!((table["Ip.ReasmFails"], table["Udp.NoPorts"]), (3, 2));
        let list = of_list("Ip6InReceives                   \t12\nUdp6NoPorts\t4\nIcmp6InMsgs\t9\n");
        assert_eq!((list["Ip6.InReceives"], list["Udp6.NoPorts"], list.len()), (12, 4, 2));
        // A line without its values, and values that are none.
        assert!(of_table("Ip: A B\nUdp: 1 2\nTcp: MaxConn\nTcp: x\n").is_empty());
    }

    #[test]
    fn what_moved_is_told_by_how_much() {
        let of = |pairs: &[(&str, u64)]| -> Counters {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
        };
        let before = of(&[("a", 5), ("b", 5), ("c", 5)]);
        assert_eq!(moved(&before, &of(&[("a", 7), ("b", 5), ("c", 1), ("d", 4)])), of(&[("a", 2), ("d", 4)]));
    }

    #[test]
    fn a_veths_queues_are_summed() {
        let mut counters = Counters::new();
        for (name, value) in [
            ("driver.rx_queue_0_xdp_packets", 10),
            ("driver.rx_queue_0_drops", 4),
            ("driver.rx_queue_0_xdp_drops", 1),
            ("driver.rx_queue_1_xdp_packets", 5),
        ] {
            counters.insert(name.to_owned(), value);
        }
        assert_eq!(veth_sums(&counters), (15, 4));
    }

    /// This host has an IP stack, and counters of it.
    #[test]
    fn the_ip_stack_is_read() {
        assert!(of_ip().contains_key("Udp.NoPorts"), "{:?}", of_ip());
    }
}
