//! Root: asked for where it is needed, by the step that needs it, through sudo.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use anyhow::{Result, bail};
use nix::unistd::Uid;

/// A command that runs as root: as it is for root, behind sudo for anybody else.
///
/// # Errors
/// The user is not root and there is no sudo.
pub(crate) fn as_root(program: impl AsRef<OsStr>) -> Result<Command> {
    if Uid::effective().is_root() {
        return Ok(Command::new(program));
    }
    if !on_path("sudo") {
        bail!("{} needs root, and there is no sudo: run this as root", program.as_ref().display());
    }
    let mut sudo = Command::new("sudo");
    sudo.arg("--").arg(program);
    Ok(sudo)
}

/// The same with variables set in the program's environment, which sudo would clear.
///
/// # Errors
/// As for [`as_root`].
pub(crate) fn as_root_with(
    program: impl AsRef<OsStr>,
    variables: &[(OsString, OsString)],
) -> Result<Command> {
    if Uid::effective().is_root() {
        let mut command = Command::new(program);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        return Ok(command);
    }
    let mut command = as_root("env")?;
    for (name, value) in variables {
        let mut assignment = name.clone();
        assignment.push("=");
        assignment.push(value);
        command.arg(assignment);
    }
    command.arg(program);
    Ok(command)
}

/// Refuses to work as root on files of another user, as `sudo -E cargo xtask` would.
///
/// # Errors
/// The home directory is not root's, but root is who we are.
pub(crate) fn refuse_sudo_over_home() -> Result<()> {
    let owner = env::home_dir().and_then(|home| home.metadata().ok()).map(|home| home.uid());
    if Uid::effective().is_root() && env::var_os("SUDO_UID").is_some() && owner.is_some_and(|uid| uid != 0) {
        bail!(
            "this would leave files of root's in your home: run it as yourself, it calls sudo where it must"
        );
    }
    Ok(())
}

/// Whether a program is on `PATH`.
pub(crate) fn on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
