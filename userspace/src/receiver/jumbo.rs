//! Packets larger than a frame: whether they are taken, by which program, and what is said if not.

use crate::{
    cli::{
        run::{RunArgs, Timestamps},
        sockets::Jumbo,
    },
    clock::Clock,
    failure::Failure,
    nic::Interface,
    program::{Match, Program, ProgramConfig, mostly_by_source},
    xsk::{self, FRAME_SIZES, largest_mtu, largest_packet},
};

/// The largest UDP payload there is (RFC 768, RFC 791), in bytes.
const LARGEST_DATAGRAM: u32 = 65_507;

/// Loads the program, which is to know `matches` later and at most `groups` in all: the one for packets spread over several buffers if such are wanted and the kernel has it.
pub(super) fn load(
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
        clock: args.clock,
        sources_first: mostly_by_source(matches),
        frags: spread.is_some(),
        trace: args.trace_verdicts,
    };
    let error = match Program::load(config) {
        Err(error) if spread.is_some() => error,
        loaded => return loaded.map_err(|error| failure(args.clock, error)),
    };
    // What fails without as well is not for want of multi-buffer: no clock, no privilege, no memory.
    let program = Program::load(ProgramConfig { frags: false, ..config })
        .map_err(|error| failure(args.clock, error))?;
    if args.sockets.jumbo == Jumbo::On {
        return Err(Failure::Requirement(format!("--jumbo on needs Linux 5.18 and more: {error:#}")));
    }
    steps_down.push(format!("no multi-buffer, which needs Linux 5.18: {error:#}"));
    *spread = None;
    Ok(program)
}

/// Why the program could not be loaded.
fn failure(clock: Clock, error: anyhow::Error) -> Failure {
    if lacks_clock(clock, &error) {
        return Failure::Requirement(
            "--clock tai: this kernel has no TAI clock for XDP programs (Linux 6.1 has): use --clock monotonic".into(),
        );
    }
    error.into()
}

/// Whether the kernel lends the clock to no XDP program: the verifier only says that it knows no such function.
fn lacks_clock(clock: Clock, error: &anyhow::Error) -> bool {
    // `BPF_FUNC_ktime_get_tai_ns`.
    clock == Clock::Tai && format!("{error:#}").contains("unknown#208")
}

/// The largest datagram that comes spread over several frames, if such are to be taken.
pub(super) fn spread(args: &RunArgs, interface: &Interface) -> Option<usize> {
    let mtu = interface.mtu.unwrap_or(LARGEST_DATAGRAM);
    let wanted = match args.sockets.jumbo {
        Jumbo::Off => false,
        Jumbo::On => true,
        Jumbo::Auto => largest_packet(mtu) > xsk::room(args.sockets.frame_size),
    };
    wanted.then(|| mtu.min(LARGEST_DATAGRAM) as usize)
}

/// What will be lost when the interface lets packets in that no frame can take.
pub(super) fn too_small(args: &RunArgs, interface: &Interface) -> Option<String> {
    let frame_size = args.sockets.frame_size;
    let (mtu, room) = (interface.mtu?, xsk::room(frame_size));
    let most = largest_packet(mtu);
    let larger = if most <= xsk::room(FRAME_SIZES[1]) { "use --frame-size 4096, or " } else { "" };
    let spread = if args.sockets.jumbo == Jumbo::Off { "leave --jumbo off away, or " } else { "" };
    (most > room).then(|| {
        format!(
            "{}: its MTU of {mtu} lets packets in that a frame of {frame_size} bytes cannot take: they are dropped \
             (socket_rx_dropped); {larger}{spread}lower the MTU to {} if they come",
            interface.name,
            largest_mtu(frame_size)
        )
    })
}
