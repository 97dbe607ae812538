//! Packs messages into MoldUDP64 downstream packets (MoldUDP64 V1.00, "Downstream Packet").

use super::{
    dice::{Dice, Purpose},
    flow::{CLOSING, Flow},
    message::{LONGEST, Message},
};

/// Session, sequence number and message count.
const HEADER: usize = 20;
/// Length in front of each message.
const LENGTH: usize = 2;
/// Message count of an end-of-session packet.
const END_OF_SESSION: u16 = 0xFFFF;

/// The smallest payload that every packet fits: the last one holds a message that did not fit the packet
/// before, and the three that close the day.
pub(crate) const SMALLEST_PAYLOAD: usize = HEADER + LENGTH + LONGEST + CLOSING as usize * (LENGTH + 12);

/// How many messages a packet holds on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagesPerPacket {
    /// Chance that a packet ends after a message, in units of 2⁻³²: the counts are geometrically distributed.
    ends: u64,
}

impl MessagesPerPacket {
    /// Nasdaq TotalView's mean, 9 March 2020: 1,005,353,584 messages a line in 1.27 messages a packet.
    pub const NASDAQ: f64 = 1.27;

    /// The distribution of that mean, which is from 1 to 1,000. The maximum payload cuts it off.
    #[must_use]
    pub fn from_mean(mean: f64) -> Option<Self> {
        (1.0..=1000.0).contains(&mean).then(|| Self { ends: (4_294_967_296.0 / mean).round() as u64 })
    }
}

/// Datagrams that leave together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    packets: Vec<Packet>,
}

#[derive(Clone, Copy, Debug)]
struct Packet {
    end: usize,
    messages: u64,
}

impl Batch {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.packets.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.packets.len()
    }

    /// Messages in the packet.
    pub(crate) fn messages(&self, packet: usize) -> u64 {
        self.packets[packet].messages
    }

    /// The packet's UDP payload.
    pub(crate) fn payload(&self, packet: usize) -> &[u8] {
        let start = packet.checked_sub(1).map_or(0, |before| self.packets[before].end);
        &self.bytes[start..self.packets[packet].end]
    }
}

/// Numbers the flow's messages and packs them.
#[derive(Clone, Debug)]
pub(crate) struct Packer {
    flow: Flow,
    dice: Dice,
    session: [u8; 10],
    next_sequence: u64,
    largest_payload: usize,
    per_packet: MessagesPerPacket,
    /// The next message: it did not fit the last packet.
    waiting: Option<Message>,
    by_type: Box<[u64; 256]>,
}

impl Packer {
    /// `largest_payload` is at least [`SMALLEST_PAYLOAD`].
    pub(crate) fn new(
        flow: Flow,
        seed: u64,
        session: [u8; 10],
        largest_payload: usize,
        per_packet: MessagesPerPacket,
    ) -> Self {
        Self {
            flow,
            dice: Dice::new(seed, Purpose::Packing),
            session,
            next_sequence: 1,
            largest_payload,
            per_packet,
            waiting: None,
            by_type: Box::new([0; 256]),
        }
    }

    /// Messages packed so far.
    pub(crate) fn messages(&self) -> u64 {
        self.next_sequence - 1
    }

    /// Messages packed so far of each type that there was.
    pub(crate) fn messages_by_type(&self) -> impl Iterator<Item = (char, u64)> {
        (0..=u8::MAX).map(char::from).zip(self.by_type.iter().copied()).filter(|(_, count)| *count > 0)
    }

    /// Appends a packet of at least one and at most `at_most` messages of the flow.
    pub(crate) fn pack(&mut self, at_most: u64, batch: &mut Batch) {
        let start = self.begin(batch);
        let mut count = 0;
        loop {
            let message = self.waiting.take().unwrap_or_else(|| {
                let mut message = Message::empty();
                self.flow.next(&mut message);
                message
            });
            if batch.bytes.len() - start + LENGTH + message.bytes().len() > self.largest_payload {
                self.waiting = Some(message);
                break;
            }
            self.put(&message, batch);
            count += 1;
            if count >= at_most || u64::from(self.dice.bits()) < self.per_packet.ends {
                break;
            }
        }
        self.end(start, count, batch);
    }

    /// Appends the last packet: what waits, and the first `at_most` of the messages that close the day.
    pub(crate) fn close(&mut self, at_most: u64, batch: &mut Batch) {
        let start = self.begin(batch);
        let mut count = 0;
        if let Some(waiting) = self.waiting.take() {
            self.put(&waiting, batch);
            count += 1;
        }
        for _ in 0..CLOSING.min(at_most) {
            let mut message = Message::empty();
            self.flow.close(&mut message);
            self.put(&message, batch);
            count += 1;
        }
        self.end(start, count, batch);
    }

    /// A packet without messages: count 0, and the sequence number the next message will have.
    pub(crate) fn heartbeat(&self) -> [u8; HEADER] {
        header(self.session, self.next_sequence, 0)
    }

    /// The packet that ends the session.
    pub(crate) fn end_of_session(&self) -> [u8; HEADER] {
        header(self.session, self.next_sequence, END_OF_SESSION)
    }

    fn begin(&self, batch: &mut Batch) -> usize {
        let start = batch.bytes.len();
        batch.bytes.extend_from_slice(&header(self.session, self.next_sequence, 0));
        start
    }

    fn put(&mut self, message: &Message, batch: &mut Batch) {
        let bytes = message.bytes();
        self.by_type[usize::from(message.kind())] += 1;
        batch.bytes.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
        batch.bytes.extend_from_slice(bytes);
    }

    fn end(&mut self, start: usize, count: u64, batch: &mut Batch) {
        batch.bytes[start + 18..start + HEADER].copy_from_slice(&(count as u16).to_be_bytes());
        self.next_sequence += count;
        batch.packets.push(Packet { end: batch.bytes.len(), messages: count });
    }
}

fn header(session: [u8; 10], sequence: u64, count: u16) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..10].copy_from_slice(&session);
    header[10..18].copy_from_slice(&sequence.to_be_bytes());
    header[18..].copy_from_slice(&count.to_be_bytes());
    header
}

#[cfg(test)]
mod tests;
