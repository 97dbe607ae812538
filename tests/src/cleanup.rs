//! What goes when a signal ends the process: drops do not run then.

use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::{process, thread};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

#[derive(Debug, Default)]
struct Registry {
    processes: Vec<Pid>,
    namespaces: Vec<String>,
    /// Signals seen while somebody handles them ([`hold_signals`]).
    held: Option<Vec<i32>>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(|| {
    if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) {
        thread::spawn(move || {
            for signal in &mut signals {
                arrived(signal);
            }
        });
    }
    Mutex::default()
});

fn with<T>(change: impl FnOnce(&mut Registry) -> T) -> T {
    change(&mut REGISTRY.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(crate) fn add_process(pid: Pid) {
    with(|registry| registry.processes.push(pid));
}

pub(crate) fn remove_process(pid: Pid) {
    with(|registry| registry.processes.retain(|other| *other != pid));
}

pub(crate) fn add_namespace(name: &str) {
    with(|registry| registry.namespaces.push(name.to_string()));
}

pub(crate) fn remove_namespace(name: &str) {
    with(|registry| registry.namespaces.retain(|other| other != name));
}

/// From here on SIGINT, SIGTERM and SIGHUP end nothing; [`signalled`] tells of them. For a program with an end
/// of its own.
pub fn hold_signals() {
    with(|registry| {
        registry.held.get_or_insert_default();
    });
}

/// Whether a signal came since [`hold_signals`].
#[must_use]
pub fn signalled() -> bool {
    with(|registry| registry.held.as_ref().is_some_and(|held| !held.is_empty()))
}

fn arrived(signal: i32) {
    with(|registry| match &mut registry.held {
        Some(held) => held.push(signal),
        None => {
            for pid in &registry.processes {
                // It may have ended by itself.
                let _gone = kill(*pid, Signal::SIGKILL);
            }
            for name in &registry.namespaces {
                let _gone = Command::new("ip").args(["netns", "delete", name]).output();
            }
            process::exit(128 + signal);
        }
    });
}
