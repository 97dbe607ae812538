//! The securities of the simulated day.

use super::{
    book::{Book, Cents, Side},
    dice::Dice,
};
use crate::codec::field::Text;

/// Orders a side of a book holds at most. Half of it is usual: fewer, and there is nothing to cancel; more,
/// and a reader's book is larger than an active security's inside is.
pub(crate) const DEPTH: usize = 64;

/// A security and what the exchange knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Security {
    /// Its number of the day, from 1.
    pub(crate) locate: u16,
    pub(crate) stock: Text<8>,
    /// Listing market, as the directory writes it.
    pub(crate) market: u8,
    pub(crate) book: Book,
    /// What buyers and sellers think it is worth; walks by a cent at a time.
    pub(crate) worth: Cents,
    /// The walk stays within a quarter of this.
    opened_at: Cents,
    /// Cents between worth and the first orders on either side.
    half_spread: u32,
    /// Match of its latest trade, if one may still be broken.
    pub(crate) last_match: Option<u64>,
    /// Steps left of a trading pause; 0 while it trades.
    pub(crate) pause: u8,
}

impl Security {
    pub(crate) fn new(locate: u16, dice: &mut Dice) -> Self {
        // From $5 to $500, the cheap ones more frequent.
        let worth = Cents(500 + dice.below(223) * dice.below(223));
        Self {
            locate,
            stock: symbol(locate),
            market: b"QGSNAPZ"[dice.below(7) as usize],
            book: Book::with_room_for(DEPTH + 1),
            worth,
            opened_at: worth,
            half_spread: dice.below(3),
            last_match: None,
            pause: 0,
        }
    }

    /// Lets the worth take a step.
    pub(crate) fn walk(&mut self, dice: &mut Dice) {
        let up = dice.one_in(2);
        let range = self.opened_at.0 / 4;
        if up && self.worth.0 < self.opened_at.0 + range {
            self.worth.0 += 1;
        } else if !up && self.worth.0 > self.opened_at.0 - range {
            self.worth.0 -= 1;
        }
    }

    /// A price at which somebody would wait on `side`: mostly near the worth, rarely far away.
    pub(crate) fn patient_price(&self, side: Side, dice: &mut Dice) -> Cents {
        let stub = if dice.one_in(64) { dice.below(self.worth.0 / 4) } else { 0 };
        let away = 1 + self.half_spread + dice.heads() + dice.heads() + stub;
        self.worth.toward(side.opposite(), away)
    }

    /// A price at which somebody trades at once if anybody waits near the worth.
    pub(crate) fn eager_price(&self, side: Side, dice: &mut Dice) -> Cents {
        self.worth.toward(side, self.half_spread + 1 + dice.heads())
    }
}

/// Four letters counted from `ZAAA`: no two alike.
fn symbol(locate: u16) -> Text<8> {
    let mut letters = [b' '; 8];
    letters[0] = b'Z' - (locate / 17_576) as u8;
    for (place, letter) in [676, 26, 1].into_iter().zip(&mut letters[1..4]) {
        *letter = b'A' + (locate / place % 26) as u8;
    }
    Text(letters)
}

/// Shares as people order them: round lots, some odd lots, now and then a block.
pub(crate) fn order_size(dice: &mut Dice) -> u32 {
    match dice.below(64) {
        0 => 1_000 * dice.between(1, 10),
        1..16 => dice.between(1, 99),
        _ => 100 * (1 + dice.heads()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{super::dice::Purpose, *};

    #[test]
    fn symbols_differ() {
        let symbols: HashSet<_> = (1..=u16::MAX).map(symbol).collect();
        assert_eq!(symbols.len(), usize::from(u16::MAX));
        assert_eq!((symbol(1), symbol(27)), (Text(*b"ZAAB    "), Text(*b"ZABB    ")));
    }

    #[test]
    fn worth_stays_within_its_range() {
        let mut dice = Dice::new(1, Purpose::Flow);
        let mut security = Security::new(1, &mut dice);
        let (low, high) = (security.worth.0 - security.worth.0 / 4, security.worth.0 + security.worth.0 / 4);
        for _ in 0..1_000_000 {
            security.walk(&mut dice);
            assert!((low..=high).contains(&security.worth.0));
        }
    }
}
