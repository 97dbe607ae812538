//! ASX 24.

use super::*;
use crate::codec::asx_itch::{Message, TradeType};

/// A price of one of the instruments captured, all of which have a denominator of 1,000,000: from 60 (100 − a yield)
/// to 10,000 (an index), or a spread's, which may be negative.
fn assert_price(price: i64) {
    assert!((-10_000_000..=10_000_000_000).contains(&price), "{price}");
}

fn assert_trade(trade_type: TradeType, quantity: u32, price: i64, trade_id: u64) {
    assert!(b"TtLlSsRrAaBb".contains(&trade_type.0), "{trade_type:?}");
    assert!((1..1_000).contains(&quantity) && trade_id != 0);
    assert_price(price);
}

fn assert_order(side: u8, order_id: u64) {
    // The exchange's order numbers of the day all begin like this.
    assert!(b"BS".contains(&side) && matches!(order_id >> 48, 0x5b3a..=0x5b3d), "{side} {order_id:x}");
}

/// The head every message but `T` has.
fn assert_head(bytes: &[u8]) {
    let nanoseconds = u32::from_be_bytes([bytes[1], bytes[2], bytes[3], bytes[4]]);
    assert!(nanoseconds < 1_000_000_000);
    // 2019-09-04: the evening session of the third belongs to it.
    assert_eq!(u16::from_be_bytes([bytes[5], bytes[6]]), 18_143);
}

fn assert_text(text: &[u8]) {
    assert!(
        !text.is_empty() && text.iter().all(|byte| (b' '..=b'~').contains(byte)),
        "{}",
        text.escape_ascii()
    );
}

fn assert_plausible(bytes: &[u8]) {
    let message = Message::parse(bytes).unwrap();
    assert_eq!(bytes.len(), message.layout().len, "what the exchange sends is as long as the table says");
    if let Message::Seconds(seconds) = &message {
        return assert_eq!(seconds.second(), 1_567_494_517);
    }
    assert_head(bytes);
    match &message {
        Message::FutureSymbolDirectory(of) => {
            assert_text(of.long_name().as_bytes());
            assert_eq!((of.exchange().as_bytes(), of.currency().as_bytes()), (&b"XSFE"[..], &b"AUD"[..]));
            assert_eq!((of.price_fractional_denominator(), of.price_display_decimals()), (1_000_000, 2));
            assert!((2019..2030).contains(&of.expiry_year()) && (1..=12).contains(&of.expiry_month()));
            assert!(of.last_trading_date() <= of.expiry_date());
            assert_price(of.prior_day_settlement());
        }
        Message::OptionsSymbolDirectory(of) => {
            assert_text(of.long_name().as_bytes());
            // The symbol has the strike price and the option's type in it.
            assert_eq!((of.symbol_name().as_bytes(), of.strike()), (&b"BSM00008900C"[..], 89_000_000));
            assert_eq!((of.option_type(), of.strike_price_fractional_denominator()), (b'C', 1_000_000));
            assert_eq!(
                (of.price_fractional_denominator(), of.currency().as_bytes()),
                (1_000_000, &b"AUD"[..])
            );
            assert!((1..=12).contains(&of.expiry_month()) && of.last_trading_date() <= of.expiry_date());
        }
        Message::CombinationSymbolDirectory(of) => {
            assert_text(of.long_name().as_bytes());
            assert_eq!((of.leg().used().count(), of.price_fractional_denominator()), (2, 1_000_000));
            assert_eq!(usize::from(of.legs()), of.leg().used().count());
            assert!(of.leg().used().all(|leg| b"BS".contains(&leg.side) && leg.ratio.get() == 1));
        }
        Message::OrderBookState(state) => assert!(b"PORHCM".contains(&state.session_state())),
        Message::EquilibriumPrice(auction) => assert_price(auction.equilibrium_price()),
        Message::OpenHighLowLastTradeAdjustment(day) => assert!(day.lowest_trade() <= day.highest_trade()),
        Message::AnomalousOrderThresholdPublish(limits) => {
            assert!(
                limits.aot_lower_price() < limits.aot_price()
                    && limits.aot_price() < limits.aot_upper_price()
            );
            assert!(
                limits.etr_lower_price() < limits.etr_price()
                    && limits.etr_price() < limits.etr_upper_price()
            );
            assert_price(limits.etr_upper_price());
        }
        Message::TextMessage(notice) => assert_text(notice.text().as_bytes()),
        other => assert_order_or_trade_is_plausible(other),
    }
}

fn assert_order_or_trade_is_plausible(message: &Message<'_>) {
    match message {
        Message::AddOrder(to) => {
            assert_order(to.side(), to.order_id());
            assert!((1..1_000).contains(&to.quantity()) && to.order_book_priority() < 1 << 32);
            assert_price(to.price());
        }
        Message::ImpliedOrderAdded(to) => {
            assert_order(to.side(), to.order_id());
            assert_price(to.price());
        }
        Message::ImpliedOrderReplaced(to) => {
            assert_order(to.side(), to.order_id());
            assert_price(to.price());
        }
        Message::OrderVolumeCancelled(by) => {
            assert_order(by.side(), by.order_id());
            assert!((1..1_000).contains(&by.quantity()));
        }
        Message::OrderDeleted(gone) => assert_order(gone.side(), gone.order_id()),
        Message::ImpliedOrderDeleted(gone) => assert_order(gone.side(), gone.order_id()),
        Message::OrderExecuted(by) => {
            assert_order(by.side(), by.order_id());
            assert!(by.quantity_remaining() < 1_000);
            assert_trade(by.trade_type(), by.executed_quantity(), by.trade_price(), by.trade_id());
        }
        Message::AuctionOrderExecuted(by) => {
            assert_order(by.side(), by.order_id());
            assert_order(by.side(), by.opposite_order_id());
            assert_trade(by.trade_type(), by.executed_quantity(), by.trade_price(), by.trade_id());
        }
        Message::CombinationOrderExecuted(by) => {
            assert_order(by.side(), by.order_id());
            assert_order(by.opposite_side(), by.opposite_order_id());
            assert_ne!(by.side(), by.opposite_side());
            assert_trade(by.trade_type(), by.executed_quantity(), by.trade_price(), by.trade_id());
        }
        Message::TradeExecuted(trade) => {
            assert_trade(
                trade.trade_type(),
                trade.executed_quantity(),
                trade.trade_price(),
                trade.trade_id(),
            );
        }
        Message::CombinationTradeExecuted(trade) => {
            assert_trade(
                trade.trade_type(),
                trade.executed_quantity(),
                trade.trade_price(),
                trade.trade_id(),
            );
            assert_order(trade.seller_side(), trade.seller_order_id());
        }
        other => panic!("none of the samples is {other:?}"),
    }
}

#[test]
fn asx_samples() {
    #[rustfmt::skip]
    const SAMPLES: &[Sample<'_>] = &[
        ("AddOrderMessage.pcap", &[("A", 1)]),
        ("AnomalousOrderThresholdPublishMessage.pcap", &[("W", 1)]),
        ("AuctionOrderExecutedMessage.pcap", &[("C", 1)]),
        ("CombinationOrderExecutedMessage.pcap", &[("e", 1)]),
        ("CombinationSymbolDirectoryMessage.pcap", &[("M", 1)]),
        ("CombinationTradeExecutedMessage.pcap", &[("p", 1)]),
        ("EquilibriumPriceMessage.pcap", &[("Z", 1)]),
        ("FutureSymbolDirectoryMessage.pcap", &[("f", 1)]),
        ("Heartbeat.pcap", &[]),
        ("ImpliedOrderAddedMessage.pcap", &[("j", 1)]),
        ("ImpliedOrderDeletedMessage.pcap", &[("k", 1)]),
        ("ImpliedOrderReplacedMessage.pcap", &[("l", 1)]),
        ("OpenHighLowLastTradeAdjustmentMessage.pcap", &[("t", 1)]),
        ("OptionsSymbolDirectoryMessage.pcap", &[("h", 1)]),
        ("OrderBookStateMessage.pcap", &[("O", 1)]),
        ("OrderDeletedMessage.pcap", &[("D", 1)]),
        ("OrderExecutedMessage.pcap", &[("E", 1)]),
        ("OrderVolumeCancelledMessage.pcap", &[("X", 1)]),
        ("Seconds.pcap", &[("T", 1), ("A", 1)]),
        ("TextMessage.pcap", &[("x", 1)]),
        ("TradeExecutedMessage.pcap", &[("P", 1), ("E", 2), ("P", 1), ("E", 4)]),
    ];
    assert_samples("omi/Asx", Framing::MoldUdp64, Codec::AsxItch, SAMPLES, assert_plausible);
}
