//! A thread's CPU: the one it may run on (`--cpu`), and how often it was put off it.

use std::thread;

use anyhow::{Context, Result};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    sys::resource::{UsageWho, getrusage},
    unistd::Pid,
};

use crate::failure::Failure;

/// Refuses a CPU this process may not use, before anything is set up.
///
/// # Errors
/// [`Failure::Usage`] with those it may use.
pub fn may_pin(cpu: usize) -> Result<(), Failure> {
    // Tried, on a thread that ends: isolated CPUs are not among those a process starts with, and yet it may use them.
    if thread::scope(|scope| scope.spawn(|| pin(cpu)).join()).is_ok_and(|pinned| pinned.is_ok()) {
        return Ok(());
    }
    let allowed = sched_getaffinity(Pid::from_raw(0)).context("cannot ask for this process's CPUs")?;
    let usable: Vec<String> = (0..CpuSet::count())
        .filter(|cpu| allowed.is_set(*cpu).unwrap_or(false))
        .map(|cpu| cpu.to_string())
        .collect();
    Err(Failure::Usage(format!("CPU {cpu} cannot be used; this process may use {}", usable.join(", "))))
}

/// Keeps the calling thread on `cpu`.
///
/// # Errors
/// What the kernel says.
pub fn pin(cpu: usize) -> Result<()> {
    pin_other(Pid::from_raw(0), cpu)
}

/// Keeps thread `thread` on `cpu`.
///
/// # Errors
/// What the kernel says.
pub fn pin_other(thread: Pid, cpu: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(cpu)?;
    sched_setaffinity(thread, &set).with_context(|| format!("cannot pin a thread to CPU {cpu}"))
}

/// Times the kernel had the calling thread stop for another one, although it could have gone on (`ru_nivcsw`, which is
/// `nonvoluntary_ctxt_switches` in `/proc/PID/task/TID/status`). A system call.
#[must_use]
pub fn preempted() -> u64 {
    // It fails only for a process that is not.
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against what the kernel says elsewhere.
    #[test]
    fn it_is_the_kernel_s_count_of_this_thread() {
        let before = preempted();
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let after = preempted();
        let count = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
        let count: u64 = count.unwrap().trim().parse().unwrap();
        assert!((before..=after).contains(&count), "{before} {count} {after}");
    }
}
