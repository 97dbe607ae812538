//! What the two CPUs are to each other and by themselves, before each trial. A hypervisor moves virtual CPUs: two that share a
//! last-level cache now do not a minute later, and another machine's may run on the other half of a core. Whatever one CPU writes and the
//! other reads, each packet among it, takes several times as long then, and all work up to 2.3 times.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use anyhow::Result;

use super::look::{State, beside, look};

/// How long one CPU, awake itself, wakes the other until they are looked at again, and how long that may sleep in between.
/// Shorter: the hypervisor has no occasion to move it. Longer: they would have been together for long.
const CALL: Duration = Duration::from_millis(100);
const NAP: Duration = Duration::from_micros(60);

/// Calls at the beginning: nothing is known then of how good it can be.
const FIRST_CALLS: u32 = 10;

/// Calls before a trial. Fewer: it begins though another call would have done. More: the patience is spent on few trials.
const MOST_CALLS: u32 = 5;

/// The two CPUs, and how long may still be waited for them to be at their best.
#[derive(Debug)]
pub(super) struct Cpus {
    /// The receiver's CPU; the sender's is the one of who asks.
    receiver: usize,
    /// All that was seen of them.
    looks: Vec<State>,
    patience: Duration,
    /// The last time it was the receiver's CPU that woke the other.
    receiver_wakes: bool,
    /// At the beginning of each trial.
    pub(super) trials: Vec<State>,
}

impl Cpus {
    /// Of the calling thread's CPU and `receiver`; after a second here, no longer than `patience` is spent on having them at their best.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn new(receiver: usize, patience: Duration) -> Result<Self> {
        let mut this =
            Self { receiver, looks: Vec::new(), patience, receiver_wakes: false, trials: Vec::new() };
        for _ in 0..FIRST_CALLS {
            this.call()?;
            this.look()?;
        }
        Ok(this)
    }

    /// How they are.
    fn look(&mut self) -> Result<State> {
        let state = look(self.receiver)?;
        self.looks.push(state);
        Ok(state)
    }

    fn best(&self) -> State {
        State::best(&self.looks)
    }

    /// Has them at their best before a trial, while patience lasts, and says how they are.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn gather(&mut self) -> Result<State> {
        let mut state = self.look()?;
        for _ in 0..MOST_CALLS {
            if state.is_good(self.best()) || self.patience.is_zero() {
                break;
            }
            let begin = Instant::now();
            self.call()?;
            self.patience = self.patience.saturating_sub(begin.elapsed());
            state = self.look()?;
        }
        Ok(state)
    }

    /// What there is to say of them.
    pub(super) fn ended(self) -> Account {
        let best = self.best();
        let count =
            |is: fn(State, State) -> bool| self.trials.iter().filter(|state| is(**state, best)).count();
        Account {
            round_trip_ns: best.trip_ns,
            trials: self.trials.len(),
            apart: count(State::is_apart),
            shared: count(State::is_shared),
        }
    }

    /// Has one CPU wake the other, in turns. A hypervisor may put a virtual CPU that another one wakes near that one, and on a
    /// core that is idle.
    fn call(&mut self) -> Result<()> {
        let over = AtomicBool::new(false);
        let sleeps = || {
            while !over.load(Ordering::Relaxed) {
                thread::park();
            }
        };
        let wakes = |sleeper: &Thread| {
            let (begin, mut next) = (Instant::now(), Instant::now());
            while begin.elapsed() < CALL {
                if Instant::now() >= next {
                    sleeper.unpark();
                    next += NAP;
                }
            }
            over.store(true, Ordering::Relaxed);
            sleeper.unpark();
        };
        self.receiver_wakes = !self.receiver_wakes;
        if self.receiver_wakes {
            let this = thread::current();
            beside(self.receiver, |_| sleeps(), || wakes(&this)).map(drop)
        } else {
            beside(self.receiver, wakes, sleeps).map(drop)
        }
    }
}

/// The two CPUs, over all trials.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Account {
    /// A cache line's way from one to the other and back, at best where they did not look like the halves of one core, in ns.
    pub round_trip_ns: f64,
    /// Trials.
    pub trials: usize,
    /// Of these, those that began with the CPUs apart.
    pub apart: usize,
    /// Of these, those that began with a core shared, by the two or with something else.
    pub shared: usize,
}

#[cfg(test)]
mod tests {
    use super::super::look::tests::{AWAY, BESIDE, BEST, GOOD, HALVES};
    use super::*;

    fn cpus(looks: &[State]) -> Cpus {
        let (looks, patience) = (looks.to_vec(), Duration::ZERO);
        Cpus { receiver: 0, looks, patience, receiver_wakes: false, trials: Vec::new() }
    }

    #[test]
    fn trials_are_told_by_how_the_cpus_were() {
        let mut cpus = cpus(&[BEST]);
        cpus.trials = vec![GOOD, AWAY, BESIDE, HALVES, GOOD];
        let Account { trials, apart, shared, .. } = cpus.ended();
        assert_eq!((trials, apart, shared), (5, 1, 2));
    }

    #[test]
    fn what_was_good_before_it_was_better_is_not_good_in_the_end() {
        let mut cpus = cpus(&[AWAY]);
        cpus.trials.push(AWAY);
        assert!(AWAY.is_good(cpus.best()));
        cpus.looks.push(BEST);
        assert_eq!(cpus.ended().apart, 1);
    }
}
