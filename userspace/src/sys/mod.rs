//! Calls that no crate wraps. With `xsk`, the only place in userspace with `unsafe`.
#![allow(unsafe_code, reason = "system calls without a safe wrapper; each block says why it is sound")]

pub mod bpf_link;
pub mod busy_poll;
pub mod datagrams; // sendmmsg
pub mod driver_counters; // ethtool -S
pub mod ethtool;
pub mod membership;
pub mod numa;
pub mod netlink; // interfaces, what their drivers offer XDP, sockets
pub mod wait;
pub mod packet_filter; // classic BPF
pub mod packet_ring; // TPACKET_V3
pub mod packet_socket;
pub mod path_mtu;
pub mod prefetch; // the processor told what is read next
pub mod receive; // recvmmsg, and what a socket lost
pub mod uring; // io_uring: multishot receives into buffers given before
pub mod xdp_query;
