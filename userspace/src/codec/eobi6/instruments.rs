//! Instruments made during the day.

use crate::codec::eobi::field::{Code, Id, Number, Signed, Time};
use crate::codec::layout::{templates, views};

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// A strategy can be traded.
    13400 32 add_complex_instrument AddComplexInstrument {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_sub_type Signed "Kind of strategy, as the product's reference data number it."
        28 product_complex Code "1 simple instrument, 2 standard and 3 non-standard option strategy, 4 volatility strategy, 5 futures spread, 6 inter-product spread, 7 standard futures strategy, 8 pack and bundle, 9 strip, 10 flexible instrument, 11 commodity strip, 12 scaled simple instrument, 13 non-standard volatility strategy, 14 total return future strategy."
        29 implied_market_indicator Code "0 no implied matching, 3 implied in and out."
        30 no_legs Code "Legs that follow."
        31 pad1 x1 "Padding."
    }
}

views! {
    /// A leg.
    24 Leg {
        0 leg_symbol Signed "The leg's product."
        4 pad4 x4 "Padding."
        8 leg_security_id Id "The leg's instrument."
        16 leg_ratio_qty Signed "How much of the leg there is."
        20 leg_side Code "1 buy, 2 sell."
        21 pad3 x3 "Padding."
    }
}
