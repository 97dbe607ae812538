//! Publishing: a synthetic MoldUDP64/ITCH 5.0 feed on redundant lines, with loss on purpose, and the truth
//! about it at the end.
//!
//! [`flow`] is the simulated exchange (its [`security`]s have a [`book`] each; [`clock`] and [`dice`] are its time
//! and chance), and makes one [`message`] after another. [`packer`] numbers and packs them. [`session`] sends
//! the packets: when they leave is [`pace`]'s, which of them a line leaves out [`loss`]'s, and whether the
//! kernel took them the [`sender`]'s business, on a socket that [`route`] opened. [`truth`] keeps the books.

mod book; // its displayed orders
mod clock; // the simulated day's time
mod datagrams; // the feed without anybody to send it to
mod dice; // chance that is the same everywhere
mod flow; // the simulated exchange
mod loss; // what a line leaves out
mod message; // one message's bytes
mod pace; // when packets leave
mod packer; // messages → MoldUDP64 packets
mod plan; // what is to be published
mod retransmit; // what can be asked for again
mod route; // line → connected socket
mod security; // what is traded
mod sender; // connected socket → the kernel's word on each datagram
mod session; // heartbeats, feed, end of session
mod truth; // what was sent and what was not

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

pub use datagrams::Datagrams;
pub use loss::Share;
pub use pace::Rate;
pub use packer::MessagesPerPacket;
pub use plan::{Limit, Line, Plan};
pub use retransmit::Retransmit;
pub use truth::{Control, Fate, Feed, LineTruth, Truth};

use anyhow::{Context as _, anyhow};
use nix::errno::Errno;

use crate::{cpu, failure::Failure};
use retransmit::Retransmitter;
use sender::Sender;
use session::Session;

/// What came of publishing.
#[derive(Debug)]
pub struct Outcome {
    /// What was sent.
    pub truth: Truth,
    /// Each line that the kernel refused datagrams of, and the first reason it gave.
    pub refusals: Vec<(String, Errno)>,
}

/// A plan whose lines all have their way out.
#[derive(Debug)]
pub struct Publisher<'a> {
    plan: &'a Plan,
    senders: Vec<Sender>,
    retransmitter: Option<Retransmitter>,
}

impl<'a> Publisher<'a> {
    /// Opens the plan's lines, and pins the calling thread if the plan says so. Nothing is sent yet.
    ///
    /// # Errors
    /// A line has no way out, the plan's MTU is too small or too large for it, or the re-request server's port is
    /// taken.
    pub fn open(plan: &'a Plan) -> Result<Self, Failure> {
        largest_payload_suffices(plan)?;
        if let Some(cpu) = plan.cpu {
            cpu::may_pin(cpu)?;
            cpu::pin(cpu)?;
        }
        let connect = |line| route::connect(plan, line).map(Sender::new);
        let senders = plan.lines.iter().map(connect).collect::<Result<_, _>>()?;
        let listen = |retransmit| Retransmitter::open(retransmit, plan.largest_payload());
        Ok(Self { plan, senders, retransmitter: plan.retransmit.map(listen).transpose()? })
    }

    /// Publishes until one of the plan's limits, or `stop`, ends it.
    ///
    /// # Errors
    /// The re-request server could not run to the end.
    pub fn run(self, stop: &AtomicBool) -> Result<Outcome, Failure> {
        let Self { plan, senders, retransmitter } = self;
        let over = AtomicBool::new(false);
        let (truth, senders) = thread::scope(|scope| {
            let over = &over;
            let serve = |retransmitter| {
                let serve = move || Retransmitter::run(retransmitter, over);
                thread::Builder::new().name("retransmit".into()).spawn_scoped(scope, serve)
            };
            let server = retransmitter.as_ref().map(serve).transpose().context("cannot start a thread")?;
            let (mut truth, senders) = Session::new(plan, senders, retransmitter.as_ref(), stop).run();
            over.store(true, Ordering::Relaxed);
            if let Some(server) = server {
                let served = server.join().map_err(|_| anyhow!("the re-request server panicked"))?;
                truth.retransmit = Some(served?);
            }
            Ok::<_, anyhow::Error>((truth, senders))
        })?;
        let refusals = std::iter::zip(&plan.lines, &senders)
            .filter_map(|(line, sender)| Some((line.name.clone(), sender.refusal()?)))
            .collect();
        Ok(Outcome { truth, refusals })
    }
}

fn largest_payload_suffices(plan: &Plan) -> Result<(), Failure> {
    let smallest = packer::SMALLEST_PAYLOAD;
    let largest = plan.largest_payload();
    if largest < smallest {
        return Err(Failure::Usage(format!(
            "--mtu {} leaves {largest} bytes for a payload, and the longest needs {smallest}: say --mtu {} or more",
            plan.mtu,
            plan.mtu + smallest - largest,
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
