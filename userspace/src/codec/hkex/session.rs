//! Sequence, markets and sessions.

use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 msg_size u16le "Bytes of the message."
        2 msg_type u16le "The message's type."
    }

    /// The sequence starts again.
    100 8 sequence_reset SequenceReset {
        4 new_seq_no u32le "The next sequence."
    }

    /// The feed moves to its second site.
    105 8 disaster_recovery_signal DisasterRecoverySignal {
        4 dr_status u32le "1 disaster recovery in progress, 2 completed."
    }

    /// A market.
    10 40 market_definition MarketDefinition {
        4 market_code a4 "`MAIN`, `GEM`, `NASD`, `ETS`."
        8 market_name a25 "Its name."
        33 currency_code a3 "Currency."
        36 number_of_securities u32le "Securities of the market."
    }

    /// A currency's rate.
    14 16 currency_rate CurrencyRate {
        4 currency_code a3 "Currency."
        7 filler_1 x1 "Padding."
        8 currency_factor u16le "Power of ten of the currency's unit."
        10 filler_2 x2 "Padding."
        12 currency_rate u32le "Rate to the Hong Kong dollar."
    }

    /// A market enters another session.
    20 32 trading_session_status TradingSessionStatus {
        4 market_code a4 "`MAIN`, `GEM`, `NASD`, `ETS`."
        8 filler_1 x1 "Padding."
        9 trading_session_sub_id u8 "1 order input, 101 no cancellation, 108 random matching, 2 order matching, 7 blocking, 3 continuous trading, 105 reference price fixing, 5 closing auction order input, 106 no cancellation, 107 random close, 4 closing auction matching, 102 exchange intervention, 100 not yet open."
        10 trading_ses_status u8 "0 unknown, 10 halted, 20 pre-open, 30 open, 40 pre-close, 50 closed, 100 day closed."
        11 trading_ses_control_flag a1 "`0` automatic, `1` manual: the schedule of the day no longer holds."
        12 filler_4 x4 "Padding."
        16 start_date_time u64le "When the session begins, nanoseconds since 1970 UTC."
        24 end_date_time u64le "When it ends, nanoseconds since 1970 UTC."
    }

    /// A security is suspended or resumed.
    21 12 security_status SecurityStatus {
        4 security_code u32le "The security."
        8 suspension_indicator u8 "2 halted or suspended, 3 resumed."
        9 filler_3 x3 "Padding."
    }

    /// A price moved too far: trading cools off.
    23 36 vcm_trigger VcmTrigger {
        4 security_code u32le "The security."
        8 cooling_off_start_time u64le "When cooling off begins, nanoseconds since 1970 UTC."
        16 cooling_off_end_time u64le "When it ends, nanoseconds since 1970 UTC."
        24 vcm_reference_price i32le/1000 "Price the limits are made from."
        28 vcm_lower_price i32le/1000 "Lower limit."
        32 vcm_upper_price i32le/1000 "Upper limit."
    }
}
