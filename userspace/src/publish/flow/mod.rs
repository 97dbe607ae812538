//! The order flow: what an exchange with one day, some securities and many traders would send.
//!
//! A simulator, not a table of message shares: every message refers to what is in the books it keeps, so that
//! any ITCH reader can rebuild them. The same seed and number of securities give the same bytes, message
//! after message, on every machine; how the messages are packed, paced or lost has no influence on them.

mod auction;
mod changes;
mod opening;
mod rare;
mod trading;

#[cfg(test)]
mod tests;

use super::{
    book::{Order, Side},
    clock::{self, Clock},
    dice::{Dice, Purpose},
    message::Message,
    security::Security,
};
use crate::codec::field::Text;
use crate::codec::itch50::{AddOrder, AddOrderAttributed, Header, Price4, SystemEvent};
use opening::Opening;
use trading::Sweep;

/// Messages that [`Flow::close`] makes.
pub(crate) const CLOSING: u64 = 3;

/// Participants that show their name.
const PARTICIPANTS: [Text<4>; 4] = [Text(*b"MMKA"), Text(*b"MMKB"), Text(*b"DESK"), Text(*b"BRKR")];

/// The simulated exchange.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    dice: Dice,
    clock: Clock,
    securities: Vec<Security>,
    opening: Option<Opening>,
    sweep: Option<Sweep>,
    last_reference: u64,
    last_match: u64,
    tracking: u16,
    closed: u64,
}

impl Flow {
    /// A day with `securities` securities (at least 1).
    pub(crate) fn new(seed: u64, securities: u16) -> Self {
        let mut dice = Dice::new(seed, Purpose::Flow);
        Self {
            securities: (1..=securities.max(1)).map(|locate| Security::new(locate, &mut dice)).collect(),
            dice,
            clock: Clock::new(),
            opening: Some(Opening::default()),
            sweep: None,
            last_reference: 0,
            last_match: 0,
            tracking: 0,
            closed: 0,
        }
    }

    /// Makes the next message: the opening's until that is done, then trading without end.
    #[inline]
    pub(crate) fn next(&mut self, message: &mut Message) {
        match self.opening {
            Some(opening) => self.opening = self.open(opening, message),
            None => self.trade(message),
        }
    }

    /// Makes the next of the [`CLOSING`] messages that end the day.
    pub(crate) fn close(&mut self, message: &mut Message) {
        let (time_ns, event) = match self.closed {
            0 => (clock::MARKET_END_NS, b'M'),
            1 => (clock::SYSTEM_END_NS, b'E'),
            _ => (clock::MESSAGES_END_NS, b'C'),
        };
        self.closed += 1;
        self.clock.reach(time_ns);
        self.system_event(event, message);
    }

    fn system_event(&mut self, event_code: u8, message: &mut Message) {
        message.set(&SystemEvent { header: self.header(SystemEvent::TYPE, 0), event_code });
    }

    /// The header of a message about the security of that number, now.
    fn header(&mut self, message_type: u8, locate: u16) -> Header {
        // Nasdaq's tracking numbers are even; what they track is its own affair.
        self.tracking = self.tracking.wrapping_add(2);
        Header::new(message_type, locate, self.tracking, self.clock.now_ns())
    }

    /// A reference no order had. Numbers are left out, as those of orders that are not displayed.
    fn new_reference(&mut self) -> u64 {
        self.last_reference += 1 + u64::from(self.dice.heads());
        self.last_reference
    }

    /// A number no match had.
    fn new_match(&mut self) -> u64 {
        self.last_match += 1;
        self.last_match
    }

    /// Enters an order that does not trade at once.
    fn add(&mut self, index: usize, side: Side, order: Order, message: &mut Message) {
        let security = &mut self.securities[index];
        security.book.enter(side, order);
        let (locate, stock) = (security.locate, security.stock);
        let Order { reference, price, shares } = order;
        // About one displayed order in 64 shows its owner.
        let bits = self.dice.bits();
        if bits & 63 != 0 {
            message.set(&AddOrder {
                header: self.header(AddOrder::TYPE, locate),
                order_reference_number: reference.into(),
                buy_sell_indicator: side.indicator(),
                shares: shares.into(),
                stock,
                price: Price4::from(price).0.into(),
            });
        } else {
            message.set(&AddOrderAttributed {
                header: self.header(AddOrderAttributed::TYPE, locate),
                order_reference_number: reference.into(),
                buy_sell_indicator: side.indicator(),
                shares: shares.into(),
                stock,
                price: Price4::from(price).0.into(),
                attribution: PARTICIPANTS[(bits >> 30) as usize],
            });
        }
    }

    fn side(&mut self) -> Side {
        if self.dice.one_in(2) { Side::Buy } else { Side::Sell }
    }
}
