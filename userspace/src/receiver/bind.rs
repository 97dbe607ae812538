//! One interface: program attached, sockets bound, in the best mode that works and was allowed.

use std::{
    os::fd::AsRawFd,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use xdp_prog::FrameHeader;

use crate::{
    cli::run::{Mode, Queues, Requirement, RunArgs, Timestamps},
    clock::Clock,
    config::Feed,
    evidence::{self, Counters},
    failure::Failure,
    nic::Interface,
    program::{AttachMode, Match, Outlives, Program, ProgramConfig, mostly_by_source},
    source::af_xdp::AfXdp,
    sys::busy_poll,
    worker::Wait,
    xsk::{BindError, BoundMode, Socket, SocketConfig},
};

/// What the driver keeps in front of a packet in each frame (`XDP_PACKET_HEADROOM`), in bytes.
const XDP_HEADROOM: u32 = 256;

/// The largest `--frame-size`.
const LARGEST_FRAME: u32 = 4096;

/// How long a queue may stay busy after sockets bound to it for zero-copy were given up, and between two looks.
const UNBIND_PATIENCE: Duration = Duration::from_secs(1);
const UNBIND_PAUSE: Duration = Duration::from_millis(20);

/// Ethernet header with two VLAN tags, in bytes.
const LINK_HEADERS: u32 = 22;

/// An interface that is set up.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) interface: Interface,
    pub(super) program: Program,
    pub(super) attached: AttachMode,
    pub(super) copy: BoundMode,
    /// Each mode that was tried and did not work, with its cause.
    pub(super) steps_down: Vec<String>,
    /// What may go wrong with this set-up, in sentences.
    pub(super) warnings: Vec<String>,
    /// (Index among the source's sockets, queue).
    pub(super) sockets: Vec<(usize, u32)>,
    /// Group index of its program → line.
    pub(super) lines: Vec<u16>,
    pub(super) matches: Vec<Match>,
    /// The interface's counters just before the program was attached, and just after.
    pub(super) counted: [Counters; 2],
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

/// Loads, attaches and binds; the sockets go to `source`.
///
/// # Errors
/// [`Failure::Requirement`] when the mode asked for cannot be had, else what failed.
pub(super) fn bind(args: &RunArgs, feed: &Feed, name: &str, source: &mut AfXdp) -> Result<Bound, Failure> {
    let interface = Interface::open(name)?;
    let queues = queues(args, &interface)?;
    let (lines, matches) = lines(feed, name);
    let config = ProgramConfig {
        queues: interface.queues,
        groups: matches.len() as u32,
        timestamps: args.timestamps == Timestamps::Xdp,
        clock: args.clock,
        sources_first: mostly_by_source(&matches),
        trace: args.trace_verdicts,
    };
    let mut program = Program::load(config).map_err(|error| without_clock(args.clock, error))?;
    let mut steps_down = Vec::new();
    let mut warnings = Vec::from_iter(too_small(args.frame_size, &interface));
    let before = evidence::of_interface(name);
    let (attached, outlives) = attach(args, &mut program, &interface, &mut steps_down)?;
    let counted = [before, evidence::of_interface(name)];
    if outlives == Outlives::Crash {
        warnings.push(format!(
            "{name}: the kernel has no bpf_link for XDP here: should this process be killed, detach its program with \
             `ip link set dev {name} xdp off`"
        ));
    }
    let (copy, sockets) = sockets(args, &interface, &queues, attached, &mut steps_down)?;
    let first = source.sockets().count();
    for (queue, socket) in queues.iter().zip(sockets) {
        if args.wait == Wait::BusyPoll {
            busy_poll::prefer(socket.as_raw_fd()).with_context(|| {
                format!("cannot busy-poll queue {queue} of {name}: it needs CAP_NET_ADMIN and Linux 5.11")
            })?;
        }
        program.set_socket(*queue, &socket)?;
        source.add(socket, lines.clone(), 0);
    }
    let sockets = (first..).zip(queues).collect();
    Ok(Bound { interface, program, attached, copy, steps_down, warnings, sockets, lines, matches, counted })
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

fn lines(feed: &Feed, name: &str) -> (Vec<u16>, Vec<Match>) {
    let here = feed.lines.iter().enumerate().filter(|(_, line)| line.interface.as_deref() == Some(name));
    here.enumerate()
        .map(|(group, (index, line))| {
            let (destination, source, vlan) = (line.destination, line.source, line.vlan);
            let wanted = Match { destination, source, vlan, index: group as u16 };
            (index as u16, wanted)
        })
        .unzip()
}

/// Attaches in the best mode allowed.
fn attach(
    args: &RunArgs,
    program: &mut Program,
    interface: &Interface,
    steps_down: &mut Vec<String>,
) -> Result<(AttachMode, Outlives), Failure> {
    let name = &interface.name;
    if args.mode == Mode::Generic {
        return Ok((AttachMode::Generic, program.attach(interface, AttachMode::Generic)?));
    }
    let error = match program.attach(interface, AttachMode::Native) {
        Ok(outlives) => return Ok((AttachMode::Native, outlives)),
        Err(error) => error,
    };
    let unsupported = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|io| matches!(io.raw_os_error(), Some(libc::EOPNOTSUPP | libc::EINVAL | libc::ERANGE)));
    if !unsupported {
        return Err(error.into());
    }
    if args.mode != Mode::Auto || args.require.is_some() {
        return Err(Failure::Requirement(format!(
            "{name}: native XDP was required, but its driver cannot: {error:#}"
        )));
    }
    steps_down.push(format!("generic XDP instead of native: {error:#}"));
    Ok((AttachMode::Generic, program.attach(interface, AttachMode::Generic)?))
}

/// Binds a socket to each queue, all of them in one mode: the best allowed.
fn sockets(
    args: &RunArgs,
    interface: &Interface,
    queues: &[u32],
    attached: AttachMode,
    steps_down: &mut Vec<String>,
) -> Result<(BoundMode, Vec<Socket>), Failure> {
    let name = &interface.name;
    let config = SocketConfig {
        frames: args.frames,
        frame_size: args.frame_size,
        rx_ring: args.rx_ring.unwrap_or(args.frames),
        batch: usize::from(args.batch),
    };
    let bind_all = |zero_copy: bool| -> Result<Vec<Socket>, (u32, BindError)> {
        let bind =
            |queue: &u32| Socket::bind(name, *queue, zero_copy, config).map_err(|error| (*queue, error));
        queues.iter().map(bind).collect()
    };
    let mut stepped_down = false;
    let must = args.mode == Mode::ZeroCopy || args.require == Some(Requirement::ZeroCopy);
    if attached == AttachMode::Native && (must || args.mode == Mode::Auto) {
        match bind_all(true) {
            Ok(sockets) => return Ok((BoundMode::ZeroCopy, sockets)),
            Err((queue, error)) => {
                let cause = explain(name, queue, &error);
                if error.errno().is_none_or(|errno| errno == libc::EPERM || errno == libc::ENOMEM) {
                    return Err(anyhow!(error).context(cause).into());
                }
                if must {
                    return Err(Failure::Requirement(format!("{name}: zero-copy was required, but {cause}")));
                }
                steps_down.push(format!("copy instead of zero-copy: {cause}"));
                stepped_down = true;
            }
        }
    } else if must {
        return Err(Failure::Requirement(format!("{name}: zero-copy was required, but needs native XDP")));
    }
    let begun = Instant::now();
    let mut bound = bind_all(false);
    // The kernel takes sockets that were bound for zero-copy away in the background.
    while stepped_down
        && begun.elapsed() < UNBIND_PATIENCE
        && bound.as_ref().is_err_and(|(_, error)| error.errno() == Some(libc::EBUSY))
    {
        thread::sleep(UNBIND_PAUSE);
        bound = bind_all(false);
    }
    let sockets = bound.map_err(|(queue, error)| {
        let cause = explain(name, queue, &error);
        anyhow!(error).context(cause)
    })?;
    Ok((BoundMode::Copy, sockets))
}

/// What an errno of a bind means and what to do about it.
fn explain(name: &str, queue: u32, error: &BindError) -> String {
    let meaning = match error.errno() {
        Some(libc::EOPNOTSUPP) => "its driver has no zero-copy (EOPNOTSUPP)".into(),
        Some(libc::EBUSY) => {
            format!("queue {queue} is taken by another AF_XDP socket (EBUSY): `ss --xdp -a` shows whose")
        }
        Some(libc::EINVAL) => {
            "the driver refused the bind (EINVAL): frame size, number of queues or offloads do not suit it"
                .into()
        }
        Some(libc::EPERM) => "no privilege (EPERM): run as root, or with CAP_NET_RAW and CAP_BPF".into(),
        Some(libc::ENOMEM | libc::ENOBUFS) => {
            "no memory for the UMEM: lower --frames, or raise the limit of locked memory".into()
        }
        _ => error.to_string(),
    };
    format!("queue {queue} of {name}: {meaning}")
}

/// Names the clock where the kernel lends none to XDP programs: the verifier only says that it knows no such function.
fn without_clock(clock: Clock, error: anyhow::Error) -> Failure {
    // `BPF_FUNC_ktime_get_tai_ns`.
    if clock == Clock::Tai && format!("{error:#}").contains("unknown#208") {
        return Failure::Requirement(
            "--clock tai: this kernel has no TAI clock for XDP programs (Linux 6.1 has): use --clock monotonic".into(),
        );
    }
    error.into()
}

/// What will be lost when the interface lets packets in that no frame can take.
fn too_small(frame_size: u32, interface: &Interface) -> Option<String> {
    let room = frame_size.saturating_sub(XDP_HEADROOM);
    let mtu = interface.mtu?;
    let most = mtu + LINK_HEADERS + FrameHeader::LEN as u32;
    (most > room).then(|| {
        format!(
            "{}: its MTU of {} lets packets in that a frame of {frame_size} bytes cannot take: they are dropped \
             (socket_rx_dropped); {}lower the MTU to {} if they come",
            interface.name,
            mtu,
            if most <= LARGEST_FRAME - XDP_HEADROOM { "use --frame-size 4096, or " } else { "" },
            room - LINK_HEADERS - FrameHeader::LEN as u32
        )
    })
}
