use super::*;
use crate::codec::{Codec, Shown, Unread, field::Fixed};

const TIME: u64 = 1_446_234_284_339_294_656;

/// A message by the schema: its size in front, the header, what comes behind.
fn message(template: u16, version: u16, block: &[u8], groups: &[Vec<u8>]) -> Vec<u8> {
    let behind = [block, &groups.concat()].concat();
    let size = u16::try_from(10 + behind.len()).unwrap();
    let header = [size, u16::try_from(block.len()).unwrap(), template, 1, version];
    [header.map(u16::to_le_bytes).concat(), behind].concat()
}

/// A group of `groupSize`.
fn group(block: u16, entries: &[&[u8]]) -> Vec<u8> {
    [&block.to_le_bytes()[..], &[u8::try_from(entries.len()).unwrap()], &entries.concat()].concat()
}

/// A group of `groupSize8Byte`.
fn group_8(block: u16, entries: &[&[u8]]) -> Vec<u8> {
    [&block.to_le_bytes()[..], &[0xee; 5], &[u8::try_from(entries.len()).unwrap()], &entries.concat()]
        .concat()
}

/// Time, indicator, padding: the block of every incremental message.
fn head(indicator: u8) -> Vec<u8> {
    [&TIME.to_le_bytes()[..], &[indicator, 0xee, 0xee]].concat()
}

/// 2,080.25 in units of 10⁻⁹, and −0.5.
const PRICE: [u8; 8] = 2_080_250_000_000_i64.to_le_bytes();
const HALF: [u8; 8] = (-500_000_000_i64).to_le_bytes();
const NULL: [u8; 8] = i64::MAX.to_le_bytes();
const NULL_32: [u8; 4] = i32::MAX.to_le_bytes();

macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes: &[u8] = $bytes;
        assert_eq!(read(bytes).map(|index| TYPES[index]), Ok($view::LAYOUT));
        let Ok(Message::$view(view)) = Message::parse(bytes) else { panic!("{:?}", Message::parse(bytes)) };
        view
    }};
}

#[test]
fn the_table_has_the_templates() {
    let mut templates: Vec<u16> = TYPES.iter().map(|kind| kind.label.parse().unwrap()).collect();
    templates.sort_unstable();
    #[rustfmt::skip]
    assert_eq!(templates, [
        4, 12, 15, 16, 27, 29, 30, 32, 33, 34, 35, 36, 37, 38, 39, 41, 42, 43, 44, 46, 47, 48, 49, 50, 51, 52,
        53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69,
    ]);
}

/// A level with size, instrument, change, orders, level, action, type, tradeable size.
fn level(price: [u8; 8], tradeable: u8) -> Vec<u8> {
    let numbers = [100_i32, 998_350, 7, 12].map(i32::to_le_bytes).concat();
    [&price[..], &numbers, &[1, 0, b'0', tradeable, 0, 0, 0, 0xee]].concat()
}

fn book(version: u16) -> Vec<u8> {
    let order = [&9_u64.to_le_bytes()[..], &[0xff; 8], &[5, 0, 0, 0, 1, 0, 0xee, 0xee]].concat();
    let levels = group(32, &[&level(PRICE, 3), &level(NULL, 0)]);
    message(46, version, &head(0x84), &[levels, group_8(24, &[&order])])
}

#[test]
fn a_book_changes() {
    let bytes = book(13);
    let book = parsed!(MdIncrementalRefreshBook, &bytes);
    assert_eq!(
        (book.transact_time(), book.match_event_indicator()),
        (Some(TIME), Some(event::LAST_QUOTE | event::END))
    );
    let [first, second] = book.no_md_entries().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((first.md_entry_px(), first.md_entry_size()), (Some(Fixed(2_080_250_000_000)), Some(100)));
    assert_eq!(
        (first.security_id(), first.rpt_seq(), first.number_of_orders()),
        (Some(998_350), Some(7), Some(12))
    );
    assert_eq!(
        (first.md_price_level(), first.md_update_action(), first.md_entry_type()),
        (Some(1), Some(0), Some(b'0'))
    );
    assert_eq!((first.tradeable_size(), second.md_entry_px()), (Some(3), None));
    let [order] = book.no_order_id_entries().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(
        (order.order_id(), order.md_order_priority(), order.md_display_qty()),
        (Some(9), None, Some(5))
    );
    assert_eq!((order.reference_id(), order.order_update_action()), (Some(1), Some(0)));
    assert_eq!(
        Shown::new(Codec::Mdp3, &bytes).unwrap().to_string(),
        "md_incremental_refresh_book transact_time=1446234284339294656 match_event_indicator=132 \
         no_md_entries{md_entry_px=2080.250000000 md_entry_size=100 security_id=998350 rpt_seq=7 number_of_orders=12 \
         md_price_level=1 md_update_action=0 md_entry_type=0 tradeable_size=3} \
         no_md_entries{md_entry_px=- md_entry_size=100 security_id=998350 rpt_seq=7 number_of_orders=12 \
         md_price_level=1 md_update_action=0 md_entry_type=0 tradeable_size=0} \
         no_order_id_entries{order_id=9 md_order_priority=- md_display_qty=5 reference_id=1 order_update_action=0}"
    );
}

#[test]
fn padding_of_earlier_versions_is_no_field() {
    let bytes = book(9);
    let book = parsed!(MdIncrementalRefreshBook, &bytes);
    assert!(book.no_md_entries().all(|level| level.tradeable_size().is_none() && level.rpt_seq() == Some(7)));

    let trade = [&20_i64.to_le_bytes()[..], &[1; 16], &[2, 0, 44, 0, 0, 0, 0, 0]].concat();
    for (version, id) in [(5, None), (6, None), (7, Some(44)), (8, Some(44))] {
        let bytes = message(42, version, &head(1), &[group(32, &[&trade])]);
        let summary = parsed!(MdIncrementalRefreshTradeSummary42, &bytes);
        let [trade] = summary.no_md_entries().collect::<Vec<_>>()[..] else { panic!() };
        assert_eq!((trade.md_trade_entry_id(), trade.aggressor_side()), (id, Some(2)));
        assert_eq!(trade.md_entry_px().unwrap().to_string(), "0.0000020");
        assert_eq!(summary.no_order_id_entries().len(), 0);
    }
}

#[test]
fn blocks_and_groups_are_as_long_as_they_say() {
    // An earlier version, without the second group and with shorter blocks.
    let short =
        message(46, 9, &head(0)[..8], &[group(30, &[&level(PRICE, 0)[..30], &level(PRICE, 0)[..30]])]);
    let book = parsed!(MdIncrementalRefreshBook, &short);
    assert_eq!((book.transact_time(), book.match_event_indicator()), (Some(TIME), None));
    assert_eq!((book.no_md_entries().len(), book.no_order_id_entries().len()), (2, 0));
    assert!(book.no_md_entries().all(|level| level.md_entry_type() == Some(b'0')));
    // A later one: everything longer, and a third group.
    let longer = [level(PRICE, 3), vec![0xcc; 8]].concat();
    let block = [head(0), vec![0xcc; 5]].concat();
    let long =
        message(46, 99, &block, &[group(40, &[&longer, &longer]), group_8(8, &[&[1; 8]]), group(1, &[&[1]])]);
    let book = parsed!(MdIncrementalRefreshBook, &long);
    assert!(book.no_md_entries().all(|level| level.tradeable_size() == Some(3)));
    let [order] = book.no_order_id_entries().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((order.order_id(), order.md_order_priority()), (Some(0x0101_0101_0101_0101), None));
}

#[test]
fn messages_that_lie() {
    let whole = book(13);
    // Behind the first group the message may end: earlier versions have no second.
    let first_group = 10 + 11 + 3 + 64;
    for len in (1..whole.len()).filter(|&len| len != 21 && len != first_group) {
        assert_eq!(read(&whole[..len]), Err(Unread::Short), "cut to {len}");
    }
    assert_eq!(read(&whole[..first_group]), read(&whole));
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&message(45, 9, &[], &[])), Err(Unread::UnknownType));
    let mut other_schema = whole.clone();
    other_schema[6] = 2;
    assert_eq!(read(&other_schema), Err(Unread::UnknownType));
    assert_eq!(read(&message(46, 9, &head(0), &[vec![0, 0, 1]])), Err(Unread::Short));
    assert_eq!(read(&message(46, 9, &head(0), &[vec![0xff, 0xff, 0xff]])), Err(Unread::Short));
}

#[test]
fn orders_trades_and_volume() {
    let order =
        [&[0xff; 8][..], &8_u64.to_le_bytes(), &HALF, &NULL_32, &[1, 0, 0, 0, 2, b'1'], &[0; 6]].concat();
    let bytes = message(47, 9, &head(0), &[group(40, &[&order])]);
    let [order] = parsed!(MdIncrementalRefreshOrderBook, &bytes).no_md_entries().collect::<Vec<_>>()[..]
    else {
        panic!()
    };
    assert_eq!((order.order_id(), order.md_order_priority(), order.md_display_qty()), (None, Some(8), None));
    assert_eq!(
        (order.md_entry_px().unwrap().to_string(), order.md_update_action()),
        ("-0.500000000".into(), Some(2))
    );

    let trade =
        [&PRICE[..], &[3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 1, 0], &[0xff; 4], &[0; 2]].concat();
    let order = [&9_u64.to_le_bytes()[..], &[3, 0, 0, 0, 0, 0, 0, 0]].concat();
    let bytes = message(48, 9, &head(1), &[group(32, &[&trade]), group_8(16, &[&order, &order])]);
    let summary = parsed!(MdIncrementalRefreshTradeSummary, &bytes);
    let [trade] = summary.no_md_entries().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(
        (trade.md_entry_size(), trade.number_of_orders(), trade.aggressor_side()),
        (Some(3), Some(4), Some(1))
    );
    assert_eq!(trade.md_trade_entry_id(), None);
    assert!(
        summary.no_order_id_entries().all(|order| (order.order_id(), order.last_qty()) == (Some(9), Some(3)))
    );
    assert_eq!(summary.no_order_id_entries().len(), 2);

    let volume = [&[0x10, 0x27, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1], &[0; 3][..]].concat();
    let bytes = message(37, 9, &head(2), &[group(16, &[&volume])]);
    let [volume] = parsed!(MdIncrementalRefreshVolume, &bytes).no_md_entries().collect::<Vec<_>>()[..] else {
        panic!()
    };
    assert_eq!((volume.md_entry_size(), volume.md_update_action()), (Some(10_000), Some(1)));

    let long = [&PRICE[..], &u64::MAX.to_le_bytes(), &[1; 12], &[1, 0, b'E', 0]].concat();
    let bytes = message(64, 12, &head(0), &[group(32, &[&long])]);
    let [level] = parsed!(MdIncrementalRefreshBookLongQty, &bytes).no_md_entries().collect::<Vec<_>>()[..]
    else {
        panic!()
    };
    assert_eq!((level.md_entry_size(), level.md_entry_type()), (None, Some(b'E')));
}

#[test]
fn statistics_and_snapshots() {
    let limits = [&PRICE[..], &HALF, &NULL, &[1, 0, 0, 0, 2, 0, 0, 0]].concat();
    let bytes = message(50, 9, &head(8), &[group(32, &[&limits])]);
    let [limits] = parsed!(MdIncrementalRefreshLimitsBanding, &bytes).no_md_entries().collect::<Vec<_>>()[..]
    else {
        panic!()
    };
    assert_eq!(limits.high_limit_price().unwrap().to_string(), "2080.250000000");
    assert_eq!((limits.low_limit_price(), limits.max_price_variation()), (Some(Fixed(-500_000_000)), None));

    let value = [&PRICE[..], &NULL_32, &[1; 8], &[0xff, 0xff, 0x03, 1, b'6'], &[0; 7]].concat();
    let bytes = message(49, 9, &head(8), &[group(32, &[&value])]);
    let [value] =
        parsed!(MdIncrementalRefreshDailyStatistics, &bytes).no_md_entries().collect::<Vec<_>>()[..]
    else {
        panic!()
    };
    assert_eq!((value.trading_reference_date(), value.settl_price_type()), (None, Some(3)));
    assert_eq!((value.md_update_action(), value.md_entry_type()), (Some(1), Some(b'6')));

    let block = [
        &[5, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0][..],
        &TIME.to_le_bytes(),
        &TIME.to_le_bytes(),
        &[0x10, 0x40, 17],
        &PRICE,
        &HALF,
        &NULL,
    ]
    .concat();
    let entry = [&PRICE[..], &NULL_32, &NULL_32, &[127, 0xff, 0xff, 0xff, 0, b'J']].concat();
    let bytes = message(52, 9, &block, &[group(22, &[&entry])]);
    let snapshot = parsed!(SnapshotFullRefresh, &bytes);
    assert_eq!((snapshot.last_msg_seq_num_processed(), snapshot.rpt_seq()), (Some(5), Some(7)));
    assert_eq!((snapshot.trade_date(), snapshot.md_security_trading_status()), (Some(0x4010), Some(17)));
    let [entry] = snapshot.no_md_entries().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(
        (entry.md_price_level(), entry.open_close_settl_flag(), entry.md_entry_type()),
        (None, None, Some(b'J'))
    );

    let block =
        [&[5, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0][..], &TIME.to_le_bytes()].concat();
    let order = [&9_u64.to_le_bytes()[..], &8_u64.to_le_bytes(), &PRICE, &[4, 0, 0, 0, b'0']].concat();
    let bytes = message(53, 9, &block, &[group(29, &[&order])]);
    let snapshot = parsed!(SnapshotFullRefreshOrderBook, &bytes);
    assert_eq!((snapshot.no_chunks(), snapshot.current_chunk()), (Some(3), Some(2)));
    assert!(snapshot.no_md_entries().all(|order| order.md_display_qty() == Some(4)));
}

#[test]
fn sessions_and_states() {
    parsed!(AdminHeartbeat, &message(12, 9, &[], &[]));
    let bytes = message(15, 9, &[30], &[]);
    assert_eq!(parsed!(AdminLogin, &bytes).heart_bt_int(), Some(30));
    let text = [&b"Recovery request served"[..], &[0; 157]].concat();
    let bytes = message(16, 9, &text, &[]);
    assert_eq!(parsed!(AdminLogout, &bytes).text(), Some(&b"Recovery request served"[..]));

    let bytes = message(4, 9, &head(0x80)[..9], &[group(2, &[&[0x36, 1]])]);
    let reset = parsed!(ChannelReset, &bytes);
    assert_eq!(reset.no_md_entries().map(|entry| entry.appl_id()).collect::<Vec<_>>(), [Some(310)]);

    let status =
        [&TIME.to_le_bytes()[..], b"ES\0\0\0\0\0\0\0\0\0\0", &NULL_32, &[0xff, 0xff, 0x80, 17, 0, 1]]
            .concat();
    let bytes = message(30, 9, &status, &[]);
    let status = parsed!(SecurityStatus, &bytes);
    assert_eq!(
        (status.security_group(), status.asset(), status.security_id()),
        (Some(&b"ES"[..]), None, None)
    );
    assert_eq!((status.trade_date(), status.security_trading_status()), (None, Some(17)));
    assert_eq!((status.halt_reason(), status.security_trading_event()), (Some(0), Some(1)));
}

#[test]
fn definitions() {
    let mut block = vec![0_u8; 224];
    block[5] = b'A';
    block[35..39].copy_from_slice(b"ESM6");
    block[55..59].copy_from_slice(&998_350_i32.to_le_bytes());
    block[71..76].copy_from_slice(&[0xe0, 7, 6, 255, 255]);
    block[91..99].copy_from_slice(&250_000_000_i64.to_le_bytes());
    block[216..].copy_from_slice(&77_u64.to_le_bytes());
    let groups = [
        group(9, &[&[[5].as_slice(), &TIME.to_le_bytes()].concat()]),
        group(4, &[b"GBX\x0a", b"GBI\x02"]),
        group(4, &[&[1, 2, 0, 0]]),
        group(5, &[&[1, 0x10, 0x27, 0, 0]]),
    ];
    let bytes = message(54, 12, &block, &groups);
    let future = parsed!(MdInstrumentDefinitionFuture, &bytes);
    assert_eq!((future.security_update_action(), future.symbol()), (Some(b'A'), Some(&b"ESM6"[..])));
    assert_eq!((future.security_id(), future.instrument_guid()), (Some(998_350), Some(77)));
    assert_eq!(
        (future.maturity_year(), future.maturity_month(), future.maturity_day()),
        (Some(2016), Some(6), None)
    );
    assert_eq!(future.min_price_increment().unwrap().to_string(), "0.250000000");
    assert_eq!(
        future.no_events().map(|entry| (entry.event_type(), entry.event_time())).collect::<Vec<_>>(),
        [(Some(5), Some(TIME))]
    );
    let books: Vec<_> =
        future.no_md_feed_types().map(|book| (book.md_feed_type(), book.market_depth())).collect();
    assert_eq!(books, [(Some(&b"GBX"[..]), Some(10)), (Some(&b"GBI"[..]), Some(2))]);
    assert_eq!(
        future.no_inst_attrib().map(|entry| entry.inst_attrib_value()).collect::<Vec<_>>(),
        [Some(513)]
    );
    assert_eq!(
        future.no_lot_type_rules().map(|rule| rule.min_lot_size().unwrap().to_string()).collect::<Vec<_>>(),
        ["1.0000"]
    );
    // The version before has no number of the instrument at the end of its block.
    let bytes = message(54, 9, &block[..216], &groups);
    let future = parsed!(MdInstrumentDefinitionFuture, &bytes);
    assert_eq!((future.instrument_guid(), future.no_lot_type_rules().len()), (None, 1));
}

/// The end of a long block, and the last of many groups.
#[test]
fn definitions_of_later_versions() {
    let mut block = vec![0_u8; 276];
    block[247..255].copy_from_slice(&77_u64.to_le_bytes());
    block[255..257].copy_from_slice(b"ON");
    block[275] = 255;
    let empty = || group(1, &[]);
    let broken = [&9_u64.to_le_bytes()[..], &5_i32.to_le_bytes(), &[1, 0, 0xff, 0xff]].concat();
    let bytes = message(
        58,
        13,
        &block,
        &[empty(), empty(), empty(), empty(), empty(), empty(), group(16, &[&broken])],
    );
    let repo = parsed!(MdInstrumentDefinitionRepo, &bytes);
    assert_eq!(
        (repo.instrument_guid(), repo.term_code(), repo.broken_date_term_type()),
        (Some(77), Some(&b"ON"[..]), None)
    );
    let dates: Vec<_> = repo
        .no_broken_dates()
        .map(|date| {
            (
                date.broken_date_guid(),
                date.broken_date_security_id(),
                date.broken_date_start(),
                date.broken_date_end(),
            )
        })
        .collect();
    assert_eq!(dates, [(Some(9), Some(5), Some(1), None)]);
    assert_eq!((repo.no_underlyings().len(), repo.no_related_instruments().len()), (0, 0));

    let mut block = vec![0_u8; 337];
    block[329..].copy_from_slice(&PRICE);
    let session = [&[1, 0, 2, 0, 0xff, 0xff][..], b"US0000000001"].concat();
    let bytes = message(63, 13, &block, &[empty(), empty(), empty(), empty(), group(18, &[&session])]);
    let pair = parsed!(MdInstrumentDefinitionFx, &bytes);
    assert_eq!(pair.max_bid_ask_constraint(), Some(Fixed(2_080_250_000_000)));
    let [session] = pair.no_trading_sessions().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((session.settl_date(), session.maturity_date()), (Some(2), None));
    assert_eq!(session.security_alt_id(), Some(&b"US0000000001"[..]));

    let mut block = vec![0_u8; 255];
    block[220..227].copy_from_slice(b"Eurodol");
    let spread = message(56, 13, &block, &[]);
    assert_eq!(
        parsed!(MdInstrumentDefinitionSpread, &spread).financial_instrument_full_name(),
        Some(&b"Eurodol"[..])
    );
    assert_eq!(parsed!(MdInstrumentDefinitionSpread, &spread).no_legs().len(), 0);
}
