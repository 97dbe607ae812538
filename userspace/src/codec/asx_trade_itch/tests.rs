//! Messages written out by hand from the specification.

use super::*;
use crate::codec::{Codec, Shown};

const NANOSECONDS: [u8; 4] = [0x1d, 0xcd, 0x65, 0x00];
const BOOK: [u8; 4] = [0, 1, 0, 2];
const ORDER: [u8; 8] = [0x80, 0, 0, 0, 0, 0, 0, 7];
const QUANTITY: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 3];
/// 3,676 cents.
const PRICE: [u8; 4] = [0, 0x05, 0x9b, 0xf0];
const MATCH: [u8; 12] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];

/// Type, time, and what comes behind.
fn message(kind: u8, body: &[&[u8]]) -> Vec<u8> {
    [&[kind][..], &NANOSECONDS, &body.concat()].concat()
}

macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes = $bytes;
        assert_eq!(bytes.len(), $view::LAYOUT.len);
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        assert_eq!(view.nanoseconds(), 500_000_000);
        *view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("T", 5), ("R", 113), ("M", 261), ("L", 25), ("S", 6), ("O", 29), ("A", 37), ("F", 44), ("E", 52),
        ("C", 58), ("U", 36), ("D", 18), ("P", 50), ("Z", 53),
    ]);
}

/// An order book as the directories begin.
fn book() -> Vec<u8> {
    let names = [&b"BHP"[..], &[b' '; 29], b"BHP GROUP", &[b' '; 23], b"AU000000BHP4"].concat();
    let sizes = [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 5]].concat();
    [&BOOK[..], &names, &[5], b"AUD", &[0, 2, 0, 3], &sizes, &[0, 0, 0, 0, 0, 0, 3, 0xe8]].concat()
}

#[test]
fn directory_messages() {
    let directory = parsed!(OrderBookDirectory, message(b'R', &[&book()]));
    assert_eq!(
        (directory.symbol().as_bytes(), directory.isin().as_bytes()),
        (&b"BHP"[..], &b"AU000000BHP4"[..])
    );
    assert_eq!((directory.financial_product(), directory.number_of_decimals_in_price()), (5, 2));
    assert_eq!((directory.block_lot_size(), directory.nominal_value()), (5, 1_000));

    let leg = |symbol: &[u8; 32], side: u8| [&symbol[..], &[side, 0, 0, 0, 2]].concat();
    let legs = [
        leg(b"XJO1                            ", b'B'),
        leg(b"XJO2                            ", b'C'),
        leg(&[b' '; 32], b' '),
        leg(&[0; 32], 0),
    ]
    .concat();
    let bytes = message(b'M', &[&book(), &legs]);
    let combination = parsed!(CombinationOrderBookDirectory, &bytes[..]);
    assert_eq!(combination.leg().used().count(), 2);
    let shown = Shown::new(Codec::AsxTradeItch, &bytes).unwrap().to_string();
    let legs = "leg{symbol=XJO1 side=B ratio=2} leg{symbol=XJO2 side=C ratio=2}";
    assert!(shown.ends_with(legs), "{shown}");
}

#[test]
fn order_messages() {
    let head: [&[u8]; 3] = [&ORDER, &BOOK, b"B"];
    let add: Vec<u8> = [&head.concat()[..], &[0, 0, 0, 1], &QUANTITY, &PRICE, &[1, 0x20, 2]].concat();
    let order = parsed!(AddOrder, message(b'A', &[&add]));
    assert_eq!((order.side(), order.quantity(), order.price().to_string()), (b'B', 3, "3676.00".into()));
    // The order type alone is little-endian.
    assert_eq!((order.exchange_order_type(), order.lot_type()), (0x2001, 2));
    assert_eq!(parsed!(AddOrderAttributed, message(b'F', &[&add, b"1234567"])).participant_id(), &"1234567");

    let exe: Vec<u8> = [&head.concat()[..], &QUANTITY, &MATCH, b"OWNER  ", b"COUNTER"].concat();
    let bytes = message(b'C', &[&exe, &PRICE, b"NY"]);
    let executed = parsed!(OrderExecutedWithPrice, &bytes[..]);
    assert_eq!(executed.match_id().get(), (1 << 64) + 9);
    assert_eq!((executed.occurred_at_cross(), executed.printable()), (b'N', b'Y'));
    let shown = Shown::new(Codec::AsxTradeItch, &bytes).unwrap().to_string();
    assert!(shown.contains(" match_id=18446744073709551625 "), "{shown}");
    assert_eq!(parsed!(OrderExecuted, message(b'E', &[&exe])).participant_id_owner(), &"OWNER");

    let body: [&[u8]; 6] = [&MATCH, b"S", &QUANTITY, &BOOK, &PRICE, b"OWNER  COUNTERYN"];
    let trade = parsed!(Trade, message(b'P', &body));
    assert_eq!((trade.side(), trade.trade_price().to_string()), (b'S', "3676.00".into()));
    assert_eq!((trade.printable(), trade.occurred_at_cross()), (b'Y', b'N'));
    let below = [0xff; 4];
    let body: [&[u8]; 7] =
        [&BOOK, &QUANTITY, &QUANTITY, &PRICE, &below, &PRICE, &[&QUANTITY[..], &QUANTITY].concat()];
    let auction = parsed!(EquilibriumPriceUpdate, message(b'Z', &body));
    assert_eq!((auction.best_bid_price().to_string(), auction.best_ask_quantity()), ("-0.01".into(), 3));
}
