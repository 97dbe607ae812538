//! Trades that the book does not show.

use super::Price;
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// A trade with an order that the book does not show ("Non-Displayed Trade").
    110 33 non_displayed_trade NonDisplayedTrade {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 trade_id u32le "The trade, unique for the day in its system."
        20 price Price "Price of the trade, in the unit of the security."
        24 volume u32le "Shares traded."
        28 printable_flag u8 "0 not printed to the SIP, 1 printed."
        29 trade_cond_1 a1 "`@` regular sale, `C` cash (Texas)."
        30 trade_cond_2 a1 "`F` intermarket sweep order, `O` opening trade, `5` reopening trade, `6` closing trade (Arca, American, NYSE), `7` qualified contingent trade (Texas); blank if none."
        31 trade_cond_3 a1 "`T` extended hours, `U` extended hours and sold out of sequence, `Z` sold; blank if none."
        32 trade_cond_4 a1 "`I` odd lot, `V` contingent trade (Texas); blank if none."
    }

    /// What an auction traded ("Cross Trade").
    111 29 cross_trade CrossTrade {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 cross_id u32le "The cross, unique for the day."
        20 price Price "Price of the cross, in the unit of the security."
        24 volume u32le "Shares traded; 0 if none did."
        28 cross_type a1 "`E` early opening, `O` opening, `5` reopening, `6` closing auction."
    }

    /// A trade is undone ("Trade Cancel").
    112 20 trade_cancel TradeCancel {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 trade_id u32le "The trade that is undone."
    }

    /// A cross has another volume ("Cross Correction").
    113 24 cross_correction CrossCorrection {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 cross_id u32le "The cross that is corrected."
        20 volume u32le "Shares of it now."
    }
}
