//! CME.

use super::*;
use crate::codec::mdp3::Message;

/// 2015 and 2016 UTC, when the samples were captured.
fn assert_is_time(time: Option<u64>) {
    let ns = time.unwrap();
    assert!((1_420_070_400_000_000_000..1_483_228_800_000_000_000).contains(&ns), "{ns}");
}

fn assert_is_plausible(message: Message<'_>) {
    match &message {
        Message::MdIncrementalRefreshBook32(book) => {
            assert_is_time(book.transact_time());
            assert!(book.no_md_entries().len() > 0 && book.no_order_id_entries().len() == 0);
            for level in book.no_md_entries() {
                assert!((1..=10).contains(&level.md_price_level().unwrap()), "{level:?}");
                assert!(level.md_update_action() <= Some(5) && level.security_id() > Some(0), "{level:?}");
                assert!(b"01EF".contains(&level.md_entry_type().unwrap()), "{level:?}");
            }
        }
        Message::MdIncrementalRefreshTradeSummary42(summary) => {
            assert_is_time(summary.transact_time());
            for trade in summary.no_md_entries() {
                assert!(trade.md_entry_size() > Some(0) && trade.aggressor_side() <= Some(2), "{trade:?}");
            }
            // Each contract is in two orders.
            let of_trades: i32 = summary.no_md_entries().map(|trade| trade.md_entry_size().unwrap()).sum();
            let of_orders: i32 = summary.no_order_id_entries().map(|order| order.last_qty().unwrap()).sum();
            assert_eq!(of_orders, 2 * of_trades, "{message:?}");
        }
        Message::MdIncrementalRefreshVolume(volume) => {
            assert_is_time(volume.transact_time());
            assert!(volume.no_md_entries().all(|entry| entry.md_entry_size() > Some(0)));
        }
        Message::MdInstrumentDefinitionSpread29(spread) => {
            assert_symbol(spread.symbol().unwrap());
            assert_eq!(
                (spread.security_exchange(), spread.trading_reference_date()),
                (Some(&b"XCME"[..]), None)
            );
            assert!(spread.no_legs().len() > 1, "{message:?}");
            assert!(spread.no_legs().all(|leg| matches!(leg.leg_side(), Some(1 | 2))));
            assert!(spread.no_md_feed_types().all(|book| book.md_feed_type().unwrap().starts_with(b"GB")));
        }
        Message::MdInstrumentDefinitionFuture27(future) => {
            assert_symbol(future.symbol().unwrap());
            assert!(matches!(future.maturity_year(), Some(2015..2030)), "{message:?}");
            assert_eq!(
                (future.user_defined_instrument(), future.trading_reference_date()),
                (Some(b'N'), None)
            );
            assert!(future.no_events().len() == 2 && future.no_inst_attrib().len() == 1);
        }
        _ => panic!("not among the samples: {message:?}"),
    }
}

#[test]
fn cme_samples() {
    #[rustfmt::skip]
    let tables: [(&str, &[Sample<'_>]); 2] = [
        ("omi/Cme/Mdp3.Sbe.v1.5", &[
            ("MdIncrementalRefreshBook.pcap", &[("32", 1)]),
            ("MdIncrementalRefreshTradeSummary.pcap", &[("42", 1)]),
            ("MdIncrementalRefreshVolume.pcap", &[("37", 1), ("32", 1)]),
            ("MdInstrumentDefinitionSpread.pcap", &[("29", 2), ("27", 1), ("29", 1), ("27", 1)]),
        ]),
        ("omi/Cme/Mdp3.Sbe.v1.8", &[
            ("MdIncrementalRefreshTradeSummary.pcap", &[("42", 1), ("37", 1), ("32", 1)]),
        ]),
    ];
    for (folder, table) in tables {
        assert_samples(folder, Framing::Mdp3, Codec::Mdp3, table, |message| {
            assert_is_plausible(Message::parse(message).unwrap());
        });
    }
}
