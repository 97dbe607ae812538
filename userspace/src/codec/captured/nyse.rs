//! NYSE.

use super::*;
use crate::codec::pillar::{Message, Price};

/// Of securities around ten dollars, at a scale of six: 2022-02-23, the morning of the samples.
fn assert_price(price: Price) {
    assert!((1_000_000..1_000_000_000).contains(&price.units()), "{price:?}");
}

fn assert_pillar_is_plausible(message: &[u8]) {
    let parsed = Message::parse(message).unwrap();
    assert_eq!(message.len(), parsed.layout().len, "what the exchange sends is as long as the table says");
    let (second, security) = match parsed {
        Message::SourceTimeReference(time) => (time.source_time(), 1),
        Message::SecurityStatus(status) => {
            assert_eq!((status.security_status(), status.halt_condition()), (b'5', b'~'));
            assert_eq!(status.market_state(), b'P');
            (status.source_time(), status.symbol_index())
        }
        Message::Imbalance(imbalance) => {
            assert_price(imbalance.reference_price());
            assert!(b"BS".contains(&imbalance.unpaired_side()) && imbalance.auction_time() < 2400);
            (imbalance.source_time(), imbalance.symbol_index())
        }
        Message::StockSummary(summary) => {
            assert_price(summary.high_price());
            assert_price(summary.open());
            assert!(summary.low_price().units() <= summary.high_price().units());
            (summary.source_time(), summary.symbol_index())
        }
        Message::AddOrder(add) => {
            assert!(b"BS".contains(&add.side()) && add.volume() > 0, "{add:?}");
            assert_price(add.price());
            (1_645_600_000, add.symbol_index())
        }
        Message::OrderExecution(execution) => {
            assert!(execution.printable_flag() == 1 && execution.trade_cond_1() == b'@', "{execution:?}");
            assert_price(execution.price());
            (1_645_600_000, execution.symbol_index())
        }
        Message::NonDisplayedTrade(trade) => (1_645_600_000, trade.symbol_index()),
        Message::CrossTrade(trade) => (1_645_600_000, trade.symbol_index()),
        Message::DeleteOrder(delete) => (1_645_600_000, delete.symbol_index()),
        Message::ReplaceOrder(replace) => {
            assert!(replace.volume() > 0 && replace.new_order_id() != replace.order_id(), "{replace:?}");
            (1_645_600_000, replace.symbol_index())
        }
        other => panic!("{other:?}"),
    };
    assert!((1_645_600_000..1_645_700_000).contains(&second) && security < 100_000, "{parsed:?}");
}

#[test]
fn pillar_samples() {
    let table: &[Sample<'_>] = &[
        ("AddOrderMessage.pcap", &[("100", 1)]),
        ("CrossTradeMessage.pcap", &[("111", 1), ("110", 1)]),
        ("DeleteOrderMessage.pcap", &[("102", 1)]),
        ("ImbalanceMessage.pcap", &[("105", 1)]),
        ("OrderExecutionMessage.pcap", &[("103", 1)]),
        ("ReplaceOrderMessage.pcap", &[("104", 1)]),
        ("SecurityStatusMessage.pcap", &[("34", 1)]),
        ("SourceTimeReferenceMessage.pcap", &[("2", 1)]),
        ("StockSummaryMessage.pcap", &[("223", 1)]),
    ];
    assert_samples("omi/Nyse", Framing::Nyse, Codec::Pillar, table, assert_pillar_is_plausible);
}
