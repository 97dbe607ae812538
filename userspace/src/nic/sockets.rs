//! The sockets of this network namespace that would receive a feed, were it not redirected: UDP sockets on its
//! port, and packet sockets that listen in (`/proc/net`, proc(5)).

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// A UDP socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UdpSocket {
    /// What it is bound to.
    pub(super) local: SocketAddr,
    /// The socket's inode.
    pub(super) inode: u64,
}

impl UdpSocket {
    /// Whether it may receive what is sent to `destination`. A socket on any address also gets groups that others
    /// joined (`IP_MULTICAST_ALL` is on by default), and one on any IPv6 address also gets IPv4 unless it refused.
    #[must_use]
    pub(super) fn may_receive(&self, destination: SocketAddr) -> bool {
        let family = match self.local.ip() {
            own if own == destination.ip() => true,
            IpAddr::V4(own) => own.is_unspecified() && destination.is_ipv4(),
            IpAddr::V6(own) => {
                own.is_unspecified() || own.to_ipv4_mapped().map(IpAddr::V4) == Some(destination.ip())
            }
        };
        family && self.local.port() == destination.port()
    }
}

/// A packet socket (tcpdump's, for example).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PacketSocket {
    /// Index of the interface it listens on; 0 for all.
    pub(super) interface: u32,
    /// The Ethernet type it wants; 3 for all.
    pub(super) protocol: u16,
    /// The socket's inode.
    pub(super) inode: u64,
}

impl PacketSocket {
    const EVERY_TYPE: u16 = 0x0003;
    const IPV4: u16 = 0x0800;
    const IPV6: u16 = 0x86dd;

    /// Whether it sees packets to `address` that come in on the interface with index `interface`.
    #[must_use]
    pub(super) fn sees(&self, interface: u32, address: IpAddr) -> bool {
        let kind = if address.is_ipv4() { Self::IPV4 } else { Self::IPV6 };
        (self.interface == 0 || self.interface == interface)
            && (self.protocol == Self::EVERY_TYPE || self.protocol == kind)
    }
}

/// Every UDP socket here.
///
/// # Errors
/// `/proc` cannot be read.
pub(super) fn udp_sockets() -> io::Result<Vec<UdpSocket>> {
    let mut sockets = parse_udp(&fs::read_to_string("/proc/net/udp")?);
    // A kernel without IPv6 has no such file.
    sockets.extend(parse_udp(&fs::read_to_string("/proc/net/udp6").unwrap_or_default()));
    Ok(sockets)
}

/// Every packet socket here.
///
/// # Errors
/// `/proc` cannot be read.
pub(super) fn packet_sockets() -> io::Result<Vec<PacketSocket>> {
    match fs::read_to_string("/proc/net/packet") {
        Ok(text) => Ok(parse_packet(&text)),
        // A kernel without packet sockets.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// `/proc/net/udp` and `/proc/net/udp6`.
fn parse_udp(text: &str) -> Vec<UdpSocket> {
    let lines = text.lines().skip(1);
    lines
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let local = address(fields.nth(1)?)?;
            let inode = fields.nth(7)?.parse().ok()?;
            Some(UdpSocket { local, inode })
        })
        .collect()
}

/// `0100007F:0035`: the address in words as the machine stores them, the port as it is written.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(address.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let words: [[u8; 4]; 4] = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

/// `/proc/net/packet`. Sockets without a protocol receive nothing: they only send.
fn parse_packet(text: &str) -> Vec<PacketSocket> {
    let lines = text.lines().skip(1);
    let sockets = lines.filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, _, _, protocol, interface, .., inode] = fields[..] else { return None };
        Some(PacketSocket {
            interface: interface.parse().ok()?,
            protocol: u16::from_str_radix(protocol, 16).ok()?,
            inode: inode.parse().ok()?,
        })
    });
    sockets.filter(|socket| socket.protocol != 0).collect()
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;

    const UDP: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 1433: 6F0C36E9:676D 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 28121 2 ffff888012345678 0        
 2210: 00000000:676D 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 28122 2 0000000000000000 17       
";

    const UDP6: &str = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1433: 000015FF000000000000000001007700:676D 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 28130 2 0000000000000000 0
 1433: 00000000000000000000000000000000:676D 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 28131 2 0000000000000000 0
";

    #[test]
    fn udp_sockets_are_read_with_address_port_and_inode() {
        let read = parse_udp(UDP);
        let wanted = [("233.54.12.111:26477", 28121), ("0.0.0.0:26477", 28122)];
        assert_eq!(read, wanted.map(|(local, inode)| UdpSocket { local: local.parse().unwrap(), inode }));
        let read = parse_udp(UDP6);
        let wanted = [("[ff15::77:1]:26477", 28130), ("[::]:26477", 28131)];
        assert_eq!(read, wanted.map(|(local, inode)| UdpSocket { local: local.parse().unwrap(), inode }));
        assert_eq!(parse_udp("sl\n cut\n 1: 0:\n"), []);
    }

    #[test]
    fn the_port_decides_and_the_address_where_it_is_one() {
        for (local, destination, may) in [
            ("233.54.12.111:26477", "233.54.12.111:26477", true),
            ("0.0.0.0:26477", "233.54.12.111:26477", true),
            ("[::]:26477", "233.54.12.111:26477", true),
            ("[::ffff:233.54.12.111]:26477", "233.54.12.111:26477", true),
            ("0.0.0.0:26477", "[ff15::77:1]:26477", false),
            ("0.0.0.0:26478", "233.54.12.111:26477", false),
            ("127.0.0.1:26477", "233.54.12.111:26477", false),
            ("233.54.12.101:26477", "233.54.12.111:26477", false),
        ] {
            let socket = UdpSocket { local: local.parse().unwrap(), inode: 1 };
            assert_eq!(socket.may_receive(destination.parse().unwrap()), may, "{local} for {destination}");
        }
    }

    #[test]
    fn packet_sockets_that_only_send_are_left_out() {
        let text = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode
ffff888004d3e000 3      3    0003   4     1 0      0      31337
0000000000000000 3      3    0000   4     1 0      0      31338
0000000000000000 3      2    0800   0     1 213120 101    31339
";
        let read = parse_packet(text);
        assert_eq!(read.iter().map(|socket| socket.inode).collect::<Vec<_>>(), [31337, 31339]);
        let (v4, v6): (IpAddr, IpAddr) = ("224.0.0.5".parse().unwrap(), "ff15::1".parse().unwrap());
        assert!(read[0].sees(4, v4) && read[0].sees(4, v6) && !read[0].sees(5, v4));
        assert!(read[1].sees(4, v4) && read[1].sees(9, v4) && !read[1].sees(4, v6));
    }
}
