use super::*;
use crate::codec::{Codec, Shown, Unread};

/// A header by the schema: version 3, schema 1.
fn header(block: u16, template: u16, groups: u16, data: u16) -> Vec<u8> {
    [block, template, 1, 3, groups, data].map(u16::to_le_bytes).concat()
}

fn group(block: u16, entries: u16) -> Vec<u8> {
    [block, entries, 0, 0].map(u16::to_le_bytes).concat()
}

/// 0.1 and 27,000.5 as IEEE 754 has them.
const TENTH: [u8; 8] = [0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f];
const PRICE: [u8; 8] = [0, 0, 0, 0, 0x20, 0x5e, 0xda, 0x40];
const NAN: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
/// 2023-06-15 12:00:00.001 UTC.
const TIME: u64 = 1_686_830_400_001;
const STAMP: [u8; 8] = TIME.to_le_bytes();

fn book() -> Vec<u8> {
    [
        &header(29, 1001, 1, 0)[..],
        &[1, 2, 0, 0],
        &STAMP,
        &[7, 0, 0, 0, 0, 0, 0, 0],
        &[8, 0, 0, 0, 0, 0, 0, 0],
        &[1],
        &group(18, 2),
        &[1, 0],
        &PRICE,
        &TENTH,
        &[0, 2],
        &PRICE,
        &[0; 8],
    ]
    .concat()
}

#[test]
fn the_table_is_the_schema_s() {
    let labels: Vec<_> = TYPES.iter().map(|kind| kind.label).collect();
    assert_eq!(
        labels,
        ["1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009", "1010"]
    );
}

#[test]
fn a_book_changes() {
    let bytes = book();
    assert_eq!(TYPES[read(&bytes).unwrap()], Book::LAYOUT);
    let Ok(Message::Book(book)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((book.instrument_id(), book.timestamp_ms()), (Some(513), Some(TIME)));
    assert_eq!((book.prev_change_id(), book.change_id(), book.is_last()), (Some(7), Some(8), Some(1)));
    let changes: Vec<_> = book
        .changes_list()
        .map(|level| (level.side(), level.change(), level.price(), level.amount()))
        .collect();
    assert_eq!(
        changes,
        [(Some(1), Some(0), Some(27_000.5), Some(0.1)), (Some(0), Some(2), Some(27_000.5), Some(0.0)),]
    );
    let shown = Shown::new(Codec::Deribit, &bytes).unwrap();
    assert_eq!(
        shown.to_string(),
        "book instrument_id=513 timestamp_ms=1686830400001 prev_change_id=7 change_id=8 is_last=1 \
         changes_list{side=1 change=0 price=27000.5 amount=0.1} \
         changes_list{side=0 change=2 price=27000.5 amount=0}"
    );
    assert_eq!(
        shown.to_json()["changes_list"].to_string(),
        r#"[{"side":1,"change":0,"price":27000.5,"amount":0.1},{"side":0,"change":2,"price":27000.5,"amount":0.0}]"#
    );
}

#[test]
fn blocks_are_as_long_as_they_say() {
    let whole = book();
    // An earlier version: the block ends before the last field.
    let earlier = [&header(28, 1001, 1, 0)[..], &whole[12..40], &whole[41..]].concat();
    let Ok(Message::Book(book)) = Message::parse(&earlier) else { panic!() };
    assert_eq!((book.change_id(), book.is_last(), book.changes_list().len()), (Some(8), None, 2));
    // A later one: a longer block, longer entries, another group, data.
    let entry = [&[1, 0][..], &PRICE, &TENTH, b"!!"].concat();
    let later = [
        &header(31, 1001, 2, 1)[..],
        &whole[12..41],
        b"??",
        &group(20, 2),
        &entry,
        &entry,
        &group(1, 1),
        b"g\x01d",
    ]
    .concat();
    let Ok(Message::Book(book)) = Message::parse(&later) else { panic!() };
    assert_eq!(book.is_last(), Some(1));
    assert!(book.changes_list().all(|level| level.amount() == Some(0.1)));
    assert_eq!(book.changes_list().len(), 2);
    // No groups at all.
    let none = [&header(29, 1001, 0, 0)[..], &whole[12..41]].concat();
    let Ok(Message::Book(book)) = Message::parse(&none) else { panic!() };
    assert_eq!(book.changes_list().len(), 0);
}

#[test]
fn messages_that_lie() {
    let whole = book();
    for len in 1..whole.len() {
        assert_eq!(read(&whole[..len]), Err(Unread::Short), "cut to {len}");
    }
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&header(0, 1011, 0, 0)), Err(Unread::UnknownType));
    let mut other_schema = whole.clone();
    other_schema[4] = 2;
    assert_eq!(read(&other_schema), Err(Unread::UnknownType));
    let mut no_entry = whole;
    no_entry[41..43].fill(0);
    assert_eq!(read(&no_entry), Err(Unread::Short));
}

#[test]
fn trades() {
    let trade = [
        &[0][..],
        &PRICE,
        &TENTH,
        &STAMP,
        &PRICE,
        &PRICE,
        &[5, 0, 0, 0, 0, 0, 0, 0],
        &[6, 0, 0, 0, 0, 0, 0, 0],
        &[3, 255],
        &NAN,
        &[0xff; 8],
        &[9, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let bytes = [&header(4, 1002, 1, 0)[..], &[1, 0, 0, 0], &group(83, 1), &trade].concat();
    let Ok(Message::Trades(trades)) = Message::parse(&bytes) else { panic!() };
    let [trade] = trades.trades_list().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((trade.direction(), trade.price(), trade.amount()), (Some(0), Some(27_000.5), Some(0.1)));
    assert_eq!((trade.timestamp_ms(), trade.mark_price()), (Some(TIME), Some(27_000.5)));
    assert_eq!((trade.trade_seq(), trade.trade_id(), trade.tick_direction()), (Some(5), Some(6), Some(3)));
    assert_eq!((trade.liquidation(), trade.iv(), trade.block_trade_id()), (None, None, None));
    assert_eq!(trade.combo_trade_id(), Some(9));
}

#[test]
fn tickers_and_indices() {
    let bytes =
        [&header(133, 1003, 0, 0)[..], &[1, 0, 0, 0, 1], &STAMP, &[TENTH; 14].concat(), &NAN].concat();
    let Ok(Message::Ticker(ticker)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((ticker.instrument_state(), ticker.timestamp_ms()), (Some(1), Some(TIME)));
    assert_eq!((ticker.open_interest(), ticker.delivery_price()), (Some(0.1), Some(0.1)));
    assert_eq!(ticker.settlement_price(), None);

    let bytes = [&header(32, 1008, 0, 0)[..], b"btc_usd\0\0\0\0\0\0\0\0\0", &PRICE, &STAMP].concat();
    let Ok(Message::PriceIndex(index)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((index.index_name(), index.price()), (Some(&b"btc_usd"[..]), Some(27_000.5)));
    assert_eq!(index.timestamp_ms(), Some(TIME));

    let bytes = [&header(22, 1009, 0, 0)[..], &[3, 0, 0, 0, 1, 2], &TENTH, &STAMP].concat();
    let Ok(Message::Rfq(rfq)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((rfq.instrument_id(), rfq.state(), rfq.side()), (Some(3), Some(1), Some(2)));
    assert_eq!((rfq.amount(), rfq.timestamp_ms()), (Some(0.1), Some(TIME)));
}

#[test]
fn snapshots() {
    let bytes = [
        &header(22, 1004, 1, 0)[..],
        &[1, 0, 0, 0],
        &STAMP,
        &[8, 0, 0, 0, 0, 0, 0, 0],
        &[1, 0],
        &group(17, 1),
        &[1],
        &PRICE,
        &TENTH,
    ]
    .concat();
    let Ok(Message::Snapshot(snapshot)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((snapshot.is_book_complete(), snapshot.is_last_in_book()), (Some(1), Some(0)));
    let levels: Vec<_> =
        snapshot.levels_list().map(|level| (level.side(), level.price(), level.amount())).collect();
    assert_eq!(levels, [(Some(1), Some(27_000.5), Some(0.1))]);
    let bytes = [&header(4, 1005, 0, 0)[..], &[200, 0, 0, 0]].concat();
    let Ok(Message::SnapshotStart(start)) = Message::parse(&bytes) else { panic!() };
    assert_eq!(start.snapshot_delay(), Some(200));
    assert!(matches!(Message::parse(&header(0, 1006, 0, 0)), Ok(Message::SnapshotEnd(_))));
}

#[test]
fn instruments() {
    let currencies = b"BTC\0\0\0\0\0USDC\0\0\0\0USDC\0\0\0\0USDC\0\0\0\0BTC\0\0\0\0\0";
    let rest = [&currencies[..], &STAMP, &STAMP, &PRICE, &[TENTH; 6].concat(), &NAN, &NAN].concat();
    let name = b"\x05BTC-C";
    let bytes = [&header(140, 1000, 0, 1)[..], &[9, 0, 0, 0, 1, 1, 2, 1, 0, 255, 1, 0], &rest, name].concat();
    let Ok(Message::Instrument(instrument)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((instrument.kind(), instrument.option_type(), instrument.rfq()), (Some(1), Some(1), Some(0)));
    assert_eq!((instrument.settlement_period(), instrument.settlement_period_count()), (None, Some(1)));
    assert_eq!(
        (instrument.base_currency(), instrument.size_currency()),
        (Some(&b"BTC"[..]), Some(&b"BTC"[..]))
    );
    assert_eq!((instrument.strike_price(), instrument.block_trade_commission()), (Some(27_000.5), Some(0.1)));
    assert_eq!((instrument.max_leverage(), instrument.instrument_name()), (None, Some(&b"BTC-C"[..])));

    let steps = [&group(16, 1)[..], &PRICE, &TENTH].concat();
    let block = [&[9, 0, 0, 0, 1, 1, 2, 1, 4, 1, 0][..], &rest].concat();
    let bytes = [&header(139, 1010, 1, 1)[..], &block, &steps, name].concat();
    let Ok(Message::InstrumentV2(instrument)) = Message::parse(&bytes) else { panic!() };
    assert_eq!((instrument.settlement_period(), instrument.quote_currency()), (Some(4), Some(&b"USDC"[..])));
    let steps: Vec<_> =
        instrument.tick_steps_list().map(|step| (step.above_price(), step.tick_size())).collect();
    assert_eq!(steps, [(Some(27_000.5), Some(0.1))]);
    assert_eq!(instrument.instrument_name(), Some(&b"BTC-C"[..]));

    let legs =
        [&header(4, 1007, 1, 0)[..], &[1, 0, 0, 0], &group(8, 1), &[2, 0, 0, 0], &(-3_i32).to_le_bytes()];
    let legs = legs.concat();
    let Ok(Message::ComboLegs(combo)) = Message::parse(&legs) else { panic!() };
    let legs: Vec<_> = combo.legs_list().map(|leg| (leg.leg_instrument_id(), leg.leg_size())).collect();
    assert_eq!(legs, [(Some(2), Some(-3))]);
}
