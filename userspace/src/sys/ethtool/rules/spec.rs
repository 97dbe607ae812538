//! A rule as drivers hold it.

use std::{
    net::{IpAddr, SocketAddr},
    ops::Range,
};

use zerocopy::{FromBytes, FromZeros as _, Immutable, IntoBytes, KnownLayout};

/// `UDP_V4_FLOW` and `UDP_V6_FLOW`.
pub(super) const UDP_V4: u32 = 0x02;
const UDP_V6: u32 = 0x06;
/// `FLOW_EXT` and `FLOW_MAC_EXT`: VLAN tag, data of the driver's own, MAC address are compared as well.
const EXTENDED: u32 = 0x8000_0000 | 0x4000_0000;
/// `FLOW_RSS`: not to one queue.
pub(super) const SPREAD: u32 = 0x2000_0000;

/// `struct ethtool_rx_flow_spec`: a rule as drivers hold it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct RuleSpec {
    pub(super) flow_type: u32,
    pub(super) value: [u8; 52],
    pub(super) value_extension: [u8; 20],
    /// A bit that is set is compared.
    pub(super) mask: [u8; 52],
    pub(super) mask_extension: [u8; 20],
    pub(super) padding: [u8; 4],
    pub(super) ring: u64,
    /// Where it is in the table: its rank with some NICs, its name with others.
    pub location: u32,
    pub(super) tail: [u8; 4],
}

/// Where destination, source and destination port lie: `struct ethtool_tcpip4_spec` and `ethtool_tcpip6_spec`.
const fn places(ipv6: bool) -> [Range<usize>; 3] {
    if ipv6 { [16..32, 0..16, 34..36] } else { [4..8, 0..4, 10..12] }
}

impl RuleSpec {
    /// UDP to `destination`, from `source` alone if one is given, goes to `queue`. In any VLAN.
    #[must_use]
    pub fn udp(destination: SocketAddr, source: Option<IpAddr>, queue: u32) -> Self {
        let mut spec = Self::new_zeroed();
        let [to, from, port] = places(destination.is_ipv6());
        spec.flow_type = if destination.is_ipv6() { UDP_V6 } else { UDP_V4 };
        spec.compare(to, destination.ip());
        spec.value[port.clone()].copy_from_slice(&destination.port().to_be_bytes());
        spec.mask[port].fill(0xff);
        if let Some(source) = source {
            spec.compare(from, source);
        }
        spec.ring = queue.into();
        spec
    }

    fn compare(&mut self, place: Range<usize>, address: IpAddr) {
        self.mask[place.clone()].fill(0xff);
        match address {
            IpAddr::V4(address) => self.value[place].copy_from_slice(&address.octets()),
            IpAddr::V6(address) => self.value[place].copy_from_slice(&address.octets()),
        }
    }

    /// The queue it leads to; `None` where it discards, wakes, spreads, or leads to a virtual function.
    #[must_use]
    pub fn queue(&self) -> Option<u32> {
        u32::try_from(self.ring).ok().filter(|_| self.flow_type & SPREAD == 0)
    }

    /// Whether it does what `other` does, wherever the two are.
    #[must_use]
    pub fn does_as(&self, other: &Self) -> bool {
        let compared =
            |spec: &Self| spec.value.iter().zip(spec.mask).map(|(value, mask)| value & mask).collect();
        let (own, others): (Vec<u8>, Vec<u8>) = (compared(self), compared(other));
        let same = (self.flow_type, self.mask, self.ring) == (other.flow_type, other.mask, other.ring);
        same && own == others && self.flow_type & EXTENDED == 0
    }

    /// Whether there are packets that both are for. Of rules that compare more than addresses and ports (VLAN, MAC
    /// address) only those are looked at; of rules for other kinds of packets than UDP none is said to be.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let kind = |spec: &Self| spec.flow_type & !(EXTENDED | SPREAD);
        let fields = self.value.iter().zip(self.mask).zip(other.value.iter().zip(other.mask));
        let same = fields.fold(true, |same, ((value, mask), (others, other_mask))| {
            same && (value ^ others) & mask & other_mask == 0
        });
        matches!(kind(self), UDP_V4 | UDP_V6) && kind(self) == kind(other) && same
    }

    /// Takes bits out of what is compared of the destination address, as some NICs do.
    #[cfg(test)]
    pub(crate) fn round(&mut self) {
        let [to, ..] = places(self.flow_type == UDP_V6);
        self.mask[to.end - 1] = 0;
    }
}
