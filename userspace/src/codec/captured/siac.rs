//! SIAC: OPRA and CTA.

use super::*;
use crate::codec::{
    cta,
    opra::{Message, places},
};

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

fn assert_cta_is_plausible(message: &[u8]) {
    let cta::Message { header, body } = cta::Message::parse(message).unwrap();
    assert_eq!(usize::from(header.message_length()), message.len());
    assert!(header.message_id() > 0, "counted from 1: {header:?}");
    // 2026-04-07, or the days before it that prior-day trades are of.
    assert!((1_774_900_000..1_775_700_000).contains(&header.timestamp_seconds()), "{header:?}");
    assert!(header.timestamp_nanoseconds() < 1_000_000_000, "{header:?}");
    assert!(b"CDKNSZ".contains(&header.participant_id()), "{header:?}");
    let bare = header.message_category() == b'C' || b"ABCD".contains(&header.message_type());
    assert!(!body.is_empty() || bare, "{header:?}");
}

#[test]
fn cts_samples() {
    #[rustfmt::skip]
    let table: &[Sample<'_>] = &[
        ("A_A_Start_of_End_of_Day_Summary.pcap", &[("AA", 1), ("ST", 1), ("SP", 4)]),
        ("A_B_End_of_End_of_Day_Summary.pcap", &[("SP", 7), ("AB", 1)]),
        ("A_C_Start_of_Start_of_Day_Summary.pcap", &[("AC", 1), ("SA", 1), ("SB", 14)]),
        ("A_D_End_of_Start_of_Day_Summary.pcap", &[("SA", 1), ("SB", 17), ("AD", 1)]),
        ("A_S_Symbol_Reference_Data.pcap", &[("AS", 2)]),
        ("C_A_Start_of_Day.pcap", &[("CA", 1)]),
        ("C_T_Line_Integrity.pcap", &[]),
        ("C_Z_End_of_Day.pcap", &[("CZ", 1)]),
        ("M_K_MWCB_Decline_Level_Status.pcap", &[("MK", 1)]),
        ("M_V_Fractional_Approximate_Adjusted_Volume_Market_Center.pcap", &[("MV", 1)]),
        ("P_E_Fractional_Prior_Day_Trade_Cancel-Error.pcap", &[("PE", 1)]),
        ("P_R_Fractional_Prior_Day_Trade.pcap", &[("PR", 1)]),
        ("S_A_Consolidated_Start_of_Day_Summary.pcap", &[("AC", 1), ("SA", 1), ("SB", 14)]),
        ("S_B_Participant_Start_of_Day_Summary.pcap", &[("AC", 1), ("SA", 1), ("SB", 14)]),
        ("S_P_Fractional_Participant_End_of_Day_Summary.pcap", &[("AA", 1), ("ST", 1), ("SP", 4)]),
        ("S_T_Fractional_Consolidated_End_of_Day_Summary.pcap", &[("AA", 1), ("ST", 1), ("SP", 4)]),
        ("T_E_Fractional_Trade_Cancel-Error.pcap", &[("TE", 1)]),
        ("T_R_Fractional_Long_Trade.pcap", &[("TR", 1)]),
        ("T_S_Trading_Status.pcap", &[("TS", 1)]),
    ];
    assert_samples("omi/Siac/Cts.Cta.v2.11.b", Framing::Cta, Codec::Cta, table, assert_cta_is_plausible);
}

#[test]
fn cqs_samples() {
    #[rustfmt::skip]
    let table: &[Sample<'_>] = &[
        ("A_S_Symbol_Reference_Data.pcap", &[("AS", 2)]),
        ("C_A_Start_of_Day.pcap", &[("CA", 1)]),
        ("C_C_FINRA_Close.pcap", &[("CC", 1)]),
        ("C_O_FINRA_Open.pcap", &[("CO", 1)]),
        ("C_T_Line_Integrity.pcap", &[]),
        ("C_Z_End_of_Day.pcap", &[("CZ", 1)]),
        ("M_K_MWCB_Decline_Level_Status.pcap", &[("MK", 1)]),
        ("Q_L_Long_Quote.pcap", &[("QL", 1)]),
    ];
    assert_samples("omi/Siac/Cqs.Cta.v2.10.a", Framing::Cta, Codec::Cta, table, assert_cta_is_plausible);
}
