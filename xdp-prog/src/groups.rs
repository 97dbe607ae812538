//! Destinations as the maps have them: keys, and what they are matched to.

/// Key of an IPv4 destination.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupV4 {
    /// Destination address, network byte order.
    pub address: [u8; 4],
    /// UDP destination port, network byte order.
    pub port: [u8; 2],
    /// Zero: hash keys are compared byte by byte.
    pub zero: [u8; 2],
}

impl GroupV4 {
    /// The key as the map compares it.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        let (a, p) = (self.address, self.port);
        [a[0], a[1], a[2], a[3], p[0], p[1], self.zero[0], self.zero[1]]
    }
}

/// Key of an IPv6 destination.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupV6 {
    /// Destination address, network byte order.
    pub address: [u8; 16],
    /// UDP destination port, network byte order.
    pub port: [u8; 2],
    /// Zero: hash keys are compared byte by byte.
    pub zero: [u8; 2],
}

impl GroupV6 {
    /// The key as the map compares it.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..16].copy_from_slice(&self.address);
        bytes[16..18].copy_from_slice(&self.port);
        bytes
    }
}

/// Key of an IPv4 destination from one source.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceV4 {
    /// Where it is sent to.
    pub group: GroupV4,
    /// Source address, network byte order.
    pub source: [u8; 4],
}

impl SourceV4 {
    /// The key as the map compares it.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.group.to_bytes());
        bytes[8..].copy_from_slice(&self.source);
        bytes
    }
}

/// Key of an IPv6 destination from one source.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceV6 {
    /// Where it is sent to.
    pub group: GroupV6,
    /// Source address, network byte order.
    pub source: [u8; 16],
}

impl SourceV6 {
    /// The key as the map compares it.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 36] {
        let mut bytes = [0; 36];
        bytes[..20].copy_from_slice(&self.group.to_bytes());
        bytes[20..].copy_from_slice(&self.source);
        bytes
    }
}

/// What a destination is matched to.
#[repr(C, align(8))] // one word, so that the program reads it in one load
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Index of the line, or [`Group::NONE`] where only named sources of this destination are wanted.
    pub index: u16,
    /// Counts the uses of this index, so that a frame of a removed line cannot be taken for its successor's.
    pub generation: u8,
    /// 1 when the source maps hold entries for this destination and must be asked first.
    pub sourced: u8,
    /// The only VLAN it is taken from, by the tag nearest to the IP header; 0 is none, [`Group::ANY_VLAN`] any.
    pub vlan: u16,
    /// Zero.
    pub zero: u16,
}

impl Group {
    /// No line takes this destination from just any source.
    pub const NONE: u16 = u16::MAX;
    /// It is taken from whatever VLAN, and untagged. An id has 12 bits, so that no tag says this.
    pub const ANY_VLAN: u16 = u16::MAX;

    /// The value as the map holds it.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        let (index, vlan) = (self.index.to_ne_bytes(), self.vlan.to_ne_bytes());
        [index[0], index[1], self.generation, self.sourced, vlan[0], vlan[1], 0, 0]
    }
}

const _: () = assert!(size_of::<GroupV4>() == 8);
const _: () = assert!(size_of::<GroupV6>() == 20);
const _: () = assert!(size_of::<SourceV4>() == 12);
const _: () = assert!(size_of::<SourceV6>() == 36);
const _: () = assert!(size_of::<Group>() == 8);
