//! The re-request server beside a feed: what was sent can be asked for again.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::atomic::AtomicBool,
    time::Duration,
};

use anyhow::Context as _;

use super::packer::Batch;
use crate::{
    failure::Failure,
    framing::Framing,
    recovery::{
        fault::Fault,
        moldudp64::{Server, ServerTally},
        store::History,
    },
};

/// Messages that can be asked for again: the last million of the feed, some 100 MB. Lower: a receiver that asks late
/// gets less. Higher costs memory.
const KEPT: usize = 1_000_000;

/// The server outlives the feed until nothing was asked of it for so long: what was lost at the end is asked for
/// when the receiver's reorder window has closed, and again when an answer was lost. Shorter, and the end cannot be
/// recovered by all; longer only delays the end of the program.
const QUIET: Duration = Duration::from_secs(1);

/// What the server is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retransmit {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it does wrong.
    pub fault: Fault,
}

/// A server that listens already.
#[derive(Debug)]
pub(super) struct Retransmitter {
    socket: UdpSocket,
    fault: Fault,
    largest: usize,
    history: History,
}

impl Retransmitter {
    /// Listens. Answers are of at most `largest` bytes.
    ///
    /// # Errors
    /// The address is not to be had.
    pub(super) fn open(plan: Retransmit, largest: usize) -> Result<Self, Failure> {
        let Retransmit { address, fault } = plan;
        let socket = UdpSocket::bind(address).with_context(|| {
            format!("--retransmit: cannot listen on {address}: is another server there? Name another port")
        })?;
        Ok(Self { socket, fault, largest, history: History::new(KEPT) })
    }

    /// Keeps the messages of packets about to be sent.
    pub(super) fn keep(&self, batch: &Batch) {
        for packet in 0..batch.len() {
            let payload = batch.payload(packet);
            let Ok(segment) = Framing::MoldUdp64.segment(payload) else { continue };
            let mut sequence = segment.first;
            Framing::MoldUdp64.messages(payload, 0, u64::MAX, |message| {
                self.history.push(segment.key, sequence, message);
                sequence += 1;
            });
        }
    }

    /// Serves until `over`, and then until nothing is asked any more.
    ///
    /// # Errors
    /// The socket cannot be read any more.
    pub(super) fn run(&self, over: &AtomicBool) -> anyhow::Result<ServerTally> {
        let mut server = Server::new(&self.history, self.fault, self.largest);
        server.run(&self.socket, over, QUIET).context("--retransmit: cannot read requests")?;
        Ok(*server.tally())
    }
}
