//! What became of each packet, as it is counted.

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

const _: () = assert!(size_of::<QueueCounters>() == 16);
const _: () = assert!(Reason::ALL.len() == 12);
