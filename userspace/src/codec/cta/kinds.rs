//! Every category and type, with its name.

use super::Header;
use crate::codec::MessageType;

/// Makes the table and the look-up of rows: category, type, label, name.
macro_rules! kinds {
    ($($category:literal $kind:literal $label:literal $name:ident $text:literal)*) => {
        /// The message types, in the order of the indices [`read`](super::read) returns. The label is category and
        /// type; the length is that of the header.
        pub const TYPES: &[MessageType] = &[
            $(MessageType { label: $label, name: stringify!($name), len: size_of::<Header>() },)*
        ];

        #[derive(Clone, Copy)]
        #[expect(non_camel_case_types, reason = "the names of the table")]
        enum Index {
            $(
                #[doc = $text]
                $name,
            )*
        }

        /// Finds a message's place in [`TYPES`].
        #[inline]
        pub(super) const fn index(category: u8, kind: u8) -> Option<usize> {
            Some(match (category, kind) {
                $(($category, $kind) => Index::$name,)*
                _ => return None,
            } as usize)
        }
    };
}

kinds! {
    b'T' b'R' "TR" fractional_long_trade "A trade, with fractions of shares."
    b'T' b'H' "TH" fractional_short_trade "A trade in small numbers, with fractions of shares."
    b'T' b'L' "TL" long_trade "A trade."
    b'T' b'T' "TT" short_trade "A trade in small numbers."
    b'T' b'E' "TE" fractional_trade_cancel_error "A trade of today is undone, with fractions of shares."
    b'T' b'X' "TX" trade_cancel_error "A trade of today is undone."
    b'T' b'O' "TO" fractional_trade_correction "A trade of today is corrected, with fractions of shares."
    b'T' b'C' "TC" trade_correction "A trade of today is corrected."
    b'T' b'S' "TS" trading_status "A security is halted, paused or trades."
    b'T' b'A' "TA" trade_auction_status "What a coming auction would do (CTS)."
    b'P' b'R' "PR" fractional_prior_day_trade "A trade of an earlier day, with fractions of shares."
    b'P' b'T' "PT" prior_day_trade "A trade of an earlier day."
    b'P' b'E' "PE" fractional_prior_day_trade_cancel_error "A trade of an earlier day is undone, with fractions of shares."
    b'P' b'X' "PX" prior_day_trade_cancel_error "A trade of an earlier day is undone."
    b'P' b'O' "PO" fractional_prior_day_trade_correction "A trade of an earlier day is corrected, with fractions of shares."
    b'P' b'C' "PC" prior_day_trade_correction "A trade of an earlier day is corrected."
    b'Q' b'L' "QL" long_quote "A bid and offer (CQS)."
    b'Q' b'Q' "QQ" short_quote "A bid and offer in small numbers (CQS)."
    b'Q' b'S' "QS" special_long_quote "A bid and offer with particulars (CQS)."
    b'Q' b'A' "QA" quote_auction_status "What a coming auction would do (CQS)."
    b'S' b'A' "SA" consolidated_start_of_day_summary "A security as the day begins."
    b'S' b'B' "SB" participant_start_of_day_summary "The same of one exchange."
    b'S' b'C' "SC" consolidated_end_of_day_summary "A security's day."
    b'S' b'D' "SD" participant_end_of_day_summary "The same of one exchange."
    b'S' b'T' "ST" fractional_consolidated_end_of_day_summary "A security's day, with fractions of shares."
    b'S' b'P' "SP" fractional_participant_end_of_day_summary "The same of one exchange."
    b'I' b'I' "II" indices "The value of an index."
    b'I' b'Q' "IQ" bid_and_offer_index "Bid and offer of an index."
    b'M' b'K' "MK" mwcb_decline_level_status "The levels of the market-wide circuit breaker."
    b'M' b'L' "ML" mwcb_status "The market-wide circuit breaker was triggered."
    b'M' b'N' "MN" approximate_adjusted_volume_market_center "Volume of each exchange."
    b'M' b'V' "MV" fractional_approximate_adjusted_volume_market_center "Volume of each exchange, with fractions of shares."
    b'M' b'O' "MO" approximate_trades_and_total_dollar_value "Trades and dollars so far."
    b'M' b'P' "MP" crossing_session_summary "What the crossing session traded."
    b'A' b'A' "AA" start_of_end_of_day_summary "End-of-day summaries follow."
    b'A' b'B' "AB" end_of_end_of_day_summary "End-of-day summaries are done."
    b'A' b'C' "AC" start_of_start_of_day_summary "Start-of-day summaries follow."
    b'A' b'D' "AD" end_of_start_of_day_summary "Start-of-day summaries are done."
    b'A' b'S' "AS" symbol_reference_data "A security."
    b'C' b'A' "CA" start_of_day "The day begins, and the sequence with it."
    b'C' b'L' "CL" reset_block_sequence_number "The sequence starts again."
    b'C' b'T' "CT" line_integrity "The next sequence: the framing's heartbeat."
    b'C' b'O' "CO" finra_open "FINRA's facility opens (CQS)."
    b'C' b'C' "CC" finra_close "FINRA's facility closes (CQS)."
    b'C' b'P' "CP" disaster_recovery_data_center_activation "The other data center takes over."
    b'C' b'Z' "CZ" end_of_day "The day is over."
}
