//! The AF_XDP source: all sockets of one worker.

use std::{
    os::fd::AsRawFd,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use anyhow::Context;

use super::{
    Frames, Live, Obeyed, POLL_MS, Received, Source,
    stall::{Kicks, StallGuard, Watched},
};
use crate::{
    clock::Clock,
    sys::wait::Readable,
    wire::{Checksum, checksum},
    worker::Wait,
    xsk::{Frame, Socket, SocketStatistics},
};

/// How long a packet may lie between the XDP program's stamp and the RX ring: the driver's poll loop submits up
/// to 64 packets at once, and may be interrupted meanwhile.
///
/// A socket found empty proves nothing about packets stamped this recently. Too low and a gap is declared while
/// its filler lies in the driver; too high delays each real gap by so much.
const SUBMIT_DELAY_NS: u64 = 200_000;

/// Sockets that can be added while the worker runs, beside those that are there. Lower: an interface that comes back
/// with more queues than it had is refused. Higher: memory for a batch each, which is not touched.
pub const SPARE_PORTS: usize = 64;

/// Of a line that never was.
const NEVER: u16 = u16::MAX;
/// Of a line that was removed.
const REMOVED: u16 = 0x100;
/// Beside the generation of a line that has brought nothing yet.
const FRESH: u16 = 0x200;

/// One socket.
#[derive(Debug)]
struct Port {
    socket: Socket,
    /// Its interface is gone: it goes as soon as nothing of it is left here.
    leaving: bool,
    /// Nothing was found in it last time.
    dry: bool,
    watermark_ns: u64,
    counted: PortCounters,
}

impl Port {
    /// What was counted here, and what its socket has counted.
    fn counters(&self) -> PortCounters {
        PortCounters {
            joined: self.socket.joined(),
            wakeups: self.socket.wakeups(),
            self_test: self.socket.self_tested(),
            ..self.counted
        }
    }
}

/// What one socket has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortCounters {
    /// Packets taken off the RX ring.
    pub packets: u64,
    /// Of these, frames without a header of ours, or of a line that never was.
    pub foreign: u64,
    /// Of these, frames of a line that was removed before they were read.
    pub line_removed: u64,
    /// Of these, frames of a line that another worker has: the NIC put them on a queue that is not that one's.
    pub elsewhere: u64,
    /// Of these, packets spread over several frames that were larger than what they are joined in.
    pub unjoined: u64,
    /// Of these, datagrams joined from several frames.
    pub joined: u64,
    /// Times the kernel asked for a wake-up: evidence, no packets.
    pub wakeups: u64,
    /// Packets of `--self-test`, taken before any other and not among the above.
    pub self_test: u64,
    /// What their checksums said, if that was asked for.
    pub checksums: ChecksumCounters,
}

/// What datagrams' checksums said. Those that were right are in none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecksumCounters {
    /// Wrong: given back, and handed to nobody.
    pub wrong: u64,
    /// None there: taken.
    pub absent: u64,
    /// Never filled in by a sender on this host: taken.
    pub partial: u64,
}

/// A socket's number, what it has brought, and what the kernel counted of it, where it says so.
pub type PortCount = (u16, PortCounters, Option<SocketStatistics>);

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

/// When each line brought its first packet. Written by the worker, read by whoever tells of it.
#[derive(Debug, Default)]
pub struct Arrivals {
    first_ns: Box<[AtomicU64]>,
    lines: AtomicU64,
    /// Taken off the RX rings.
    packets: AtomicU64,
    /// By line: whether another worker has it, as whoever tells the workers of lines says.
    elsewhere: Box<[AtomicBool]>,
    /// By line: frames that came here though another worker has it.
    astray: Box<[AtomicU64]>,
}

impl Arrivals {
    pub(super) fn new(lines: usize) -> Self {
        Self {
            first_ns: (0..lines).map(|_| AtomicU64::new(0)).collect(),
            elsewhere: (0..lines).map(|_| AtomicBool::new(false)).collect(),
            astray: (0..lines).map(|_| AtomicU64::new(0)).collect(),
            ..Self::default()
        }
    }

    /// Lines that have brought a packet since they were added: a change says that there is something new.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }

    /// Receive stamp of a line's first packet; `None` if none came.
    #[must_use]
    pub fn first_ns(&self, line: usize) -> Option<u64> {
        let first_ns = self.first_ns.get(line)?.load(Ordering::Relaxed);
        (first_ns > 0).then_some(first_ns)
    }

    /// A line begins anew. To be called before the worker knows it.
    pub fn forget(&self, line: usize) {
        for of in [self.first_ns.get(line), self.astray.get(line)].into_iter().flatten() {
            of.store(0, Ordering::Relaxed);
        }
    }

    /// Another worker has this line, or has not any more. To be called before a packet of it can come.
    pub fn set_elsewhere(&self, line: usize, elsewhere: bool) {
        if let Some(of) = self.elsewhere.get(line) {
            of.store(elsewhere, Ordering::Relaxed);
        }
    }

    /// Packets of a line that another worker has, and that came here.
    #[must_use]
    pub fn astray(&self, line: usize) -> u64 {
        self.astray.get(line).map_or(0, |astray| astray.load(Ordering::Relaxed))
    }

    /// Packets taken off the RX rings.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets.load(Ordering::Relaxed)
    }

    #[cold]
    fn is_elsewhere(&self, line: u16) -> bool {
        self.elsewhere.get(usize::from(line)).is_some_and(|of| of.load(Ordering::Relaxed))
    }

    /// Written by one thread: no other adds.
    #[inline]
    pub(super) fn took(&self, packets: u64) {
        self.packets.store(self.packets() + packets, Ordering::Relaxed);
    }

    #[cold]
    fn strayed(&self, line: u16) {
        if let Some(astray) = self.astray.get(usize::from(line)) {
            astray.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[cold]
    fn arrived(&self, line: u16, stamp_ns: u64) {
        if let Some(first_ns) = self.first_ns.get(usize::from(line)) {
            first_ns.store(stamp_ns.max(1), Ordering::Relaxed);
            self.lines.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// All sockets of one worker, read in turn.
#[derive(Debug)]
pub struct AfXdp {
    /// By number. A number that is free has none.
    ports: Vec<Option<Port>>,
    /// What frames of each line say in front, by the line's index: its generation, with [`FRESH`] until the first came.
    lines: Vec<u16>,
    arrivals: Arc<Arrivals>,
    batch: usize,
    stamps: bool,
    clock: Clock,
    verify_checksums: bool,
    waits: Readable,
    guard: StallGuard,
    /// When the sockets were read last.
    read_ns: u64,
}

impl AfXdp {
    /// A source without sockets, for at most `lines` lines. `stamps` says whether the XDP programs stamp packets; if
    /// not, a batch is stamped when it is read.
    #[must_use]
    pub fn new(batch: usize, stamps: bool, lines: usize) -> Self {
        Self {
            ports: Vec::new(),
            lines: vec![NEVER; lines],
            arrivals: Arc::new(Arrivals::new(lines)),
            batch,
            stamps,
            clock: Clock::Monotonic,
            verify_checksums: false,
            waits: Readable::default(),
            guard: StallGuard::default(),
            read_ns: 0,
        }
    }

    /// The XDP programs stamp by this clock, and so does a batch that is stamped when it is read.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// From now on gives datagrams back whose checksums are wrong, counted, instead of handing them on.
    pub const fn verify_checksums(&mut self) {
        self.verify_checksums = true;
    }

    /// Adds a socket; its number is the number of those added before.
    pub fn add(&mut self, socket: Socket) {
        self.put(self.ports.len(), socket);
    }

    /// Gives a socket the number `port`, which is free or the next one.
    fn put(&mut self, port: usize, socket: Socket) {
        self.waits.add(socket.as_raw_fd());
        let counted = PortCounters::default();
        let new = Port { socket, leaving: false, dry: false, watermark_ns: 0, counted };
        match self.ports.get_mut(port) {
            Some(free) => *free = Some(new),
            None => self.ports.push(Some(new)),
        }
    }

    /// The interface of a socket is gone: what its ring still holds is read, and then [`Live::take_left`] has it.
    fn leave(&mut self, port: usize) {
        if let Some(Some(port)) = self.ports.get_mut(port) {
            self.waits.remove(port.socket.as_raw_fd());
            port.leaving = true;
        }
    }

    /// When each line brought its first packet.
    #[must_use]
    pub fn arrivals(&self) -> Arc<Arrivals> {
        Arc::clone(&self.arrivals)
    }

    /// Has an interface guarded against stalls. Gives back what guarded one of its name before.
    pub fn guard(&mut self, watched: Watched) -> Option<Watched> {
        self.guard.watch(watched)
    }

    /// Looks whether what arrives comes, and kicks the sockets if not. For an idle worker: it is mostly not yet time to.
    #[inline]
    fn look_for_stalls(&mut self) {
        let Self { ports, guard, read_ns, .. } = self;
        guard.look(*read_ns, ports, |port| port.counted.packets, |port| port.socket.kick());
    }

    /// The sockets and what each has brought, by their numbers.
    pub fn ports(&self) -> impl Iterator<Item = (u16, &Socket, PortCounters)> {
        let numbered = (0..).zip(&self.ports);
        numbered
            .filter_map(|(number, port)| port.as_ref().map(|port| (number, &port.socket, port.counters())))
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

/// Gives the datagrams of `batch` from `first` on back whose checksums are wrong.
#[cold]
fn discard_wrong(
    socket: &mut Socket,
    batch: &mut Vec<Received<Frame>>,
    first: usize,
    counters: &mut ChecksumCounters,
) {
    // What is kept moves to the front, in its order.
    let mut kept = first;
    for at in first..batch.len() {
        match checksum(socket.packet(&batch[at].frame)) {
            Checksum::Right => {}
            Checksum::Absent => counters.absent += 1,
            Checksum::Partial => counters.partial += 1,
            Checksum::Wrong => {
                counters.wrong += 1;
                continue;
            }
        }
        batch.swap(kept, at);
        kept += 1;
    }
    batch.drain(kept..).for_each(|received| socket.release(received.frame));
}

impl Frames for AfXdp {
    type Frame = Frame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        // A socket stays for as long as a frame of it is held.
        let port = self.ports[usize::from(frame.socket)].as_ref();
        port.map_or(&[], |port| port.socket.payload(frame))
    }

    #[inline]
    fn hold(&mut self, frame: Frame) -> Result<Frame, Frame> {
        match &mut self.ports[usize::from(frame.socket)] {
            Some(port) => port.socket.hold(frame),
            None => Err(frame),
        }
    }

    #[inline]
    fn release(&mut self, frame: Frame) {
        if let Some(port) = &mut self.ports[usize::from(frame.socket)] {
            port.socket.release(frame);
        }
    }
}

impl Source for AfXdp {
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<Frame>>) -> anyhow::Result<()> {
        let Self { ports, lines, arrivals, batch: most, stamps, clock, verify_checksums, read_ns, .. } = self;
        let now_ns = clock.now_ns();
        *read_ns = now_ns;
        let mut packets = 0;
        for (index, port) in ports.iter_mut().enumerate() {
            let before = batch.len();
            let Some(Port { socket, leaving: _, dry, watermark_ns, counted }) = port else { continue };
            let mut last_ns = *watermark_ns;
            let taken = socket.receive(index as u16, |frame, header| {
                let stamp_ns = if *stamps { header.stamp_ns } else { now_ns };
                last_ns = stamp_ns;
                let line = header.group;
                let expected = lines.get_mut(usize::from(line));
                if expected.as_deref() != Some(&u16::from(header.generation)) {
                    match Stranger::of(expected, header.generation, arrivals.is_elsewhere(line)) {
                        Stranger::First => arrivals.arrived(line, stamp_ns),
                        Stranger::Removed => {
                            counted.line_removed += 1;
                            return Some(frame);
                        }
                        Stranger::Elsewhere => {
                            arrivals.strayed(line);
                            counted.elsewhere += 1;
                            return Some(frame);
                        }
                        Stranger::Foreign => {
                            counted.foreign += 1;
                            return Some(frame);
                        }
                    }
                }
                batch.push(Received { line, stamp_ns, frame });
                None
            });
            *dry = taken.descriptors == 0;
            counted.packets += taken.packets;
            packets += taken.packets;
            counted.foreign += taken.foreign;
            counted.unjoined += taken.unjoined;
            if *verify_checksums {
                discard_wrong(socket, batch, before, &mut counted.checksums);
            }
            // An empty ring proves up to now, but for what the driver still has; one that may hold more proves
            // up to its last stamp, if that is a stamp of when the packet came.
            let proven_ns = match (taken.descriptors < *most, *stamps) {
                (true, _) => now_ns.saturating_sub(SUBMIT_DELAY_NS),
                (false, true) => last_ns,
                (false, false) => *watermark_ns,
            };
            *watermark_ns = proven_ns.max(*watermark_ns);
        }
        if packets > 0 {
            arrivals.took(packets);
        }
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        // Without sockets nothing comes, but time goes on.
        let ports = self.ports.iter().flatten().map(|port| port.watermark_ns);
        ports.min().unwrap_or_else(|| self.read_ns.saturating_sub(SUBMIT_DELAY_NS))
    }

    fn finished(&self) -> bool {
        false
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

/// What a frame is that is not of a line as it is known.
#[derive(Debug, PartialEq, Eq)]
enum Stranger {
    /// The first of its line.
    First,
    /// Of a line that another worker has.
    Elsewhere,
    /// Of a line that was removed.
    Removed,
    /// Of none of ours.
    Foreign,
}

impl Stranger {
    #[cold]
    #[inline(never)]
    fn of(expected: Option<&mut u16>, generation: u8, elsewhere: bool) -> Self {
        let Some(expected) = expected else { return Self::Foreign };
        if elsewhere {
            return Self::Elsewhere;
        }
        if *expected == FRESH | u16::from(generation) {
            *expected = u16::from(generation);
            return Self::First;
        }
        // Another generation of a line that is: an earlier one.
        if *expected == NEVER { Self::Foreign } else { Self::Removed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_told_by_whose_line_it_is() {
        let arrivals = Arrivals::new(2);
        arrivals.set_elsewhere(1, true);
        let mut lines = [FRESH | 3, NEVER];
        let mut of = |line: u16, generation| {
            Stranger::of(lines.get_mut(usize::from(line)), generation, arrivals.is_elsewhere(line))
        };
        assert_eq!(of(0, 3), Stranger::First);
        assert_eq!(of(0, 2), Stranger::Removed, "an earlier line of this index");
        assert_eq!(of(1, 0), Stranger::Elsewhere);
        assert_eq!(of(2, 0), Stranger::Foreign, "no such line");
        arrivals.strayed(1);
        assert_eq!([0, 1, 2].map(|line| arrivals.astray(line)), [0, 1, 0]);
        // The line was removed there, and its index is a line of this worker.
        arrivals.forget(1);
        arrivals.set_elsewhere(1, false);
        assert_eq!((of(1, 0), arrivals.astray(1)), (Stranger::Foreign, 0));
    }
}
