//! Instruments.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// Prices above a limit have a tick size of their own.
    16 TickStep {
        0 above_price f64le or null "The limit."
        8 tick_size f64le or null "The tick size above it."
    }

    /// One leg of a combo.
    8 ComboLeg {
        0 leg_instrument_id u32le "The leg's instrument."
        4 leg_size i32le "How many of it to one combo; negative where the combo's buyer sells them."
    }
}

views! {
    header HEADER_LEN;

    /// What an instrument is.
    1000 140 instrument Instrument {
        0 instrument_id u32le "Number of the instrument, by which all other messages name it."
        4 instrument_state u8 or null "0 created, 1 open, 2 closed, 3 settled, 4 deactivated, 5 inactive, 6 started."
        5 kind u8 or null "0 future, 1 option, 2 future combo, 3 option combo, 4 spot."
        6 instrument_type u8 or null "0 not applicable, 1 reversed, 2 linear."
        7 option_type u8 or null "0 not applicable, 1 call, 2 put."
        8 rfq u8 or null "1 while somebody asks for quotes."
        9 settlement_period u8 or null "0 perpetual, 1 minute, 2 hour, 3 day, 4 week, 5 month, 6 year."
        10 settlement_period_count u16le "How many of these periods."
        12 base_currency a8 "What is traded."
        20 quote_currency a8 "What prices are in."
        28 counter_currency a8 "What it is traded against."
        36 settlement_currency a8 "What it is settled in."
        44 size_currency a8 "What amounts are in."
        52 creation_timestamp_ms u64le "Since when it is there, milliseconds since 1970 UTC."
        60 expiration_timestamp_ms u64le "When it expires, milliseconds since 1970 UTC; perpetuals: far off."
        68 strike_price f64le or null "The strike; options alone have it."
        76 contract_size f64le or null "Base currency of one contract."
        84 min_trade_amount f64le or null "The least that can be traded."
        92 tick_size f64le or null "Prices are multiples of it."
        100 maker_commission f64le or null "What the maker pays, as a share."
        108 taker_commission f64le or null "What the taker pays, as a share."
        116 block_trade_commission f64le or null "What a block trade costs, as a share."
        124 max_liquidation_commission f64le or null "What a liquidation costs at most, as a share; of futures."
        132 max_leverage f64le or null "The highest leverage; futures alone have it."
        data {
            instrument_name "Its name: `BTC-PERPETUAL`."
        }
    }

    /// What an instrument is, with its tick sizes.
    1010 139 instrument_v2 InstrumentV2 {
        0 instrument_id u32le "Number of the instrument, by which all other messages name it."
        4 instrument_state u8 or null "0 created, 1 open, 2 closed, 3 settled, 4 deactivated, 5 inactive, 6 started."
        5 kind u8 or null "0 future, 1 option, 2 future combo, 3 option combo, 4 spot."
        6 instrument_type u8 or null "0 not applicable, 1 reversed, 2 linear."
        7 option_type u8 or null "0 not applicable, 1 call, 2 put."
        8 settlement_period u8 or null "0 perpetual, 1 minute, 2 hour, 3 day, 4 week, 5 month, 6 year."
        9 settlement_period_count u16le "How many of these periods."
        11 base_currency a8 "What is traded."
        19 quote_currency a8 "What prices are in."
        27 counter_currency a8 "What it is traded against."
        35 settlement_currency a8 "What it is settled in."
        43 size_currency a8 "What amounts are in."
        51 creation_timestamp_ms u64le "Since when it is there, milliseconds since 1970 UTC."
        59 expiration_timestamp_ms u64le "When it expires, milliseconds since 1970 UTC; perpetuals: far off."
        67 strike_price f64le or null "The strike; options alone have it."
        75 contract_size f64le or null "Base currency of one contract."
        83 min_trade_amount f64le or null "The least that can be traded."
        91 tick_size f64le or null "Prices are multiples of it, where no step says otherwise."
        99 maker_commission f64le or null "What the maker pays, as a share."
        107 taker_commission f64le or null "What the taker pays, as a share."
        115 block_trade_commission f64le or null "What a block trade costs, as a share."
        123 max_liquidation_commission f64le or null "What a liquidation costs at most, as a share; of futures."
        131 max_leverage f64le or null "The highest leverage; futures alone have it."
        groups {
            tick_steps_list GroupSizeEncoding TickStep "Tick sizes of higher prices."
        }
        data {
            instrument_name "Its name: `BTC-PERPETUAL`."
        }
    }

    /// What a combo is made of.
    1007 4 combo_legs ComboLegs {
        0 instrument_id u32le "The combo."
        groups {
            legs_list GroupSizeEncoding ComboLeg "Its legs."
        }
    }
}
