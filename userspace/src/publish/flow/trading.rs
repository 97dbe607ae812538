//! Continuous trading: orders come, change, trade and go.

use super::Flow;
use crate::{
    codec::itch50::{OrderExecuted, OrderExecutedWithPrice, Price4, Trade},
    publish::{
        book::{Cents, Order, Side},
        message::Message,
        security::{DEPTH, order_size},
    },
};

/// An incoming order that trades with what waits on the other side, one message an execution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sweep {
    index: usize,
    side: Side,
    limit: Cents,
    shares: u32,
    /// What is left of it enters the book.
    stays: bool,
}

impl Flow {
    /// Makes the next message of continuous trading.
    #[inline]
    pub(super) fn trade(&mut self, message: &mut Message) {
        if let Some(sweep) = self.sweep.take()
            && self.go_on_sweeping(sweep, message)
        {
            return;
        }
        self.clock.tick(&mut self.dice);
        let index = self.pick();
        let security = &mut self.securities[index];
        if self.dice.one_in(32) {
            security.walk(&mut self.dice);
        }
        let paused = security.pause > 0;
        if paused && self.dice.one_in(2) {
            return self.go_on_pausing(index, message);
        }
        // In 1,024: what traders do; the result is close to the shares of a Nasdaq day. While a security is
        // paused its orders come, change and go, but nothing trades.
        match self.dice.below(if paused { 984 } else { 1024 }) {
            0..900 => self.come_or_go(index, message),
            900..968 => self.replace(index, message),
            968..984 => self.cancel(index, message),
            984..1004 => self.take(index, message),
            1004..1018 => self.hidden_trade(index, message),
            1018..1023 => self.retail_interest(index, message),
            _ => self.rare(index, message),
        }
    }

    /// A security; those of low numbers are the busy ones.
    fn pick(&mut self) -> usize {
        let count = self.securities.len() as u32;
        let within = self.dice.below(count) + 1;
        self.dice.below(within) as usize
    }

    /// A new order or a deletion: the fewer orders there are, the sooner a new one.
    pub(super) fn come_or_go(&mut self, index: usize, message: &mut Message) {
        let side = self.side();
        let orders = self.securities[index].book.orders(side);
        if self.dice.below(DEPTH as u32) < orders as u32 {
            return self.delete(index, side, message);
        }
        let eager = self.dice.one_in(64) && self.securities[index].pause == 0;
        let security = &self.securities[index];
        let price = if eager {
            security.eager_price(side, &mut self.dice)
        } else {
            security.patient_price(side, &mut self.dice)
        };
        let shares = order_size(&mut self.dice);
        self.enter(index, side, price, shares, message);
    }

    /// An order arrives: trades if it can, else waits.
    fn enter(&mut self, index: usize, side: Side, price: Cents, shares: u32, message: &mut Message) {
        let security = &self.securities[index];
        if security.pause == 0 && security.book.crosses(side, price) {
            let sweep = Sweep { index, side, limit: price, shares, stays: true };
            self.go_on_sweeping(sweep, message);
            return;
        }
        match security.book.passive(side, price) {
            Some(price) => {
                let reference = self.new_reference();
                self.add(index, side, Order { reference, price, shares }, message);
            }
            // No price above zero is free: the other side makes room.
            None => self.delete(index, side.opposite(), message),
        }
    }

    /// The sweep's next message; false when nothing is left to tell.
    fn go_on_sweeping(&mut self, sweep: Sweep, message: &mut Message) -> bool {
        let Sweep { index, side, limit, shares, stays } = sweep;
        let security = &mut self.securities[index];
        if shares > 0
            && security.book.crosses(side, limit)
            && let Some(executed) = security.book.execute(side.opposite(), shares)
        {
            self.sweep = Some(Sweep { shares: shares - executed.shares, ..sweep });
            self.executed(index, side, executed, message);
            return true;
        }
        if shares > 0 && stays {
            let reference = self.new_reference();
            self.add(index, side, Order { reference, price: limit, shares }, message);
            return true;
        }
        false
    }

    /// An order was executed by an incoming one of `taker`'s side.
    fn executed(&mut self, index: usize, taker: Side, executed: Order, message: &mut Message) {
        let match_number = self.new_match();
        let security = &mut self.securities[index];
        security.last_match = Some(match_number);
        let locate = security.locate;
        let Order { reference, price, shares } = executed;
        if self.dice.one_in(64) {
            // The order was worth a cent more to its owner than it showed.
            let execution_price = Price4::from(price.toward(taker.opposite(), 1)).0;
            message.set(&OrderExecutedWithPrice {
                header: self.header(OrderExecutedWithPrice::TYPE, locate),
                order_reference_number: reference.into(),
                executed_shares: shares.into(),
                match_number: match_number.into(),
                printable: b'Y',
                execution_price: execution_price.into(),
            });
        } else {
            message.set(&OrderExecuted {
                header: self.header(OrderExecuted::TYPE, locate),
                order_reference_number: reference.into(),
                executed_shares: shares.into(),
                match_number: match_number.into(),
            });
        }
    }

    /// Somebody takes what the best order shows, or part of it, or more.
    fn take(&mut self, index: usize, message: &mut Message) {
        let side = self.side();
        let security = &self.securities[index];
        let shares = order_size(&mut self.dice);
        match security.book.best(side.opposite()) {
            Some(limit) => {
                let sweep = Sweep { index, side, limit, shares, stays: false };
                self.go_on_sweeping(sweep, message);
            }
            None => self.come_or_go(index, message),
        }
    }

    /// A match with an order that is not displayed. Reported as Nasdaq does: no reference, always `B`.
    fn hidden_trade(&mut self, index: usize, message: &mut Message) {
        let match_number = self.new_match();
        let shares = order_size(&mut self.dice);
        let security = &mut self.securities[index];
        security.last_match = Some(match_number);
        let (locate, stock, price) = (security.locate, security.stock, Price4::from(security.worth).0);
        message.set(&Trade {
            header: self.header(Trade::TYPE, locate),
            order_reference_number: 0.into(),
            buy_sell_indicator: Side::Buy.indicator(),
            shares: shares.into(),
            stock,
            price: price.into(),
            match_number: match_number.into(),
        });
    }
}
