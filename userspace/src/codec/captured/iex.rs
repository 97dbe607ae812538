//! IEX.

use super::*;
use crate::codec::{deep, deep_plus, field::Fixed, tops};

/// Within so many seconds from 1970: the day of the capture, UTC.
fn assert_day(timestamp: i64, first: i64) {
    assert!((first..first + 86_400).contains(&(timestamp / 1_000_000_000)), "{timestamp}");
}

fn assert_price(price: deep::Price) {
    assert!((1..10_000_000_000).contains(&price.0), "{price}");
}

fn assert_deep_is_plausible(message: deep::Message<'_>) {
    // 2017-04-25.
    assert_day(message.timestamp(), 1_493_078_400);
    let (symbol, price) = match &message {
        deep::Message::PriceLevelBuyUpdate(level) => (level.symbol(), level.price()),
        deep::Message::PriceLevelSellUpdate(level) => (level.symbol(), level.price()),
        deep::Message::TradeReport(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradeBreak(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradingStatus(status) => (status.symbol(), Fixed(1)),
        _ => return,
    };
    assert_symbol(symbol.as_bytes());
    assert_price(price);
}

#[test]
fn iex_deep() {
    let Some(file) = captures::path("iex/DEEP10.pcap.gz") else { return };
    let mut tally = Tally::default();
    captures::payloads(&file, |payload| {
        tally.datagram(Framing::IexTp, Codec::Deep, payload, |message| {
            assert_deep_is_plausible(deep::Message::parse(message).unwrap());
        });
    });
    #[rustfmt::skip]
    let messages = counts(&[
        ("S", 44), ("H", 93_638), ("O", 93_638), ("P", 93_636), ("8", 12_941), ("5", 14_627),
        ("T", 83_343), ("E", 59), ("B", 73),
    ]);
    let expected = Tally { packets: 121_314, heartbeats: 7_937, messages, ..Tally::default() };
    assert_eq!(tally, expected);
}

/// Like [`assert_samples`], of files that hold many messages: how many of each type, in the order of the labels.
fn assert_held(folder: &str, codec: Codec, table: &[Sample<'_>], mut each: impl FnMut(&[u8])) {
    let Some(folder) = captures::path(folder) else { return };
    let files = captures::files(&folder, "pcap");
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_string_lossy()).collect();
    let expected: Vec<_> = table.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected, "the files of the folder, in the order of their names");
    for (file, (name, labels)) in files.iter().zip(table) {
        let mut tally = Tally::default();
        captures::payloads(file, |payload| tally.datagram(Framing::IexTp, codec, payload, &mut each));
        assert_eq!((&tally.messages, tally.trailing), (&counts(labels), 0), "{name}");
        assert!(tally.unknown.is_empty(), "{name}: {:?}", tally.unknown);
    }
}

fn assert_tops_is_plausible(bytes: &[u8]) {
    let message = tops::Message::parse(bytes).unwrap();
    assert_eq!(bytes.len(), message.layout().len, "{message:?}");
    // 2018-01-27, a Saturday: a test of the exchange's.
    assert_day(message.timestamp(), 1_517_011_200);
    match &message {
        tops::Message::SystemEvent(event) => assert!(b"OSRMEC".contains(&event.system_event())),
        tops::Message::SecurityDirectory(security) => {
            assert_symbol(security.symbol().as_bytes());
            assert!(security.round_lot_size() == 100 && security.luld_tier() <= 2);
            assert_price(security.adjusted_poc_price());
        }
        tops::Message::TradingStatus(status) => assert!(b"HOPT".contains(&status.trading_status())),
        tops::Message::OperationalHaltStatus(halt) => {
            assert!(b"ON".contains(&halt.operational_halt_status()));
        }
        tops::Message::ShortSalePriceTestStatus(test) => assert!(b"ACDN ".contains(&test.detail())),
        tops::Message::QuoteUpdate(quote) => {
            assert_symbol(quote.symbol().as_bytes());
            assert_eq!(quote.bid_size() == 0, quote.bid_price().0 == 0, "{message:?}");
            assert_eq!(quote.ask_size() == 0, quote.ask_price().0 == 0, "{message:?}");
            assert!(quote.bid_price() <= quote.ask_price(), "{message:?}");
        }
        tops::Message::TradeReport(trade) => assert_price(trade.price()),
        tops::Message::OfficialPrice(official) => {
            assert!(b"QM".contains(&official.price_type()));
            assert_price(official.official_price());
        }
        tops::Message::AuctionInformation(auction) => {
            assert!(b"BSN".contains(&auction.imbalance_side()) && b"OCIHV".contains(&auction.auction_type()));
            // A number, not a character: not extended.
            assert_eq!(auction.extension_number(), 0);
            assert_day(i64::from(auction.scheduled_auction_time()) * 1_000_000_000, 1_517_011_200);
            assert_price(auction.reference_price());
        }
        other => panic!("none of the samples is {other:?}"),
    }
}

#[test]
fn iex_tops_samples() {
    #[rustfmt::skip]
    const SAMPLES: &[Sample<'_>] = &[
        ("AuctionInformationMessage.pcap", &[("A", 1)]),
        ("OfficialPriceMessage.pcap", &[("X", 1)]),
        ("OperationalHaltStatusMessage.pcap", &[("H", 1), ("O", 1), ("Q", 1), ("S", 1)]),
        ("QuoteUpdateMessage.pcap", &[("Q", 1)]),
        ("SecurityDirectoryMessage.pcap", &[("D", 2), ("H", 12), ("O", 13), ("P", 13), ("Q", 12)]),
        ("ShortSalePriceTestStatusMessage.pcap", &[("P", 1)]),
        ("SystemEventMessage.pcap", &[("S", 1)]),
        ("TradeReportMessage.pcap", &[("T", 1)]),
        ("TradingStatusMessage.pcap", &[("H", 1)]),
    ];
    assert_held("omi/Iex/Tops.IexTp.v1.5", Codec::Tops, SAMPLES, assert_tops_is_plausible);
}

fn assert_deep_plus_is_plausible(bytes: &[u8]) {
    let message = deep_plus::Message::parse(bytes).unwrap();
    assert_eq!(bytes.len(), message.layout().len, "{message:?}");
    // 2024-10-01.
    assert_day(message.timestamp(), 1_727_740_800);
    let (symbol, order, size, price) = match &message {
        deep_plus::Message::AddOrder(add) => {
            assert!(b"85".contains(&add.side()));
            (add.symbol(), add.order_id(), add.size(), add.price())
        }
        deep_plus::Message::OrderModify(to) => (to.symbol(), to.order_id_reference(), to.size(), to.price()),
        deep_plus::Message::OrderExecuted(by) => {
            assert!(by.trade_id() > 0);
            (by.symbol(), by.order_id_reference(), by.size(), by.price())
        }
        deep_plus::Message::OrderDelete(gone) => (gone.symbol(), gone.order_id_reference(), 1, Fixed(1)),
        deep_plus::Message::TradeReport(trade) => {
            (trade.symbol(), trade.trade_id(), trade.size(), trade.price())
        }
        deep_plus::Message::TradeBreak(trade) => {
            (trade.symbol(), trade.trade_id(), trade.size(), trade.price())
        }
        deep_plus::Message::RetailLiquidityIndicator(retail) => {
            assert!(b" ABC".contains(&retail.retail_liquidity_indicator()));
            (retail.symbol(), 1, 1, Fixed(1))
        }
        deep_plus::Message::SecurityEvent(event) => {
            assert!(b"OC".contains(&event.security_event()));
            (event.symbol(), 1, 1, Fixed(1))
        }
        deep_plus::Message::SecurityDirectory(security) => {
            (security.symbol(), 1, security.round_lot_size(), security.adjusted_poc_price())
        }
        _ => return,
    };
    assert_symbol(symbol.as_bytes());
    assert!(order > 0 && size > 0, "{message:?}");
    assert_price(price);
}

#[test]
fn iex_deep_plus_samples() {
    #[rustfmt::skip]
    const SAMPLES: &[Sample<'_>] = &[
        ("B_TradeBreak.pcap", &[("B", 1)]),
        ("D_SecurityDirectory.pcap", &[("D", 1), ("H", 17), ("I", 16), ("O", 16), ("P", 16)]),
        ("E_SecurityEvent.pcap", &[("E", 35)]),
        ("H_TradingStatus.pcap", &[("H", 16), ("I", 16), ("O", 17), ("P", 17), ("S", 1)]),
        ("I_RetailLiquidityIndicator.pcap", &[("H", 16), ("I", 16), ("O", 17), ("P", 17), ("S", 1)]),
        ("L_OrderExecuted.pcap", &[("L", 3)]),
        ("M_OrderModify.pcap", &[("M", 1)]),
        ("O_OperationalHaltStatus.pcap", &[("H", 16), ("I", 16), ("O", 17), ("P", 17), ("S", 1)]),
        ("P_ShortSalePriceTestStatus.pcap", &[("H", 16), ("I", 16), ("O", 17), ("P", 17), ("S", 1)]),
        ("R_OrderDelete.pcap", &[("R", 1)]),
        ("S_SystemEvent.pcap", &[("H", 16), ("I", 16), ("O", 17), ("P", 17), ("S", 1)]),
        ("T_Trade.pcap", &[("T", 4)]),
        ("a_AddOrder.pcap", &[("a", 1)]),
        ("all_message_types.pcap", &[("B", 1), ("D", 1), ("E", 35), ("H", 97), ("I", 96), ("L", 3), ("M", 1), ("O", 101), ("P", 101), ("R", 1), ("S", 5), ("T", 4), ("a", 1)]),
    ];
    assert_held("omi/Iex/DeepPlus.IexTp.1.0.2", Codec::DeepPlus, SAMPLES, assert_deep_plus_is_plausible);
}
