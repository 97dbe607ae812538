//! SIAC: OPRA.

use super::*;
use crate::codec::opra::{Message, places};

fn assert_opra_is_plausible(message: &[u8]) {
    match Message::parse(message).unwrap() {
        Message::Administrative(notice, text) => {
            assert_eq!((notice.participant_id(), text.len()), (b'C', 83));
            assert!(text.is_ascii(), "{}", text.escape_ascii());
        }
        Message::LongQuote(quote, appendages) => {
            assert_symbol(quote.security_symbol().as_bytes());
            assert_eq!((quote.expiration_month(), quote.expiration_year()), (b'A', 24));
            assert!(quote.bid_price() <= quote.offer_price() && quote.bid_size() > 0, "{quote:?}");
            let best = appendages.best_bid.unwrap();
            assert_eq!(best.price(), quote.bid_price(), "the best bid is as good as this one");
            assert_eq!(places(best.denominator_code()), places(quote.premium_price_denominator_code()));
        }
        Message::ShortQuote(quote, appendages) => {
            assert_symbol(quote.security_symbol().as_bytes());
            assert_eq!((quote.expiration_month(), quote.expiration_year()), (b'L', 23));
            assert!(quote.bid_price() <= quote.offer_price() && quote.bid_size() > 0, "{quote:?}");
            let best = appendages.best_bid.unwrap();
            assert_eq!(best.price(), i32::from(quote.bid_price().0), "both at two places");
            assert_eq!(places(best.denominator_code()).unwrap().get(), 2);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn opra_samples() {
    let table: &[Sample<'_>] = &[
        ("AdministrativeMessage.pcap", &[("C", 1)]),
        // Line integrity: a heartbeat.
        ("ControlMessage.pcap", &[]),
        ("LongEquityAndIndexQuoteMessage.pcap", &[("k", 1)]),
        ("ShortEquityAndIndexQuoteMessage.pcap", &[("q", 1)]),
    ];
    assert_samples(
        "omi/Siac/Opra.Recipient.v6.2",
        Framing::Opra,
        Codec::Opra,
        table,
        assert_opra_is_plausible,
    );
}
