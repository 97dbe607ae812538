//! Eurex: T7 packets of 2014 and 2017.

use super::*;
use crate::codec::eobi6::Message;

/// What messages have in common that says whether fields are where they should be.
fn assert_plausible(message: &[u8]) {
    // Between 2014 and 2018.
    let time = |time: Option<u64>| {
        let time = time.unwrap_or_else(|| panic!("no time: {message:02x?}"));
        assert!((1_388_000_000..1_546_300_800).contains(&(time / 1_000_000_000)), "{time}: {message:02x?}");
    };
    let instrument = |id: Option<i64>| assert!(id.unwrap() > 0, "{message:02x?}");
    let order = |side: Option<u8>, lots: Option<i32>, price: Option<crate::codec::field::Fixed<i64, 8>>| {
        assert!(matches!(side, Some(1 | 2)), "{message:02x?}");
        assert!((1..10_000).contains(&lots.unwrap()), "{message:02x?}");
        // Spreads have prices below nothing; ticks are no smaller than a ten-thousandth.
        let price = price.unwrap().0;
        assert!(
            price != 0 && price % 10_000 == 0 && price.abs() < 20_000 * 100_000_000,
            "{price}: {message:02x?}"
        );
    };
    match Message::parse(message).unwrap() {
        Message::OrderAdd(add) => {
            time(add.trd_reg_ts_time_in().get());
            time(add.trd_reg_ts_time_priority().get());
            instrument(add.security_id().get());
            order(add.side().get(), add.display_qty().get(), add.price().get());
        }
        Message::OrderModify(modify) => {
            time(modify.trd_reg_ts_time_in().get());
            time(modify.trd_reg_ts_prev_time_priority().get());
            instrument(modify.security_id().get());
            order(modify.side().get(), modify.prev_display_qty().get(), modify.prev_price().get());
            order(modify.side().get(), modify.display_qty().get(), modify.price().get());
        }
        Message::FullOrderExecution(full) => {
            time(full.trd_reg_ts_time_priority().get());
            instrument(full.security_id().get());
            order(full.side().get(), full.last_qty().get(), full.price().get());
            assert_eq!(full.price().get(), full.last_px().get());
        }
        Message::PartialOrderExecution(partial) => {
            time(partial.trd_reg_ts_time_priority().get());
            instrument(partial.security_id().get());
            order(partial.side().get(), partial.last_qty().get(), partial.price().get());
            assert_eq!(partial.price().get(), partial.last_px().get());
        }
        Message::EarlyExecutionSummary(summary) => {
            time(summary.request_time().get());
            time(summary.exec_id().get());
            assert!(summary.exec_id().get() > summary.request_time().get());
            instrument(summary.security_id().get());
            order(summary.aggressor_side().get(), summary.last_qty().get(), summary.last_px().get());
        }
        Message::SnapshotOrder(snapshot) => {
            time(snapshot.trd_reg_ts_time_priority().get());
            order(snapshot.side().get(), snapshot.display_qty().get(), snapshot.price().get());
        }
        Message::ProductSummary(summary) => {
            assert_eq!(
                (summary.trading_session_id().get(), summary.trading_session_sub_id().get()),
                (Some(1), Some(3))
            );
            assert_eq!(summary.trad_ses_status().get(), Some(2));
        }
        Message::InstrumentSummary(summary, statistics) => {
            instrument(summary.security_id().get());
            time(summary.last_update_time().get());
            assert_eq!(
                (summary.security_status().get(), summary.security_trading_status().get()),
                (Some(1), Some(203))
            );
            assert!(statistics.is_empty());
        }
        Message::Heartbeat(heartbeat) => assert_eq!(heartbeat.last_msg_seq_num_processed().get(), Some(348)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn eobi_samples() {
    #[rustfmt::skip]
    assert_samples("omi/Eurex", Framing::Eobi6, Codec::Eobi6, &[
        ("ExecutionSummary.pcap", &[("13202", 1), ("13105", 1)]),
        ("FullOrderExecution.pcap", &[("13104", 1), ("13100", 1)]),
        ("Heartbeat.pcap", &[("13001", 1)]),
        ("InstrumentSummary.pcap", &[("13601", 1)]),
        ("OrderAdd.pcap", &[("13100", 1)]),
        ("OrderModify.pcap", &[("13101", 1)]),
        ("PartialOrderExecution.pcap", &[("13202", 1), ("13105", 1)]),
        ("ProductSummary.pcap", &[("13600", 1), ("13601", 4)]),
        ("SnapshotOrder.pcap", &[("13602", 3)]),
    ], assert_plausible);
}

/// Two packets of one snapshot cycle, of different products: their numbers are of one row, which is why the product is no
/// part of the stream's key.
#[test]
fn packets_are_numbered_over_all_products() {
    let Some(folder) = captures::path("omi/Eurex/Eobi.T7.v6.0") else { return };
    let of = |file: &str| {
        let mut found = None;
        captures::payloads(&folder.join(file), |payload| {
            let product = u32::from_le_bytes(*payload[12..].first_chunk().unwrap());
            found = Some((Framing::Eobi6.segment(payload).unwrap(), product));
        });
        found.unwrap()
    };
    let ((earlier, product), (later, next)) = (of("ProductSummary.pcap"), of("InstrumentSummary.pcap"));
    assert_eq!(earlier.key, later.key);
    assert_eq!((later.first - earlier.first, next - product), (4, 1));
}
