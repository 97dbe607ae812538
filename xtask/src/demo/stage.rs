//! Sender and receiver side by side: start, live progress, and an end in the right order.

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use e2e::{Finished, Process, cleanup};
use nix::sys::signal::Signal;

/// Between two looks at both. Longer would delay the progress shown; shorter would take time from the cores that
/// send and receive.
const LOOK: Duration = Duration::from_millis(50);

/// What ends a sender or receiver that hangs after it was told to end.
const LONGEST_END: Duration = Duration::from_secs(60);

/// Runs `senders` while `receiver` receives, until they end or a signal comes. What each printed: the senders, in
/// order, and the receiver.
pub(super) fn play(senders: &mut [Command], receiver: &mut Command) -> Result<(Vec<Finished>, Finished)> {
    let mut receiver = Process::start("xdpfeed run", receiver)?;
    receiver.echo();
    receiver.wait_for("receiving")?;
    let start = |command: &mut Command| Process::start("the sender", command);
    let mut senders = senders.iter_mut().map(start).collect::<Result<Vec<_>>>()?;
    let mut told = false;
    loop {
        let mut running = false;
        for sender in &mut senders {
            running |= !sender.has_ended()?;
        }
        if receiver.has_ended()? {
            bail!("the receiver ended before the sender");
        }
        if !running {
            break;
        }
        if cleanup::signalled() && !told {
            told = true;
            for sender in &mut senders {
                if !sender.has_ended()? {
                    sender.signal(Signal::SIGINT)?;
                }
            }
        }
        thread::sleep(LOOK);
    }
    let sent = senders.into_iter().map(|sender| sender.finish(LONGEST_END)).collect::<Result<_>>()?;
    Ok((sent, receiver.interrupt()?))
}

/// The CPU flag of a sender or receiver: each has its own, as on one both starve.
pub(super) fn pin(command: &mut Command, cpu: impl FnOnce((usize, usize)) -> usize) {
    if let Some(cpus) = e2e::cpus() {
        command.arg("--cpu").arg(cpu(cpus).to_string());
    }
}
