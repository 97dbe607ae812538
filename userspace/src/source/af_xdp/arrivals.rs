//! What the worker writes of its lines, for whoever tells of it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
    pub(in crate::source) fn new(lines: usize) -> Self {
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
    pub(super) fn is_elsewhere(&self, line: u16) -> bool {
        self.elsewhere.get(usize::from(line)).is_some_and(|of| of.load(Ordering::Relaxed))
    }

    /// Written by one thread: no other adds.
    #[inline]
    pub(in crate::source) fn took(&self, packets: u64) {
        self.packets.store(self.packets() + packets, Ordering::Relaxed);
    }

    #[cold]
    pub(super) fn strayed(&self, line: u16) {
        if let Some(astray) = self.astray.get(usize::from(line)) {
            astray.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[cold]
    pub(super) fn arrived(&self, line: u16, stamp_ns: u64) {
        if let Some(first_ns) = self.first_ns.get(usize::from(line)) {
            first_ns.store(stamp_ns.max(1), Ordering::Relaxed);
            self.lines.fetch_add(1, Ordering::Relaxed);
        }
    }
}
