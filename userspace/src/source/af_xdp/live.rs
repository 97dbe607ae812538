//! What a worker does with the source beside reading it: waits, opens and closes lines, obeys orders.

use std::os::fd::AsRawFd as _;

use anyhow::Context as _;

use super::{
    super::{Kicks, Live, Obeyed, POLL_MS, stall::Watched},
    AfXdp, PortCount, PortCounters,
    port::Port,
    stranger::{FRESH, REMOVED},
};
use crate::{clock::Clock, worker::Wait, xsk::Socket};

/// Sockets that can be added while the worker runs, beside those that are there. Lower: an interface that comes back
/// with more queues than it had is refused. Higher: memory for a batch each, which is not touched.
pub const SPARE_PORTS: usize = 64;

/// What the source can be told while it is read.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a box would have to be freed on the worker's thread")]
pub enum Order {
    /// Read one more socket.
    OpenPort {
        /// Its number: free, or the next.
        port: u16,
        /// The socket.
        socket: Socket,
    },
    /// The socket's interface is gone: read what is left, then hand it back.
    ClosePort {
        /// Its number.
        port: u16,
    },
    /// Guard an interface that came back against stalls.
    Guard(Watched),
}

/// A socket that is no more read.
#[derive(Debug)]
pub struct ClosedPort {
    /// Its number among the source's sockets, which another may have from now on.
    pub port: u16,
    /// The socket, for its statistics.
    pub socket: Socket,
    /// What it has brought.
    pub counters: PortCounters,
}

impl AfXdp {
    /// The interface of a socket is gone: what its ring still holds is read, and then [`Live::take_left`] has it.
    fn leave(&mut self, port: usize) {
        if let Some(Some(port)) = self.ports.get_mut(port) {
            self.waits.remove(port.socket.as_raw_fd());
            port.leaving = true;
        }
    }

    /// Looks whether what arrives comes, and kicks the sockets if not. For an idle worker: it is mostly not yet time to.
    #[inline]
    fn look_for_stalls(&mut self) {
        let Self { ports, guard, read_ns, .. } = self;
        guard.look(*read_ns, ports, |port| port.counted.packets, |port| port.socket.kick());
    }

    /// Sleeps until a packet comes on any socket, or `most_ms` milliseconds have passed.
    ///
    /// # Errors
    /// What `poll` says, but for an interruption by a signal.
    fn sleep(&mut self, most_ms: i32) -> anyhow::Result<()> {
        self.waits.wait(most_ms).context("cannot wait for packets")
    }

    /// Has the kernel poll each socket's queue once, for drivers that were told to wait for us.
    fn busy_poll(&mut self) {
        for port in self.ports.iter_mut().flatten() {
            port.socket.poll_queue(port.counted.packets > 0);
        }
    }
}

impl Live for AfXdp {
    type Order = Order;
    type Spent = Watched;
    type Left = ClosedPort;
    type Port = PortCount;

    #[inline]
    fn clock(&self) -> Clock {
        self.clock
    }

    /// Makes room for [`SPARE_PORTS`] more sockets.
    fn reserve(&mut self) -> usize {
        self.ports.reserve(SPARE_PORTS);
        self.waits.reserve(SPARE_PORTS);
        self.batch * self.ports.capacity()
    }

    #[inline]
    fn refill(&mut self) {
        for port in self.ports.iter_mut().flatten() {
            port.socket.refill();
        }
    }

    #[inline]
    fn idle(&mut self, wait: Wait) -> anyhow::Result<()> {
        self.look_for_stalls();
        match wait {
            Wait::Spin => std::hint::spin_loop(),
            Wait::BusyPoll => self.busy_poll(),
            Wait::Poll => self.sleep(POLL_MS)?,
        }
        Ok(())
    }

    fn open_line(&mut self, line: u16, generation: u8) {
        if let Some(expected) = self.lines.get_mut(usize::from(line)) {
            *expected = FRESH | u16::from(generation);
        }
    }

    fn close_line(&mut self, line: u16) {
        if let Some(expected) = self.lines.get_mut(usize::from(line)) {
            *expected = REMOVED;
        }
    }

    fn obey(&mut self, order: Order) -> Obeyed<Watched> {
        match order {
            Order::OpenPort { port, socket } => self.put(usize::from(port), socket),
            Order::ClosePort { port } => {
                self.leave(usize::from(port));
                return Obeyed::Leaving;
            }
            Order::Guard(watched) => {
                if let Some(spent) = self.guard(watched) {
                    return Obeyed::Spent(spent);
                }
            }
        }
        Obeyed::Done
    }

    fn take_left(&mut self) -> Option<ClosedPort> {
        let over = |port: &Port| port.leaving && port.dry && port.socket.held() == 0;
        let number = self.ports.iter().position(|port| port.as_ref().is_some_and(over))?;
        let port = self.ports.get_mut(number)?.take()?;
        Some(ClosedPort { port: number as u16, counters: port.counters(), socket: port.socket })
    }

    fn count_ports(&self, into: &mut Vec<PortCount>) {
        into.clear();
        let ports = self.ports();
        into.extend(ports.map(|(number, socket, counters)| (number, counters, socket.statistics().ok())));
    }

    fn kicks(&self) -> Kicks {
        self.guard.kicks
    }
}
