use super::*;
use crate::codec::{
    decimal::{Decimal, Places},
    field::Text,
};

/// 123,456,789 ns, security 258, its message 3, and an order, as every example here has them.
const STAMP: [u8; 4] = [0x15, 0xcd, 0x5b, 0x07];
const NANOSECONDS: u32 = 123_456_789;
const SECONDS: [u8; 4] = [0x8f, 0x84, 0x16, 0x62];
const SECOND: u32 = 1_645_642_895;
const SECURITY: [u8; 4] = [2, 1, 0, 0];
const NUMBER: [u8; 4] = [3, 0, 0, 0];
const ORDER: [u8; 8] = [0xe9, 0xa6, 0, 0, 0, 1, 1, 0];
const ORDER_ID: u64 = 0x0001_0100_0000_a6e9;
const TRADE: [u8; 4] = [0x8c, 0xb2, 0, 0];
/// 9.99 at six places, and a unit less than nothing.
const PRICE: [u8; 4] = [0x70, 0x6f, 0x98, 0];
const BELOW: [u8; 4] = [0xff; 4];
const VOLUME: [u8; 4] = [0xb0, 4, 0, 0];

/// Size, type, and what comes behind.
fn message(kind: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let size = u16::try_from(body.len()).unwrap() + 4;
    [&size.to_le_bytes()[..], &kind.to_le_bytes(), &body].concat()
}

macro_rules! parsed {
    ($view:ident, $kind:literal, $body:expr) => {{
        let bytes = message($kind, &$body);
        assert_eq!((bytes.len(), $view::TYPE), ($view::LAYOUT.len, $kind));
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        assert_eq!((usize::from(view.message_size()), view.message_type()), (bytes.len(), $view::TYPE));
        assert_eq!(read(&bytes[..bytes.len() - 1]), Err(Unread::Short));
        *view
    }};
}

/// The same, of a message that begins with nanoseconds, security and its message number.
macro_rules! parsed_of_security {
    ($view:ident, $kind:literal, $body:expr) => {{
        let view = parsed!($view, $kind, [&STAMP, &SECURITY, &NUMBER, &$body.concat()]);
        assert_eq!(
            (view.source_time_ns(), view.symbol_index(), view.symbol_seq_num()),
            (NANOSECONDS, 258, 3)
        );
        view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("1", 14), ("2", 16), ("3", 44), ("10", 24), ("11", 29), ("12", 14), ("13", 21), ("15", 20), ("31", 14),
        ("32", 20), ("34", 46), ("35", 16), ("100", 39), ("101", 35), ("102", 25), ("103", 42), ("104", 42),
        ("105", 73), ("106", 43), ("110", 33), ("111", 29), ("112", 20), ("113", 24), ("114", 17), ("223", 36),
    ]);
}

#[test]
fn what_has_no_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&[4, 0, 100]), Err(Unread::Short));
    assert_eq!(read(&[4, 0, 100, 1]), Err(Unread::UnknownType));
}

#[test]
fn control_messages() {
    let reset = parsed!(SequenceNumberReset, 1, [&SECONDS, &STAMP, &[3, 1]]);
    assert_eq!((reset.source_time(), reset.source_time_ns()), (SECOND, NANOSECONDS));
    assert_eq!((reset.product_id(), reset.channel_id()), (3, 1));
    let time = parsed!(SourceTimeReference, 2, [&SECURITY, &NUMBER, &SECONDS]);
    assert_eq!((time.id(), time.symbol_seq_num(), time.source_time()), (258, 3, SECOND));
    let gone = parsed!(MessageUnavailable, 31, [&SECURITY, &VOLUME, &[3, 1]]);
    assert_eq!((gone.begin_seq_num(), gone.end_seq_num(), gone.channel_id()), (258, 1_200, 1));
    let refresh = parsed!(RefreshHeader, 35, [&[1, 0, 2, 0], &SECURITY, &NUMBER]);
    assert_eq!((refresh.current_refresh_pkt(), refresh.total_refresh_pkts()), (1, 2));
    assert_eq!((refresh.last_seq_num(), refresh.last_symbol_seq_num()), (258, 3));
    let response = parsed!(RequestResponse, 11, [&NUMBER, &SECURITY, &VOLUME, b"CLIENT    ", &[3, 1], b"6"]);
    assert_eq!((response.source_id(), response.status()), (&Text(*b"CLIENT    "), b'6'));
}

fn mapping(symbol_index: [u8; 4], scale: u8) -> SymbolIndexMapping {
    let head: [&[u8]; 4] = [b"ACP        ", &[0, 1, 0, 1], b"N", &[scale]];
    let tail: [&[u8]; 5] = [b"C", &[100, 0], &PRICE, &VOLUME, b"\x00Y\x01\x00\x01\x00\x00\x00"];
    parsed!(SymbolIndexMapping, 3, [&symbol_index, &head.concat(), &tail.concat()])
}

#[test]
fn a_security_and_its_state() {
    let mapping = mapping(SECURITY, 6);
    assert_eq!((mapping.symbol_index(), mapping.symbol()), (258, &Text(*b"ACP        ")));
    assert_eq!((mapping.market_id(), mapping.system_id(), mapping.exchange_code()), (1, 1, b'N'));
    assert_eq!((mapping.price_scale_code(), mapping.security_type(), mapping.lot_size()), (6, b'C', 100));
    assert_eq!((mapping.prev_close_price().units(), mapping.prev_close_volume()), (9_990_000, 1_200));
    assert_eq!((mapping.round_lot(), mapping.mpv(), mapping.unit_of_trade()), (b'Y', 1, 1));

    let tail: [&[u8]; 6] = [b"P", &VOLUME, &NUMBER, b"E", b"P", b" "];
    let body: [&[u8]; 5] = [b"4M", &[0; 4], &PRICE, &BELOW, &tail.concat()];
    let status = parsed!(SecurityStatus, 34, [&SECONDS, &STAMP, &SECURITY, &NUMBER, &body.concat()]);
    assert_eq!((status.security_status(), status.halt_condition()), (b'4', b'M'));
    assert_eq!((status.price_1().units(), status.price_2().units()), (9_990_000, -1));
    assert_eq!((status.ssr_triggering_exchange_id(), status.ssr_triggering_volume()), (b'P', 1_200));
    assert_eq!((status.time(), status.ssr_state(), status.market_state()), (3, b'E', b'P'));
    let clear = parsed!(SymbolClear, 32, [&SECONDS, &STAMP, &SECURITY, &NUMBER]);
    assert_eq!((clear.symbol_index(), clear.next_source_seq_num()), (258, 3));
}

#[test]
fn orders() {
    let add: [&[u8]; 6] = [&ORDER, &PRICE, &VOLUME, b"B", b"FIRM ", &[0]];
    let view = parsed_of_security!(AddOrder, 100, add);
    assert_eq!((view.order_id(), view.price().units(), view.volume()), (ORDER_ID, 9_990_000, 1_200));
    assert_eq!((view.side(), view.firm_id()), (b'B', &Text(*b"FIRM ")));
    let view = parsed!(AddOrderRefresh, 106, [&SECONDS, &STAMP, &SECURITY, &NUMBER, &add.concat()]);
    assert_eq!((view.source_time(), view.order_id(), view.side()), (SECOND, ORDER_ID, b'B'));

    let body: [&[u8]; 4] = [&ORDER, &BELOW, &VOLUME, b"\x01S\x00"];
    let view = parsed_of_security!(ModifyOrder, 101, body);
    assert_eq!(
        (view.price().units(), view.volume(), view.position_change(), view.side()),
        (-1, 1_200, 1, b'S')
    );
    assert_eq!(parsed_of_security!(DeleteOrder, 102, [&ORDER[..], &[0]]).order_id(), ORDER_ID);
    let body: [&[u8]; 5] = [&ORDER, &TRADE, &PRICE, &VOLUME, b"\x01\x00@F I"];
    let view = parsed_of_security!(OrderExecution, 103, body);
    assert_eq!((view.trade_id(), view.price().units(), view.printable_flag()), (45_708, 9_990_000, 1));
    assert_eq!((view.trade_cond_1(), view.trade_cond_2(), view.trade_cond_4()), (b'@', b'F', b'I'));
    let new = [0xd6, 0xe9, 0, 0, 0, 1, 1, 0];
    let view = parsed_of_security!(ReplaceOrder, 104, [&ORDER[..], &new, &PRICE, &VOLUME, b"B\x00"]);
    assert_eq!((view.order_id(), view.new_order_id()), (ORDER_ID, 0x0001_0100_0000_e9d6));
    assert_eq!((view.volume(), view.side()), (1_200, b'B'));
}

#[test]
fn trades_and_auctions() {
    let view = parsed_of_security!(NonDisplayedTrade, 110, [&TRADE[..], &PRICE, &VOLUME, b"\x01@  I"]);
    assert_eq!((view.trade_id(), view.price().units(), view.volume()), (45_708, 9_990_000, 1_200));
    let view = parsed_of_security!(CrossTrade, 111, [&TRADE[..], &PRICE, &VOLUME, b"6"]);
    assert_eq!((view.cross_id(), view.cross_type()), (45_708, b'6'));
    assert_eq!(parsed_of_security!(TradeCancel, 112, [TRADE]).trade_id(), 45_708);
    let view = parsed_of_security!(CrossCorrection, 113, [TRADE, VOLUME]);
    assert_eq!((view.cross_id(), view.volume()), (45_708, 1_200));
    assert_eq!(parsed_of_security!(RetailPriceImprovement, 114, [&b"C"[..]]).rpi_indicator(), b'C');

    let unit = |units: u8| [units, 0, 0, 0];
    let prices = [unit(1), unit(2), unit(3), unit(4), unit(5), unit(6)].concat();
    let head: [&[u8]; 5] = [&PRICE, &VOLUME, &NUMBER, &unit(7), &[0x40, 0x06]];
    let tail: [&[u8]; 4] = [b"CB", &prices, &[1, 0, 2, 9, 0, 0, 0], b"S\x00"];
    let body = [head.concat(), tail.concat()].concat();
    let view = parsed!(Imbalance, 105, [&SECONDS, &STAMP, &SECURITY, &NUMBER, &body]);
    assert_eq!((view.reference_price().units(), view.paired_qty()), (9_990_000, 1_200));
    assert_eq!((view.total_imbalance_qty(), view.market_imbalance_qty(), view.auction_time()), (3, 7, 1_600));
    assert_eq!((view.auction_type(), view.imbalance_side()), (b'C', b'B'));
    assert_eq!(view.continuous_book_clearing_price().units(), 1);
    assert_eq!(view.auction_interest_clearing_price().units(), 2);
    assert_eq!((view.ssr_filing_price().units(), view.indicative_match_price().units()), (3, 4));
    assert_eq!((view.upper_collar().units(), view.lower_collar().units()), (5, 6));
    assert_eq!((view.auction_status(), view.freeze_status(), view.num_extensions()), (1, 0, 2));
    assert_eq!((view.unpaired_qty(), view.unpaired_side()), (9, b'S'));

    let body = [unit(1), unit(2), unit(3), unit(4), VOLUME].concat();
    let view = parsed!(StockSummary, 223, [&SECONDS, &STAMP, &SECURITY, &body]);
    assert_eq!((view.high_price().units(), view.low_price().units()), (1, 2));
    assert_eq!((view.open().units(), view.close().units(), view.total_volume()), (3, 4, 1_200));
}

#[test]
fn prices_by_their_security_s_scale() {
    let mut scales = PriceScales::new(259);
    assert_eq!(scales.price(258, Price::new(9_990_000)), None);
    scales.learn(&mapping(SECURITY, 6)).unwrap();
    assert_eq!(scales.price(258, Price::new(9_990_000)).unwrap().to_string(), "9.990000");
    assert_eq!(scales.price(258, Price::new(-1)).unwrap().to_string(), "-0.000001");
    assert_eq!(scales.places(257), None);
    assert_eq!(scales.places(u32::MAX), None);

    // What cannot be kept leaves the earlier one.
    assert_eq!(scales.learn(&mapping(SECURITY, 19)), Err(NoScale::Code(19)));
    assert_eq!(scales.learn(&mapping([3, 1, 0, 0], 4)), Err(NoScale::Index(259)));
    assert_eq!(scales.places(258), Places::new(6));
    scales.learn(&mapping(SECURITY, 4)).unwrap();
    let price = Decimal::new(9_990_000, Places::new(4).unwrap());
    assert_eq!(scales.price(258, Price::new(9_990_000)), Some(price));
}
