//! The life of a displayed order (sections 1.3 and 1.4).

use super::Header;
use crate::codec::layout::layouts;

layouts! {
    first header Header "Type, security, tracking number and time.";

    /// An order enters the book, its owner unnamed (section 1.3.1).
    "A" 36 add_order_no_mpid_attribution AddOrder {
        11 order_reference_number u64be "The order's number, unique for the day."
        19 buy_sell_indicator a1 "`B` buy, `S` sell."
        20 shares u32be "Shares displayed."
        24 stock a8 "The symbol."
        32 price u32be/10000 "Limit price."
    }

    /// An order enters the book under its owner's name (section 1.3.2).
    "F" 40 add_order_with_mpid_attribution AddOrderAttributed {
        11 order_reference_number u64be "The order's number, unique for the day."
        19 buy_sell_indicator a1 "`B` buy, `S` sell."
        20 shares u32be "Shares displayed."
        24 stock a8 "The symbol."
        32 price u32be/10000 "Limit price."
        36 attribution a4 "The owner's participant id."
    }

    /// An order is executed in part or whole at its price (section 1.4.1).
    "E" 31 order_executed OrderExecuted {
        11 order_reference_number u64be "The order."
        19 executed_shares u32be "Shares executed: take them off the order."
        23 match_number u64be "Number of the match, unique for the day."
    }

    /// An order is executed at another price than its own (section 1.4.2).
    "C" 36 order_executed_with_price OrderExecutedWithPrice {
        11 order_reference_number u64be "The order."
        19 executed_shares u32be "Shares executed: take them off the order."
        23 match_number u64be "Number of the match, unique for the day."
        31 printable a1 "`Y` counts in volume; `N` does not, the shares are part of a cross that is reported too."
        32 execution_price u32be/10000 "Price of the execution."
    }

    /// An order loses shares but stays (section 1.4.3).
    "X" 23 order_cancel OrderCancel {
        11 order_reference_number u64be "The order."
        19 cancelled_shares u32be "Shares to take off the order."
    }

    /// An order leaves the book (section 1.4.4).
    "D" 19 order_delete OrderDelete {
        11 order_reference_number u64be "The order."
    }

    /// An order leaves the book and another of the same side, symbol and owner enters (section 1.4.5).
    "U" 35 order_replace OrderReplace {
        11 original_order_reference_number u64be "The order that leaves."
        19 new_order_reference_number u64be "The order that enters."
        27 shares u32be "Shares of the new order."
        31 price u32be/10000 "Limit price of the new order."
    }
}
