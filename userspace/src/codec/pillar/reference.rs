//! Securities and their state.

use super::Price;
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// A security and what it is called for the day ("Symbol Index Mapping").
    3 44 symbol_index_mapping SymbolIndexMapping {
        4 symbol_index u32le "What other messages call the security."
        8 symbol a11 "The symbol, padded."
        19 reserved_1 x1 "Reserved."
        20 market_id u16le "1 NYSE, 3 Arca, 4 Arca Options, 5 Bonds, 8 American Options, 9 American, 10 National, 11 Texas."
        22 system_id u8 "The matching engine."
        23 exchange_code a1 "Where it is listed: `A` NYSE American, `L` LTSE, `M` NYSE Texas, `N` NYSE, `P` NYSE Arca, `Q` Nasdaq, `V` IEX, `Z` Cboe."
        24 price_scale_code u8 "Places of the security's prices: the integers are in units of 10 to the minus this."
        25 security_type a1 "`A` ADR, `C` common stock, `D` debentures, `E` ETF, `F` foreign, `H` US depositary shares, `I` units, `L` index linked notes, `M` liquid trust, `O` ordinary shares, `P` preferred, `R` rights, `S` shares of beneficiary interest, `T` test, `U` closed-end fund, `W` warrant."
        26 lot_size u16le "Shares of a round lot."
        28 prev_close_price Price "Yesterday's close, in the unit of the security."
        32 prev_close_volume u32le "Yesterday's volume."
        36 price_resolution u8 "0 all penny, 1 penny and nickel, 5 nickel and dime."
        37 round_lot a1 "`Y` round lots are accepted, `N` not."
        38 mpv u16le "Minimum price variation, in the unit of the security."
        40 unit_of_trade u16le "Shares that orders are multiples of."
        42 reserved_2 x2 "Reserved."
    }

    /// Every order of a security is gone, its messages are numbered anew ("Symbol Clear").
    32 20 symbol_clear SymbolClear {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        16 next_source_seq_num u32le "Number of the security's next message."
    }

    /// A security or its market changes its state ("Security Status").
    34 46 security_status SecurityStatus {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        16 symbol_seq_num u32le "Number of the message among those of its security."
        20 security_status a1 "`4` trading halt, `5` resume, `6` suspend, `G` pre-opening price indication, `I` halt resume price indication, `B` begin accepting orders, `P` pre-opening, `E` early session, `O` core session, `L` late session, `X` closed, `A` short sale restriction activated (day 1), `C` continued (day 2), `D` deactivated."
        21 halt_condition a1 "`~` not halted, `D` news released, `I` order imbalance, `P` news pending, `M` LULD pause, `X` equipment changeover, `A` additional information requested, `C` regulatory concern, `E` merger effective, `F` ETF component prices not available, `N` corporate action, `O` new security offering, `V` intraday indicative value not available, `1` `2` `3` market-wide circuit breaker level, `6` suspended."
        22 reserved_4 x4 "Reserved."
        26 price_1 Price "Of a price indication the low, of a short sale restriction the triggering price; in the unit of the security."
        30 price_2 Price "Of a price indication the high, in the unit of the security."
        34 ssr_triggering_exchange_id a1 "Where the short sale restriction was triggered; blank if not."
        35 ssr_triggering_volume u32le "Shares of the trade that triggered it."
        39 time u32le "When it was triggered: hour, minute, second and milliseconds as a decimal number."
        43 ssr_state a1 "`~` no short sale restriction, `E` in effect."
        44 market_state a1 "`P` pre-opening, `E` early session, `O` core session, `L` late session, `X` closed."
        45 session_state a1 "Not used."
    }
}
