//! Messages written out by hand from the specification.

use super::*;

const NANOSECONDS: [u8; 4] = [0x1d, 0xcd, 0x65, 0x00];
const BOOK: [u8; 4] = [0, 1, 0, 2];
const ORDER: [u8; 8] = [0x80, 0, 0, 0, 0, 0, 0, 7];

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
        ("T", 5), ("R", 129), ("M", 18), ("L", 25), ("S", 6), ("O", 29), ("A", 37), ("F", 44), ("E", 52),
        ("C", 58), ("U", 36), ("D", 18), ("P", 50), ("Z", 53),
    ]);
}

#[test]
fn seconds_have_no_nanoseconds() {
    let bytes = [b'T', 0x5d, 0x6e, 0x11, 0x75];
    let Ok(Message::Seconds(seconds)) = Message::parse(&bytes) else { panic!() };
    assert_eq!(seconds.seconds(), 1_567_494_517);
}

#[test]
fn directory_messages() {
    let names = [&b"NK225"[..], &[b' '; 27], b"NIKKEI 225", &[b' '; 22], b"JP0000000001"].concat();
    let sizes = [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 5]].concat();
    let strike = [&[0u8, 0, 0, 9][..], &[0xff; 4], &[1, 0x35, 0x05, 0x8c], &[0, 2, 1]].concat();
    let body: [&[u8]; 8] =
        [&BOOK, &names, &[1], b"JPY", &[0, 4, 0, 3], &sizes, &[0, 0, 0, 0, 0, 0, 3, 0xe8, 2], &strike];
    let book = parsed!(OrderBookDirectory, message(b'R', &body));
    assert_eq!((book.order_book_id(), book.symbol().as_bytes()), (0x0001_0002, &b"NK225"[..]));
    assert_eq!(
        (book.long_name().as_bytes(), book.isin().as_bytes()),
        (&b"NIKKEI 225"[..], &b"JP0000000001"[..])
    );
    assert_eq!((book.financial_product(), book.trading_currency().as_bytes()), (1, &b"JPY"[..]));
    assert_eq!((book.decimals_in_price(), book.decimals_in_nominal_value()), (4, 3));
    assert_eq!((book.odd_lot_size(), book.round_lot_size(), book.block_lot_size()), (0, 1, 5));
    assert_eq!((book.nominal_value(), book.number_of_legs(), book.underlying_orderbook_id()), (1_000, 2, 9));
    assert_eq!((book.strike_price(), book.expiration_date()), (-1, 20_252_044));
    assert_eq!((book.decimals_in_strike_price(), book.put_or_call()), (2, 1));

    let leg = parsed!(CombinationOrderbookLeg, message(b'M', &[&BOOK, &[0, 0, 0, 3], b"C", &[0, 0, 0, 2]]));
    assert_eq!((leg.leg_orderbook_id(), leg.leg_side(), leg.leg_ratio()), (3, b'C', 2));
    let body: [&[u8]; 4] = [&BOOK, &[0, 0, 0, 0, 0, 0, 0, 5], &[0, 0, 0, 1], &[0x7f, 0xff, 0xff, 0xff]];
    let tick = parsed!(TickSizeTableEntry, message(b'L', &body));
    assert_eq!((tick.tick_size(), tick.price_from(), tick.price_to()), (5, 1, i32::MAX));
    assert_eq!(parsed!(SystemEvent, message(b'S', &[b"O"])).event_code(), b'O');
    let state = parsed!(OrderBookState, message(b'O', &[&BOOK, b"ZARABA              "]));
    assert_eq!(state.state_name().as_bytes(), b"ZARABA");
}

#[test]
fn order_messages() {
    let quantity = [0, 0, 0, 0, 0, 0, 0, 3];
    let price = [0, 1, 0x86, 0xa0];
    let head: [&[u8]; 3] = [&ORDER, &BOOK, b"S"];
    let add: Vec<u8> = [&head.concat()[..], &[0, 0, 0, 1], &quantity, &price, &[1, 0x20, 2]].concat();
    let order = parsed!(AddOrder, message(b'A', &[&add]));
    assert_eq!((order.order_id(), order.order_book_id()), (0x8000_0000_0000_0007, 0x0001_0002));
    assert_eq!((order.side(), order.order_book_position(), order.quantity()), (b'S', 1, 3));
    // The attributes alone are little-endian.
    assert_eq!((order.price(), order.order_attributes(), order.lot_type()), (100_000, 0x2001, 2));
    let order = parsed!(AddOrderAttributed, message(b'F', &[&add, b"MEMBER7"]));
    assert_eq!(order.participant_id().as_bytes(), b"MEMBER7");

    let matched = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 9];
    let exe: Vec<u8> = [&head.concat()[..], &quantity, &matched, b"OWNER  ", b"COUNTER"].concat();
    let executed = parsed!(OrderExecuted, message(b'E', &[&exe]));
    assert_eq!((executed.executed_quantity(), executed.match_id(), executed.combo_group_id()), (3, 256, 9));
    assert_eq!(executed.participant_id_counterparty().as_bytes(), b"COUNTER");
    let executed = parsed!(OrderExecutedWithPrice, message(b'C', &[&exe, &price, b"YN"]));
    assert_eq!(
        (executed.trade_price(), executed.owner_participant_id().as_bytes()),
        (100_000, &b"OWNER"[..])
    );
    assert_eq!((executed.occurred_at_cross(), executed.printable()), (b'Y', b'N'));

    let body: [&[u8]; 5] = [&head.concat(), &[0, 0, 0, 2], &quantity, &price, &[0, 1]];
    let replaced = parsed!(OrderReplace, message(b'U', &body));
    assert_eq!((replaced.new_orderbook_position(), replaced.order_attributes()), (2, 256));
    assert_eq!(parsed!(OrderDelete, message(b'D', &head)).side(), b'S');

    let body: [&[u8]; 6] = [&matched, b"B", &quantity, &BOOK, &price, b"OWNER  COUNTERYN"];
    let trade = parsed!(Trade, message(b'P', &body));
    assert_eq!((trade.match_id(), trade.side(), trade.quantity()), (256, b'B', 3));
    assert_eq!((trade.order_book_id(), trade.trade_price()), (0x0001_0002, 100_000));
    assert_eq!((trade.printable(), trade.occurred_at_cross()), (b'Y', b'N'));
    let body: [&[u8]; 5] = [&BOOK, &quantity, &[0, 0, 0, 0, 0, 0, 0, 4], &price, &[0xff; 24]];
    let auction = parsed!(EquilibriumPriceUpdate, message(b'Z', &body));
    assert_eq!(auction.available_bid_quantity_at_equilibrium_price(), 3);
    assert_eq!(auction.available_ask_quantity_at_equilibrium_price(), 4);
    assert_eq!(auction.equilibrium_price(), 100_000);
}
