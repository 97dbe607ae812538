//! The feed's datagrams without anybody to send them to.

use super::{
    flow::Flow,
    packer::{Batch, MessagesPerPacket, Packer, SMALLEST_PAYLOAD},
};

/// What `publish` sends, as bytes: MoldUDP64 packets of ITCH 5.0 messages from sequence 1, without end. The same
/// arguments give the same bytes on every machine.
pub struct Datagrams {
    packer: Packer,
    batch: Batch,
}

impl Datagrams {
    /// A day of `securities` securities (at least 1) made from `seed`, in packets of `per_packet` messages whose
    /// UDP payload is at most `largest_payload` bytes (at least 114: less is taken as that).
    #[must_use]
    pub fn new(
        seed: u64,
        securities: u16,
        session: [u8; 10],
        largest_payload: usize,
        per_packet: MessagesPerPacket,
    ) -> Self {
        let flow = Flow::new(seed, securities);
        let largest_payload = largest_payload.max(SMALLEST_PAYLOAD);
        Self {
            packer: Packer::new(flow, seed, session, largest_payload, per_packet),
            batch: Batch::default(),
        }
    }

    /// Makes the next datagram, of at least one message: its UDP payload.
    pub fn next_payload(&mut self) -> &[u8] {
        self.batch.clear();
        self.packer.pack(u64::MAX, &mut self.batch);
        self.batch.payload(0)
    }

    /// Messages made so far.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.packer.messages()
    }
}
