//! Seconds, business days and the instruments that can be traded.

use super::legs::{BundleLegs, CombinationLegs};
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A second begins: the times of all messages up to the next one count from it ("Seconds Message").
    "T" 5 seconds Seconds {
        1 second u32be "Seconds since 1970 UTC."
    }

    /// A business day is over ("End Of Business Trade Date Message").
    "S" 8 end_of_business_trade_date EndOfBusinessTradeDate {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 event_code a1 "`C` the business day has ended."
    }

    /// A future that can be traded ("Future Symbol Directory Message").
    "f" 180 future_symbol_directory FutureSymbolDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 symbol_name a32 "The symbol."
        43 long_name a60 "The name."
        103 isin a12 "International securities identification number, where there is one."
        115 exchange a6 "The exchange: `XSFE`."
        121 instrument a6 "The contract: `WK`."
        127 cfi_code a6 "Classification of the instrument (ISO 10962)."
        133 expiry_year u16be "Year of expiry."
        135 expiry_month u8 "Month of expiry, 1 to 12."
        136 price_display_decimals u8 "Decimals to show prices with."
        137 price_fractional_denominator u32be "What the instrument's prices are to be divided by."
        141 price_minimum_tick u32be "Least price step, to be divided likewise."
        145 last_trading_date u32be "Last trading day, seconds since 1970 UTC."
        149 prior_day_settlement i64be "Settlement price of the day before, to be divided likewise."
        157 currency a3 "The currency (ISO 4217)."
        160 lot_size_or_face_value u64be "Contract unit: lot size, or face value, to be divided likewise."
        168 maturity_value u8 "Years to maturity of the underlying; 0 where it does not apply."
        169 coupon_rate u16be "Coupon rate of the underlying; 0 where it does not apply."
        171 payments_per_year u8 "Coupon payments a year; 0 where it does not apply."
        172 block_lot_size u32be "Least size of a block trade; 0 if there is none."
        176 expiry_date u32be "When it expires, seconds since 1970 UTC."
    }

    /// An option that can be traded ("Options Symbol Directory Message").
    "h" 220 options_symbol_directory OptionsSymbolDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 symbol_name a32 "The symbol."
        43 long_name a60 "The name."
        103 isin a12 "International securities identification number, where there is one."
        115 exchange a6 "The exchange: `XSFE`."
        121 instrument a6 "The contract: `BS`."
        127 cfi_code a6 "Classification of the instrument (ISO 10962)."
        133 expiry_year u16be "Year of expiry."
        135 expiry_month u8 "Month of expiry, 1 to 12."
        136 option_type a1 "`C` call, `P` put."
        137 strike i64be "Strike price, to be divided by strike_price_fractional_denominator."
        145 underlying_tradeable_instrument_id u32be "The instrument it is an option on."
        149 price_display_decimals u8 "Decimals to show prices with."
        150 price_fractional_denominator u32be "What the instrument's prices are to be divided by."
        154 price_minimum_tick u32be "Least price step, to be divided likewise."
        158 strike_price_decimal_position u8 "Decimals to show the strike price with."
        159 strike_price_fractional_denominator u32be "What the strike price is to be divided by."
        163 strike_price_minimum_tick u32be "Least step between strike prices, to be divided likewise."
        167 last_trading_date u32be "Last trading day, seconds since 1970 UTC."
        171 prior_day_settlement i64be "Settlement price of the day before, to be divided like a price."
        179 volatility u64be "Volatility of the day before, as sent."
        187 currency a3 "The currency (ISO 4217)."
        190 lot_size_or_face_value u64be "Contract unit: lot size, or face value, to be divided like a price."
        198 maturity_value u8 "Years to maturity of the underlying; 0 where it does not apply."
        199 coupon_rate u16be "Coupon rate of the underlying; 0 where it does not apply."
        201 payments_per_year u8 "Coupon payments a year; 0 where it does not apply."
        202 block_lot_size u32be "Least size of a block trade; 0 if there is none."
        206 expiry_date u32be "When it expires, seconds since 1970 UTC."
        210 basis_of_quotation a10 "What its price is quoted on, where that needs saying."
    }

    /// A combination of at most six legs that can be traded ("Combination Symbol Directory Message").
    "M" 222 combination_symbol_directory CombinationSymbolDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 symbol_name a32 "The symbol."
        43 long_name a60 "The name."
        103 cfi_code a6 "Classification of the instrument (ISO 10962)."
        109 price_method u8 "How its price comes of its legs': 0 net price, 2 yield difference, 3 individual, 4 average price."
        110 price_display_decimals u8 "Decimals to show prices with."
        111 price_fractional_denominator u32be "What the combination's prices are to be divided by."
        115 price_minimum_tick u32be "Least price step, to be divided likewise."
        119 legs u8 "Legs that are used."
        120 leg CombinationLegs "The legs."
    }

    /// A bundle of at most twenty legs that can be traded ("Bundles Symbol Directory").
    "m" 460 bundles_symbol_directory BundlesSymbolDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 symbol_name a32 "The symbol."
        43 long_name a60 "The name."
        103 cfi_code a6 "Classification of the instrument (ISO 10962)."
        109 price_method u8 "How its price comes of its legs': 0 net price, 2 yield difference, 3 individual, 4 average price."
        110 price_display_decimals u8 "Decimals to show prices with."
        111 price_fractional_denominator u32be "What the bundle's prices are to be divided by."
        115 price_minimum_tick u32be "Least price step, to be divided likewise."
        119 legs u8 "Legs that are used."
        120 leg BundleLegs "The legs."
    }
}
