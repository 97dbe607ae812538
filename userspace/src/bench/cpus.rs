//! What the two CPUs are to each other and by themselves, before each trial, and after those for a rate. A hypervisor moves virtual CPUs: two that share a
//! last-level cache now do not a minute later, and another machine's may run on the other half of a core. Whatever one CPU writes and the
//! other reads, each packet among it, takes several times as long then, and all work up to 2.3 times.

use std::{
    array,
    hint::black_box,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
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
/// times, disturbed by 1.02 to 2.3, and a receiver is slower by more than that. Lower: a trial is run again for nothing. Higher: a
/// core that is shared counts as a whole one.
const UNEVEN: f64 = 1.03;

/// Times as long as at best that the work takes from which something is on the cores of both: they may be the two halves of one, which is
/// 1.5 times and more. Lower: a clock that slows for both alike, by up to 1.2 times, counts. Higher: two that are disturbed alike pass, as below this already, and in the end the halves.
const SLOW: f64 = 1.25;

/// How long one CPU, awake itself, wakes the other until they are looked at again, and how long that may sleep in between.
/// Shorter: the hypervisor has no occasion to move it. Longer: they would have been together for long.
const CALL: Duration = Duration::from_millis(100);
const NAP: Duration = Duration::from_micros(60);

/// Calls at the beginning: nothing is known then of how good it can be.
const FIRST_CALLS: u32 = 10;

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
    repeated: u32,
    /// Of each trial for a rate that counts.
    trials: Vec<State>,
}

/// How they are, or the worse of two such states.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// A cache line's way from one to the other and back.
    trip_ns: f64,
    /// A fixed piece of work, by the slower of them.
    work_ns: f64,
    /// That, in times of the faster one's.
    uneven: f64,
}

impl Cpus {
    /// Of the calling thread's CPU and `receiver`; after a second here, no longer than `patience` is spent on having them at their best.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn new(receiver: usize, patience: Duration) -> Result<Self> {
        let mut this = Self {
            receiver,
            looks: Vec::new(),
            patience,
            receiver_wakes: false,
            repeated: 0,
            trials: Vec::new(),
        };
        for _ in 0..FIRST_CALLS {
            this.call()?;
            this.look()?;
        }
        Ok(this)
    }

    /// How they are. Neither sleeps from the first to the last of it, for a hypervisor moves a CPU that wakes; and the work is done before
    /// and after, for it may move one that does not.
    fn look(&mut self) -> Result<State> {
        let line = Line(AtomicU64::new(0));
        let here = |_: &Thread| (work(), line.round_trip(), work());
        let there = || (work(), line.answer(), work());
        let ((before, trip_ns, after), (before_there, (), after_there)) = beside(self.receiver, here, there)?;
        let state = State::new(trip_ns, before, before_there).worse(State::new(trip_ns, after, after_there));
        self.looks.push(state);
        Ok(state)
    }

    /// The best of each that was seen; a cache line's way only where the two did not look like the halves of one core, between which it is shorter than any other.
    fn best(&self) -> State {
        let never = State { trip_ns: f64::MAX, work_ns: f64::MAX, uneven: f64::MAX };
        let best = self.looks.iter().copied().fold(never, |best, state| best.each(state, f64::min));
        let whole = self.looks.iter().filter(|state| !state.is_slow(best));
        State { trip_ns: whole.map(|state| state.trip_ns).fold(f64::MAX, f64::min), ..best }
    }

    /// Has them at their best before a trial, while patience lasts, and says how they are.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn gather(&mut self) -> Result<State> {
        self.wait_until(Self::is_good)
    }

    /// The same, but that something else may run on their cores.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn bring_together(&mut self) -> Result<()> {
        self.wait_until(|this, state| !state.is_apart(this.best())).map(drop)
    }

    fn wait_until(&mut self, is_so: impl Fn(&Self, State) -> bool) -> Result<State> {
        loop {
            let state = self.look()?;
            if is_so(self, state) || self.patience.is_zero() {
                return Ok(state);
            }
            let begin = Instant::now();
            self.call()?;
            self.patience = self.patience.saturating_sub(begin.elapsed());
        }
    }

    /// Whether a trial that took `time` is to be run again, for they were not at their best `before` or are not now.
    ///
    /// # Errors
    /// The CPU cannot be had.
    pub(super) fn again(&mut self, before: State, time: Duration) -> Result<bool> {
        let after = self.look()?;
        Ok(self.judge(before.worse(after), time))
    }

    fn judge(&mut self, state: State, time: Duration) -> bool {
        let again = !self.is_good(state) && !self.patience.is_zero();
        if again {
            self.patience = self.patience.saturating_sub(time);
            self.repeated += 1;
        } else {
            self.trials.push(state);
        }
        again
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
            repeated: self.repeated,
        }
    }

    fn is_good(&self, state: State) -> bool {
        let best = self.best();
        !state.is_apart(best) && !state.is_shared(best)
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

impl State {
    /// Of what a cache line's way takes, and the work, by one and the other, in ns.
    fn new(trip_ns: f64, one_ns: f64, other_ns: f64) -> Self {
        let work_ns = one_ns.max(other_ns);
        Self { trip_ns, work_ns, uneven: work_ns / one_ns.min(other_ns) }
    }

    fn is_apart(self, best: Self) -> bool {
        self.trip_ns > best.trip_ns * APART
    }

    fn is_shared(self, best: Self) -> bool {
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

/// The two CPUs in all trials.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Account {
    /// A cache line's way from one to the other and back, at best where they did not look like the halves of one core, in ns.
    pub round_trip_ns: f64,
    /// Trials for a rate without loss that count.
    pub trials: usize,
    /// Of these, those with the CPUs apart before or after.
    pub apart: usize,
    /// Of these, those with a core shared before or after, by the two or with something else.
    pub shared: usize,
    /// Trials that were run again for either reason.
    pub repeated: u32,
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
fn beside<T, U: Send>(
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
mod tests {
    use super::*;

    const TRIAL: Duration = Duration::from_secs(2);
    const BEST: State = State { trip_ns: 50.0, work_ns: 1_000.0, uneven: 1.0 };
    const GOOD: State = State { trip_ns: 52.0, work_ns: 1_010.0, uneven: 1.01 };
    const AWAY: State = State { trip_ns: 310.0, ..GOOD };
    const BESIDE: State = State { uneven: 1.05, ..GOOD };
    /// The two halves of one core.
    const HALVES: State = State { trip_ns: 15.0, work_ns: 1_600.0, uneven: 1.0 };

    fn cpus(patience: Duration, looks: &[State]) -> Cpus {
        let looks = looks.to_vec();
        Cpus { receiver: 0, looks, patience, receiver_wakes: false, repeated: 0, trials: Vec::new() }
    }

    #[test]
    fn a_trial_is_run_again_only_while_patience_lasts() {
        let mut cpus = cpus(TRIAL * 3, &[BEST]);
        assert!(!cpus.judge(GOOD.worse(GOOD), TRIAL));
        assert!(cpus.judge(GOOD.worse(AWAY), TRIAL), "they came apart");
        assert!(cpus.judge(BESIDE.worse(GOOD), TRIAL), "one of them had half a core");
        assert!(cpus.judge(GOOD.worse(HALVES), TRIAL), "they had half a core each");
        assert!(!cpus.judge(GOOD.worse(AWAY), TRIAL), "it is all spent");
        let Account { trials, apart, shared, repeated, .. } = cpus.ended();
        assert_eq!((trials, apart, shared, repeated), (2, 1, 0, 3));
    }

    /// However near they are then: nothing else would be near enough.
    #[test]
    fn two_halves_of_one_core_are_no_measure() {
        for looks in [[HALVES, BEST], [BEST, HALVES]] {
            let cpus = cpus(TRIAL, &looks);
            assert!(cpus.is_good(GOOD));
            assert!(!cpus.is_good(HALVES));
            assert_eq!(cpus.ended().round_trip_ns, 50.0);
        }
    }

    /// A clock that slows is no reason to wait.
    #[test]
    fn cpus_that_slow_a_little_and_alike_are_good() {
        assert!(cpus(TRIAL, &[BEST]).is_good(State { work_ns: 1_200.0, ..GOOD }));
    }

    /// However little is left of it: what the trial took more is not owed.
    #[test]
    fn the_rest_of_the_patience_is_spent_on_one_trial_more() {
        let mut cpus = cpus(TRIAL / 2, &[BEST]);
        assert!(cpus.judge(AWAY, TRIAL));
        assert!(!cpus.judge(AWAY, TRIAL));
        let Account { trials, apart, repeated, .. } = cpus.ended();
        assert_eq!((trials, apart, repeated), (1, 1, 1));
    }

    #[test]
    fn what_was_good_before_it_was_better_is_not_good_in_the_end() {
        let mut cpus = cpus(Duration::ZERO, &[AWAY]);
        assert!(!cpus.judge(AWAY, TRIAL));
        cpus.looks.push(BEST);
        assert_eq!(cpus.ended().apart, 1);
    }
}
