//! System events and the state of securities (section "Administrative Message Formats").

use super::flags::SecurityDirectoryFlags;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A phase of the trading day begins or ends ("System Event Message").
    "S" 10 system_event SystemEvent {
        1 system_event a1 "`O` start of messages, `S` start of system hours, `R` start of regular market hours, `M` end of regular market hours, `E` end of system hours, `C` end of messages."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
    }

    /// A security listed on IEX: sent for each before trading ("Security Directory Message").
    "D" 31 security_directory SecurityDirectory {
        1 security_directory_flags SecurityDirectoryFlags "Kind of security."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 round_lot_size u32le "Shares of a round lot."
        22 adjusted_poc_price i64le/10000 "Previous official closing price, adjusted for corporate actions."
        30 luld_tier u8 "Limit-up limit-down tier: 0 not applicable, 1 or 2."
    }

    /// A security is halted, paused or trades ("Trading Status Message").
    "H" 22 trading_status TradingStatus {
        1 trading_status a1 "`H` halted across all US equity markets, `O` halt released into an order acceptance period, `P` paused and order acceptance period, `T` trading."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 reason a4 "Why: reason codes of the section."
    }

    /// Retail liquidity is there or not ("Retail Liquidity Indicator Message").
    "I" 18 retail_liquidity_indicator RetailLiquidityIndicator {
        1 retail_liquidity_indicator a1 "`A` to buy, `B` to sell, `C` both, space none."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
    }

    /// Trading of a security stops on IEX for operational reasons, or goes on ("Operational Halt Status Message").
    "O" 18 operational_halt_status OperationalHaltStatus {
        1 operational_halt_status a1 "`O` halted on IEX, `N` not."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
    }

    /// Short sales of a security become restricted or free ("Short Sale Price Test Status Message").
    "P" 19 short_sale_price_test_status ShortSalePriceTestStatus {
        1 short_sale_price_test_status u8 "0 not in effect, 1 in effect."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 detail a1 "`A` restricted after a price drop today, `C` still restricted from the day before, `D` deactivated, `N` not available, space no price test in place."
    }

    /// A security's opening or closing is done ("Security Event Message").
    "E" 18 security_event SecurityEvent {
        1 security_event a1 "`O` opening process complete, `C` closing process complete."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
    }
}
