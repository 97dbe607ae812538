//! The session: time, units, trading status.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message, this one included."
        1 message_type u8 "The message's type."
    }

    /// The second that the messages behind it count from ("Time"). Sent before the first message of each second.
    0x20 6 time Time {
        2 time u32le "Seconds since midnight, US Eastern time."
    }

    /// Every order of the unit is gone: its books are empty ("Unit Clear").
    0x97 6 unit_clear UnitClear {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
    }

    /// The unit sends nothing more today ("End of Session").
    0x2D 6 end_of_session EndOfSession {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
    }

    /// A security is halted, suspended or trades ("Trading Status").
    0x31 18 trading_status TradingStatus {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 symbol a8 "The symbol."
        14 trading_status a1 "`A` accepting orders for queuing, `H` halted, `Q` quote-only, `S` suspended by the exchange, `T` trading."
        15 reg_sho_action a1 "`0` no price test in effect, `1` Reg SHO price test restriction in effect."
        16 reserved x2 "Reserved."
    }
}
