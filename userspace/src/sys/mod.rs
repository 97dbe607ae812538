//! System calls that no crate wraps. With `xsk`, the only unsafe code of the package.
#![expect(unsafe_code, reason = "here is where it belongs; each block carries its proof")]

pub mod datagrams; // sendmmsg
pub mod path_mtu;
