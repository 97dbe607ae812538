//! The flow against a reader that knows nothing of how it is made.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
};

use super::{CLOSING, Flow};
use crate::{
    codec::itch50::Message as View,
    publish::message::{LONGEST, Message},
};

struct Resting {
    locate: u16,
    side: u8,
    price: u32,
    shares: u32,
}

/// An order book built from messages alone, which complains about whatever makes no sense.
#[derive(Default)]
struct Checker {
    events: Vec<u8>,
    before_ns: u64,
    stocks: HashMap<u16, Vec<u8>>,
    opened_at: HashMap<u16, u32>,
    orders: HashMap<u64, Resting>,
    /// Shares by price, of (locate, side).
    depth: HashMap<(u16, u8), BTreeMap<u32, u64>>,
    references: HashSet<u64>,
    matches: HashSet<u64>,
    broken: HashSet<u64>,
    states: HashMap<u16, u8>,
    counts: BTreeMap<char, u32>,
}

impl Checker {
    fn read(&mut self, bytes: &[u8]) {
        let view = View::parse(bytes).unwrap();
        assert_eq!(bytes.len(), view.layout().len);
        assert!(bytes.len() <= LONGEST);
        let (locate, now_ns) = (view.header().stock_locate(), view.header().timestamp());
        assert!((self.before_ns..86_400_000_000_000).contains(&now_ns));
        self.before_ns = now_ns;
        *self.counts.entry(char::from(bytes[0])).or_default() += 1;
        if !matches!(view, View::SystemEvent(_) | View::MwcbDeclineLevel(_) | View::StockDirectory(_)) {
            assert!(self.stocks.contains_key(&locate), "no directory for {locate}");
        }
        self.apply(view, locate);
    }

    fn apply(&mut self, view: View<'_>, locate: u16) {
        match view {
            View::SystemEvent(m) => self.events.push(m.event_code()),
            View::StockDirectory(m) => {
                assert!(self.stocks.insert(locate, m.stock().as_bytes().to_vec()).is_none());
            }
            View::StockTradingAction(m) => {
                self.is_stock(locate, m.stock().as_bytes());
                self.states.insert(locate, m.trading_state());
            }
            View::AddOrder(m) => {
                self.is_stock(locate, m.stock().as_bytes());
                self.enter(
                    m.order_reference_number(),
                    locate,
                    m.buy_sell_indicator(),
                    m.price().0,
                    m.shares(),
                );
            }
            View::AddOrderAttributed(m) => {
                self.is_stock(locate, m.stock().as_bytes());
                self.enter(
                    m.order_reference_number(),
                    locate,
                    m.buy_sell_indicator(),
                    m.price().0,
                    m.shares(),
                );
            }
            View::OrderExecuted(m) => {
                self.execute(locate, m.order_reference_number(), m.executed_shares(), m.match_number());
            }
            View::OrderExecutedWithPrice(m) => {
                assert_sane_price(m.execution_price().0);
                self.execute(locate, m.order_reference_number(), m.executed_shares(), m.match_number());
            }
            View::OrderCancel(m) => {
                let left = self.reduce(locate, m.order_reference_number(), m.cancelled_shares());
                assert!(left > 0, "a cancel leaves nothing: that is a delete");
            }
            View::OrderDelete(m) => {
                self.leave(locate, m.order_reference_number());
            }
            View::OrderReplace(m) => {
                let side = self.leave(locate, m.original_order_reference_number());
                self.enter(m.new_order_reference_number(), locate, side, m.price().0, m.shares());
            }
            View::Trade(m) => {
                self.is_stock(locate, m.stock().as_bytes());
                assert_eq!((m.order_reference_number(), m.buy_sell_indicator()), (0, b'B'));
                assert_eq!(self.states[&locate], b'T');
                assert!(m.shares() > 0);
                self.matched(m.match_number());
            }
            View::CrossTrade(m) => {
                self.is_stock(locate, m.stock().as_bytes());
                if m.cross_type() == b'O' {
                    self.opened_at.insert(locate, m.cross_price().0);
                } else {
                    assert_eq!(self.states[&locate], b'P');
                }
                self.matched(m.match_number());
            }
            View::BrokenTrade(m) => {
                assert!(self.matches.contains(&m.match_number()) && self.broken.insert(m.match_number()));
            }
            _ => {}
        }
    }

    fn is_stock(&self, locate: u16, stock: &[u8]) {
        assert_eq!(self.stocks[&locate], stock);
    }

    fn matched(&mut self, match_number: u64) {
        assert!(self.matches.insert(match_number), "match {match_number} twice");
    }

    fn enter(&mut self, reference: u64, locate: u16, side: u8, price: u32, shares: u32) {
        assert!(self.references.insert(reference), "reference {reference} twice");
        assert!(shares > 0 && (side == b'B' || side == b'S'));
        assert_sane_price(price);
        if let Some(opened_at) = self.opened_at.get(&locate) {
            assert!((opened_at * 2 / 5..=opened_at * 8 / 5).contains(&price), "{price} after {opened_at}");
        }
        self.orders.insert(reference, Resting { locate, side, price, shares });
        *self.depth.entry((locate, side)).or_default().entry(price).or_default() += u64::from(shares);
        let (bid, ask) = (self.best(locate, b'B'), self.best(locate, b'S'));
        assert!(bid.zip(ask).is_none_or(|(bid, ask)| bid < ask), "crossed: {bid:?} {ask:?}");
    }

    fn best(&self, locate: u16, side: u8) -> Option<u32> {
        let depth = self.depth.get(&(locate, side))?;
        if side == b'B' { depth.keys().next_back().copied() } else { depth.keys().next().copied() }
    }

    fn execute(&mut self, locate: u16, reference: u64, shares: u32, match_number: u64) {
        let order = &self.orders[&reference];
        assert_eq!(Some(order.price), self.best(locate, order.side), "not the best order trades");
        assert_eq!(self.states[&locate], b'T');
        assert!(shares > 0);
        self.matched(match_number);
        self.reduce(locate, reference, shares);
    }

    /// Takes shares off an order; how many are left.
    fn reduce(&mut self, locate: u16, reference: u64, by: u32) -> u32 {
        let order = self.orders.get_mut(&reference).expect("an order that rests");
        assert_eq!(order.locate, locate);
        order.shares = order.shares.checked_sub(by).expect("no more than rests");
        let left = order.shares;
        let depth = self.depth.get_mut(&(locate, order.side)).unwrap();
        let at_price = depth.get_mut(&order.price).unwrap();
        *at_price -= u64::from(by);
        if *at_price == 0 {
            depth.remove(&order.price);
        }
        if left == 0 {
            self.orders.remove(&reference);
        }
        left
    }

    /// Removes an order; its side.
    fn leave(&mut self, locate: u16, reference: u64) -> u8 {
        let Resting { side, shares, .. } = self.orders[&reference];
        self.reduce(locate, reference, shares);
        side
    }
}

fn assert_sane_price(price: u32) {
    assert!(price > 0 && price.is_multiple_of(100), "{price} is no whole cent");
}

fn check(seed: u64, securities: u16, messages: u64) -> Checker {
    let mut flow = Flow::new(seed, securities);
    let mut checker = Checker::default();
    let mut message = Message::empty();
    for _ in 0..messages {
        flow.next(&mut message);
        checker.read(message.bytes());
    }
    assert_eq!(checker.events, b"OSQ");
    for _ in 0..CLOSING {
        flow.close(&mut message);
        checker.read(message.bytes());
    }
    assert_eq!(checker.events, b"OSQMEC");
    checker
}

#[test]
fn a_million_messages_make_sense() {
    let checker = check(1, 64, 1_000_000);
    let seen: String = checker.counts.keys().collect();
    assert_eq!(seen, "ABCDEFHIJLNPQRSUVXY");
    insta::assert_debug_snapshot!("a_million_messages_by_type", checker.counts);
    // Two sides of half the depth and of 64 securities: orders neither pile up nor run out.
    assert!((1500..6000).contains(&checker.orders.len()), "{} orders", checker.orders.len());
}

#[test]
fn any_number_of_securities_and_any_seed_make_sense() {
    for (seed, securities) in [(0, 1), (u64::MAX, 2), (7, 3), (8, 1000)] {
        check(seed, securities, 50_000);
    }
}

#[test]
fn the_messages_of_a_seed_never_change() {
    let mut flow = Flow::new(1, 2);
    let mut message = Message::empty();
    let mut first = String::new();
    for _ in 0..24 {
        flow.next(&mut message);
        let hex: String = message.bytes().iter().skip(1).map(|byte| format!("{byte:02x}")).collect();
        writeln!(first, "{} {hex}", char::from(message.kind())).unwrap();
    }
    insta::assert_snapshot!("first_messages_of_seed_1", first);
    // FNV-1a, 64 bits, over 200,000 messages.
    let mut flow = Flow::new(1, 64);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for _ in 0..200_000 {
        flow.next(&mut message);
        for byte in message.bytes() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    assert_eq!(hash, 14_186_109_290_121_200_804);
}

#[test]
fn seeds_differ() {
    let digest = |seed| {
        let mut flow = Flow::new(seed, 4);
        let mut message = Message::empty();
        (0..200)
            .flat_map(|_| {
                flow.next(&mut message);
                message.bytes().to_vec()
            })
            .collect::<Vec<_>>()
    };
    assert_ne!(digest(1), digest(2));
}
