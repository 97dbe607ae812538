//! Deribit.

use super::*;
use crate::codec::deribit::Message;

fn assert_is_plausible(message: Message<'_>) {
    // 2022 to 2024 UTC: the captures are of 2023.
    let is_time =
        |time: Option<u64>| time.is_some_and(|ms| (1_640_995_200_000..1_704_067_200_000).contains(&ms));
    let is_amount = |amount: Option<f64>| amount.is_some_and(|amount| (0.0..1e9).contains(&amount));
    match &message {
        Message::Book(book) => {
            assert!(is_time(book.timestamp_ms()) && book.prev_change_id() < book.change_id(), "{message:?}");
            for level in book.changes_list() {
                assert!(level.side() <= Some(1) && level.change() <= Some(2), "{level:?}");
                assert!(level.price().is_some() && is_amount(level.amount()), "{level:?}");
            }
        }
        Message::Snapshot(snapshot) => {
            assert!(is_time(snapshot.timestamp_ms()), "{message:?}");
            assert!(snapshot.levels_list().all(|level| level.price().is_some() && is_amount(level.amount())));
        }
        Message::Trades(trades) => {
            assert!(trades.trades_list().len() > 0);
            for trade in trades.trades_list() {
                assert!(is_time(trade.timestamp_ms()) && is_amount(trade.amount()), "{trade:?}");
                assert!(trade.index_price() > Some(0.0) && trade.tick_direction() <= Some(3), "{trade:?}");
            }
        }
        Message::Ticker(ticker) => {
            assert!(is_time(ticker.timestamp_ms()) && is_amount(ticker.best_bid_amount()), "{message:?}");
            assert_eq!(ticker.instrument_state(), Some(1), "{message:?}");
        }
        Message::PriceIndex(index) => {
            assert!(is_time(index.timestamp_ms()) && is_amount(index.price()), "{message:?}");
            assert_symbol(index.index_name().unwrap());
        }
        Message::Instrument(instrument) => assert_symbol(instrument.instrument_name().unwrap()),
        Message::InstrumentV2(instrument) => {
            assert_symbol(instrument.instrument_name().unwrap());
            assert_symbol(instrument.base_currency().unwrap());
            assert!(instrument.tick_size() > Some(0.0), "{message:?}");
            assert!(instrument.tick_steps_list().all(|step| step.tick_size() > Some(0.0)));
        }
        Message::SnapshotStart(start) => assert_eq!(start.snapshot_delay(), Some(200)),
        Message::SnapshotEnd(_) | Message::Rfq(_) => {}
        Message::ComboLegs(combo) => assert!(combo.legs_list().all(|leg| leg.leg_size() != Some(0))),
    }
}

fn tally(file: &str) -> Option<Tally> {
    let mut tally = Tally::default();
    captures::payloads(&captures::path(file)?, |payload| {
        tally.datagram(Framing::Deribit, Codec::Deribit, payload, |message| {
            assert_is_plausible(Message::parse(message).unwrap());
        });
    });
    Some(tally)
}

#[test]
fn deribit_sample() {
    let Some(tally) = tally("deribit/sample_capture_v1_6.pcapng") else { return };
    #[rustfmt::skip]
    let messages = counts(&[
        ("1000", 194), ("1001", 1_064), ("1002", 332), ("1003", 4_211), ("1004", 197), ("1005", 60),
        ("1006", 60), ("1008", 468), ("1010", 194),
    ]);
    assert_eq!(tally, Tally { packets: 5_066, messages, ..Tally::default() });
}

#[test]
fn deribit_price_index() {
    let Some(tally) = tally("deribit/price_index.pcapng") else { return };
    assert_eq!(tally, Tally { packets: 1_277, messages: counts(&[("1008", 1_277)]), ..Tally::default() });
}
