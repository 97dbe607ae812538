//! Who else wants a feed on this host: redirected packets no longer reach them.

use std::{io, net::SocketAddr, process};

use serde::Serialize;

use super::{
    processes::{Held, Process, Processes},
    sockets::{packet_sockets, udp_sockets},
};

/// Processes named in one sentence: more would bury the first.
const NAMED: usize = 3;

/// A line as the kernel sees it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The interface, by the kernel's index.
    pub interface: u32,
    /// Group and port.
    pub destination: SocketAddr,
}

/// A socket that a line's packets no longer reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Bystander {
    /// How it would have received them.
    pub by: Reception,
    /// Who holds the socket; empty when that cannot be seen.
    pub processes: Vec<Process>,
}

/// How a socket receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reception {
    /// As UDP, bound to this.
    Udp(SocketAddr),
    /// As whole packets: tcpdump and the like.
    Packets,
}

/// The sockets that packets of these lines would reach, were they not redirected; this process's own are left out.
///
/// # Errors
/// `/proc` cannot be read.
pub fn bystanders(lines: &[Wanted], processes: impl FnOnce() -> Processes) -> io::Result<Vec<Bystander>> {
    let wanted = |reaches: &dyn Fn(&Wanted) -> bool| lines.iter().any(reaches);
    let udp =
        udp_sockets()?.into_iter().filter(|socket| wanted(&|line| socket.may_receive(line.destination)));
    let mut sockets: Vec<_> = udp.map(|socket| (Reception::Udp(socket.local), socket.inode)).collect();
    let packet = packet_sockets()?;
    let packet =
        packet.iter().filter(|socket| wanted(&|line| socket.sees(line.interface, line.destination.ip())));
    sockets.extend(packet.map(|socket| (Reception::Packets, socket.inode)));
    if sockets.is_empty() {
        return Ok(Vec::new());
    }
    let processes = processes();
    let own = |process: &Process| process.pid == process::id();
    let mut found: Vec<Bystander> = sockets
        .into_iter()
        .map(|(by, inode)| (by, processes.holding(Held::Socket(inode))))
        .filter(|(_, holders)| !holders.iter().any(own))
        .map(|(by, holders)| Bystander { by, processes: holders.to_vec() })
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Names them in one sentence; `None` when there are none.
#[must_use]
pub fn sentence(bystanders: &[Bystander]) -> Option<String> {
    if bystanders.is_empty() {
        return None;
    }
    let named: Vec<String> = bystanders.iter().take(NAMED).map(name).collect();
    let more = bystanders.len() - named.len();
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    Some(format!("packets of these lines no longer reach {}{more}", named.join(", ")))
}

fn name(bystander: &Bystander) -> String {
    let who = match &bystander.processes[..] {
        [] => "a process that cannot be seen from here".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} and {} it shares the socket with", rest.len()),
    };
    match bystander.by {
        Reception::Udp(local) => format!("{who} on UDP {local}"),
        Reception::Packets => format!("{who}, which captures packets"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn bystander(by: Reception, names: &[(&str, u32)]) -> Bystander {
        let process = |(name, pid): &(&str, u32)| Process { pid: *pid, name: (*name).to_owned() };
        Bystander { by, processes: names.iter().map(process).collect() }
    }

    #[test]
    fn a_few_are_named() {
        let udp = Reception::Udp("0.0.0.0:26477".parse().unwrap());
        assert_eq!(sentence(&[]), None);
        assert_eq!(
            sentence(&[bystander(udp, &[("feedd", 41)]), bystander(Reception::Packets, &[("tcpdump", 7)])])
                .unwrap(),
            "packets of these lines no longer reach feedd (pid 41) on UDP 0.0.0.0:26477, tcpdump (pid 7), which \
             captures packets"
        );
        let many = sentence(&vec![bystander(udp, &[("a", 1), ("b", 2)]); 5]).unwrap();
        assert!(many.contains("a (pid 1) and 1 it shares the socket with") && many.ends_with(", and 2 more"));
        assert!(sentence(&[bystander(udp, &[])]).unwrap().contains("cannot be seen"));
    }

    #[test]
    fn ones_own_sockets_are_no_strangers() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let line = Wanted { interface: 1, destination: socket.local_addr().unwrap() };
        let found = bystanders(&[line], Processes::read).unwrap();
        assert!(found.iter().all(|bystander| bystander.by == Reception::Packets), "{found:?}");
        // The same, had it been another's: nobody is seen to hold it.
        let found = bystanders(&[line], Processes::default).unwrap();
        assert!(found.contains(&bystander(Reception::Udp(socket.local_addr().unwrap()), &[])), "{found:?}");
    }
}
