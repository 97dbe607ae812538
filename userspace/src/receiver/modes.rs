//! Sockets in the best mode that works and was allowed, each step down with its cause.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::anyhow;

use crate::{
    cli::{
        run::{Mode, Requirement, RunArgs},
        sockets::Jumbo,
    },
    failure::Failure,
    nic::Interface,
    program::AttachMode,
    xsk::{BindError, BindMode, BoundMode, Memory, Socket, SocketConfig, Sockets},
};

/// How long a queue may stay busy after its last socket went, and between two looks: the kernel takes sockets away in
/// the background, those of a killed process too. Shorter, and a start right after a crash steps down or fails;
/// longer only delays the refusal of a queue that is another's.
const UNBIND_PATIENCE: Duration = Duration::from_secs(1);
const UNBIND_PAUSE: Duration = Duration::from_millis(5);

/// How long the instance whose place was taken may take to close its streams, drain its rings and give its queues
/// back. Its last reorder window, or what it asked to be sent again, may take seconds; a queue that is busy after this
/// is held by somebody else.
const TAKEOVER_PATIENCE: Duration = Duration::from_secs(30);

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attempt {
    zero_copy: bool,
    spread: bool,
}

impl Attempt {
    const fn name(self) -> &'static str {
        match (self.zero_copy, self.spread) {
            (true, true) => "zero-copy with multi-buffer",
            (true, false) => "zero-copy",
            (false, true) => "copy with multi-buffer",
            (false, false) => "copy",
        }
    }
}

/// What the sockets are bound under.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    pub(super) attached: AttachMode,
    /// The largest datagram of a packet that no frame can take, if such are to be taken.
    pub(super) spread: Option<usize>,
    /// Another instance is about to give the queues back.
    pub(super) taking_over: bool,
}

/// Binds a socket to each queue, all of them in one mode: the best allowed. Says whether packets may be spread.
///
/// # Errors
/// [`Failure::Requirement`] when what was asked for cannot be had; what else failed.
pub(super) fn sockets(
    args: &RunArgs,
    interface: &Interface,
    queues: &[u32],
    circumstances: Circumstances,
    steps_down: &mut Vec<String>,
) -> Result<(BoundMode, bool, Sockets), Failure> {
    let name = &interface.name;
    let must = args.mode == Mode::ZeroCopy || args.require == Some(Requirement::ZeroCopy);
    if must && circumstances.attached == AttachMode::Generic {
        return Err(Failure::Requirement(format!("{name}: zero-copy was required, but needs native XDP")));
    }
    let attempts = attempts(args, circumstances, must);
    let patience = if circumstances.taking_over { TAKEOVER_PATIENCE } else { UNBIND_PATIENCE };
    let mut failed: Option<(Attempt, String)> = None;
    for (index, attempt) in attempts.iter().enumerate() {
        match bind_patiently(args, interface, queues, (*attempt, circumstances), patience) {
            Ok(sockets) => {
                if let Some((tried, cause)) = failed {
                    steps_down.push(format!("{} instead of {}: {cause}", attempt.name(), tried.name()));
                }
                // As read back from the kernel.
                let mode = sockets.sockets.first().map_or(BoundMode::Copy, Socket::mode);
                return Ok((mode, attempt.spread, sockets));
            }
            Err((queue, error)) => {
                let cause = explain(name, queue, &error, *attempt);
                // It is no mode that is lacking. ENOBUFS: no more memory may be locked.
                let hopeless =
                    matches!(error.errno(), None | Some(libc::EPERM | libc::ENOMEM | libc::ENOBUFS));
                if hopeless || (index + 1 == attempts.len() && !must && args.sockets.jumbo != Jumbo::On) {
                    return Err(anyhow!(error).context(cause).into());
                }
                if let Some((tried, cause)) = failed.replace((*attempt, cause)) {
                    steps_down.push(format!("{} instead of {}: {cause}", attempt.name(), tried.name()));
                }
            }
        }
    }
    let cause = failed.map(|(_, cause)| cause).unwrap_or_default();
    let what = if must { "zero-copy" } else { "multi-buffer" };
    Err(Failure::Requirement(format!("{name}: {what} was required, but {cause}")))
}

/// What to try, the best first. A packet that is lost weighs more than a copy.
fn attempts(args: &RunArgs, circumstances: Circumstances, must: bool) -> Vec<Attempt> {
    let may = circumstances.attached == AttachMode::Native && (must || args.mode == Mode::Auto);
    let spreads: &[bool] = match (circumstances.spread, args.sockets.jumbo) {
        (None, _) => &[false],
        (Some(_), Jumbo::On) => &[true],
        (Some(_), _) => &[true, false],
    };
    let attempts = spreads
        .iter()
        .flat_map(|spread| [true, false].map(|zero_copy| Attempt { zero_copy, spread: *spread }));
    attempts.filter(|attempt| if attempt.zero_copy { may } else { !must }).collect()
}

fn bind_patiently(
    args: &RunArgs,
    interface: &Interface,
    queues: &[u32],
    (attempt, circumstances): (Attempt, Circumstances),
    patience: Duration,
) -> Result<Sockets, (u32, BindError)> {
    let options = &args.sockets;
    let config = SocketConfig {
        frames: options.frames,
        frame_size: options.frame_size,
        rx_ring: options.rx_ring(),
        batch: usize::from(options.batch),
    };
    let memory =
        Memory { shared: options.shared_umem, huge_pages: options.hugepages, node: interface.numa_node() };
    let mode = BindMode {
        zero_copy: attempt.zero_copy,
        multi_buffer: circumstances.spread.filter(|_| attempt.spread),
        memory,
    };
    let begun = Instant::now();
    loop {
        match Socket::bind_all(&interface.name, queues, mode, config) {
            Err((_, error)) if begun.elapsed() < worth_waiting(&error, patience) => {
                thread::sleep(UNBIND_PAUSE);
            }
            other => return other,
        }
    }
}

/// How long to wait for what stands in the way to go: sockets on the queue, for `patience`; locked memory of sockets
/// that are gone, which counts until the kernel has taken them away.
fn worth_waiting(error: &BindError, patience: Duration) -> Duration {
    match error.errno() {
        Some(libc::EBUSY) => patience,
        Some(libc::ENOBUFS) => UNBIND_PATIENCE,
        _ => Duration::ZERO,
    }
}

/// What an errno of a bind means and what to do about it.
fn explain(name: &str, queue: u32, error: &BindError, attempt: Attempt) -> String {
    let meaning = match error.errno() {
        Some(libc::EOPNOTSUPP) if attempt.spread => {
            format!("its driver has no {} (EOPNOTSUPP)", attempt.name())
        }
        Some(libc::EOPNOTSUPP) => "its driver has no zero-copy (EOPNOTSUPP)".into(),
        Some(libc::EBUSY) => {
            format!("queue {queue} is taken by another AF_XDP socket (EBUSY): `ss --xdp -a` shows whose")
        }
        Some(libc::EINVAL) if attempt.spread => {
            "the kernel takes no packet spread over several frames (EINVAL): Linux 6.6 and newer do".into()
        }
        Some(libc::EINVAL) => {
            "the driver refused the bind (EINVAL): frame size, number of queues or offloads do not suit it"
                .into()
        }
        Some(libc::EPERM) => "no privilege (EPERM): run as root, or with CAP_NET_RAW and CAP_BPF".into(),
        Some(libc::ENOMEM | libc::ENOBUFS) => {
            "no memory for the UMEM: lower --frames, or raise the limit of locked memory, which does not bind who has CAP_IPC_LOCK"
                .into()
        }
        _ => error.to_string(),
    };
    format!("queue {queue} of {name}: {meaning}")
}
