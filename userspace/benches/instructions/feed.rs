//! Datagrams of MoldUDP64 with ITCH 5.0 messages, and what lines make of them.

use xdpfeed::publish::{Datagrams, MessagesPerPacket};

use crate::ring::Arriving;

/// Packets of a feed. Fewer: what is done once weighs in a packet's share. More: callgrind, some fifty times slower
/// than the processor, takes longer and finds the same.
const PACKETS: u64 = 20_000;

/// Where packets are lost, one in so many is.
const LOST_ONE_IN: u64 = 1000;

/// A feed's datagrams.
pub(crate) struct Feed {
    pub(crate) payloads: Vec<Vec<u8>>,
    pub(crate) messages: u64,
}

/// What a line loses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Nothing.
    None,
    /// One packet in [`LOST_ONE_IN`] that every line loses, and where there are several, another that it alone does.
    OneInAThousand,
}

impl Feed {
    /// The flow of `publish`, `mean` messages a packet.
    pub(crate) fn new(mean: f64) -> Self {
        let per_packet = MessagesPerPacket::from_mean(mean).unwrap();
        let mut datagrams = Datagrams::new(1, 64, *b"BENCH     ", 1472, per_packet);
        let payloads = (0..PACKETS).map(|_| datagrams.next_payload().to_vec()).collect();
        Self { payloads, messages: datagrams.messages() }
    }

    /// What arrives on `lines` lines, each datagram on one right behind the other.
    pub(crate) fn arriving(&self, lines: u16, loss: Loss) -> Vec<Arriving<'_>> {
        let lost = |number: u64, line: u16| {
            let place = number % LOST_ONE_IN;
            loss == Loss::OneInAThousand
                && (place == 1 || lines > 1 && place == LOST_ONE_IN / 2 + u64::from(line))
        };
        let numbered = (0..).zip(&self.payloads);
        numbered
            .flat_map(|(number, payload)| {
                let arriving = (0..lines).filter(move |line| !lost(number, *line));
                arriving.map(move |line| Arriving { line, payload })
            })
            .collect()
    }

    /// Messages of the packets that every line loses.
    pub(crate) fn lost(&self, loss: Loss) -> u64 {
        let lost = self.payloads.iter().skip(1).step_by(usize::try_from(LOST_ONE_IN).unwrap());
        let count = |payload: &Vec<u8>| u64::from(u16::from_be_bytes([payload[18], payload[19]]));
        if loss == Loss::None { 0 } else { lost.map(count).sum() }
    }

    /// All messages, one after the other, each with its length in front.
    pub(crate) fn framed(&self) -> Vec<u8> {
        self.payloads.iter().flat_map(|payload| &payload[HEADER..]).copied().collect()
    }
}

/// Bytes of MoldUDP64's header: session, sequence, message count.
const HEADER: usize = 20;
