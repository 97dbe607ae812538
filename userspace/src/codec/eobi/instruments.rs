//! Instruments made during the day.

use super::field::{Code, Id, Number, Price, Short, Signed, Time};
use crate::codec::layout::{templates, views};

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// A strategy can be traded.
    13400 80 add_complex_instrument AddComplexInstrument {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_desc a40 "The instrument's name."
        64 security_sub_type Signed "Kind of strategy, as the product's reference data number it."
        68 product_complex Code "1 simple instrument, 2 standard and 3 non-standard option strategy, 4 volatility strategy, 5 futures spread, 6 inter-product spread, 7 standard futures strategy, 8 pack and bundle, 9 strip, 10 flexible instrument, 11 commodity strip, 12 scaled simple instrument, 13 non-standard volatility strategy, 14 total return future strategy."
        69 implied_market_indicator Code "0 no implied matching, 3 implied in and out."
        70 quantity_scaling_factor Short "What quantities are multiplied by."
        72 leg_ratio_multiplier Number "What leg ratios are multiplied by."
        76 no_legs Code "Legs that follow."
        77 pad2 x2 "Padding."
        79 last_fragment Code "1 the last message of it, 0 more follow."
    }

    /// A flexible instrument can be traded.
    13401 96 add_flexible_instrument AddFlexibleInstrument {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_desc a40 "The instrument's name."
        64 security_type Code "1 option, 2 future, 3 several legs."
        65 put_or_call Code "0 put, 1 call."
        66 exercise_style Code "0 European, 1 American."
        67 settl_method Code "0 cash, 1 physical."
        68 maturity_date Number "Expiry, as a number YYYYMMDD."
        72 strike_price Price "Strike price."
        80 opt_attribute Number "Version of the option's terms."
        84 contract_date Number "Contract date, as a number YYYYMMDD."
        88 security_reference_data_supplement Number "Number of the supplement to the reference data."
        92 pad4 x4 "Padding."
    }

    /// A scaled instrument can be traded.
    13402 80 add_scaled_simple_instrument AddScaledSimpleInstrument {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_desc a40 "The instrument's name."
        64 security_type Code "1 option, 2 future, 3 several legs."
        65 pad1 x1 "Padding."
        66 quantity_scaling_factor Short "What quantities are multiplied by."
        68 pad4 x4 "Padding."
        72 related_security_id Id "The instrument it is scaled from."
    }
}

views! {
    /// A leg.
    40 Leg {
        0 leg_symbol Signed "The leg's product."
        4 pad4 x4 "Padding."
        8 leg_security_id Id "The leg's instrument."
        16 leg_price Price "The leg's price."
        24 leg_ratio_qty Signed "How much of the leg there is."
        28 leg_security_type Code "1 several legs, 2 underlying."
        29 leg_side Code "1 buy, 2 sell."
        30 related_price_type Code "1 basis, 2 custom underlying price."
        31 trading_style Code "1 regular, 2 TRF at close, 3 TRF at market, 4 market on close."
        32 related_price Price "Price of what it is related to."
    }
}
