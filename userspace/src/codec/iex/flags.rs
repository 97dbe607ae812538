//! Flag bytes (appendix "Flags" of the specification).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Makes a byte of named bits.
macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($mask:literal $bit:ident $text:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(transparent)]
        pub struct $name(
            /// All bits, also those without a name.
            pub u8,
        );

        impl $crate::codec::value::OwnField for $name {
            fn show_as(self, name: &'static str, to: &mut dyn $crate::codec::Fields) {
                to.field(name, self.0.into());
            }
        }

        impl $name {$(
            #[doc = $text]
            #[inline]
            #[must_use]
            pub const fn $bit(self) -> bool {
                self.0 & $mask != 0
            }
        )*}
    };
}

flags! {
    /// Kind of a security.
    SecurityDirectoryFlags {
        0x80 test_security "A test security, not a real one."
        0x40 when_issued "Trades on a when-issued basis."
        0x20 exchange_traded_product "An exchange traded product."
    }
}

flags! {
    /// Where a price level update stands in its event.
    EventFlags {
        0x01 event_complete "The event is processed: the book is whole and may be shown. Without it, more updates follow."
    }
}

flags! {
    /// Conditions of a sale.
    SaleConditionFlags {
        0x80 intermarket_sweep "The taking order was an intermarket sweep order."
        0x40 extended_hours "Outside regular market hours."
        0x20 odd_lot "Less than a round lot."
        0x10 trade_through_exempt "Not subject to rule 611 of Regulation NMS."
        0x08 single_price_cross "Result of a single-price cross, an auction for example."
    }
}

flags! {
    /// State of a quote.
    QuoteUpdateFlags {
        0x80 symbol_halted "The security is halted, paused or otherwise not available for trading on IEX."
        0x40 outside_regular_session "Before or after regular market hours."
    }
}

flags! {
    /// What a modification does to an order's priority.
    ModifyFlags {
        0x80 priority "The bit the specification names \"Priority\". Which value means that the order kept its place was not seen on the wire: hold it against the specification before ranking orders by it."
    }
}
