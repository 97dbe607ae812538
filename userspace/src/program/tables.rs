//! What the program is told: which destinations to redirect, and to which sockets.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    os::fd::AsRawFd,
};

use anyhow::{Context, Result, bail};
use aya::maps::{HashMap, MapData, MapError, XskMap};
use xdp_prog::{Group, GroupV4, GroupV6, SourceV4, SourceV6, map};

use super::Program;

/// A destination the program is to redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where it is sent to.
    pub destination: SocketAddr,
    /// The only source it is wanted from.
    pub source: Option<IpAddr>,
    /// The only VLAN it is wanted from, 0 for none at all. Where a destination has both, the line that names the
    /// source decides, and its VLAN.
    pub vlan: Option<u16>,
    /// What the frame header is to say.
    pub index: u16,
    /// What it is to say beside: tells this use of the index from earlier ones.
    pub generation: u8,
}

/// Whether most of these name their source: what
/// [`ProgramConfig::sources_first`](super::ProgramConfig::sources_first) is best set to.
#[must_use]
pub fn mostly_by_source(matches: &[Match]) -> bool {
    matches.iter().filter(|wanted| wanted.source.is_some()).count() > matches.len() / 2
}

impl Program {
    /// Has the queue's matched packets redirected to a socket bound to it.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn set_socket(&mut self, queue: u32, socket: &impl AsRawFd) -> Result<()> {
        let mut sockets: XskMap<&mut MapData> = XskMap::try_from(self.map_mut(map::SOCKETS)?)?;
        sockets.set(queue, socket.as_raw_fd(), 0).with_context(|| format!("cannot register queue {queue}"))
    }

    /// Tells the program which destinations to redirect. Call once: until then everything passes.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn set_matches(&mut self, matches: &[Match]) -> Result<()> {
        // Packets are being looked at meanwhile: a destination goes in once, after its sources, so that none is
        // taken for a line's that it does not belong to.
        self.wanted = matches.to_vec();
        for wanted in matches {
            self.insert_source_of(wanted)?;
        }
        let destinations: BTreeSet<SocketAddr> = matches.iter().map(|wanted| wanted.destination).collect();
        destinations.into_iter().try_for_each(|destination| self.renew_group(destination))
    }

    /// Has one more destination redirected from now on.
    ///
    /// # Errors
    /// What the kernel says: most often that the maps are full. Nothing is changed then.
    pub fn add_match(&mut self, wanted: Match) -> Result<()> {
        self.wanted.push(wanted);
        let added = self.insert_source_of(&wanted).and_then(|()| self.renew_group(wanted.destination));
        added.inspect_err(|_| {
            // What did not go in need not come out: the error that is told is the first.
            let _not_there = self.remove_match(&wanted);
        })
    }

    /// Has it redirected no more. Packets that are being looked at now may still be.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn remove_match(&mut self, unwanted: &Match) -> Result<()> {
        self.wanted.retain(|wanted| wanted != unwanted);
        self.renew_group(unwanted.destination)?;
        let to = unwanted.destination;
        let Some(source) = unwanted.source else { return Ok(()) };
        self.take_from_front(to, Some(source))?;
        match source {
            IpAddr::V4(source) => {
                let key = SourceV4 { group: key_v4(to)?, source: source.octets() };
                self.remove(map::SOURCES_V4, key.to_bytes())
            }
            IpAddr::V6(source) => {
                let key = SourceV6 { group: key_v6(to)?, source: source.octets() };
                self.remove(map::SOURCES_V6, key.to_bytes())
            }
        }
    }

    /// Writes a destination's entry as the matches say, or takes it out.
    fn renew_group(&mut self, to: SocketAddr) -> Result<()> {
        let mut group: Option<Group> = None;
        for wanted in self.wanted.iter().filter(|wanted| wanted.destination == to) {
            let nobody =
                Group { index: Group::NONE, generation: 0, sourced: 0, vlan: Group::ANY_VLAN, zero: 0 };
            let group = group.get_or_insert(nobody);
            match wanted.source {
                None => *group = Group { sourced: group.sourced, ..own(wanted) },
                Some(_) => group.sourced = 1,
            }
        }
        if let Some(group) = group {
            return self.insert_group(to, group);
        }
        self.take_from_front(to, None)?;
        match to.ip() {
            IpAddr::V4(_) => self.remove(map::GROUPS_V4, key_v4(to)?.to_bytes()),
            IpAddr::V6(_) => self.remove(map::GROUPS_V6, key_v6(to)?.to_bytes()),
        }
    }

    fn insert_source_of(&mut self, wanted: &Match) -> Result<()> {
        wanted.source.map_or(Ok(()), |source| self.insert_source(wanted.destination, source, own(wanted)))
    }

    fn insert_group(&mut self, to: SocketAddr, group: Group) -> Result<()> {
        let value = group.to_bytes();
        match to.ip() {
            IpAddr::V4(_) => self.insert(map::GROUPS_V4, key_v4(to)?.to_bytes(), value)?,
            IpAddr::V6(_) => self.insert(map::GROUPS_V6, key_v6(to)?.to_bytes(), value)?,
        }
        self.put_in_front(to, None, group)
    }

    fn insert_source(&mut self, to: SocketAddr, source: IpAddr, group: Group) -> Result<()> {
        let value = group.to_bytes();
        match source {
            IpAddr::V4(source) => {
                let key = SourceV4 { group: key_v4(to)?, source: source.octets() };
                self.insert(map::SOURCES_V4, key.to_bytes(), value)?;
            }
            IpAddr::V6(source) => {
                let key = SourceV6 { group: key_v6(to)?, source: source.octets() };
                self.insert(map::SOURCES_V6, key.to_bytes(), value)?;
            }
        }
        self.put_in_front(to, Some(source), group)
    }

    fn insert<const K: usize>(&mut self, name: &str, key: [u8; K], value: [u8; 8]) -> Result<()> {
        let mut groups: HashMap<&mut MapData, [u8; K], [u8; 8]> = HashMap::try_from(self.map_mut(name)?)?;
        groups.insert(key, value, 0).with_context(|| format!("cannot add to {name}"))
    }

    fn remove<const K: usize>(&mut self, name: &str, key: [u8; K]) -> Result<()> {
        let mut groups: HashMap<&mut MapData, [u8; K], [u8; 8]> = HashMap::try_from(self.map_mut(name)?)?;
        match groups.remove(&key) {
            Err(MapError::SyscallError(call)) if call.io_error.raw_os_error() == Some(libc::ENOENT) => Ok(()),
            removed => removed.with_context(|| format!("cannot remove from {name}")),
        }
    }
}

/// What is matched to a line, without the sources of its destination.
fn own(line: &Match) -> Group {
    let vlan = line.vlan.unwrap_or(Group::ANY_VLAN);
    Group { index: line.index, generation: line.generation, sourced: 0, vlan, zero: 0 }
}

fn key_v4(to: SocketAddr) -> Result<GroupV4> {
    let IpAddr::V4(address) = to.ip() else { bail!("{to} is not IPv4") };
    Ok(GroupV4 { address: address.octets(), port: to.port().to_be_bytes(), zero: [0; 2] })
}

fn key_v6(to: SocketAddr) -> Result<GroupV6> {
    let IpAddr::V6(address) = to.ip() else { bail!("{to} is not IPv6") };
    Ok(GroupV6 { address: address.octets(), port: to.port().to_be_bytes(), zero: [0; 2] })
}
