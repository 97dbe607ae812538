//! What an interface's driver offers XDP: the `netdev` family of generic netlink (Linux 6.3).

use std::io;

use serde::Serialize;

use super::Asked;
use crate::sys::netlink::{Scope, ask_generic, attributes_of, number, push};

const NETDEV_CMD_DEV_GET: u8 = 1;
/// Attributes (`NETDEV_A_DEV_*` of `linux/netdev.h`).
const IFINDEX: u16 = 1;
const XDP_FEATURES: u16 = 3;
const XDP_ZC_MAX_SEGS: u16 = 4;
const XDP_RX_METADATA_FEATURES: u16 = 5;
/// `struct genlmsghdr`, in front of the attributes.
const HEADER: usize = 4;

/// What the driver says it can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct XdpFeatures {
    /// Runs a program in native mode.
    pub native: bool,
    /// Carries a redirect out.
    pub redirect: bool,
    /// Writes into the memory of an AF_XDP socket itself.
    pub zero_copy: bool,
    /// Takes packets of several buffers to programs that can.
    pub multi_buffer: bool,
    /// Most buffers a zero-copy packet may have; 0 where there is no zero-copy.
    pub zero_copy_segments: u32,
    /// Gives the program the NIC's receive stamp.
    pub rx_timestamp: bool,
    /// Gives the program the NIC's hash of the packet.
    pub rx_hash: bool,
    /// Gives the program a VLAN tag that was taken off.
    pub rx_vlan_tag: bool,
}

/// Asks for the features of the interface with this index.
pub(super) fn xdp_features(interface: u32) -> Asked<XdpFeatures> {
    let mut request = Vec::new();
    push(&mut request, IFINDEX, &interface.to_ne_bytes());
    match ask_generic("netdev", NETDEV_CMD_DEV_GET, Scope::One, &request) {
        Ok(answers) => {
            answers.first().map_or_else(|| Asked::unknown("no answer"), |one| Asked::Is(parse(one)))
        }
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {
            Asked::unknown("the kernel says so from 6.3 on only")
        }
        Err(error) => Asked::from(io::Result::Err(error)),
    }
}

fn parse(message: &[u8]) -> XdpFeatures {
    let mut features = XdpFeatures::default();
    for (kind, value) in attributes_of(message, HEADER) {
        let value = number(value).unwrap_or_default();
        let bit = |bit: u32| value >> bit & 1 == 1;
        match kind {
            // enum netdev_xdp_act
            XDP_FEATURES => {
                features.native = bit(0);
                features.redirect = bit(1);
                features.zero_copy = bit(3);
                features.multi_buffer = bit(5);
            }
            XDP_ZC_MAX_SEGS => features.zero_copy_segments = value as u32,
            // enum netdev_xdp_rx_metadata
            XDP_RX_METADATA_FEATURES => {
                features.rx_timestamp = bit(0);
                features.rx_hash = bit(1);
                features.rx_vlan_tag = bit(2);
            }
            _ => {}
        }
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_features() {
        let mut message = vec![NETDEV_CMD_DEV_GET, 1, 0, 0];
        push(&mut message, IFINDEX, &4_u32.to_ne_bytes());
        // As an ice NIC answers: basic, redirect, transmit, zero-copy, both kinds of multi-buffer.
        push(&mut message, XDP_FEATURES, &0b110_1111_u64.to_ne_bytes());
        push(&mut message, XDP_ZC_MAX_SEGS, &5_u32.to_ne_bytes());
        push(&mut message, XDP_RX_METADATA_FEATURES, &0b111_u64.to_ne_bytes());
        let ice = parse(&message);
        assert!(ice.native && ice.redirect && ice.zero_copy && ice.multi_buffer);
        assert_eq!(ice.zero_copy_segments, 5);
        assert!(ice.rx_timestamp && ice.rx_hash && ice.rx_vlan_tag);
        assert_eq!(parse(&[]), XdpFeatures::default());
    }
}
