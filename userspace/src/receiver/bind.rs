//! One interface: program attached, sockets bound, in the best mode that works and was allowed.

use std::time::Instant;

use anyhow::Result;
use xdp_prog::Reason;

use super::{
    jumbo::{load, spread, too_small},
    modes::{self, Circumstances},
    place::{self, Attached},
    polling::BusyPolling,
    self_test,
};
use crate::{
    cli::run::{Queues, RunArgs},
    console::tell,
    evidence::{self, Counters},
    failure::Failure,
    nic::{Interface, journal},
    program::{AttachMode, Match, Outlives, Program},
    worker::Wait,
    xsk::{BoundMode, Socket},
};

/// An interface that is set up.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) interface: Interface,
    pub(super) program: Program,
    pub(super) attached: AttachMode,
    pub(super) copy: BoundMode,
    /// Packets may be spread over several frames.
    pub(super) multi_buffer: bool,
    /// Each mode that was tried and did not work, with its cause.
    pub(super) steps_down: Vec<String>,
    /// What may go wrong with this set-up, in sentences.
    pub(super) warnings: Vec<String>,
    /// With `--wait busy-poll`.
    pub(super) polling: Option<BusyPolling>,
    /// The interface's counters just before the program was attached, and just after.
    pub(super) counted: [Counters; 2],
    /// The same just before it was detached.
    pub(super) counted_last: Option<Counters>,
}

impl Bound {
    /// As shown: `native-zero-copy`.
    pub(super) fn mode(&self) -> String {
        format!("{}-{}", self.attached.name(), self.copy.name())
    }

    /// Takes the program off the interface.
    pub(super) fn detach(&mut self) {
        self.counted_last = Some(evidence::of_interface(&self.interface.name));
        self.program.detach();
    }

    /// 0 is best.
    pub(super) const fn rank(&self) -> u8 {
        match (self.attached, self.copy) {
            (AttachMode::Native, BoundMode::ZeroCopy) => 0,
            (AttachMode::Native, BoundMode::Copy) => 1,
            (AttachMode::Generic, _) => 2,
        }
    }
}

/// Loads, attaches and binds a socket to each queue. The program is to know `matches` later, and at most `groups` in all.
///
/// # Errors
/// [`Failure::Requirement`] when the mode asked for cannot be had, else what failed.
pub(super) fn bind(
    args: &RunArgs,
    name: &str,
    matches: &[Match],
    groups: u32,
) -> Result<(Bound, Vec<(u32, Socket)>), Failure> {
    let interface = Interface::open(name)?;
    let queues = queues(args, &interface)?;
    let (mut steps_down, mut warnings) = (Vec::new(), Vec::new());
    let mut spread = spread(args, &interface);
    let mut program = load(args, &interface, (matches, groups), &mut spread, &mut steps_down)?;
    if args.sockets.replace && !args.sockets.self_test {
        // What passes until our sockets are there is counted as such.
        program.set_matches(matches)?;
    }
    let begun = Instant::now();
    let before = evidence::of_interface(name);
    let attached = place::attach(args, &mut program, &interface, &mut steps_down)?;
    let counted = [before, evidence::of_interface(name)];
    let circumstances =
        Circumstances { attached: attached.mode, spread, taking_over: attached.replaced.is_some() };
    let (copy, multi_buffer, bound) =
        modes::sockets(args, &interface, &queues, circumstances, &mut steps_down)?;
    steps_down.extend(bound.remarks);
    if !multi_buffer {
        warnings.extend(too_small(args, &interface));
    }
    let mut sockets: Vec<_> = queues.iter().copied().zip(bound.sockets).collect();
    let busy_polls = args.wait == Wait::BusyPoll;
    let mut polling = busy_polls.then(|| BusyPolling::prepare(&interface, &mut sockets)).transpose()?;
    for (queue, socket) in &sockets {
        program.set_socket(*queue, socket)?;
    }
    warnings.extend(outlived(&interface, &attached));
    warnings.extend(taken_over(&interface, &attached, &program, begun)?);
    if args.sockets.self_test {
        self_test::test(&mut program, &interface, &mut sockets)?;
    }
    // Of some sockets the kernel knows already what to poll.
    warnings.extend(polling.as_mut().and_then(|it| it.look(&interface, &args.sockets.state_dir)));
    let bound = Bound {
        interface,
        program,
        attached: attached.mode,
        copy,
        multi_buffer,
        steps_down,
        warnings,
        polling,
        counted,
        counted_last: None,
    };
    Ok((bound, sockets))
}

/// Undoes what runs that crashed have left changed.
///
/// # Errors
/// The journals cannot be read.
pub(super) fn undo_crashes(args: &RunArgs) -> Result<()> {
    let report = journal::restore(&args.sockets.state_dir)?;
    for restored in report.restored {
        tell(format_args!("xdpfeed: undid what a run that crashed had changed: {restored}"));
    }
    for left in report.left {
        tell(format_args!("xdpfeed: {left}"));
    }
    Ok(())
}

/// The queues of an interface that are to be bound.
///
/// # Errors
/// [`Failure::Usage`] when it has not all that were named.
pub(super) fn queues(args: &RunArgs, interface: &Interface) -> Result<Vec<u32>, Failure> {
    let all = 0..interface.queues;
    match &args.queues {
        Queues::All => Ok(all.collect()),
        Queues::Some(some) => match some.iter().find(|queue| !all.contains(queue)) {
            None => Ok(some.clone()),
            Some(queue) => Err(Failure::Usage(format!(
                "--queues: {} has no queue {queue}, but {} of them from 0",
                interface.name, interface.queues
            ))),
        },
    }
}

fn outlived(interface: &Interface, attached: &Attached) -> Option<String> {
    let name = &interface.name;
    (attached.outlives == Outlives::Crash).then(|| {
        format!(
            "{name}: the kernel has no bpf_link for XDP here, so the program was attached by netlink: should this \
             process be killed, the program stays until the next start, or `ip link set dev {name} xdp off`"
        )
    })
}

/// What a takeover has cost.
fn taken_over(
    interface: &Interface,
    attached: &Attached,
    program: &Program,
    begun: Instant,
) -> Result<Option<String>> {
    let Some(whose) = &attached.replaced else { return Ok(None) };
    let passed = program.verdicts()?.of(Reason::NoSocket);
    Ok(Some(format!(
        "{}: took the place of {whose}; its queues were ours after {} ms, {passed} matched packets passed meanwhile",
        interface.name,
        begun.elapsed().as_millis()
    )))
}
