//! Whether the kernel polls an interface's queues for its sockets, as far as is known.

use std::sync::atomic::{AtomicU8, Ordering};

/// How far busy polling of an interface's queues is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Polled {
    /// No packet has come yet, and nothing is known.
    Unknown,
    /// The kernel knows a NAPI to poll.
    Possible,
    /// Interrupts are put off, and the sockets poll.
    Begun,
    /// A packet came, and the kernel knows no NAPI of its socket's: asked to poll, it does nothing.
    Impossible,
}

/// The same, between the threads that have to do with it: who reads the sockets finds out, who sets up the NIC puts
/// interrupts off and says when to begin. Relaxed throughout: the value stands alone.
#[derive(Debug, Default)]
pub struct Polling(AtomicU8);

impl Polling {
    /// How far it is.
    #[must_use]
    pub fn polled(&self) -> Polled {
        match self.0.load(Ordering::Relaxed) {
            0 => Polled::Unknown,
            1 => Polled::Possible,
            2 => Polled::Begun,
            _ => Polled::Impossible,
        }
    }

    /// A socket knows more. What was found out earlier, by another socket of the interface, stays.
    pub fn found(&self, has_napi: bool) {
        let found = if has_napi { Polled::Possible } else { Polled::Impossible };
        let (unknown, order) = (Polled::Unknown as u8, Ordering::Relaxed);
        let _known_already = self.0.compare_exchange(unknown, found as u8, order, order);
    }

    /// Interrupts are put off: the sockets are to poll from now on.
    pub fn begin(&self) {
        self.0.store(Polled::Begun as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_first_stays_until_it_begins() {
        for (first, found) in [(true, Polled::Possible), (false, Polled::Impossible)] {
            let polling = Polling::default();
            assert_eq!(polling.polled(), Polled::Unknown);
            polling.found(first);
            polling.found(!first);
            assert_eq!(polling.polled(), found);
        }
        let polling = Polling::default();
        polling.begin();
        polling.found(false);
        assert_eq!(polling.polled(), Polled::Begun);
    }
}
