//! What multicast an interface lets in: its filter, and the groups joined on it (`/proc/net`, proc(5)).

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use serde::Serialize;

/// The multicast state of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Multicast {
    /// Addresses in its filter.
    pub filter: usize,
    /// Groups joined on it, by whomever.
    pub groups: Vec<IpAddr>,
}

/// The multicast state of the interface with this index.
#[must_use]
pub(super) fn multicast(interface: u32) -> Multicast {
    let read = |name: &str| fs::read_to_string(format!("/proc/net/{name}")).unwrap_or_default();
    let mut groups = igmp(&read("igmp"), interface);
    groups.extend(igmp6(&read("igmp6"), interface));
    Multicast { filter: filter(&read("dev_mcast"), interface), groups }
}

/// `/proc/net/dev_mcast`: index, name, users, global users, address.
fn filter(text: &str, interface: u32) -> usize {
    let index =
        |line: &&str| line.split_whitespace().next().and_then(|index| index.parse().ok()) == Some(interface);
    text.lines().filter(index).count()
}

/// `/proc/net/igmp`: a line an interface, then its groups, indented, in words as the machine stores them.
fn igmp(text: &str, interface: u32) -> Vec<IpAddr> {
    let mut here = false;
    let mut groups = Vec::new();
    for line in text.lines().skip(1) {
        let first = line.split_whitespace().next();
        if line.starts_with(char::is_whitespace) {
            let group = first.and_then(|group| u32::from_str_radix(group, 16).ok()).filter(|_| here);
            groups.extend(group.map(|group| IpAddr::V4(Ipv4Addr::from(group.to_ne_bytes()))));
        } else {
            here = first.and_then(|index| index.parse().ok()) == Some(interface);
        }
    }
    groups
}

/// `/proc/net/igmp6`: index, name, group.
fn igmp6(text: &str, interface: u32) -> Vec<IpAddr> {
    let lines = text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace();
        let index: u32 = fields.next()?.parse().ok()?;
        let group = u128::from_str_radix(fields.nth(1)?, 16).ok()?;
        (index == interface).then(|| IpAddr::V6(Ipv6Addr::from(group)))
    });
    lines.collect()
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;

    #[test]
    fn groups_are_the_interfaces_own() {
        let text = "Idx	Device    : Count Querier	Group    Users Timer	Reporter
1	lo        :     1      V3
				010000E0     1 0:00000000		0
4	eth0      :     2      V3
				6F0C36E9     1 0:00000000		0
				010000E0     1 0:00000000		0
";
        let groups: [IpAddr; 2] = ["233.54.12.111", "224.0.0.1"].map(|group| group.parse().unwrap());
        assert_eq!(igmp(text, 4), groups);
        assert_eq!(igmp(text, 5), [] as [IpAddr; 0]);
        let text = "4    eth0            ff150000000000000000000000770001     1 00000004 0
5    eth1            ff020000000000000000000000000001     1 0000000C 0
";
        assert_eq!(igmp6(text, 4), ["ff15::77:1".parse::<IpAddr>().unwrap()]);
    }

    #[test]
    fn the_filter_is_counted() {
        let text = "2    ifb0            1     0     333300000001
4    eth0            1     0     333300000001
4    eth0            1     0     01005e000001
";
        assert_eq!((filter(text, 4), filter(text, 2), filter(text, 1)), (2, 1, 0));
    }
}
