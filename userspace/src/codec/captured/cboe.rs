//! Cboe.

use super::*;
use crate::codec::pitch::{self, Message};

fn assert_pitch_is_plausible(message: &[u8]) {
    let parsed = Message::parse(message).unwrap();
    assert_eq!(message.len(), parsed.layout().len, "what the exchange sends is as long as the table says");
    match parsed {
        Message::Time(time) => assert!(time.time() < 86_400, "{time:?}"),
        Message::AddOrderShort(add) => {
            assert!(add.timestamp() < 1_000_000_000 && b"BS".contains(&add.side_indicator()), "{add:?}");
            assert!(add.quantity() > 0 && add.price().0 > 0 && add.add_flags() == pitch::DISPLAY, "{add:?}");
            assert_symbol(add.symbol().as_bytes());
        }
        Message::ModifyOrderShort(modify) => {
            assert!(modify.timestamp() < 1_000_000_000, "{modify:?}");
            assert!(modify.quantity() > 0 && modify.price().0 > 0, "{modify:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn byx_samples() {
    let table: &[Sample<'_>] = &[
        ("AddOrderShortMessage.pcap", &[("0x22", 1), ("0x20", 1), ("0x22", 4), ("0x20", 1), ("0x22", 2)]),
        ("ModifyOrderShortMessage.pcap", &[("0x28", 1)]),
        ("MultipleMessages.pcap", &[("0x20", 1), ("0x22", 2)]),
    ];
    assert_samples("omi/Cboe", Framing::Cboe, Codec::Pitch, table, assert_pitch_is_plausible);
}
