//! IEX.

use super::*;
use crate::codec::{deep, field::Fixed};

fn assert_deep_is_plausible(message: deep::Message<'_>) {
    // 2017-04-25 UTC, the day of the capture.
    assert!((1_493_078_400..1_493_164_800).contains(&(message.timestamp() / 1_000_000_000)), "{message:?}");
    let (symbol, price) = match &message {
        deep::Message::PriceLevelBuyUpdate(level) => (level.symbol(), level.price()),
        deep::Message::PriceLevelSellUpdate(level) => (level.symbol(), level.price()),
        deep::Message::TradeReport(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradeBreak(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradingStatus(status) => (status.symbol(), Fixed(1)),
        _ => return,
    };
    assert_symbol(symbol.as_bytes());
    assert!((1..10_000_000_000).contains(&price.0), "{message:?}");
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

/// TOPS and DEEP+ share their framing, and what is not theirs alone, with DEEP.
#[test]
fn other_iex_protocols() {
    let Some(tally) = samples("omi/Iex", Framing::IexTp, Codec::Deep, |_| {}) else { return };
    #[rustfmt::skip]
    let messages = counts(&[
        ("A", 1), ("B", 2), ("D", 4), ("E", 70), ("H", 208), ("I", 192), ("O", 216), ("P", 216), ("S", 12),
        ("T", 9), ("X", 1),
    ]);
    let unknown = counts(&[('L', 6), ('M', 2), ('Q', 14), ('R', 2), ('a', 2)]);
    assert_eq!(tally, Tally { packets: 35, messages, unknown, ..Tally::default() });
}
