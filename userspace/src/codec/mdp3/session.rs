//! Sessions, and what state instruments are in.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A channel that starts anew.
    2 ChannelResetEntry {
        0 appl_id i16le "The channel."
    }

    /// An instrument.
    32 RelatedSymEntry {
        0 symbol a20 "The instrument's name: `ESM6`."
        20 security_id i32le "Number of the instrument."
        24 order_qty i32le or null "How much is asked for."
        28 quote_type i8 "1 tradeable."
        29 side i8 or null "1 buy, 2 sell, 8 cross."
        30 padding_30 x2 "Padding."
    }

    /// An order in the workup.
    10 WorkupOrderEntry {
        0 order_id u64le "The order."
        8 side u8 "1 buy, 2 sell."
        9 aggressor_indicator u8 "1 if it is the taking order."
    }
}

views! {
    header HEADER_LEN;

    /// A channel starts anew: every book of it is empty. Sequences go on.
    4 9 channel_reset ChannelReset {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        groups {
            no_md_entries GroupSize ChannelResetEntry "The entries."
        }
    }

    /// Nothing happened: sent while there is nothing else.
    12 0 admin_heartbeat AdminHeartbeat {}

    /// The answer to a log-in to replay (TCP).
    15 1 admin_login AdminLogin {
        0 heart_bt_int i8 "Seconds between heartbeats."
    }

    /// The replay is over or refused (TCP).
    16 180 admin_logout AdminLogout {
        0 text a180 "Why, in words."
    }

    /// An instrument, a group or a product trades, halts or pauses.
    30 30 security_status SecurityStatus {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 security_group a6 "The group it belongs to."
        14 asset a6 "The product code."
        20 security_id i32le or null "Number of the instrument."
        24 trade_date u16le or null "The session: days since 1970."
        26 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        27 security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to trade, \
            18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no change, \
            201 private workup, 202 public workup."
        28 halt_reason u8 "0 schedule, 1 surveillance, 2 market event, 3 activation, 4 expiration, 5 \
            unknown, 6 recovery, 7 roll to the next trade date."
        29 security_trading_event u8 "0 none, 1 no cancelling, 4 statistics reset, 5 implied matching on, 6 \
            implied matching off, 7 end of the workup."
    }

    /// Somebody asks for quotes.
    39 35 quote_request QuoteRequest {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 quote_req_id a23 "Number of the request."
        31 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        32 padding_32 x3 "Padding."
        groups {
            no_related_sym GroupSize RelatedSymEntry "The instruments quotes are asked for."
        }
    }

    /// A workup begins, changes or ends.
    60 30 security_status_workup SecurityStatusWorkup {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 md_entry_px i64le/1_000_000_000 or null "The price."
        16 security_id i32le "Number of the instrument."
        20 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        21 trade_date u16le or null "The session: days since 1970."
        23 trade_link_id u32le "The trade the workup began with."
        27 workup_trading_status u8 "17 over, 18 not available, 201 private workup, 202 public workup."
        28 halt_reason u8 "0 schedule, 1 surveillance, 2 market event, 3 activation, 4 expiration, 5 \
            unknown, 6 recovery, 7 roll to the next trade date."
        29 security_trading_event u8 "0 none, 1 no cancelling, 4 statistics reset, 5 implied matching on, 6 \
            implied matching off, 7 end of the workup."
        groups {
            no_order_id_entries GroupSize WorkupOrderEntry "The orders in these entries."
        }
    }
}
