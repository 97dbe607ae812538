//! System calls no crate wraps. With `xsk`, the only unsafe code in userspace.

pub mod packet_socket;
