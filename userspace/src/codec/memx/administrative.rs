//! Securities, and what state they and the market are in.

use super::HEADER_LEN;
use crate::codec::sbe::views;

views! {
    header HEADER_LEN;

    /// A security, and the number that messages name it by ("Instrument Directory").
    1 36 instrument_directory InstrumentDirectory {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "Number of the security, for the day."
        10 symbol a6 "The symbol's root."
        16 symbol_sfx a6 "The symbol's suffix: class, right, warrant."
        22 round_lot u32be "Shares of a round lot."
        26 reserved x1 "Padding."
        27 is_test_symbol u8 "1 if it is not a real one."
        28 mpv i64be/1_000_000 "The tick size."
    }

    /// Short sales of a security become restricted or free ("Reg SHO Restriction").
    2 11 reg_sho_restriction RegShoRestriction {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 short_sale_restriction u8 "1 restricted, 0 free."
    }

    /// A security is halted, paused, quoted or traded ("Security Trading Status").
    3 12 security_trading_status SecurityTradingStatus {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 security_trading_status a1 "`H` halted, `P` paused, `Q` quoted, `T` traded."
        11 security_trading_status_reason a1 "`X` none, `R` regulatory, `A` administrative."
    }

    /// A phase of the trading day begins ("Trading Session Status").
    5 9 trading_session_status TradingSessionStatus {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 trading_session a1 "`1` opening, `2` trading, `3` after trading, `4` closed."
    }

    /// A security's book is empty now ("Clear Book").
    18 10 clear_book ClearBook {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
    }

    /// A snapshot is complete ("Snapshot Complete").
    100 16 snapshot_complete SnapshotComplete {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 as_of_sequence_number u64be "Sequence of the last message that is in it."
    }
}
