//! The program's place on an interface: empty, another's that is to go, or taken over by another.

use anyhow::{Result, anyhow};

use super::bind::Bound;
use crate::{
    cli::run::{Mode, RunArgs},
    console::tell,
    failure::Failure,
    nic::Interface,
    program::{AttachMode, Outlives, Place, Program, Standing},
};

/// How the program came to be where it is.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) mode: AttachMode,
    pub(super) outlives: Outlives,
    /// Whose place it took, while that was running.
    pub(super) replaced: Option<String>,
}

/// Attaches in the best mode allowed, having made the program go that is there, as far as that was asked for.
///
/// # Errors
/// [`Failure::Requirement`] when the mode asked for cannot be had; what else failed.
pub(super) fn attach(
    args: &RunArgs,
    program: &mut Program,
    interface: &Interface,
    steps_down: &mut Vec<String>,
) -> Result<Attached, Failure> {
    let Some(standing) = Standing::on(interface)? else {
        return attach_to_empty(args, program, interface, steps_down);
    };
    if standing.is_left_behind() {
        standing.detach()?;
        tell(format_args!(
            "xdpfeed: {}: detached {}, which a crash had left behind",
            interface.name,
            standing.describe()
        ));
        return attach_to_empty(args, program, interface, steps_down);
    }
    if !args.sockets.replace || (standing.link.is_some() && !standing.is_ours()) {
        return Err(standing.refuse(args.sockets.replace).into());
    }
    let whose = standing.describe();
    if standing.link.is_none() {
        standing.detach()?;
        let attached = attach_to_empty(args, program, interface, steps_down)?;
        tell(format_args!("xdpfeed: {}: replaced {whose}, which no link held", interface.name));
        return Ok(Attached { replaced: standing.is_ours().then_some(whose), ..attached });
    }
    suits(args, interface, &standing)?;
    if standing.mode == AttachMode::Generic {
        steps_down.push("generic XDP instead of native: that is how the program it replaces runs".into());
    }
    let outlives = program.take_over(interface, &standing)?;
    Ok(Attached { mode: standing.mode, outlives, replaced: Some(whose) })
}

/// A link's program is replaced in the link's mode.
fn suits(args: &RunArgs, interface: &Interface, standing: &Standing) -> Result<(), Failure> {
    let generic_only = args.mode == Mode::Generic;
    let native_only = matches!(args.mode, Mode::Copy | Mode::ZeroCopy) || args.require.is_some();
    let unsuited = match standing.mode {
        AttachMode::Native => generic_only,
        AttachMode::Generic => native_only,
    };
    if !unsuited {
        return Ok(());
    }
    Err(Failure::Requirement(format!(
        "{}: {} runs in {} mode, and is replaced in that mode or not at all: stop it first",
        interface.name,
        standing.describe(),
        standing.mode.name()
    )))
}

fn attach_to_empty(
    args: &RunArgs,
    program: &mut Program,
    interface: &Interface,
    steps_down: &mut Vec<String>,
) -> Result<Attached, Failure> {
    let name = &interface.name;
    let attached = |mode, outlives| Attached { mode, outlives, replaced: None };
    if args.mode == Mode::Generic {
        return Ok(attached(AttachMode::Generic, program.attach(interface, AttachMode::Generic)?));
    }
    let error = match program.attach(interface, AttachMode::Native) {
        Ok(outlives) => return Ok(attached(AttachMode::Native, outlives)),
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
    Ok(attached(AttachMode::Generic, program.attach(interface, AttachMode::Generic)?))
}

/// Whether another program has the place of one of ours: then it is time to end.
///
/// # Errors
/// A program was detached by force.
pub(super) fn taken_over<'a>(interfaces: impl Iterator<Item = &'a Bound>) -> Result<bool> {
    let mut over = false;
    for Bound { interface, program, .. } in interfaces {
        let name = &interface.name;
        match program.place()? {
            Place::Kept => {}
            Place::Lost(id) => {
                tell(format_args!("xdpfeed: {name}: program id {id} has taken our place: ending"));
                over = true;
            }
            Place::Empty => {
                if interface.is_there() {
                    return Err(anyhow!("the program was detached from {name} by somebody else"));
                }
            }
        }
    }
    Ok(over)
}
