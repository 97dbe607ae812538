//! One symbol's book: price levels on two sides.

use std::collections::BTreeMap;

use xdpfeed::codec::field::Fixed;

/// A price in 1/10,000.
pub(crate) type Price = i64;

/// Who wants what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// To buy: the best is the highest.
    Bid,
    /// To sell: the best is the lowest.
    Ask,
}

impl Side {
    /// `B` or `S`.
    pub(crate) const fn from_indicator(indicator: u8) -> Option<Self> {
        match indicator {
            b'B' => Some(Self::Bid),
            b'S' => Some(Self::Ask),
            _ => None,
        }
    }
}

/// What stands at a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    /// Shares.
    pub(crate) size: u64,
    /// Orders; 0 where the feed tells levels, not orders.
    pub(crate) orders: u64,
}

/// Best price of each side with its size.
pub(crate) type Top = [Option<(Price, u64)>; 2];

/// The levels of one symbol.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    bids: BTreeMap<Price, Level>,
    asks: BTreeMap<Price, Level>,
}

impl Book {
    fn side(&mut self, side: Side) -> &mut BTreeMap<Price, Level> {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }

    /// An order enters.
    pub(crate) fn add(&mut self, side: Side, price: Price, size: u64) {
        let level = self.side(side).entry(price).or_default();
        level.size += size;
        level.orders += 1;
    }

    /// An order loses shares; `gone` when it leaves.
    pub(crate) fn reduce(&mut self, side: Side, price: Price, size: u64, gone: bool) {
        let levels = self.side(side);
        if let Some(level) = levels.get_mut(&price) {
            level.size = level.size.saturating_sub(size);
            level.orders = level.orders.saturating_sub(u64::from(gone));
            if level.orders == 0 {
                levels.remove(&price);
            }
        }
    }

    /// A level has a new size; 0 removes it.
    pub(crate) fn set(&mut self, side: Side, price: Price, size: u64) {
        if size == 0 {
            self.side(side).remove(&price);
        } else {
            self.side(side).insert(price, Level { size, orders: 0 });
        }
    }

    /// Nothing is known any more.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Levels of a side, the best first.
    pub(crate) fn levels(&self, side: Side) -> impl Iterator<Item = (Price, Level)> {
        let (bids, asks) = match side {
            Side::Bid => (Some(self.bids.iter().rev()), None),
            Side::Ask => (None, Some(self.asks.iter())),
        };
        bids.into_iter().flatten().chain(asks.into_iter().flatten()).map(|(price, level)| (*price, *level))
    }

    /// The best of each side.
    pub(crate) fn top(&self) -> Top {
        [Side::Bid, Side::Ask].map(|side| self.levels(side).next().map(|(price, level)| (price, level.size)))
    }

    /// Whether somebody bids as much as somebody asks: outside auctions a sign that the book is wrong.
    pub(crate) fn crossed(&self) -> bool {
        matches!(self.top(), [Some((bid, _)), Some((ask, _))] if bid >= ask)
    }
}

/// A price as it is shown.
pub(crate) fn shown(price: Price) -> String {
    Fixed::<i64, 4>(price).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_empty_levels_go() {
        let mut book = Book::default();
        for (side, price, size) in [
            (Side::Bid, 10, 1),
            (Side::Bid, 12, 2),
            (Side::Bid, 12, 3),
            (Side::Ask, 15, 4),
            (Side::Ask, 14, 5),
        ] {
            book.add(side, price, size);
        }
        assert_eq!(book.top(), [Some((12, 5)), Some((14, 5))]);
        let prices = |book: &Book, side| book.levels(side).map(|(price, _)| price).collect::<Vec<_>>();
        assert_eq!((prices(&book, Side::Bid), prices(&book, Side::Ask)), (vec![12, 10], vec![14, 15]));
        book.reduce(Side::Bid, 12, 1, false);
        book.reduce(Side::Bid, 12, 1, true);
        assert_eq!(book.top()[0], Some((12, 3)));
        book.reduce(Side::Bid, 12, 3, true);
        assert_eq!(book.top()[0], Some((10, 1)));
        assert!(!book.crossed());
        book.set(Side::Bid, 14, 7);
        assert!(book.crossed());
        book.set(Side::Bid, 14, 0);
        assert!(!book.crossed());
    }
}
