//! Orders that go or change without trading.

use super::Flow;
use crate::{
    codec::itch50::{OrderCancel, OrderDelete, OrderReplace, Price4},
    publish::{
        book::{Order, Side},
        message::Message,
        security::order_size,
    },
};

impl Flow {
    /// Which order of a side changes: rather one near the inside.
    fn some_order(&mut self, index: usize, side: Side) -> Option<usize> {
        let orders = self.securities[index].book.orders(side) as u32;
        let (one, other) = (self.dice.below(orders), self.dice.below(orders));
        (orders > 0).then(|| one.max(other) as usize)
    }

    pub(super) fn delete(&mut self, index: usize, side: Side, message: &mut Message) {
        let Some(at) = self.some_order(index, side) else {
            return self.retail_interest(index, message);
        };
        let security = &mut self.securities[index];
        let reference = security.book.leave(side, at).reference;
        let locate = security.locate;
        message.set(&OrderDelete {
            header: self.header(OrderDelete::TYPE, locate),
            order_reference_number: reference.into(),
        });
    }

    pub(super) fn cancel(&mut self, index: usize, message: &mut Message) {
        let side = self.side();
        let Some(at) = self.some_order(index, side) else {
            return self.come_or_go(index, message);
        };
        let security = &mut self.securities[index];
        let order = security.book.order_mut(side, at);
        if order.shares < 2 {
            return self.delete(index, side, message);
        }
        let cancelled = self.dice.between(1, order.shares - 1);
        order.shares -= cancelled;
        let (reference, locate) = (order.reference, security.locate);
        message.set(&OrderCancel {
            header: self.header(OrderCancel::TYPE, locate),
            order_reference_number: reference.into(),
            cancelled_shares: cancelled.into(),
        });
    }

    pub(super) fn replace(&mut self, index: usize, message: &mut Message) {
        let side = self.side();
        let Some(at) = self.some_order(index, side) else {
            return self.come_or_go(index, message);
        };
        let shares = order_size(&mut self.dice);
        let reference = self.new_reference();
        let security = &mut self.securities[index];
        let wanted = security.patient_price(side, &mut self.dice);
        let original = security.book.leave(side, at);
        let price = security.book.passive(side, wanted).unwrap_or(original.price);
        security.book.enter(side, Order { reference, price, shares });
        let locate = security.locate;
        message.set(&OrderReplace {
            header: self.header(OrderReplace::TYPE, locate),
            original_order_reference_number: original.reference.into(),
            new_order_reference_number: reference.into(),
            shares: shares.into(),
            price: Price4::from(price).0.into(),
        });
    }
}
