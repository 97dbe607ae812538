//! One interface: program attached, sockets bound, in the best mode that works and was allowed.

use std::{os::fd::AsRawFd, time::Instant};

use anyhow::{Context, Result};
use xdp_prog::{FrameHeader, Reason};

use super::{
    modes::{self, Circumstances},
    place::{self, Attached},
    self_test,
};
use crate::{
    cli::{
        run::{Queues, RunArgs, Timestamps},
        sockets::Jumbo,
    },
    console::tell,
    failure::Failure,
    nic::{Deferral, Interface, busy_polled, journal},
    program::{AttachMode, Match, Outlives, Program, ProgramConfig, mostly_by_source},
    sys::busy_poll,
    worker::Wait,
    xsk::{BoundMode, Socket},
};

/// What the driver keeps in front of a packet in each frame (`XDP_PACKET_HEADROOM`), in bytes.
const XDP_HEADROOM: u32 = 256;

/// The largest `--frame-size`.
const LARGEST_FRAME: u32 = 4096;

/// Ethernet header with two VLAN tags, in bytes.
const LINK_HEADERS: u32 = 22;

/// The largest UDP payload there is (RFC 768, RFC 791), in bytes.
const LARGEST_DATAGRAM: u32 = 65_507;

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
    /// With `--wait busy-poll`: packets that busy polling had brought before, and the NIC's settings, which are what
    /// they were when this goes.
    pub(super) busy_polled: Option<(u64, Deferral)>,
}

impl Bound {
    /// As shown: `native-zero-copy`.
    pub(super) fn mode(&self) -> String {
        format!("{}-{}", self.attached.name(), self.copy.name())
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
    undo_crashes(args)?;
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
    let attached = place::attach(args, &mut program, &interface, &mut steps_down)?;
    let circumstances =
        Circumstances { attached: attached.mode, spread, taking_over: attached.replaced.is_some() };
    let (copy, multi_buffer, bound) =
        modes::sockets(args, &interface, &queues, circumstances, &mut steps_down)?;
    steps_down.extend(bound.remarks);
    if !multi_buffer {
        warnings.extend(too_small(args, &interface));
    }
    let mut sockets: Vec<_> = queues.iter().copied().zip(bound.sockets).collect();
    for (queue, socket) in &sockets {
        if args.wait == Wait::BusyPoll {
            busy_poll::prefer(socket.as_raw_fd()).with_context(|| {
                format!("cannot busy-poll queue {queue} of {name}: it needs CAP_NET_ADMIN and Linux 5.11")
            })?;
        }
        program.set_socket(*queue, socket)?;
    }
    warnings.extend(outlived(&interface, &attached));
    warnings.extend(taken_over(&interface, &attached, &program, begun)?);
    if args.sockets.self_test {
        self_test::test(&mut program, &interface, &mut sockets)?;
    }
    let busy_polled = busy_poll(args, &interface, &mut warnings)?;
    let bound = Bound {
        interface,
        program,
        attached: attached.mode,
        copy,
        multi_buffer,
        steps_down,
        warnings,
        busy_polled,
    };
    Ok((bound, sockets))
}

/// Undoes what runs that crashed have left changed.
fn undo_crashes(args: &RunArgs) -> Result<()> {
    let report = journal::restore(&args.sockets.state_dir)?;
    for restored in report.restored {
        tell(format_args!("xdpfeed: undid what a run that crashed had changed: {restored}"));
    }
    for left in report.left {
        tell(format_args!("xdpfeed: {left}"));
    }
    Ok(())
}

fn queues(args: &RunArgs, interface: &Interface) -> Result<Vec<u32>, Failure> {
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

/// Loads the program: the one for packets spread over several buffers if such are wanted and the kernel has it.
fn load(
    args: &RunArgs,
    interface: &Interface,
    (matches, groups): (&[Match], u32),
    spread: &mut Option<usize>,
    steps_down: &mut Vec<String>,
) -> Result<Program, Failure> {
    let config = ProgramConfig {
        queues: interface.queues,
        // One more for the self-test.
        groups: groups + u32::from(args.sockets.self_test),
        timestamps: args.timestamps == Timestamps::Xdp,
        sources_first: mostly_by_source(matches),
        frags: spread.is_some(),
        trace: args.trace_verdicts,
    };
    match Program::load(config) {
        Err(error) if spread.is_some() && args.sockets.jumbo == Jumbo::Auto => {
            let program = Program::load(ProgramConfig { frags: false, ..config })?;
            steps_down.push(format!("no multi-buffer, which needs Linux 5.18: {error:#}"));
            *spread = None;
            Ok(program)
        }
        Err(error) if spread.is_some() => {
            Err(Failure::Requirement(format!("--jumbo on needs Linux 5.18 and more: {error:#}")))
        }
        loaded => Ok(loaded?),
    }
}

/// The largest datagram that comes spread over several frames, if such are to be taken.
fn spread(args: &RunArgs, interface: &Interface) -> Option<usize> {
    let mtu = interface.mtu.unwrap_or(LARGEST_DATAGRAM);
    let wanted = match args.sockets.jumbo {
        Jumbo::Off => false,
        Jumbo::On => true,
        Jumbo::Auto => largest_packet(mtu) > room(args.sockets.frame_size),
    };
    wanted.then(|| mtu.min(LARGEST_DATAGRAM) as usize)
}

/// What arrives of a packet that fills the MTU, with our header.
const fn largest_packet(mtu: u32) -> u32 {
    mtu + LINK_HEADERS + FrameHeader::LEN as u32
}

/// What a frame can take of a packet.
const fn room(frame_size: u32) -> u32 {
    frame_size.saturating_sub(XDP_HEADROOM)
}

/// What will be lost when the interface lets packets in that no frame can take.
fn too_small(args: &RunArgs, interface: &Interface) -> Option<String> {
    let frame_size = args.sockets.frame_size;
    let (mtu, room) = (interface.mtu?, room(frame_size));
    let most = largest_packet(mtu);
    let larger = if most <= LARGEST_FRAME - XDP_HEADROOM { "use --frame-size 4096, or " } else { "" };
    let spread = if args.sockets.jumbo == Jumbo::Off { "leave --jumbo off away, or " } else { "" };
    (most > room).then(|| {
        format!(
            "{}: its MTU of {mtu} lets packets in that a frame of {frame_size} bytes cannot take: they are dropped \
             (socket_rx_dropped); {larger}{spread}lower the MTU to {} if they come",
            interface.name,
            room - LINK_HEADERS - FrameHeader::LEN as u32
        )
    })
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

/// With `--wait busy-poll`: has the NIC's queues wait for us.
fn busy_poll(
    args: &RunArgs,
    interface: &Interface,
    warnings: &mut Vec<String>,
) -> Result<Option<(u64, Deferral)>> {
    if args.wait != Wait::BusyPoll {
        return Ok(None);
    }
    let before = busy_polled()?;
    match Deferral::set(interface, &args.sockets.state_dir) {
        Ok(deferral) => Ok(Some((before, deferral))),
        Err(error) => {
            let name = &interface.name;
            warnings.push(format!("{name}: busy polling competes with interrupts, which stay: {error:#}"));
            Ok(None)
        }
    }
}
