//! MEMX.

use super::*;
use crate::{codec::memx::Message, framing::Malformed};

fn assert_is_plausible(message: Message<'_>) {
    // 2023-08-22 UTC, the day of the samples.
    let is_time = |time: Option<u64>| {
        time.is_some_and(|ns| (1_640_995_200_000_000_000..1_735_689_600_000_000_000).contains(&ns))
    };
    let is_amount = |shares: Option<u32>| matches!(shares, Some(1..1_000_000));
    match message {
        Message::OrderAdded(added) => {
            assert!(is_time(added.timestamp()) && is_amount(added.quantity()), "{message:?}");
            assert!(matches!(added.side(), Some(b'B' | b'S')) && added.price().unwrap().0 > 0, "{message:?}");
        }
        Message::OrderDeleted(deleted) => {
            assert!(is_time(deleted.timestamp()) && deleted.order_id() > Some(0), "{message:?}");
        }
        Message::OrderReduced(reduced) => {
            assert!(is_time(reduced.timestamp()) && is_amount(reduced.quantity()), "{message:?}");
        }
        Message::OrderExecuted(executed) => {
            assert!(is_time(executed.timestamp()) && is_amount(executed.quantity()), "{message:?}");
            // Whole cents.
            let price = executed.price().unwrap().0;
            assert!(price > 0 && price % 10_000 == 0, "{message:?}");
        }
        Message::RegShoRestriction(restriction) => {
            assert!(is_time(restriction.timestamp()) && restriction.short_sale_restriction() <= Some(1));
        }
        Message::SecurityTradingStatus(status) => {
            assert!(is_time(status.timestamp()), "{message:?}");
            assert!(b"HPQT".contains(&status.security_trading_status().unwrap()), "{message:?}");
            assert!(b"XRA".contains(&status.security_trading_status_reason().unwrap()), "{message:?}");
        }
        Message::TradingSessionStatus(status) => {
            assert!(is_time(status.timestamp()), "{message:?}");
            assert!(b"1234".contains(&status.trading_session().unwrap()), "{message:?}");
        }
        _ => panic!("not among the samples: {message:?}"),
    }
}

/// One of the samples is no packet of MEMX: `StockTradingActionMessage` is MoldUDP64 with a message of ITCH 5.0.
#[test]
fn memx_samples() {
    #[rustfmt::skip]
    let table: [Sample<'_>; 10] = [
        ("Heartbeat.pcap", &[]),
        ("MultipleMessages.pcap", &[("11", 53)]),
        ("OrderAddedMessage.pcap", &[("10", 1)]),
        ("OrderDeletedMessage.pcap", &[("11", 1)]),
        ("OrderExecutedMessage.pcap", &[("13", 1)]),
        ("OrderReducedMessage.pcap", &[("12", 1)]),
        ("RegShowRestrictionMessage.pcap", &[("2", 1)]),
        ("SecurityTradingStatusMessage.pcap", &[("3", 1)]),
        ("StockTradingActionMessage.pcap", &[]),
        ("TradingSessionStatusMessage.pcap", &[("5", 1)]),
    ];
    let Some(folder) = captures::path("omi/Memx") else { return };
    let files = captures::files(&folder, "pcap");
    assert_eq!(files.len(), table.len());
    for (file, (name, messages)) in files.iter().zip(table) {
        assert_eq!(file.file_name().unwrap().to_string_lossy(), name);
        let mut tally = Tally::default();
        captures::payloads(file, |payload| {
            if name == "StockTradingActionMessage.pcap" {
                assert_eq!(Framing::Memx.segment(payload), Err(Malformed::WrongVersion));
                let mut itch = Tally::default();
                itch.datagram(Framing::MoldUdp64, Codec::Itch50, payload, |_| {});
                assert_eq!(itch, Tally { packets: 1, messages: counts(&[("H", 1)]), ..Tally::default() });
                return;
            }
            tally.datagram(Framing::Memx, Codec::Memx, payload, |message| {
                assert_is_plausible(Message::parse(message).unwrap());
            });
        });
        let packets = u64::from(name != "StockTradingActionMessage.pcap");
        let heartbeats = u64::from(name == "Heartbeat.pcap");
        assert_eq!(
            tally,
            Tally { packets, heartbeats, messages: counts(messages), ..Tally::default() },
            "{name}"
        );
    }
}
