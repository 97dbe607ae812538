//! The contract between the XDP program and userspace: map names, keys, values, the frame header and the
//! verdict reasons. Both sides compile this file, so neither can drift from the other.
//!
//! Everything here is `#[repr(C)]` without implicit padding, in host byte order unless a field says
//! otherwise: kernel and user always share one machine.
#![no_std]

/// Name of the receive program in the object file.
pub const PROGRAM: &str = "xdpfeed";

/// Name of the same for packets that may be spread over several buffers (`xdp.frags`, Linux 5.18).
pub const PROGRAM_FRAGS: &str = "xdpfeed_frags";

/// A sender's programs and maps in their object file.
pub mod sender {
    /// Sends each packet out of the interface its context names.
    pub const TRANSMIT: &str = "transmit";
    /// Passes each packet.
    pub const PASS: &str = "pass";
    /// Drops each packet, counted in [`DROPPED`].
    pub const DISCARD: &str = "discard";
    /// Sends the next packet of [`FLOW`], if it is due.
    pub const GENERATE: &str = "generate";

    /// Array of one [`Flow`].
    pub const FLOW: &str = "FLOW";
    /// Array of [`VARIANTS`] times the messages of a packet, [`MESSAGES_LEN`] bytes each.
    pub const MESSAGES: &str = "MESSAGES";
    /// Per-CPU array of one `u64`: packets dropped.
    pub const DROPPED: &str = "DROPPED";

    /// Messages to choose from: a power of two, so many that a processor does not learn their order. 1 KB each.
    pub const VARIANTS: u32 = 1024;
    /// Most bytes of messages in a packet, the length in front of each included, and what is behind them up to a multiple
    /// of 8, which is padding.
    pub const MESSAGES_LEN: usize = 1400;
    /// Where the sequence number of a MoldUDP64 packet lies: behind Ethernet, IPv4, UDP and the session.
    pub const SEQUENCE_OFFSET: usize = 14 + 20 + 8 + 10;
    /// Where its messages begin: behind the sequence number and the count.
    pub const MESSAGES_OFFSET: usize = SEQUENCE_OFFSET + 10;
    /// Where the first ITCH message has its 48-bit time: behind length, type, locate and tracking number.
    pub const STAMP_OFFSET: usize = MESSAGES_OFFSET + 2 + 5;
    /// A packet that is later than this is sent, and those after it as late: 100 us. Lower: at high rates an interrupt
    /// lowers the rate. Higher: after one, a burst.
    pub const LATE_NS: u64 = 100_000;

    /// When to send what. Written by userspace before it runs the program, by the program while it runs.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Flow {
        /// When the next packet is due, by `CLOCK_MONOTONIC`.
        pub due_ns: u64,
        /// From packet to packet; 0 is as fast as it goes.
        pub interval_ns: u64,
        /// Packets of a burst; 0 is none.
        pub burst: u64,
        /// From the last packet of a burst to the next burst.
        pub pause_ns: u64,
        /// Packets of this burst that were sent.
        pub in_burst: u64,
        /// Sequence number of the next packet's first message.
        pub sequence: u64,
        /// Messages in a packet.
        pub messages: u64,
        /// Their bytes, with the lengths in front: a multiple of 8.
        pub messages_len: u64,
        /// Packets sent.
        pub packets: u64,
        /// When the first and the last of them were, by `CLOCK_MONOTONIC`.
        pub first_ns: u64,
        /// See [`Flow::first_ns`].
        pub last_ns: u64,
    }
}

/// Name of the program of the object that the receive program's cost is measured against.
pub const DEFAULT_PROGRAM: &str = "default";

/// Names of the maps in the object file, as aya looks them up.
pub mod map {
    /// Hash: [`GroupV4`](super::GroupV4) → [`Group`](super::Group).
    pub const GROUPS_V4: &str = "GROUPS_V4";
    /// Hash: [`GroupV6`](super::GroupV6) → [`Group`](super::Group).
    pub const GROUPS_V6: &str = "GROUPS_V6";
    /// Hash: [`SourceV4`](super::SourceV4) → [`Group`](super::Group).
    pub const SOURCES_V4: &str = "SOURCES_V4";
    /// Hash: [`SourceV6`](super::SourceV6) → [`Group`](super::Group).
    pub const SOURCES_V6: &str = "SOURCES_V6";
    /// Array of [`Front`](super::Front): entries of the maps that are asked first, each in the place
    /// [`FrontKey::hash`](super::FrontKey::hash) gives it, if no other has it.
    pub const FRONT: &str = "FRONT";
    /// `XSKMAP`: receive queue → socket bound to it.
    pub const SOCKETS: &str = "SOCKETS";
    /// Per-CPU array: [`Reason`](super::Reason) → packets (`u64`), but for those that count under their queue.
    pub const VERDICTS: &str = "VERDICTS";
    /// Per-CPU array: receive queue → [`QueueCounters`](super::QueueCounters).
    pub const QUEUES: &str = "QUEUES";
    /// Global (`u8`): how the program stamps matched packets, one of [`stamps`](super::stamps).
    pub const TIMESTAMPS: &str = "TIMESTAMPS";
    /// Global (`u8`): 1 when the program asks the source maps before the group maps. The verdicts are the same; it
    /// costs a look-up less where a line names its source, and one more where it doesn't.
    pub const SOURCES_FIRST: &str = "SOURCES_FIRST";
    /// Global (`u8`): by how many bits a hash is shifted down to a place in [`FRONT`].
    pub const FRONT_SHIFT: &str = "FRONT_SHIFT";
}

/// Values of [`map::TIMESTAMPS`].
pub mod stamps {
    /// Not at all: the stamp stays 0.
    pub const OFF: u8 = 0;
    /// By `CLOCK_MONOTONIC`.
    pub const MONOTONIC: u8 = 1;
    /// By `CLOCK_TAI`, which programs can read since Linux 6.1.
    pub const TAI: u8 = 2;
}

/// Receive queues in the object's per-queue maps. xdpfeed sets the interface's own number at load; for another loader,
/// too low would pass the packets of higher queues (counted under [`Reason::NoSocket`] alone), and higher costs 16 B a
/// queue and CPU.
pub const DEFAULT_QUEUES: u32 = 64;

/// Entries in each group map unless userspace says otherwise at load.
pub const DEFAULT_GROUPS: u32 = 4096;

/// Bits by which a hash is shifted down to a place among [`front_places`] of [`DEFAULT_GROUPS`].
pub const DEFAULT_FRONT_SHIFT: u8 = 64 - front_places(DEFAULT_GROUPS).ilog2() as u8;

/// Places in front of maps of so many groups: a power of two.
///
/// 8 for each group, so that of a full map some 6 % find theirs taken and are left to the map. With fewer it would be
/// more (with 4, an eighth), each at the price of a call; more only costs memory (64 B a place, 2 MiB for 4,096 groups).
#[must_use]
pub const fn front_places(groups: u32) -> u32 {
    let groups = if groups == 0 { 1 } else { groups };
    groups.next_power_of_two().saturating_mul(8)
}

/// What the program writes in front of every packet it redirects: the first bytes of the received frame.
///
/// It saves userspace the header walk: the payload starts at `payload_offset` and one bounds check against
/// the descriptor's length covers it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameHeader {
    /// When the program saw the packet, in ns of the clock that [`map::TIMESTAMPS`] says; 0 with timestamps off.
    pub stamp_ns: u64,
    /// [`Group::index`] of the entry that matched.
    pub group: u16,
    /// Bytes from the start of this header to the UDP payload.
    pub payload_offset: u16,
    /// UDP payload length in bytes, checked against the IP length and the packet's end.
    pub payload_len: u16,
    /// [`FrameHeader::VERSION`].
    pub version: u8,
    /// [`Group::generation`] of the entry that matched.
    pub generation: u8,
}

impl FrameHeader {
    /// Bytes by which the program moves the packet's head down.
    pub const LEN: usize = size_of::<Self>();
    /// Layout version. A frame that says otherwise was not written by this program.
    pub const VERSION: u8 = 1;

    /// The header as two words in memory, lower address first: what the program writes.
    #[must_use]
    #[inline(always)]
    pub const fn to_words(self) -> [u64; 2] {
        let [g0, g1] = self.group.to_ne_bytes();
        let [o0, o1] = self.payload_offset.to_ne_bytes();
        let [l0, l1] = self.payload_len.to_ne_bytes();
        [self.stamp_ns, u64::from_ne_bytes([g0, g1, o0, o1, l0, l1, self.version, self.generation])]
    }

    /// Reads the header off the front of a received frame.
    #[must_use]
    #[inline]
    pub const fn from_bytes(b: [u8; Self::LEN]) -> Self {
        Self {
            stamp_ns: u64::from_ne_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
            group: u16::from_ne_bytes([b[8], b[9]]),
            payload_offset: u16::from_ne_bytes([b[10], b[11]]),
            payload_len: u16::from_ne_bytes([b[12], b[13]]),
            version: b[14],
            generation: b[15],
        }
    }
}

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

/// What a place in front of the maps is compared with. Addresses and port as they lie in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontKey {
    /// IPv4 destination address (4 bytes; zero for IPv6), UDP destination port (2), IP version where the entry holds (1), zero.
    pub first: u64,
    /// IPv6 destination address.
    pub address: [u64; 2],
    /// The only source it is for, an IPv4 address in its first 4 bytes; zero where the map that is asked first asks for
    /// none.
    pub source: [u64; 2],
}

impl FrontKey {
    /// The bits of [`FrontKey::first`] that say that the entry holds, in memory its seventh byte.
    pub const VERSION: u64 = u64::from_ne_bytes([0, 0, 0, 0, 0, 0, 0xFF, 0]);

    /// Of an IPv4 destination.
    #[must_use]
    #[inline(always)]
    pub const fn v4(destination: u32, port: u16, source: u32) -> Self {
        let first = destination as u64 | (port as u64) << 32 | 4 << 48;
        Self { first, address: [0; 2], source: [source as u64, 0] }
    }

    /// Of an IPv6 destination.
    #[must_use]
    #[inline(always)]
    pub const fn v6(address: [u64; 2], port: u16, source: [u64; 2]) -> Self {
        Self { first: (port as u64) << 32 | 6 << 48, address, source }
    }

    /// Its upper bits are the place.
    ///
    /// One multiplication spreads keys that differ in few bits, as the groups of a feed do, over the upper bits. The
    /// parts are turned against each other, so that what they have in common does not cancel out.
    #[must_use]
    #[inline(always)]
    pub const fn hash(self) -> u64 {
        // 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4), odd.
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        let [a, b] = self.address;
        let [c, d] = self.source;
        (self.first ^ a ^ b.rotate_left(32) ^ c.rotate_left(20) ^ d.rotate_left(52)).wrapping_mul(SPREAD)
    }
}

/// A place in front of the maps: the program compares it before it asks them, which costs a call into the kernel.
///
/// An entry may be read while it is written. So userspace writes it without the IP version, and then that alone: a packet
/// that finds its key there finds the whole entry.
#[repr(C, align(64))] // one cache line
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Front {
    /// Of the key.
    pub first: u64,
    /// What the map says.
    pub group: Group,
    /// Of the key.
    pub address: [u64; 2],
    /// Of the key.
    pub source: [u64; 2],
    /// Zero.
    pub zeros: [u64; 2],
}

impl Front {
    /// Words of an entry: what userspace writes.
    pub const WORDS: usize = size_of::<Self>() / 8;

    /// The entry as the map holds it.
    #[must_use]
    pub const fn to_words(key: FrontKey, group: Group) -> [u64; Self::WORDS] {
        let ([a, b], [c, d]) = (key.address, key.source);
        [key.first, u64::from_ne_bytes(group.to_bytes()), a, b, c, d, 0, 0]
    }
}

/// Packets on one receive queue that matched. They are counted here in place of under their reason.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounters {
    /// Handed to the queue's socket with the header in front.
    pub redirected: u64,
    /// Matched, but the queue has no socket: passed to the kernel's stack.
    pub no_socket: u64,
}

macro_rules! reasons {
    ($($variant:ident = $name:literal, $doc:literal;)*) => {
        /// Why the program decided as it did: one counter each, and every packet counts under exactly one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum Reason { $(#[doc = $doc] $variant,)* }
        impl Reason {
            /// All reasons, in the order of their indices.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
            /// The label under which the counter is shown.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

reasons! {
    Redirected = "redirected", "Matched and handed to the queue's socket, header in front.";
    NoMatch = "no_match", "UDP, but to no destination asked for.";
    NotIp = "not_ip", "Neither IPv4 nor IPv6 behind at most two VLAN tags.";
    NotUdp = "not_udp", "IP, but not UDP.";
    Fragment = "fragment", "An IPv4 or IPv6 fragment, the first included.";
    Ipv6Extension = "ipv6_extension", "IPv6 with an extension header other than a fragment header.";
    VlanDepth = "vlan_depth", "More than two VLAN tags.";
    Truncated = "truncated", "Ends inside a header, or before the length a header announces.";
    BadLength = "bad_length", "A header's length field contradicts another's.";
    WrongVlan = "wrong_vlan", "To a destination asked for, but in another VLAN than its line's.";
    NoSocket = "no_socket", "Matched, but its queue has no socket.";
    NoHeadroom = "no_headroom", "Matched, but the driver left no room for the header in front.";
}

const _: () = assert!(FrameHeader::LEN == 16);
const _: () = assert!(align_of::<FrameHeader>() == 8);
const _: () = assert!(size_of::<GroupV4>() == 8);
const _: () = assert!(size_of::<GroupV6>() == 20);
const _: () = assert!(size_of::<SourceV4>() == 12);
const _: () = assert!(size_of::<SourceV6>() == 36);
const _: () = assert!(size_of::<Group>() == 8);
const _: () = assert!(size_of::<Front>() == 64);
const _: () = assert!(cfg!(target_endian = "little")); // parts of words, as `FrontKey` has them
const _: () = assert!(size_of::<QueueCounters>() == 16);
const _: () = assert!(Reason::ALL.len() == 12);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_words_are_its_memory_layout() {
        let header = FrameHeader {
            stamp_ns: 0x0102_0304_0506_0708,
            group: 0x1112,
            payload_offset: 58,
            payload_len: 1458,
            version: FrameHeader::VERSION,
            generation: 7,
        };
        let [first, second] = header.to_words().map(u64::to_ne_bytes);
        let bytes: [u8; FrameHeader::LEN] =
            core::array::from_fn(|i| if i < 8 { first[i] } else { second[i - 8] });
        assert_eq!(FrameHeader::from_bytes(bytes), header);
        assert_eq!(&bytes[8..10], &0x1112u16.to_ne_bytes());
        assert_eq!(&bytes[14..], &[FrameHeader::VERSION, 7]);
    }
}
