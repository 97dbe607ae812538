//! Messages written out by hand from the specification.

use super::*;
use crate::codec::{Codec, Shown};

/// Half a second, 2019-09-04, instrument 0x0001_0002.
const HEAD: [u8; 10] = [0x1d, 0xcd, 0x65, 0x00, 0x46, 0xdf, 0, 1, 0, 2];
const ORDER: [u8; 8] = [0x80, 0, 0, 0, 0, 0, 0, 7];
const QUANTITY: [u8; 4] = [0, 0, 1, 0];
const PRICE: [u8; 8] = [0, 0, 0, 1, 0x85, 0x0a, 0x1d, 0xc0];
const TRADE: [u8; 8] = [0x40, 0, 0, 0, 0, 0, 0, 9];

/// Type, time, day, instrument, and what comes behind.
fn message(kind: u8, body: &[&[u8]]) -> Vec<u8> {
    [&[kind][..], &HEAD, &body.concat()].concat()
}

macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes = $bytes;
        assert_eq!(bytes.len(), $view::LAYOUT.len);
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        assert_eq!((view.nanoseconds(), view.trade_date()), (500_000_000, 18_143));
        *view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("T", 5), ("S", 8), ("f", 180), ("h", 220), ("M", 222), ("m", 460), ("O", 12), ("A", 40), ("X", 24),
        ("D", 20), ("E", 56), ("C", 53), ("e", 66), ("j", 40), ("l", 40), ("k", 20), ("P", 46), ("p", 80),
        ("B", 19), ("Z", 43), ("t", 55), ("Y", 55), ("q", 16), ("W", 59), ("V", 29), ("x", 113),
    ]);
}

#[test]
fn time_and_day() {
    let bytes = [b'T', 0x5d, 0x6e, 0x11, 0x75];
    let Ok(Message::Seconds(seconds)) = Message::parse(&bytes) else { panic!() };
    assert_eq!(seconds.second(), 1_567_494_517);
    let bytes = [&b"S"[..], &HEAD[..6], b"C"].concat();
    assert_eq!(parsed!(EndOfBusinessTradeDate, bytes).event_code(), b'C');
    let notice = [&b"x"[..], &HEAD[..6], b"MARKET", b"open late", &[b' '; 91]].concat();
    let notice = parsed!(TextMessage, notice);
    assert_eq!(
        (notice.source_id().as_bytes(), notice.text().as_bytes()),
        (&b"MARKET"[..], &b"open late"[..])
    );
}

#[test]
fn directories() {
    let names = |symbol: &[u8; 4]| [&symbol[..], &[b' '; 28], b"SPI 200", &[b' '; 53]].concat();
    let codes = b"            XSFE  AP    FFICSX";
    let expiry = [0x07, 0xe3, 9];
    let scale = [2, 0, 0x0f, 0x42, 0x40, 0, 0, 0x27, 0x10];
    let settled: [&[u8]; 5] =
        [&[0x5d, 0x7f, 0, 1], &PRICE, b"AUD", &[0, 0, 0, 0, 0, 0, 0, 25, 10, 0, 6, 2], &[0, 0, 0, 200]];
    let tail: Vec<u8> = [&settled.concat()[..], &[0x5d, 0x7f, 0, 2]].concat();
    let future =
        parsed!(FutureSymbolDirectory, message(b'f', &[&names(b"APU9"), codes, &expiry, &scale, &tail]));
    assert_eq!(future.tradeable_instrument_id(), 0x0001_0002);
    assert_eq!(
        (future.symbol_name().as_bytes(), future.long_name().as_bytes()),
        (&b"APU9"[..], &b"SPI 200"[..])
    );
    assert_eq!((future.isin().as_bytes(), future.exchange().as_bytes()), (&b""[..], &b"XSFE"[..]));
    assert_eq!((future.instrument().as_bytes(), future.cfi_code().as_bytes()), (&b"AP"[..], &b"FFICSX"[..]));
    assert_eq!((future.expiry_year(), future.expiry_month(), future.price_display_decimals()), (2019, 9, 2));
    assert_eq!((future.price_fractional_denominator(), future.price_minimum_tick()), (1_000_000, 10_000));
    assert_eq!((future.prior_day_settlement(), future.lot_size_or_face_value()), (6_527_000_000, 25));
    assert_eq!((future.maturity_value(), future.coupon_rate(), future.payments_per_year()), (10, 6, 2));
    assert_eq!((future.block_lot_size(), future.expiry_date() - future.last_trading_date()), (200, 1));

    let strike: [&[u8]; 3] = [b"P", &PRICE, &[0, 0, 0, 5]];
    let volatile: [&[u8]; 4] = [&tail[..12], &[0, 0, 0, 0, 0, 0, 0, 77], &tail[12..], b"PER LOT   "];
    let option: [&[u8]; 7] =
        [&names(b"XTZ9"), codes, &expiry, &strike.concat(), &scale, &scale, &volatile.concat()];
    let option = parsed!(OptionsSymbolDirectory, message(b'h', &option));
    assert_eq!((option.option_type(), option.strike()), (b'P', 6_527_000_000));
    assert_eq!((option.underlying_tradeable_instrument_id(), option.volatility()), (5, 77));
    assert_eq!((option.strike_price_decimal_position(), option.strike_price_minimum_tick()), (2, 10_000));
    assert_eq!(option.basis_of_quotation().as_bytes(), b"PER LOT");
}

#[test]
fn legs_that_are_used() {
    let names = [&b"S"[..], &[b' '; 31], b"SPREAD", &[b' '; 54], b"MMMXXX"].concat();
    let scale = [2, 2, 0, 0x0f, 0x42, 0x40, 0, 0, 0x27, 0x10, 2];
    let leg = |instrument: u8, side: u8| [0, 0, 0, instrument, side, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4];
    let none = [&[0, 0, 0, 0, b' '][..], &[0; 12]].concat();
    for (kind, places) in [(b'M', 6), (b'm', 20)] {
        let unused: Vec<u8> = none.repeat(places - 2);
        let bytes = message(kind, &[&names, &scale, &leg(8, b'B'), &leg(9, b'S'), &unused]);
        if kind == b'M' {
            let combination = parsed!(CombinationSymbolDirectory, &bytes[..]);
            assert_eq!((combination.price_method(), combination.legs()), (2, 2));
            assert_eq!(combination.leg().used().count(), 2);
        } else {
            assert_eq!(parsed!(BundlesSymbolDirectory, &bytes[..]).leg().used().count(), 2);
        }
        let shown = Shown::new(Codec::AsxItch, &bytes).unwrap().to_string();
        let legs = " legs=2 leg{tradeable_instrument_id=8 side=B ratio=3 price=4} \
                    leg{tradeable_instrument_id=9 side=S ratio=3 price=4}";
        assert!(shown.ends_with(legs), "{shown}");
    }
}

#[test]
fn orders() {
    let head: [&[u8]; 2] = [b"S", &ORDER];
    let add: [&[u8]; 4] = [&head.concat(), &[0, 0, 0, 0, 0, 0x41, 0x81, 0x68], &QUANTITY, &PRICE];
    let order = parsed!(AddOrder, message(b'A', &add));
    assert_eq!((order.side(), order.order_id()), (b'S', 0x8000_0000_0000_0007));
    assert_eq!(
        (order.order_book_priority(), order.quantity(), order.price()),
        (0x41_8168, 256, 6_527_000_000)
    );
    assert_eq!(parsed!(ImpliedOrderAdded, message(b'j', &add)).price(), 6_527_000_000);
    assert_eq!(parsed!(ImpliedOrderReplaced, message(b'l', &add)).quantity(), 256);
    assert_eq!(parsed!(OrderVolumeCancelled, message(b'X', &[&head.concat(), &QUANTITY])).quantity(), 256);
    assert_eq!(parsed!(OrderDeleted, message(b'D', &head)).order_id(), 0x8000_0000_0000_0007);
    assert_eq!(parsed!(ImpliedOrderDeleted, message(b'k', &head)).side(), b'S');

    let exe: Vec<u8> = [&head.concat()[..], &[0, 0, 0, 5], b"l", &TRADE, &QUANTITY, &PRICE].concat();
    let executed = parsed!(OrderExecuted, message(b'E', &[&exe, &[0, 0, 0, 0, 0, 0, 0, 3], b"ABC"]));
    assert_eq!((executed.quantity_remaining(), executed.trade_id()), (5, 0x4000_0000_0000_0009));
    assert!(executed.trade_type().is_cross());
    assert_eq!((executed.executed_quantity(), executed.trade_price()), (256, 6_527_000_000));
    assert_eq!((executed.combination_trade_id(), executed.counter_party_id().as_bytes()), (3, &b"ABC"[..]));
    assert_eq!(parsed!(AuctionOrderExecuted, message(b'C', &[&exe, &ORDER])).opposite_order_id() & 0xff, 7);
    let both = parsed!(CombinationOrderExecuted, message(b'e', &[&exe, &[0, 0, 0, 6, b'B'], &ORDER, &TRADE]));
    assert_eq!((both.opposite_tradeable_instrument_id(), both.opposite_side()), (6, b'B'));
    assert_eq!(
        (both.opposite_order_id(), both.combination_trade_id()),
        (0x8000_0000_0000_0007, 0x4000_0000_0000_0009)
    );
}

#[test]
fn trades() {
    let head: Vec<u8> = [b"T", &TRADE[..], &QUANTITY, &PRICE].concat();
    let trade = parsed!(TradeExecuted, message(b'P', &[&head, &TRADE, b"BUYSEL"]));
    assert!(!trade.trade_type().is_cross());
    assert_eq!(trade.participant_id_buyer(), &"BUY");
    assert_eq!(trade.participant_id_seller(), &"SEL");
    let side =
        |instrument, side, id: &[u8; 3]| [&[0, 0, 0, instrument, side][..], &ORDER, &TRADE, id].concat();
    let trade = parsed!(
        CombinationTradeExecuted,
        message(b'p', &[&head, &side(1, b'B', b"BUY"), &side(2, b'S', b"SEL")])
    );
    assert_eq!((trade.buyer_tradeable_instrument_id(), trade.seller_tradeable_instrument_id()), (1, 2));
    assert_eq!((trade.buyer_side(), trade.seller_side()), (b'B', b'S'));
    assert_eq!((trade.buyer_order_id() & 0xff, trade.seller_combination_trade_id() & 0xff), (7, 9));
    assert_eq!(parsed!(TradeCancellation, message(b'B', &[&TRADE])).trade_id(), 0x4000_0000_0000_0009);
}

#[test]
fn market() {
    assert_eq!(parsed!(OrderBookState, message(b'O', &[b"H"])).session_state(), b'H');
    let auction = parsed!(EquilibriumPrice, message(b'Z', &[&PRICE, &ORDER, &TRADE, &PRICE]));
    assert_eq!((auction.matched_quantity() & 0xff, auction.bid_quantity() & 0xff), (7, 9));
    let day: [&[u8]; 6] = [&[0xff; 8], &PRICE, &TRADE, &ORDER, &QUANTITY, &TRADE];
    let adjusted = parsed!(OpenHighLowLastTradeAdjustment, message(b't', &day));
    assert_eq!((adjusted.opening_trade(), adjusted.highest_trade()), (-1, 6_527_000_000));
    assert_eq!((adjusted.last_volume(), adjusted.total_traded_volume() & 0xff), (256, 9));
    assert_eq!(parsed!(MarketSettlement, message(b'Y', &day)).lowest_trade() & 0xff, 9);
    let asked = parsed!(RequestForQuote, message(b'q', &[b"T", &QUANTITY]));
    assert_eq!((asked.rfq_side(), asked.quantity()), (b'T', 256));
    let limits = parsed!(
        AnomalousOrderThresholdPublish,
        message(b'W', &[&PRICE, &TRADE, &ORDER, &PRICE, &TRADE, &ORDER])
    );
    assert_eq!((limits.aot_price(), limits.aot_upper_price() & 0xff), (6_527_000_000, 9));
    assert_eq!((limits.etr_price(), limits.etr_lower_price() & 0xff), (6_527_000_000, 7));
    let volume = parsed!(VolumeAndOpenInterest, message(b'V', &[&TRADE, &ORDER, &[0x46, 0xde]]));
    assert_eq!((volume.open_interest() & 0xff, volume.voi_trade_date()), (7, 18_142));
}
