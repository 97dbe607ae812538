//! `bench`: the same feed to every receive path in turn, in one run, on this machine.
//!
//! A path is set up anew for each trial ([`receivers`]), gets what the [`generator`] sends, and hands it to the same
//! pipeline and [`consumer`]. Rounds go over all paths, so that whatever else the machine does hits all of them.

mod alone; // the receiver's CPU, with nothing to receive
mod bed; // the veth pair
mod consumer; // who the messages are for
mod cpus; // how the two CPUs are
mod feed; // what is sent
mod figures; // what came of each path
mod generator; // the sender
mod held; // trials in full length
mod json; // the result, as one object
mod look; // at two CPUs
mod path; // what is compared
mod plot; // the result, to look at
mod receivers; // each path's receiver
mod search; // for the highest rate without loss
mod softirq; // the kernel's own CPU time
mod table; // the result, as text
mod trial; // one path, one schedule
mod windows; // latencies, kept apart by time

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};

pub use figures::{Figures, Load, Report};
pub use json::object;
pub use path::{ALL, Path, Way, wait};
pub use plot::draw;
pub use table::text;

use crate::{cpu, nic::busy_polled, worker::Wait};
use cpus::Cpus;
use feed::Feed;
use generator::{Generator, Schedule};
use receivers::{Receiver, Wanted};
use search::Search;
use trial::Outcome;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The paths, without the baseline if that is not to be among them.
    pub ways: Vec<Way>,
    /// Messages in a packet.
    pub messages: usize,
    /// Rounds over all paths.
    pub rounds: usize,
    /// Length of a trial for the highest rate without loss; the others are shorter by fixed factors.
    pub trial: Duration,
    /// Bytes of a receiver's frames or receive buffer: a power of two.
    pub memory: u32,
    /// Frames lie in huge pages.
    pub huge_pages: bool,
    /// CPU that sends, and on which the kernel hands packets up.
    pub sender: usize,
    /// CPU of the receiver.
    pub receiver: usize,
    /// The kernel hands packets up on a thread of its own on the receiver's CPU.
    pub threaded_napi: bool,
    /// Say how far it is.
    pub progress: bool,
}

/// Part of [`Plan::trial`] that a trial takes which narrows the search down: 250 ms of 2 s.
const SHORT: u32 = 8;

/// The same as fast as it goes, and how often that is done in a round, all paths in turn: 100 ms of 2 s. What disturbs
/// a machine only ever slows it down, so the fastest counts. Fewer: a disturbance decides. More: five minutes do not do.
const SPRINT: u32 = 20;
const SPRINTS: usize = 4;

/// The same at half the highest rate, and of bursts: 250 ms, 30 bursts.
const MIDDLE: u32 = 8;

/// The same at [`SLOW`] packets a second: 20,000 of them, so that the last thousandth is 20. Lower: longer than five
/// minutes for all. Higher: fewer.
const LONG: u32 = 2;

/// No trial is shorter: the kernel takes some milliseconds to begin sending.
const LEAST: Duration = Duration::from_millis(50);

/// Packets a second of a feed on an ordinary day: latency without queueing.
pub const SLOW: f64 = 20_000.0;

/// Packets back to back, and how long nothing comes then: at a million packets a second, a burst is over in 2 ms.
pub const BURST: (u64, Duration) = (2_000, Duration::from_millis(6));

/// Why AF_XDP is not busy-polled, whose packets all come by polls where it is. Since Linux 6.13 a socket knows its queue's NAPI
/// context only where the driver ties the two, and veth does not.
const NOT_POLLED: &str = "busy polling brings no packet here (TcpExt BusyPollRxPackets does not move)";

/// Times [`Plan::trial`] that may be spent on having the CPUs at their best: 6 s of 2 s. Lower: more trials take place
/// while they are not. Higher: five minutes do not do on a machine that has other work for them.
const PATIENCE: u32 = 3;

/// Measures all of it.
///
/// # Errors
/// No privilege, or what the kernel says of a path that is there and does not work.
pub fn run(plan: &Plan) -> Result<Report> {
    ensure!(plan.rounds > 0, "--rounds 0 measures nothing");
    let feed = Feed::new(plan.messages)?;
    // On a thread of its own, for it moves to another namespace and CPU.
    std::thread::scope(|scope| {
        let measuring = scope.spawn(|| {
            bed::make()?;
            if plan.threaded_napi {
                bed::hand_up_on(plan.receiver)?;
            }
            cpu::pin(plan.sender)?;
            let generator = Generator::new(bed::SENDING, &feed)?;
            let cpus = Cpus::new(plan.receiver, plan.trial * PATIENCE)?;
            Bench { plan, generator, cpus, bar: bar(plan), messages: feed.messages }.measure()
        });
        measuring.join().map_err(|_| anyhow!("the bench panicked"))?
    })
}

struct Bench<'a> {
    plan: &'a Plan,
    generator: Generator,
    cpus: Cpus,
    bar: ProgressBar,
    messages: u64,
}

impl Bench<'_> {
    fn measure(mut self) -> Result<Report> {
        let mut all: Vec<Figures> = self.plan.ways.iter().copied().map(Figures::new).collect();
        self.narrow(&mut all)?;
        for _ in 0..held::MOST_HOLDS {
            for figures in all.iter_mut().filter(|figures| figures.wants_hold()) {
                self.hold(figures)?;
            }
        }
        let mut alone = Vec::new();
        for round in 0..self.plan.rounds {
            alone.push(alone::wait(self.plan.receiver, SLOW, (self.plan.trial / LONG).max(LEAST))?);
            for _ in 0..SPRINTS {
                for figures in all.iter_mut().filter(|figures| figures.is_available()) {
                    self.sprint(figures, round)?;
                }
            }
            for figures in all.iter_mut().filter(|figures| figures.is_available()) {
                self.latencies(figures)?;
            }
        }
        self.bar.finish_and_clear();
        Ok(Report {
            messages: self.messages,
            frame: self.generator.frame_len(),
            figures: all,
            alone,
            cpus: self.cpus.ended(),
        })
    }

    /// What comes of a path that receives for `time`; `None` where it is not available.
    fn trial(
        &mut self,
        figures: &mut Figures,
        schedule: Schedule,
        time: Duration,
        latency: bool,
    ) -> Result<Option<Outcome>> {
        let state = self.cpus.gather()?;
        let way = figures.way;
        let time = time.max(LEAST);
        self.bar.set_message(way.name());
        let Plan { memory, huge_pages, .. } = *self.plan;
        let wanted = Wanted { way, messages: self.messages, latency, memory, huge_pages };
        let receiver = match Receiver::set_up(wanted).with_context(|| way.name())? {
            Ok(receiver) => receiver,
            Err(receivers::Unavailable(reason)) => {
                figures.unavailable = Some(reason);
                return Ok(None);
            }
        };
        let polled = busy_polled()?;
        let mut outcome = trial::run(receiver, &mut self.generator, (schedule, time), self.plan.receiver)
            .with_context(|| way.name())?;
        outcome.polled = busy_polled()? > polled;
        let (sent, received) = (&outcome.sent, &outcome.received);
        ensure!(sent.packets > 0, "{}: nothing was sent", way.name());
        ensure!(
            received.packets <= sent.packets && (!way.path.delivers() || outcome.adds_up(self.messages)),
            "{}: {} packets were sent and {} received; they brought {} messages, {} in doubt, and gaps of {}",
            way.name(),
            sent.packets,
            received.packets,
            received.messages,
            received.refused,
            received.messages_lost,
        );
        self.bar.inc(1);
        self.cpus.trials.push(state);
        figures.took(&outcome);
        Ok(Some(outcome))
    }

    /// Finds the rates to hold, all paths in turn, so that a disturbance is in a trial or two of each.
    fn narrow(&mut self, all: &mut [Figures]) -> Result<()> {
        for figures in all.iter_mut().filter(|figures| figures.is_available()) {
            figures.search = self.top(figures)?;
        }
        loop {
            let mut narrowing = all.iter_mut().filter(|figures| figures.narrows()).peekable();
            if narrowing.peek().is_none() {
                return Ok(());
            }
            for figures in narrowing {
                let Some(mut search) = figures.search else { continue };
                let outcome = self.trial(figures, search.schedule(), self.plan.trial / SHORT, false)?;
                search.narrow(outcome.is_some_and(|outcome| outcome.lost() == 0));
                figures.search = Some(search);
            }
        }
    }

    /// A search, with its first trial at top speed; `None` where the path is not available.
    fn top(&mut self, figures: &mut Figures) -> Result<Option<Search>> {
        let Some(top) = self.trial(figures, Schedule::TopSpeed, self.plan.trial / SHORT, false)? else {
            return Ok(None);
        };
        if figures.way.wait == Wait::BusyPoll && figures.way.path.is_af_xdp() && !top.polled {
            figures.unavailable = Some(NOT_POLLED.into());
            return Ok(None);
        }
        let mut search = Search::new(top.packets_per_second(), top.sent.rate());
        search.narrow(top.lost() == 0);
        Ok(Some(search))
    }

    /// As fast as it goes.
    fn sprint(&mut self, figures: &mut Figures, round: usize) -> Result<()> {
        if let Some(outcome) = self.trial(figures, Schedule::TopSpeed, self.plan.trial / SPRINT, false)? {
            figures.sprinted(round, &outcome);
        }
        Ok(())
    }

    fn latencies(&mut self, figures: &mut Figures) -> Result<()> {
        if !figures.way.path.delivers() {
            return Ok(());
        }
        let half = figures.lossless().or_else(|| Some(figures.search?.rate)).unwrap_or(SLOW) / 2.0;
        let (packets, pause) = BURST;
        for (load, schedule, part) in [
            (Load::Slow, Schedule::Rate(SLOW), LONG),
            (Load::Half, Schedule::Rate(half), MIDDLE),
            (Load::Burst, Schedule::Bursts(packets, pause), MIDDLE),
        ] {
            if let Some(outcome) = self.trial(figures, schedule, self.plan.trial / part, true)? {
                figures.latency(load, outcome);
            }
        }
        Ok(())
    }

    fn hold(&mut self, figures: &mut Figures) -> Result<()> {
        let Some(search) = figures.search else { return Ok(()) };
        if let Some(outcome) = self.trial(figures, search.schedule(), self.plan.trial, false)? {
            figures.held(&outcome, !self.plan.threaded_napi);
        }
        Ok(())
    }
}

fn bar(plan: &Plan) -> ProgressBar {
    if !plan.progress {
        return ProgressBar::hidden();
    }
    let style = "{elapsed_precise} {bar:40} {pos}/{len} {msg}";
    // Trials: some six of the search, in short and in full length, sprints and three latencies a round.
    let trials = plan.ways.len() * (6 + held::HOLDS + (SPRINTS + 3) * plan.rounds);
    let bar = ProgressBar::new(trials as u64);
    bar.with_style(
        ProgressStyle::with_template(style).expect("the template is a constant that indicatif takes"),
    )
}
