//! The day, its seconds, and what trades.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message."
        1 message_type u8 "The message's type."
    }

    /// A second begins: what later messages' nanoseconds count within.
    0x54 6 time Time {
        2 seconds u32le "Seconds since midnight, London."
    }

    /// The day begins or ends.
    0x53 7 system_event SystemEvent {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 event_code a1 "`O` start of day, `C` end of day."
    }

    /// An instrument of the day.
    0x52 65 symbol_directory SymbolDirectory {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 instrument_id u32le "The instrument."
        10 reserved_a x1 "Padding."
        11 reserved_b x1 "Padding."
        12 symbol_status a1 "`H` halted, `S` suspended, `a` inactive; a space: active."
        13 isin a12 "ISIN."
        25 sedol a12 "SEDOL."
        37 segment a6 "Segment it trades in."
        43 underlying a6 "Underlying instrument."
        49 currency a3 "Currency it trades in."
        52 reserved_byte x1 "Padding."
        53 reserved_4 x4 "Padding."
        57 previous_close_price i64le/100000000 "Closing price of the day before."
    }

    /// An instrument enters another trading session or state.
    0x48 28 symbol_status SymbolStatus {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 instrument_id u32le "The instrument."
        10 reserved_a x1 "Padding."
        11 reserved_b x1 "Padding."
        12 trading_status a1 "`T` regular trading, `H` halt, `a` opening auction call, `d` closing auction call, `e` AESP and `q` EDSP auction call, `f` resume and `r` periodic auction call, `u` closing price crossing, `l` pause, `m` pre-mandatory, `n` mandatory, `o` post-mandatory, `b` post-close, `x` end of post-close, `t` end of trade reporting, `w` no session, `c` market close."
        13 symbol_status_flags u8 "Bit 5: firm quote."
        14 reason a4 "Why trading stopped."
        18 session_change_reason u8 "0 scheduled, 1 extended and 2 shortened by the market's operators, 3 market order imbalance, 4 price outside its range, 9 unavailable: recovery only."
        19 new_end_time a8 "When the session ends now, HH:MM:SS."
        27 book_type u8 "1 on book, 2 off book, 3 private request for quotes."
    }
}
