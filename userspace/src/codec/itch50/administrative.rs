//! System events and the state of securities and participants (sections 1.1 and 1.2).

use super::Header;
use crate::codec::layout::layouts;

layouts! {
    first header Header "Type, security, tracking number and time.";

    /// A phase of the trading day begins or ends (section 1.1).
    "S" 12 system_event SystemEvent {
        11 event_code a1 "`O` start of messages, `S` start of system hours, `Q` start of market hours, `M` end of market hours, `E` end of system hours, `C` end of messages."
    }

    /// A security of the day: sent for each before trading (section 1.2.1).
    "R" 39 stock_directory StockDirectory {
        11 stock a8 "The symbol."
        19 market_category a1 "Listing market. `Q` Nasdaq Global Select, `G` Nasdaq Global, `S` Nasdaq Capital, `N` NYSE, `A` NYSE American, `P` NYSE Arca, `M` NYSE Texas, `Z` BATS Z, `V` IEX, space unknown."
        20 financial_status_indicator a1 "`N` normal, `D` deficient, `E` delinquent, `Q` bankrupt, `S` suspended, `G` `D` and `Q`, `H` `D` and `E`, `J` `E` and `Q`, `K` all three, `C` creations and redemptions suspended, space unknown."
        21 round_lot_size u32be "Shares of a round lot."
        25 round_lots_only a1 "`Y` only round lots are accepted, `N` any."
        26 issue_classification a1 "Class of security: table \"Issue Classification Values\" of the specification."
        27 issue_sub_type a2 "Kind within the class: table \"Issue Sub-Type Values\" of the specification."
        29 authenticity a1 "`P` live, `T` test security."
        30 short_sale_threshold_indicator a1 "`Y` restricted under SEC rule 203(b)(3), `N` not, space unknown."
        31 ipo_flag a1 "`Y` set up for release as a new issue, `N` not, `Z` newly listed but no new issue, space unknown."
        32 luld_reference_price_tier a1 "Limit-up limit-down tier: `1` or `2`, space none."
        33 etp_flag a1 "`Y` exchange traded product, `N` not, space unknown."
        34 etp_leverage_factor u32be "Leverage of the product, a whole number: 1 unleveraged, 2 twofold."
        38 inverse_indicator a1 "`Y` the product moves against its reference, `N` with it."
    }

    /// A security is halted, paused or trades again (section 1.2.2).
    "H" 25 stock_trading_action StockTradingAction {
        11 stock a8 "The symbol."
        19 trading_state a1 "`H` halted, `P` paused, `Q` quotation only, `T` trading."
        20 reserved a1 "Reserved."
        21 reason_code a4 "Why: appendix \"Stock Trading Action Codes\" of the specification."
    }

    /// Short sales of a security become restricted or free (section 1.2.3).
    "Y" 20 reg_sho_short_sale_price_test_restricted_indicator RegShoRestriction {
        11 stock a8 "The symbol."
        19 reg_sho_action a1 "`0` no price test, `1` restricted after a price drop today, `2` restriction remains."
    }

    /// A market participant's standing in a security (section 1.2.4).
    "L" 26 market_participant_position MarketParticipantPosition {
        11 mpid a4 "The participant."
        15 stock a8 "The symbol."
        23 primary_market_maker a1 "`Y` primary market maker, `N` not."
        24 market_maker_mode a1 "`N` normal, `P` passive, `S` syndicate, `R` pre-syndicate, `L` penalty."
        25 market_participant_state a1 "`A` active, `E` excused, `W` withdrawn, `S` suspended, `D` deleted."
    }

    /// The day's market-wide circuit breaker levels (section 1.2.5.1).
    "V" 35 mwcb_decline_level MwcbDeclineLevel {
        11 level_1 u64be/100000000 "Index value of level 1."
        19 level_2 u64be/100000000 "Index value of level 2."
        27 level_3 u64be/100000000 "Index value of level 3."
    }

    /// A market-wide circuit breaker level is breached (section 1.2.5.2).
    "W" 12 mwcb_status MwcbStatus {
        11 breached_level a1 "`1`, `2` or `3`."
    }

    /// When a new issue's quotation opens (section 1.2.6).
    "K" 28 ipo_quoting_period_update QuotingPeriodUpdate {
        11 stock a8 "The symbol."
        19 ipo_quotation_release_time u32be "Anticipated release, seconds since midnight, US Eastern time."
        23 ipo_quotation_release_qualifier a1 "`A` anticipated, `C` cancelled or postponed."
        24 ipo_price u32be/10000 "Price of the issue."
    }

    /// Price collar of the auction that ends a limit-up limit-down pause (section 1.2.7).
    "J" 35 luld_auction_collar LuldAuctionCollar {
        11 stock a8 "The symbol."
        19 auction_collar_reference_price u32be/10000 "Price the collar is made from."
        23 upper_auction_collar_price u32be/10000 "Upper threshold."
        27 lower_auction_collar_price u32be/10000 "Lower threshold."
        31 auction_collar_extension u32be "Times the collar was extended."
    }

    /// Trading of a security stops or goes on at one market for operational reasons (section 1.2.8).
    "h" 21 operational_halt OperationalHalt {
        11 stock a8 "The symbol."
        19 market_code a1 "`Q` Nasdaq, `B` BX (Nasdaq Texas), `X` PSX."
        20 operational_halt_action a1 "`H` halted, `T` trading again."
    }
}
