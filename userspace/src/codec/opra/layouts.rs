//! Layouts by category: the same tables as elsewhere, with OPRA's message header in front.

/// Makes views of messages. The label is the category, and the type where that changes the layout.
macro_rules! categories {
    ($(
        $(#[$doc:meta])*
        $label:literal $len:literal $name:ident $view:ident $indicator:ident $text:literal { $($fields:tt)* }
    )*) => {$(
        $crate::codec::layout::views! {
            $(#[$doc])*
            #[doc = concat!("\n\nCategory `", $label, "`, ", $len, " bytes.")]
            $len $view {
                0 participant_id a1 "The exchange: `A` NYSE American, `B` BOX, `C` Cboe, `D` MIAX Emerald, `E` Cboe EDGX, `H` Nasdaq GEMX, `I` Nasdaq ISE, `J` Nasdaq MRX, `M` MIAX, `N` NYSE Arca, `O` OPRA, `P` MIAX Pearl, `Q` Nasdaq, `T` Nasdaq BX, `W` Cboe C2, `X` Nasdaq PHLX, `Z` Cboe BZX."
                1 message_category a1 "What the message is."
                2 message_type a1 "What qualifies it."
                3 $indicator a1 $text
                4 transaction_id u32be "OPRA's number of the message."
                8 participant_reference_number u32be "The exchange's number of the message."
                $($fields)*
            }
        }

        impl $view {
            /// What the codec says of the type.
            pub const LAYOUT: $crate::codec::MessageType =
                $crate::codec::MessageType { label: $label, name: stringify!($name), len: $len };
        }
    )*};
}
pub(super) use categories;
