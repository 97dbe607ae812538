//! A guard against stalls: packets reach the NIC, and none reaches us.
//!
//! Drivers forget to ask for a wake-up, and lose an interrupt. While the worker has nothing to do, it compares ten
//! times a second what the interface says it received (`rx_packets`) with what its sockets brought. When the first has
//! moved and the second has not, every socket of the interface is kicked: a poll, for drivers that wait to be woken, and
//! a receive call, which polls the queue from here. What arrived may be none of ours; then the kick is for nothing and
//! does no harm. Where other workers read queues of the same interface, what they brought counts as well: it may be theirs
//! that arrived.

use std::{fs::File, io, os::unix::fs::FileExt as _, sync::Arc};

use super::af_xdp::Arrivals;

/// Between two looks, in ns. Shorter costs a system call more often while idle; longer lengthens a stall.
const LOOK_NS: u64 = 100_000_000;

/// What the guard did: evidence, no packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kicks {
    /// Times the sockets of an interface were kicked.
    pub kicks: u64,
    /// Of these, followed by packets before the next look.
    pub followed: u64,
}

/// The interfaces watched.
#[derive(Debug, Default)]
pub(super) struct StallGuard {
    watched: Vec<Watched>,
    looked_ns: u64,
    pub(super) kicks: Kicks,
}

/// An interface, and what it and its sockets said last.
#[derive(Debug)]
pub struct Watched {
    interface: Box<str>,
    counter: File,
    /// Numbers of its sockets among the source's.
    ports: Box<[u16]>,
    /// What other workers that have sockets of it bring.
    others: Box<[Arc<Arrivals>]>,
    arrived: u64,
    received: u64,
    kicked: bool,
}

impl StallGuard {
    /// Watches an interface. One of its name that was watched before is handed back, and its place taken: so nothing is
    /// allocated for an interface that comes back.
    pub(super) fn watch(&mut self, watched: Watched) -> Option<Watched> {
        match self.watched.iter_mut().find(|other| other.interface == watched.interface) {
            Some(other) => Some(std::mem::replace(other, watched)),
            None => {
                self.watched.push(watched);
                None
            }
        }
    }

    /// Looks, if it is time to; `received` is what a socket has brought, `kick` kicks it.
    #[inline]
    pub(super) fn look<S>(
        &mut self,
        now_ns: u64,
        sockets: &mut [Option<S>],
        received: impl Fn(&S) -> u64,
        kick: impl Fn(&mut S),
    ) {
        if now_ns.saturating_sub(self.looked_ns) < LOOK_NS {
            return;
        }
        self.looked_ns = now_ns;
        for watched in &mut self.watched {
            // An interface that is gone is somebody else's to tell.
            let Some(arrived) = number(&watched.counter) else { continue };
            let of = |port: &u16| sockets.get(usize::from(*port)).and_then(Option::as_ref).map(&received);
            let ours: u64 = watched.ports.iter().filter_map(of).sum();
            let theirs: u64 = watched.others.iter().map(|other| other.packets()).sum();
            let judgement = watched.judge(arrived, ours + theirs);
            self.kicks.followed += u64::from(judgement.followed);
            self.kicks.kicks += u64::from(judgement.kick);
            if judgement.kick {
                for port in &watched.ports {
                    sockets.get_mut(usize::from(*port)).and_then(Option::as_mut).map(&kick);
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Judgement {
    kick: bool,
    followed: bool,
}

impl Watched {
    /// Opens an interface's counter. `ports` are the numbers of its sockets among the source's, and `others` what the
    /// other workers bring that have some.
    ///
    /// # Errors
    /// The interface does not say what it received.
    pub fn new(
        interface: &str,
        ports: impl IntoIterator<Item = u16>,
        others: impl IntoIterator<Item = Arc<Arrivals>>,
    ) -> io::Result<Self> {
        let counter = File::open(format!("/sys/class/net/{interface}/statistics/rx_packets"))?;
        let (interface, ports) = (interface.into(), ports.into_iter().collect());
        let others = others.into_iter().collect();
        Ok(Self { interface, counter, ports, others, arrived: 0, received: 0, kicked: false })
    }

    fn judge(&mut self, arrived: u64, received: u64) -> Judgement {
        let moved = received != self.received;
        let followed = self.kicked && moved;
        // The first look has nothing to compare with.
        let kick = self.arrived != 0 && arrived != self.arrived && !moved;
        (self.arrived, self.received, self.kicked) = (arrived, received, kick);
        Judgement { kick, followed }
    }
}

/// The number in a file of sysfs, read without allocating.
fn number(file: &File) -> Option<u64> {
    let mut bytes = [0; 24];
    let len = file.read_at(&mut bytes, 0).ok()?;
    std::str::from_utf8(bytes.get(..len)?).ok()?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_and_does_not_come_is_kicked_for() {
        let counter = File::open("/dev/null").unwrap();
        let (interface, ports, others) = ("rx".into(), [0].into(), [].into());
        let mut watched =
            Watched { interface, counter, ports, others, arrived: 0, received: 0, kicked: false };
        let calm = Judgement { kick: false, followed: false };
        assert_eq!(watched.judge(100, 0), calm, "nothing to compare with");
        assert_eq!(watched.judge(100, 0), calm, "nothing arrived");
        assert_eq!(watched.judge(120, 20), calm, "what arrived came");
        assert_eq!(watched.judge(130, 20), Judgement { kick: true, followed: false });
        assert_eq!(watched.judge(140, 20), Judgement { kick: true, followed: false });
        assert_eq!(watched.judge(150, 40), Judgement { kick: false, followed: true });
        assert_eq!(watched.judge(150, 40), calm);
    }

    #[test]
    fn what_another_worker_brought_is_no_stall() {
        let statistics = tempfile::NamedTempFile::new().unwrap();
        let (other, counter) = (Arc::new(Arrivals::default()), File::open(statistics.path()).unwrap());
        let (interface, ports, others) = ("rx".into(), [0].into(), [Arc::clone(&other)].into());
        let watched = Watched { interface, counter, ports, others, arrived: 0, received: 0, kicked: false };
        let mut guard = StallGuard::default();
        assert!(guard.watch(watched).is_none());
        let mut kicks = |look: u64, arrived: u64| {
            std::fs::write(statistics.path(), format!("{arrived}\n")).unwrap();
            guard.look(look * LOOK_NS, &mut [Some(5)], |received| *received, |_| ());
            guard.kicks.kicks
        };
        assert_eq!(kicks(1, 100), 0, "nothing to compare with");
        other.took(20);
        assert_eq!(kicks(2, 120), 0, "what arrived came there");
        assert_eq!(kicks(3, 130), 1, "it came to neither");
    }

    #[test]
    fn a_counter_of_sysfs_is_a_number() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "18446744073709551615\n").unwrap();
        assert_eq!(number(&File::open(file.path()).unwrap()), Some(u64::MAX));
        assert_eq!(number(&File::open("/dev/null").unwrap()), None);
    }
}
