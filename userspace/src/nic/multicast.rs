//! Which groups the kernel has joined, and what it told each interface's filter to let in.

use std::{
    collections::BTreeSet,
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use anyhow::{Context, Result};
use serde::Serialize;

/// The kernel's lists, as they were when they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Multicast {
    /// (Interface index, group).
    joined: BTreeSet<(u32, IpAddr)>,
    /// (Interface index, link-layer address).
    filter: BTreeSet<(u32, [u8; 6])>,
}

impl Multicast {
    /// Reads them, as they are in the calling thread's network namespace.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read() -> Result<Self> {
        let read = |name: &str| {
            let path = format!("/proc/thread-self/net/{name}");
            match fs::read_to_string(&path) {
                // A kernel without IPv6 has no list for it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
                read => read.with_context(|| format!("cannot read {path}")),
            }
        };
        let (v4, v6, filter) = (read("igmp")?, read("igmp6")?, read("dev_mcast")?);
        Ok(Self {
            joined: joined_v4(&v4).chain(joined_v6(&v6)).collect(),
            filter: filtered(&filter).collect(),
        })
    }

    /// What the interface with this index lets in.
    #[must_use]
    pub fn on(&self, interface: u32) -> LetIn {
        let groups = self.joined.iter().filter(|(index, _)| *index == interface).map(|(_, group)| *group);
        let filter = self.filter.iter().filter(|(index, _)| *index == interface).count();
        LetIn { filter, groups: groups.collect() }
    }

    /// Whether a group is joined on an interface, by anybody.
    #[must_use]
    pub fn is_joined(&self, interface: u32, group: IpAddr) -> bool {
        self.joined.contains(&(interface, group))
    }

    /// Whether the interface was told to let a group in.
    #[must_use]
    pub fn passes(&self, interface: u32, group: IpAddr) -> bool {
        self.filter.contains(&(interface, link_address(group)))
    }
}

/// What one interface lets in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LetIn {
    /// Addresses in its filter.
    pub filter: usize,
    /// Groups joined on it, by whomever.
    pub groups: Vec<IpAddr>,
}

/// The link-layer address a group is sent to (RFC 1112 §6.4, RFC 2464 §7).
fn link_address(group: IpAddr) -> [u8; 6] {
    match group {
        IpAddr::V4(group) => {
            let [_, b, c, d] = group.octets();
            [0x01, 0x00, 0x5e, b & 0x7f, c, d]
        }
        IpAddr::V6(group) => {
            let [.., a, b, c, d] = group.octets();
            [0x33, 0x33, a, b, c, d]
        }
    }
}

/// `igmp`: a line an interface, then one a group, which begins with a blank and shows the address as the CPU's number.
fn joined_v4(text: &str) -> impl Iterator<Item = (u32, IpAddr)> {
    let mut interface = None;
    text.lines().filter_map(move |line| {
        let mut words = line.split_whitespace();
        if line.starts_with(char::is_whitespace) {
            let group = u32::from_str_radix(words.next()?, 16).ok()?;
            Some((interface?, Ipv4Addr::from(group.to_ne_bytes()).into()))
        } else {
            interface = words.next().and_then(|index| index.parse().ok());
            None
        }
    })
}

/// `igmp6`: a line a group: index, interface, address.
fn joined_v6(text: &str) -> impl Iterator<Item = (u32, IpAddr)> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let interface = words.next()?.parse().ok()?;
        let group = u128::from_str_radix(words.nth(1)?, 16).ok()?;
        Some((interface, Ipv6Addr::from(group).into()))
    })
}

/// `dev_mcast`: a line an address: index, interface, users, global users, address.
fn filtered(text: &str) -> impl Iterator<Item = (u32, [u8; 6])> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let interface = words.next()?.parse().ok()?;
        let address = u64::from_str_radix(words.nth(3)?, 16).ok()?;
        let [_, _, address @ ..] = address.to_be_bytes();
        Some((interface, address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const IGMP: &str = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
        1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n\
        14\trx1       :     2      V3\n\t\t\t\t6F0C36E9     1 0:00000000\t\t0\n\
        \t\t\t\t010000E0     1 0:00000000\t\t0\n";
    const IGMP6: &str = "1    lo              ff020000000000000000000000000001     1 0000000C 0\n\
        14   rx1             ff150000000000000000000000770001     1 00000004 0\n";
    const DEV_MCAST: &str = "14   rx1             1     0     01005e360c6f\n\
        14   rx1             1     0     333300770001\n";

    #[test]
    #[cfg(target_endian = "little")]
    fn the_kernels_lists_are_read() {
        let seen = Multicast {
            joined: joined_v4(IGMP).chain(joined_v6(IGMP6)).collect(),
            filter: filtered(DEV_MCAST).collect(),
        };
        let (v4, v6) = ("233.54.12.111".parse().unwrap(), "ff15::77:1".parse().unwrap());
        for group in [v4, v6] {
            assert!(seen.is_joined(14, group) && !seen.is_joined(1, group), "{group}");
            assert!(seen.passes(14, group) && !seen.passes(1, group), "{group}");
        }
        assert_eq!(seen.joined.len(), 5);
        let groups = vec!["224.0.0.1".parse().unwrap(), v4, v6];
        assert_eq!(seen.on(14), LetIn { filter: 2, groups });
        assert_eq!(seen.on(2), LetIn::default());
        // 23 bits of 28: another group that shares the address.
        assert!(seen.passes(14, "224.182.12.111".parse().unwrap()));
        assert!(!seen.is_joined(14, "224.182.12.111".parse().unwrap()));
    }

    #[test]
    fn anything_else_is_no_line() {
        for text in ["", "x", "\t", "1 lo", "\tzz 1", "1 lo zz 0"] {
            assert_eq!(joined_v4(text).chain(joined_v6(text)).count(), 0, "{text:?}");
            assert_eq!(filtered(text).count(), 0, "{text:?}");
        }
    }

    #[test]
    fn this_host_has_lists() {
        // The all-hosts group on loopback.
        assert!(Multicast::read().unwrap().is_joined(1, "224.0.0.1".parse().unwrap()));
    }
}
