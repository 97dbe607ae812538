//! What the control plane does while the worker works: looks, listens, and knows when it is time to stop.

use std::{
    os::fd::AsFd,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};

use super::{Receiver, Site, control::ControlSocket, place, tell, work::tell_news};
use crate::{arbiter::OnGap, cli::run::RunArgs, worker::Shared};

/// How often the main thread looks for a signal, the end of the time or the number of packets, in ms, when nobody asks
/// anything of it. Shorter would cost wake-ups for nothing; longer delays the end.
const LOOK_MS: u8 = 20;

/// Between two looks whether the last holes are closed.
const SETTLE_LOOK: Duration = Duration::from_millis(1);

/// Between two lines of `--progress`, and between two looks at interfaces and memberships.
const SECOND: Duration = Duration::from_secs(1);

/// How long a line may bring nothing while others do before that is told, in ns: a feed sends a heartbeat a second.
/// Lower: lines that are slow to begin are told of. Higher: a group that nobody sends to is told of later.
const SILENCE_NS: u64 = 10_000_000_000;

/// Has the workers take no more than what fills the holes there are, and waits until none is open: at most as long
/// as a hole may stay open at all.
pub(super) fn settle<'a>(args: &RunArgs, workers: &(impl Iterator<Item = &'a Shared> + Clone)) {
    workers.clone().for_each(|shared| shared.seal.store(true, Ordering::Relaxed));
    let recovery = match args.feed.recover.on_gap() {
        OnGap::Recover => Duration::from_nanos(args.feed.recover.recover_ns()),
        OnGap::Skip | OnGap::Hold => Duration::ZERO,
    };
    let look = Duration::from_millis(LOOK_MS.into());
    let longest = args.feed.reorder_window.duration() + recovery + look;
    let begun = Instant::now();
    let settled =
        |shared: &Shared| shared.settled.load(Ordering::Relaxed) || shared.ended.load(Ordering::Relaxed);
    while !workers.clone().all(settled) && begun.elapsed() < longest {
        thread::sleep(SETTLE_LOOK);
    }
}

impl Receiver<'_> {
    /// Returns when it is time to stop. From then on nothing is asked of it any more.
    ///
    /// # Errors
    /// When it can no longer hear of the interfaces or of its sockets.
    pub(super) fn watch(&mut self, stop: &AtomicBool, mut control: Option<ControlSocket>) -> Result<()> {
        let mut told = (self.begun, 0);
        loop {
            self.wait(control.as_ref())?;
            let packets = sum(self.shared(), |shared| &shared.packets);
            tell_news(self.shared());
            self.sites.iter_mut().for_each(Site::flush);
            self.hear_of_links()?;
            self.take_back()?;
            if place::taken_over(self.sites.iter().filter_map(Site::bound))? {
                return Ok(());
            }
            self.tell_first_packets();
            self.look_at_polling();
            if let Some(control) = &mut control {
                control.serve(|request| self.answer(request));
            }
            if told.0.elapsed() >= SECOND {
                self.look_at_devices();
                self.look_at_memberships();
                self.tell_silences();
                if self.args.progress {
                    progress(self.begun, told, self.shared());
                }
                told = (Instant::now(), packets);
            }
            let over = stop.load(Ordering::Relaxed)
                || self.shared().any(|shared| shared.ended.load(Ordering::Relaxed))
                || self.shared().all(|shared| shared.all_refused.load(Ordering::Relaxed))
                || self.args.seconds.is_some_and(|most| self.begun.elapsed() >= most)
                || self.args.packets.is_some_and(|most| packets >= most);
            if over {
                return Ok(());
            }
        }
    }

    /// What the workers show of themselves.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Shared> + Clone {
        self.stations.iter().map(|station| station.shared)
    }

    /// Sleeps until something is said or asked, or it is time to look.
    fn wait(&self, control: Option<&ControlSocket>) -> Result<()> {
        let asked = control.map(ControlSocket::descriptors).unwrap_or_default();
        let mut waited_for = vec![PollFd::new(self.links.as_fd(), PollFlags::POLLIN)];
        waited_for.extend(asked.iter().map(|(fd, writes)| {
            PollFd::new(*fd, if *writes { PollFlags::POLLOUT } else { PollFlags::POLLIN })
        }));
        match poll(&mut waited_for, PollTimeout::from(LOOK_MS)) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error).context("cannot wait"),
        }
    }

    /// Says of each line when its first packet came.
    fn tell_first_packets(&mut self) {
        let arrived = self.stations.iter().map(|station| station.arrivals.lines()).sum();
        if arrived == self.arrived {
            return;
        }
        self.arrived = arrived;
        for (index, line) in self.feed.live() {
            let Some(first_ns) = self.first_ns(index) else { continue };
            let state = &mut self.lines[index];
            if !std::mem::replace(&mut state.first_told, true) {
                tell(format_args!(
                    "xdpfeed: {} on {}: first packet {:.1} ms after it was joined",
                    self.feed.label(line),
                    line.interface.as_deref().unwrap_or_default(),
                    first_ns.saturating_sub(state.joined_ns) as f64 / 1e6
                ));
            }
        }
    }

    /// When a line brought its first packet, to the worker that has its channel; `None` if none came.
    pub(super) fn first_ns(&self, line: usize) -> Option<u64> {
        let worker = self.partition.channels[self.feed.lines.get(line)?.channel];
        self.stations[worker].arrivals.first_ns(line)
    }

    /// Says of lines that have brought nothing, where others have.
    fn tell_silences(&mut self) {
        let told = |index: &usize| self.lines[*index].silence_told;
        let silent: Vec<usize> = self.silent().filter(|index| !told(index)).collect();
        for index in silent {
            tell(format_args!("xdpfeed: {}", self.silence(index)));
            self.lines[index].silence_told = true;
        }
    }

    /// The lines that bring nothing, in sentences.
    pub(super) fn silent_lines(&self) -> Vec<String> {
        self.silent().map(|index| self.silence(index)).collect()
    }

    fn silent(&self) -> impl Iterator<Item = usize> {
        let now_ns = self.args.clock.now_ns();
        let long = move |index: usize| now_ns.saturating_sub(self.lines[index].joined_ns) >= SILENCE_NS;
        let lines = self.feed.live().filter(|(_, line)| !line.recovery && self.arrived > 0);
        let lines = lines.map(|(index, _)| index);
        lines.filter(move |index| long(*index) && self.first_ns(*index).is_none())
    }

    fn silence(&self, index: usize) -> String {
        let line = &self.feed.lines[index];
        format!(
            "{} on {}: nothing came of {} in {} s, but of other lines: check that it is sent, and from the source given, \
             and IGMP snooping on the way",
            self.feed.label(line),
            line.interface.as_deref().unwrap_or_default(),
            line.destination,
            SILENCE_NS / 1_000_000_000
        )
    }
}

/// Says how it goes, and how fast since it was told last.
pub(super) fn progress<'a>(
    begun: Instant,
    (since, before): (Instant, u64),
    workers: impl Iterator<Item = &'a Shared> + Clone,
) {
    let packets = sum(workers.clone(), |shared| &shared.packets);
    let rate = (packets - before) as f64 / since.elapsed().as_secs_f64();
    tell(format_args!(
        "{:>6.1} s  {packets} packets ({rate:.0}/s)  {} messages  {} lost",
        begun.elapsed().as_secs_f64(),
        sum(workers.clone(), |shared| &shared.messages),
        sum(workers, |shared| &shared.messages_lost)
    ));
}

/// What all workers say.
fn sum<'a>(workers: impl Iterator<Item = &'a Shared>, of: fn(&Shared) -> &AtomicU64) -> u64 {
    workers.map(|shared| of(shared).load(Ordering::Relaxed)).sum()
}
