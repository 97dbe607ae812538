//! What holds for a channel as a whole.

use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// The channel's sequence starts again ("Sequence Number Reset").
    1 14 sequence_number_reset SequenceNumberReset {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 product_id u8 "The product."
        13 channel_id u8 "The channel of the product."
    }

    /// A new second begins for a security or a system ("Source Time Reference").
    2 16 source_time_reference SourceTimeReference {
        4 id u32le "The symbol index, or the system that the time is of."
        8 symbol_seq_num u32le "Number of the message among those of its security."
        12 source_time u32le "The second that `source_time_ns` counts from now on, seconds since 1970 UTC."
    }

    /// Messages that were asked for cannot be sent again ("Message Unavailable").
    31 14 message_unavailable MessageUnavailable {
        4 begin_seq_num u32le "First sequence that cannot be sent again."
        8 end_seq_num u32le "Last sequence that cannot be sent again."
        12 product_id u8 "The product."
        13 channel_id u8 "The channel of the product."
    }

    /// What every packet of a refresh begins with ("Refresh Header").
    35 16 refresh_header RefreshHeader {
        4 current_refresh_pkt u16le "Number of this packet in its refresh, from 1."
        6 total_refresh_pkts u16le "Packets of the refresh."
        8 last_seq_num u32le "The refresh tells the state after this sequence of the channel."
        12 last_symbol_seq_num u32le "And after this message of the security."
    }
}
