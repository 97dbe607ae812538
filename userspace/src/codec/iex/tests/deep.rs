use super::*;
use crate::codec::{deep::*, field::Fixed};

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("S", 10), ("D", 31), ("H", 22), ("I", 18), ("O", 18), ("P", 19), ("E", 18),
        ("8", 30), ("5", 30), ("T", 38), ("X", 26), ("B", 38), ("A", 80),
    ]);
}

#[test]
fn administrative_messages() {
    assert_eq!(parsed!(SystemEvent, [&b"SO"[..], &STAMP].concat()).system_event(), b'O');

    let body: [&[u8]; 3] = [&[100, 0, 0, 0], &PRICE, &[1]];
    let directory = parsed_with_symbol!(SecurityDirectory, message(b'D', 0xa0, &body));
    let flags = directory.security_directory_flags();
    assert!(flags.test_security() && flags.exchange_traded_product() && !flags.when_issued());
    assert_eq!((directory.round_lot_size(), directory.luld_tier()), (100, 1));
    assert_eq!(directory.adjusted_poc_price().to_string(), "99.0500");

    let status = parsed_with_symbol!(TradingStatus, message(b'H', b'T', &[b"T1  "]));
    assert_eq!((status.trading_status(), status.reason().as_bytes()), (b'T', &b"T1"[..]));
    let retail = parsed_with_symbol!(RetailLiquidityIndicator, message(b'I', b'C', &[]));
    assert_eq!(retail.retail_liquidity_indicator(), b'C');
    let halt = parsed_with_symbol!(OperationalHaltStatus, message(b'O', b'N', &[]));
    assert_eq!(halt.operational_halt_status(), b'N');
    let test = parsed_with_symbol!(ShortSalePriceTestStatus, message(b'P', 1, &[b"A"]));
    assert_eq!((test.short_sale_price_test_status(), test.detail()), (1, b'A'));
    assert_eq!(parsed_with_symbol!(SecurityEvent, message(b'E', b'C', &[])).security_event(), b'C');
}

#[test]
fn trading_messages() {
    let level: [&[u8]; 2] = [&[0x10, 0x27, 0, 0], &PRICE];
    let buy = parsed_with_symbol!(PriceLevelBuyUpdate, message(b'8', 1, &level));
    assert!(buy.event_flags().event_complete());
    assert_eq!((buy.size(), buy.price()), (10_000, Fixed(990_500)));
    let sell = parsed_with_symbol!(PriceLevelSellUpdate, message(b'5', 0xfe, &[&[0; 4], &BELOW]));
    assert!(!sell.event_flags().event_complete());
    assert_eq!((sell.size(), sell.price().to_string()), (0, "-0.0001".into()));

    let trade: [&[u8]; 3] = [&level.concat(), &[1, 0, 0, 0, 0, 0, 0, 0x80], &[]];
    let report = parsed_with_symbol!(TradeReport, message(b'T', 0xe0, &trade));
    let flags = report.sale_condition_flags();
    assert!(flags.intermarket_sweep() && flags.extended_hours() && flags.odd_lot());
    assert!(!flags.trade_through_exempt() && !flags.single_price_cross());
    assert_eq!((report.size(), report.price()), (10_000, Fixed(990_500)));
    assert_eq!(report.trade_id(), 0x8000_0000_0000_0001);
    let broken = parsed_with_symbol!(TradeBreak, message(b'B', 0x18, &trade));
    let flags = broken.sale_condition_flags();
    assert!(flags.trade_through_exempt() && flags.single_price_cross() && !flags.odd_lot());
    assert_eq!((broken.size(), broken.price()), (10_000, Fixed(990_500)));
    assert_eq!(broken.trade_id(), 0x8000_0000_0000_0001);

    let official = parsed_with_symbol!(OfficialPrice, message(b'X', b'Q', &[&PRICE]));
    assert_eq!((official.price_type(), official.official_price()), (b'Q', Fixed(990_500)));
}

#[test]
fn auction_message() {
    let price = |units: u8| [units, 0, 0, 0, 0, 0, 0, 0];
    let body: [&[u8]; 11] = [
        &[2, 1, 0, 0],
        &price(1),
        &price(2),
        &[3, 0, 0, 0],
        b"S",
        &[4],
        &[0x98, 0x50, 0xff, 0x58],
        &price(5),
        &price(6),
        &price(7),
        &price(8),
    ];
    let auction = parsed_with_symbol!(AuctionInformation, message(b'A', b'O', &body));
    assert_eq!((auction.auction_type(), auction.paired_shares()), (b'O', 258));
    assert_eq!((auction.reference_price(), auction.indicative_clearing_price()), (Fixed(1), Fixed(2)));
    assert_eq!((auction.imbalance_shares(), auction.imbalance_side()), (3, b'S'));
    assert_eq!((auction.extension_number(), auction.scheduled_auction_time()), (4, 1_493_127_320));
    assert_eq!(
        (auction.auction_book_clearing_price(), auction.collar_reference_price()),
        (Fixed(5), Fixed(6))
    );
    assert_eq!((auction.lower_auction_collar(), auction.upper_auction_collar()), (Fixed(7), Fixed(8)));
}
