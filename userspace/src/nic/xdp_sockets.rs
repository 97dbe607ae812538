//! AF_XDP sockets that are bound (`linux/xdp_diag.h`): what `ss --xdp` shows.

use std::io;

use nix::sys::socket::SockProtocol;
use serde::Serialize;

use super::{
    Asked,
    processes::{Held, Process, Processes},
};
use crate::sys::netlink::{Scope, ask, attributes_of};

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const XDP_SHOW_INFO: u32 = 1;
/// `XDP_DIAG_INFO`: index of the interface and queue.
const INFO: u16 = 1;
/// `struct xdp_diag_msg`, in front of the attributes; the inode is its second word.
const HEADER: usize = 16;

/// A bound socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct XdpSocket {
    /// Its queue.
    pub queue: u32,
    /// Who holds it; empty when that cannot be seen.
    pub processes: Vec<Process>,
}

/// The sockets bound to the interface with this index. Only to be asked where that loads no module
/// ([`super::host::Kernel::lists_xdp_sockets`]).
pub(super) fn xdp_sockets(interface: u32, processes: &Processes) -> Asked<Vec<XdpSocket>> {
    // struct xdp_diag_req: family, protocol, padding, inode, what to show, cookie.
    let mut request = vec![libc::AF_XDP as u8, 0, 0, 0, 0, 0, 0, 0];
    request.extend(XDP_SHOW_INFO.to_ne_bytes());
    request.extend([0; 8]);
    let answers = match ask(SockProtocol::NetlinkSockDiag, SOCK_DIAG_BY_FAMILY, Scope::All, &request) {
        Ok(answers) => answers,
        Err(error) => return Asked::from(io::Result::Err(error)),
    };
    let here =
        answers.iter().filter_map(|answer| parse(answer)).filter(|socket| socket.interface == interface);
    let mut sockets: Vec<XdpSocket> = here
        .map(|socket| XdpSocket {
            queue: socket.queue,
            processes: processes.holding(Held::Socket(socket.inode)).to_vec(),
        })
        .collect();
    sockets.sort_unstable_by_key(|socket| socket.queue);
    Asked::Is(sockets)
}

#[derive(Debug, PartialEq, Eq)]
struct Listed {
    inode: u64,
    interface: u32,
    queue: u32,
}

/// One `struct xdp_diag_msg`. A socket that is not bound has interface 0.
fn parse(message: &[u8]) -> Option<Listed> {
    let word = |bytes: &[u8], at: usize| Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?));
    let inode = word(message, 4)?.into();
    let (_, info) = attributes_of(message, HEADER).find(|(kind, _)| *kind == INFO)?;
    Some(Listed { inode, interface: word(info, 0)?, queue: word(info, 4)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::netlink::push;

    #[test]
    fn a_socket_names_its_interface_and_queue() {
        let mut message = vec![44, 3, 0, 0];
        message.extend(4711_u32.to_ne_bytes());
        message.extend([0; 8]);
        let info = [5_u32.to_ne_bytes(), 2_u32.to_ne_bytes()].concat();
        push(&mut message, INFO, &info);
        assert_eq!(parse(&message), Some(Listed { inode: 4711, interface: 5, queue: 2 }));
        assert_eq!(parse(&message[..HEADER]), None);
    }
}
