//! What is printed.

use std::collections::HashMap;

use super::{
    Wanted,
    book::{Book, Side, Top, shown},
    orders::Books,
};

/// Books shown at the end when no symbol was named.
const BUSIEST: usize = 10;

/// Shows books.
pub(crate) struct Shower {
    wanted: Wanted,
    /// By symbol: the top shown last, and changes so far.
    symbols: HashMap<Vec<u8>, (Top, u64)>,
    /// Changes that left a book crossed.
    crossed: u64,
}

impl Shower {
    /// Nothing shown yet.
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self { wanted, symbols: HashMap::new(), crossed: 0 }
    }

    fn names(&self, symbol: &[u8]) -> bool {
        self.wanted.book.iter().any(|name| name.as_bytes() == symbol)
    }

    /// Looks at the books that changed; `suspect` where messages are missing.
    pub(crate) fn changed(&mut self, books: &mut Books, suspect: bool) {
        for symbol in books.take_changed() {
            let (name, book) = (books.name(symbol), books.book(symbol));
            self.crossed += u64::from(book.crossed());
            let told = self.wanted.changes && self.names(name);
            let (last, changes) = self.symbols.entry(name.to_vec()).or_default();
            *changes += 1;
            let top = book.top();
            if told && top != *last {
                println!(
                    "{:8} {}{}",
                    name.escape_ascii(),
                    line(&top),
                    if suspect { "  after a loss" } else { "" }
                );
            }
            *last = top;
        }
    }

    /// Shows the books of one stream as they are at the end; `lost` messages are missing in them.
    pub(crate) fn end(&self, books: &Books, lost: u64) {
        let mut symbols: Vec<usize> = books.symbols().collect();
        if self.wanted.book.is_empty() {
            let changes =
                |symbol: &usize| self.symbols.get(books.name(*symbol)).map_or(0, |(_, changes)| *changes);
            symbols.sort_by_key(|symbol| std::cmp::Reverse(changes(symbol)));
            symbols.truncate(BUSIEST);
        } else {
            symbols.retain(|symbol| self.names(books.name(*symbol)));
        }
        for symbol in symbols {
            println!("\n{}", books.name(symbol).escape_ascii());
            self.depth(books.book(symbol));
        }
        println!(
            "\n{} symbols; {} messages about unknown orders, {} contradictions, {} changes that left a book \
             crossed, {lost} messages lost",
            books.symbols().len(),
            books.unknown_orders,
            books.contradictions,
            self.crossed
        );
    }

    fn depth(&self, book: &Book) {
        let mut bids = book.levels(Side::Bid).take(self.wanted.depth);
        let mut asks = book.levels(Side::Ask).take(self.wanted.depth);
        loop {
            let (bid, ask) = (bids.next(), asks.next());
            if bid.is_none() && ask.is_none() {
                return;
            }
            let [bid, ask] = [bid, ask].map(|level| {
                level.map_or_else(Default::default, |(price, level)| (level.size.to_string(), shown(price)))
            });
            println!("{:>10} {:>14}  {:<14} {}", bid.0, bid.1, ask.1, ask.0);
        }
    }
}

/// `100 × 12.3400 | 12.3500 × 200`.
fn line([bid, ask]: &Top) -> String {
    let bid = bid.map_or_else(|| "-".to_owned(), |(price, size)| format!("{size} × {}", shown(price)));
    let ask = ask.map_or_else(|| "-".to_owned(), |(price, size)| format!("{} × {size}", shown(price)));
    format!("{bid} | {ask}")
}
