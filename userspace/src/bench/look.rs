//! A look at two CPUs: how long a cache line takes from one to the other and back, and how long each takes for the same work.

use std::{
    array,
    hint::black_box,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::Instant,
};

use anyhow::{Result, anyhow};

use crate::cpu::pin;

/// Times that a cache line goes to and fro in a look, and times that [`work`] is done, both in so many batches. Fewer: what else the
/// machine does for a moment is in all of them. More: a look takes longer than three milliseconds.
const TRIPS: u64 = 500;
const WORK: u64 = 40_000;
const BATCHES: u64 = 5;

/// Times as long as at best from which CPUs are apart. Two that share a last-level cache take 40 to 170 ns to and fro, others
/// of one socket or two 180 to 600, by the machine. Lower: a busy cache looks like another one. Higher: another one passes for the same.
const APART: f64 = 3.0;

/// Times as long as the other that one CPU takes for the same work, against the least such ratio, from which something else is on its core.
/// The clock moves by 3 % and more from look to look on some processors, but on both alike: undisturbed they differ by up to 1.025
/// times, disturbed by 1.02 to 2.3, and a receiver is slower by more than that. Lower: a trial waits for nothing. Higher: a
/// core that is shared counts as a whole one.
const UNEVEN: f64 = 1.03;

/// Times as long as at best that the work takes from which something is on the cores of both: they may be the two halves of one, which is
/// 1.5 times and more. Lower: a clock that slows for both alike, by up to 1.2 times, counts. Higher: two that are disturbed alike pass, as below this already, and in the end the halves.
const SLOW: f64 = 1.25;

/// How they are, or the worse of two such states.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// A cache line's way from one to the other and back.
    pub(super) trip_ns: f64,
    /// A fixed piece of work, by the slower of them.
    work_ns: f64,
    /// That, in times of the faster one's.
    uneven: f64,
}

impl State {
    /// Of what a cache line's way takes, and the work, by one and the other, in ns.
    fn new(trip_ns: f64, one_ns: f64, other_ns: f64) -> Self {
        let work_ns = one_ns.max(other_ns);
        Self { trip_ns, work_ns, uneven: work_ns / one_ns.min(other_ns) }
    }

    /// The best of each in these; a cache line's way only where the two did not look like the halves of one core, between which it is shorter than any other.
    pub(super) fn best(looks: &[Self]) -> Self {
        let never = Self { trip_ns: f64::MAX, work_ns: f64::MAX, uneven: f64::MAX };
        let best = looks.iter().copied().fold(never, |best, state| best.each(state, f64::min));
        let whole = looks.iter().filter(|state| !state.is_slow(best));
        Self { trip_ns: whole.map(|state| state.trip_ns).fold(f64::MAX, f64::min), ..best }
    }

    pub(super) fn is_good(self, best: Self) -> bool {
        !self.is_apart(best) && !self.is_shared(best)
    }

    pub(super) fn is_apart(self, best: Self) -> bool {
        self.trip_ns > best.trip_ns * APART
    }

    pub(super) fn is_shared(self, best: Self) -> bool {
        self.uneven > best.uneven * UNEVEN || self.is_slow(best)
    }

    fn is_slow(self, best: Self) -> bool {
        self.work_ns > best.work_ns * SLOW
    }

    fn worse(self, other: Self) -> Self {
        self.each(other, f64::max)
    }

    fn each(self, other: Self, of: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            trip_ns: of(self.trip_ns, other.trip_ns),
            work_ns: of(self.work_ns, other.work_ns),
            uneven: of(self.uneven, other.uneven),
        }
    }
}

/// How the calling thread's CPU and `receiver` are. Neither sleeps from the first to the last of it, for a hypervisor moves a CPU that wakes;
/// and the work is done before and after, for it may move one that does not.
///
/// # Errors
/// The CPU cannot be had.
pub(super) fn look(receiver: usize) -> Result<State> {
    let line = Line(AtomicU64::new(0));
    let here = |_: &Thread| (work(), line.round_trip(), work());
    let there = || (work(), line.answer(), work());
    let ((before, trip_ns, after), (before_there, (), after_there)) = beside(receiver, here, there)?;
    Ok(State::new(trip_ns, before, before_there).worse(State::new(trip_ns, after, after_there)))
}

/// A counter that shares its cache line, and the next, which is fetched with it, with nothing.
#[repr(align(128))]
struct Line(AtomicU64);

impl Line {
    /// Its way to the CPU that answers, and back, in ns.
    fn round_trip(&self) -> f64 {
        let [fastest, ..] = batches(|batch| {
            for trip in batch * TRIPS..(batch + 1) * TRIPS {
                self.0.store(2 * trip + 1, Ordering::Release);
                self.wait_for(2 * trip + 2);
            }
        });
        fastest / TRIPS as f64
    }

    fn answer(&self) {
        for trip in 0..TRIPS * BATCHES {
            self.wait_for(2 * trip + 1);
            self.0.store(2 * trip + 2, Ordering::Release);
        }
    }

    /// Without a pause: that is longer than the way itself on some processors, and both ends pause in step or out of it.
    fn wait_for(&self, value: u64) {
        while self.0.load(Ordering::Acquire) != value {}
    }
}

/// Time of a fixed piece of work, the middle one of the batches, in ns: eight chains of additions and shifts, which wait for nothing but the core's units.
fn work() -> f64 {
    let times = batches(|batch| {
        let mut chains: [u64; 8] = array::from_fn(|chain| batch + chain as u64 + 1);
        for _ in 0..WORK {
            chains = black_box(chains.map(|value| value.wrapping_add(value << 7) ^ (value >> 9)));
        }
    });
    times[times.len() / 2]
}

/// The times of all batches, in ns, the shortest first.
fn batches(mut batch: impl FnMut(u64)) -> [f64; BATCHES as usize] {
    let mut times = array::from_fn(|number| {
        let begin = Instant::now();
        batch(number as u64);
        begin.elapsed().as_nanos() as f64
    });
    times.sort_by(f64::total_cmp);
    times
}

/// Does one thing here, another on `cpu`, at the same time: neither begins before that thread is there.
pub(super) fn beside<T, U: Send>(
    cpu: usize,
    here: impl FnOnce(&Thread) -> T,
    there: impl FnOnce() -> U + Send,
) -> Result<(T, U)> {
    let ready = Barrier::new(2);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let pinned = pin(cpu);
            ready.wait();
            // Even where it is not pinned: the other one waits for it.
            let done = there();
            pinned.map(|()| done)
        });
        ready.wait();
        let done = here(other.thread());
        let other = other.join().map_err(|_| anyhow!("the thread on CPU {cpu} panicked"))??;
        Ok((done, other))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const BEST: State = State { trip_ns: 50.0, work_ns: 1_000.0, uneven: 1.0 };
    pub(in super::super) const GOOD: State = State { trip_ns: 52.0, work_ns: 1_010.0, uneven: 1.01 };
    pub(in super::super) const AWAY: State = State { trip_ns: 310.0, ..GOOD };
    pub(in super::super) const BESIDE: State = State { uneven: 1.05, ..GOOD };
    /// The two halves of one core.
    pub(in super::super) const HALVES: State = State { trip_ns: 15.0, work_ns: 1_600.0, uneven: 1.0 };

    /// However near they are then: nothing else would be near enough.
    #[test]
    fn two_halves_of_one_core_are_no_measure() {
        for looks in [[HALVES, BEST], [BEST, HALVES]] {
            let best = State::best(&looks);
            assert!(GOOD.is_good(best) && !HALVES.is_good(best));
            assert_eq!(best.trip_ns, 50.0);
        }
    }

    /// A clock that slows is no reason to wait.
    #[test]
    fn cpus_that_slow_a_little_and_alike_are_good() {
        assert!(State { work_ns: 1_200.0, ..GOOD }.is_good(BEST));
    }
}
