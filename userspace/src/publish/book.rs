//! The displayed orders of one security, as the simulated exchange holds them.

use crate::codec::itch50::Price4;

/// Buy or sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Buy,
    Sell,
}

impl Side {
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// As ITCH writes it.
    pub(crate) const fn indicator(self) -> u8 {
        match self {
            Self::Buy => b'B',
            Self::Sell => b'S',
        }
    }
}

/// A price in cents: the smallest step of a share above one dollar (SEC rule 612).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cents(pub(crate) u32);

impl Cents {
    /// This many cents better for the other side: up for a buyer, down for a seller, never to zero.
    pub(crate) fn toward(self, side: Side, by: u32) -> Self {
        match side {
            Side::Buy => Self(self.0.saturating_add(by)),
            Side::Sell => Self(self.0.saturating_sub(by).max(1)),
        }
    }

    /// Whether an order of `side` at this price would rather trade than an order at `other`.
    fn outbids(self, other: Self, side: Side) -> bool {
        match side {
            Side::Buy => self > other,
            Side::Sell => self < other,
        }
    }
}

impl From<Cents> for Price4 {
    fn from(Cents(cents): Cents) -> Self {
        Self(cents * 100)
    }
}

/// A displayed order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) reference: u64,
    pub(crate) price: Cents,
    pub(crate) shares: u32,
}

/// Both sides of one security. Each is sorted by price, then time, and the first to trade is last: that end
/// is where most happens. A side holds tens of orders, so moving them costs less than a tree would.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    sides: [Vec<Order>; 2],
}

impl Book {
    pub(crate) fn with_room_for(orders: usize) -> Self {
        Self { sides: [Vec::with_capacity(orders), Vec::with_capacity(orders)] }
    }

    pub(crate) fn orders(&self, side: Side) -> usize {
        self.sides[side as usize].len()
    }

    /// The price of the order that trades first.
    pub(crate) fn best(&self, side: Side) -> Option<Cents> {
        self.sides[side as usize].last().map(|order| order.price)
    }

    /// Whether an order of `side` at `price` would trade at once.
    pub(crate) fn crosses(&self, side: Side, price: Cents) -> bool {
        self.best(side.opposite()).is_some_and(|best| !best.outbids(price, side))
    }

    /// `price`, or the nearest that doesn't trade at once; `None` where there is none above zero.
    pub(crate) fn passive(&self, side: Side, price: Cents) -> Option<Cents> {
        match self.best(side.opposite()) {
            Some(best) if self.crosses(side, price) => {
                let nearest = best.toward(side.opposite(), 1);
                (nearest != best).then_some(nearest)
            }
            _ => Some(price),
        }
    }

    /// Enters an order behind those of the same price.
    pub(crate) fn enter(&mut self, side: Side, order: Order) {
        let orders = &mut self.sides[side as usize];
        let at = orders.partition_point(|other| order.price.outbids(other.price, side));
        orders.insert(at, order);
    }

    /// Takes the order at `index` out of the book.
    pub(crate) fn leave(&mut self, side: Side, index: usize) -> Order {
        self.sides[side as usize].remove(index)
    }

    /// The order at `index`, whose shares may be reduced but not to 0.
    pub(crate) fn order_mut(&mut self, side: Side, index: usize) -> &mut Order {
        &mut self.sides[side as usize][index]
    }

    /// Executes up to `shares` of the order that trades first: its reference, price and the shares executed.
    pub(crate) fn execute(&mut self, side: Side, shares: u32) -> Option<Order> {
        let orders = &mut self.sides[side as usize];
        let order = orders.last_mut()?;
        let executed = Order { shares: shares.min(order.shares), ..*order };
        order.shares -= executed.shares;
        if order.shares == 0 {
            orders.pop();
        }
        Some(executed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(reference: u64, price: u32, shares: u32) -> Order {
        Order { reference, price: Cents(price), shares }
    }

    #[test]
    fn orders_trade_by_price_then_time() {
        for (side, prices) in [(Side::Buy, [10, 11, 11, 9]), (Side::Sell, [10, 9, 9, 11])] {
            let mut book = Book::default();
            for (reference, price) in (1..).zip(prices) {
                book.enter(side, order(reference, price, 100));
            }
            let traded: Vec<_> =
                std::iter::from_fn(|| book.execute(side, 60).map(|o| (o.reference, o.shares))).collect();
            let expected = [2, 3, 1, 4].map(|reference| [(reference, 60), (reference, 40)]).concat();
            assert_eq!(traded, expected);
            assert_eq!(book.orders(side), 0);
        }
    }

    #[test]
    fn passive_prices_stop_short_of_the_other_side() {
        let mut book = Book::default();
        book.enter(Side::Sell, order(1, 10, 100));
        assert!(book.crosses(Side::Buy, Cents(10)) && !book.crosses(Side::Buy, Cents(9)));
        assert_eq!(book.passive(Side::Buy, Cents(12)), Some(Cents(9)));
        assert_eq!(book.passive(Side::Buy, Cents(8)), Some(Cents(8)));
        assert_eq!(book.passive(Side::Sell, Cents(2)), Some(Cents(2)));
        book.enter(Side::Sell, order(2, 1, 100));
        assert_eq!(book.passive(Side::Buy, Cents(5)), None);
    }
}
