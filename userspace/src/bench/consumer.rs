//! Who the messages are for: reads the numbers of the commonest order messages, and the head of all.

use super::windows::Windows;
use crate::{
    arbiter::{Event, StreamIndex},
    clock::Clock,
    codec::{Codec, itch50::Message},
    config::Protocol,
    latency::Latency,
    sink::{Place, Sink},
};

/// What one trial's consumer has seen.
#[derive(Debug)]
pub(super) struct Consumer {
    /// Messages.
    pub(super) messages: u64,
    /// Messages in gaps.
    pub(super) lost: u64,
    /// From the sender's stamp to here, of each packet's first message, if that is measured.
    latency: Option<Windows>,
    /// Messages in a packet.
    a_packet: u64,
    /// What reading comes to: kept, so that it is done.
    sum: u64,
}

/// The 48 bits of an ITCH time.
const TIME_MASK: u64 = (1 << 48) - 1;

impl Consumer {
    /// A consumer of packets of `a_packet` messages each.
    #[must_use]
    pub(super) fn new(a_packet: u64, latency: bool) -> Self {
        Self { messages: 0, lost: 0, latency: latency.then(Windows::default), a_packet, sum: 0 }
    }

    /// Depends on all that was read.
    #[must_use]
    pub(super) const fn sum(&self) -> u64 {
        self.sum
    }

    /// From the sender's stamp to here, window by window.
    #[must_use]
    pub(super) fn into_latencies(self) -> Vec<Latency> {
        self.latency.map(Windows::ended).unwrap_or_default()
    }

    #[inline(always)]
    fn read(&mut self, message: &Message<'_>) {
        let header = message.header();
        let mut sum =
            header.timestamp() ^ u64::from(header.stock_locate()) ^ u64::from(header.tracking_number());
        sum = sum.wrapping_add(match message {
            Message::AddOrder(order) => {
                order.order_reference_number()
                    ^ u64::from(order.shares())
                    ^ u64::from(order.price().0)
                    ^ u64::from(order.buy_sell_indicator())
            }
            Message::OrderExecuted(order) => {
                order.order_reference_number() ^ u64::from(order.executed_shares()) ^ order.match_number()
            }
            Message::OrderCancel(order) => {
                order.order_reference_number() ^ u64::from(order.cancelled_shares())
            }
            Message::OrderDelete(order) => order.order_reference_number(),
            Message::OrderReplace(order) => {
                order.original_order_reference_number()
                    ^ order.new_order_reference_number()
                    ^ u64::from(order.shares())
                    ^ u64::from(order.price().0)
            }
            _ => 0,
        });
        self.sum = self.sum.rotate_left(1) ^ sum;
    }

    #[cold]
    #[inline(never)]
    fn measure(&mut self, place: Place, sent_ns: u64) {
        if let Some(latency) = &mut self.latency
            && place.sequence % self.a_packet == 1 % self.a_packet
        {
            let now_ns = Clock::Monotonic.now_ns();
            latency.record(now_ns, (now_ns & TIME_MASK).wrapping_sub(sent_ns) & TIME_MASK);
        }
    }
}

impl Sink for Consumer {
    fn add_channel(&mut self, _name: &str, _protocol: Protocol) {}

    #[inline(always)]
    fn message(&mut self, place: Place, _codec: Option<Codec>, message: &[u8]) {
        self.messages += 1;
        if let Ok(message) = Message::parse(message) {
            self.read(&message);
            if self.latency.is_some() {
                self.measure(place, message.header().timestamp());
            }
        }
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Codec>, _: &[u8]) {}

    fn event(&mut self, _channel: usize, _stream: StreamIndex, event: Event) {
        if let Event::Gap { count, .. } = event {
            self.lost += count;
        }
    }
}
