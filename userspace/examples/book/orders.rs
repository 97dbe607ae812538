//! The books of one stream that tells every order: who is in the book, and where.

use std::collections::HashMap;

use super::book::{Book, Price, Side};

/// One order in a book.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Order {
    symbol: usize,
    side: Side,
    price: Price,
    size: u64,
}

/// The books of one stream.
#[derive(Debug, Default)]
pub(crate) struct Books {
    symbols: HashMap<Vec<u8>, usize>,
    names: Vec<Vec<u8>>,
    books: Vec<Book>,
    orders: HashMap<u64, Order>,
    /// Symbols whose book the last messages changed.
    changed: Vec<usize>,
    /// Messages about orders that are not there: those of before the start, or of a gap.
    pub(crate) unknown_orders: u64,
    /// Messages that take more from an order than it has, or add one that is there.
    pub(crate) contradictions: u64,
}

impl Books {
    /// The index of a symbol, made if it is new.
    pub(crate) fn symbol(&mut self, name: &[u8]) -> usize {
        if let Some(index) = self.symbols.get(name) {
            return *index;
        }
        self.symbols.insert(name.to_vec(), self.names.len());
        self.names.push(name.to_vec());
        self.books.push(Book::default());
        self.names.len() - 1
    }

    /// A symbol's name.
    pub(crate) fn name(&self, symbol: usize) -> &[u8] {
        &self.names[symbol]
    }

    /// A symbol's book.
    pub(crate) fn book(&self, symbol: usize) -> &Book {
        &self.books[symbol]
    }

    /// Every symbol.
    pub(crate) fn symbols(&self) -> std::ops::Range<usize> {
        0..self.names.len()
    }

    /// Symbols whose book has changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.changed)
    }

    fn touch(&mut self, symbol: usize) -> &mut Book {
        if self.changed.last() != Some(&symbol) {
            self.changed.push(symbol);
        }
        &mut self.books[symbol]
    }

    /// An order enters.
    pub(crate) fn add(&mut self, id: u64, symbol: usize, side: Side, price: Price, size: u64) {
        if self.orders.contains_key(&id) {
            self.contradictions += 1;
            self.delete(id);
        }
        self.touch(symbol).add(side, price, size);
        self.orders.insert(id, Order { symbol, side, price, size });
    }

    /// An order loses shares, by execution at whatever price or by cancellation: it leaves its own level.
    pub(crate) fn reduce(&mut self, id: u64, by: u64) {
        let Some(order) = self.orders.get_mut(&id) else {
            self.unknown_orders += 1;
            return;
        };
        if by > order.size {
            self.contradictions += 1;
        }
        let by = by.min(order.size);
        order.size -= by;
        let Order { symbol, side, price, size } = *order;
        self.touch(symbol).reduce(side, price, by, size == 0);
        if size == 0 {
            self.orders.remove(&id);
        }
    }

    /// An order has so many shares left.
    pub(crate) fn set_size(&mut self, id: u64, left: u64) {
        match self.orders.get(&id).map(|order| order.size) {
            None => self.unknown_orders += 1,
            Some(size) if left > size => self.contradictions += 1,
            Some(size) => self.reduce(id, size - left),
        }
    }

    /// An order leaves.
    pub(crate) fn delete(&mut self, id: u64) {
        match self.orders.get(&id).map(|order| order.size) {
            None => self.unknown_orders += 1,
            Some(size) => self.reduce(id, size),
        }
    }

    /// An order leaves and another of its symbol and side enters: delete and add, nothing else.
    pub(crate) fn replace(&mut self, id: u64, new_id: u64, price: Price, size: u64) {
        let Some(Order { symbol, side, .. }) = self.orders.get(&id).cloned() else {
            self.unknown_orders += 1;
            return;
        };
        self.delete(id);
        self.add(new_id, symbol, side, price, size);
    }

    /// A level has a new size.
    pub(crate) fn set_level(&mut self, symbol: usize, side: Side, price: Price, size: u64) {
        self.touch(symbol).set(side, price, size);
    }

    /// Nothing is known of any order any more; the symbols stay.
    pub(crate) fn clear(&mut self) {
        self.orders.clear();
        self.books.iter_mut().for_each(Book::clear);
        self.changed = self.symbols().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_s_life() {
        let mut books = Books::default();
        let symbol = books.symbol(b"ZXZZT");
        books.add(1, symbol, Side::Bid, 100, 50);
        books.add(2, symbol, Side::Bid, 100, 30);
        books.reduce(1, 20);
        assert_eq!(books.book(symbol).top()[0], Some((100, 60)));
        books.replace(1, 3, 101, 70);
        assert_eq!(books.book(symbol).top()[0], Some((101, 70)));
        books.set_size(3, 5);
        assert_eq!(books.book(symbol).top()[0], Some((101, 5)));
        books.delete(3);
        assert_eq!(books.book(symbol).top()[0], Some((100, 30)));
        books.delete(1);
        books.reduce(9, 1);
        assert_eq!((books.unknown_orders, books.contradictions), (2, 0));
        books.reduce(2, 31);
        assert_eq!((books.book(symbol).top()[0], books.contradictions), (None, 1));
        books.add(4, symbol, Side::Ask, 7, 7);
        books.clear();
        assert_eq!(books.book(symbol).top(), [None, None]);
        books.delete(4);
        assert_eq!(books.unknown_orders, 3);
    }
}
