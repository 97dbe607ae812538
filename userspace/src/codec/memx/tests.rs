use super::*;
use crate::codec::{Codec, Shown, Unread, field::Fixed};

/// 2022-05-10 08:00:00.000000001 UTC.
const TIME: u64 = 1_652_169_600_000_000_001;

/// A message by the schema: header of version 1.3, then time and security 356, as most begin.
fn message(template: u8, body: &[&[u8]]) -> Vec<u8> {
    with_header(template, &[&TIME.to_be_bytes()[..], &[0x01, 0x64], &body.concat()].concat())
}

fn with_header(template: u8, block: &[u8]) -> Vec<u8> {
    [&u16::try_from(block.len()).unwrap().to_be_bytes()[..], &[template, 2, 1, 3], block].concat()
}

const ORDER: [u8; 8] = [0, 0, 0, 0, 1, 0x5e, 0x34, 0x45];
const TRADE: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 7];
/// 10.12 in units of 10⁻⁶.
const PRICE: [u8; 8] = [0, 0, 0, 0, 0, 0x9a, 0x6b, 0x40];
const SHARES: [u8; 4] = [0, 0, 3, 0x84];

macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes: &[u8] = $bytes;
        assert_eq!(read(bytes).map(|index| TYPES[index]), Ok($view::LAYOUT));
        let Ok(Message::$view(view)) = Message::parse(bytes) else { panic!("{:?}", Message::parse(bytes)) };
        assert_eq!(view.timestamp(), Some(TIME));
        view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let labels: Vec<_> = TYPES.iter().map(|kind| kind.label).collect();
    assert_eq!(labels, ["1", "2", "3", "5", "10", "11", "12", "13", "14", "15", "16", "18", "100"]);
}

#[test]
fn orders() {
    let bytes = message(10, &[&ORDER, b"B", &SHARES, &PRICE]);
    let added = parsed!(OrderAdded, &bytes);
    assert_eq!(
        (added.security_id(), added.order_id(), added.side()),
        (Some(356), Some(22_950_981), Some(b'B'))
    );
    assert_eq!((added.quantity(), added.price()), (Some(900), Some(Fixed(10_120_000))));
    assert_eq!(
        Shown::new(Codec::Memx, &bytes).unwrap().to_string(),
        "order_added timestamp=1652169600000000001 security_id=356 order_id=22950981 side=B quantity=900 price=10.120000"
    );
    let bytes = message(11, &[&ORDER]);
    assert_eq!(parsed!(OrderDeleted, &bytes).order_id(), Some(22_950_981));
    let bytes = message(12, &[&ORDER, &SHARES]);
    assert_eq!(parsed!(OrderReduced, &bytes).quantity(), Some(900));
    let bytes = message(13, &[&ORDER, &TRADE, &SHARES, &PRICE]);
    let executed = parsed!(OrderExecuted, &bytes);
    assert_eq!((executed.order_id(), executed.trade_id()), (Some(22_950_981), Some(7)));
    assert_eq!((executed.quantity(), executed.price().unwrap().to_string()), (Some(900), "10.120000".into()));
}

#[test]
fn trades() {
    let bytes = message(14, &[&TRADE, &SHARES, &PRICE]);
    let trade = parsed!(Trade, &bytes);
    assert_eq!(
        (trade.trade_id(), trade.quantity(), trade.price()),
        (Some(7), Some(900), Some(Fixed(10_120_000)))
    );
    let bytes = message(15, &[&TRADE, &SHARES, &PRICE]);
    let broken = parsed!(BrokenTrade, &bytes);
    assert_eq!((broken.original_quantity(), broken.original_price()), (Some(900), Some(Fixed(10_120_000))));
    let bytes = message(16, &[&TRADE, &SHARES, &PRICE, &[0, 0, 0, 1], &[0xff; 8]]);
    let corrected = parsed!(CorrectedTrade, &bytes);
    assert_eq!((corrected.original_quantity(), corrected.corrected_quantity()), (Some(900), Some(1)));
    assert_eq!(corrected.corrected_price().unwrap().to_string(), "-0.000001");
}

#[test]
fn securities_and_states() {
    let bytes =
        message(1, &[b"BRK\0\0\0", b"A     ", &[0, 0, 0, 100], &[9, 1], &[0, 0, 0, 0, 0, 0, 0x27, 0x10]]);
    let directory = parsed!(InstrumentDirectory, &bytes);
    assert_eq!((directory.symbol(), directory.symbol_sfx()), (Some(&b"BRK"[..]), Some(&b"A"[..])));
    assert_eq!((directory.round_lot(), directory.is_test_symbol()), (Some(100), Some(1)));
    assert_eq!(directory.mpv().unwrap().to_string(), "0.010000");
    let bytes = message(2, &[&[1]]);
    assert_eq!(parsed!(RegShoRestriction, &bytes).short_sale_restriction(), Some(1));
    let bytes = message(3, &[b"PR"]);
    let status = parsed!(SecurityTradingStatus, &bytes);
    assert_eq!(
        (status.security_trading_status(), status.security_trading_status_reason()),
        (Some(b'P'), Some(b'R'))
    );
    let bytes = with_header(5, &[&TIME.to_be_bytes()[..], b"2"].concat());
    assert_eq!(parsed!(TradingSessionStatus, &bytes).trading_session(), Some(b'2'));
    let bytes = message(18, &[]);
    assert_eq!(parsed!(ClearBook, &bytes).security_id(), Some(356));
    let bytes = with_header(100, &[TIME, 77].map(u64::to_be_bytes).concat());
    assert_eq!(parsed!(SnapshotComplete, &bytes).as_of_sequence_number(), Some(77));
}

#[test]
fn blocks_are_as_long_as_they_say() {
    let whole = message(10, &[&ORDER, b"B", &SHARES, &PRICE]);
    for len in 1..whole.len() {
        assert_eq!(read(&whole[..len]), Err(Unread::Short), "cut to {len}");
    }
    // A block of fewer bytes says so itself: what it does not have is absent.
    let earlier = message(10, &[&ORDER, b"B"]);
    let added = parsed!(OrderAdded, &earlier);
    assert_eq!((added.side(), added.quantity(), added.price()), (Some(b'B'), None, None));
    let later = message(10, &[&ORDER, b"B", &SHARES, &PRICE, b"more"]);
    assert_eq!(parsed!(OrderAdded, &later).price(), Some(Fixed(10_120_000)));
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&message(17, &[])), Err(Unread::UnknownType));
    let mut other_schema = whole;
    other_schema[3] = 1;
    assert_eq!(read(&other_schema), Err(Unread::UnknownType));
}
