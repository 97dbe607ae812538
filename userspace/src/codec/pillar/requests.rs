//! What clients ask of the request server, and its answers.

use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// Asks for messages to be sent again ("Retransmission Request").
    10 24 retransmission_request RetransmissionRequest {
        4 begin_seq_num u32le "First sequence asked for."
        8 end_seq_num u32le "Last sequence asked for."
        12 source_id a10 "Who asked."
        22 product_id u8 "The product."
        23 channel_id u8 "The channel of the product."
    }

    /// Answers a request ("Request Response").
    11 29 request_response RequestResponse {
        4 request_seq_num u32le "The request that is answered."
        8 begin_seq_num u32le "First sequence asked for."
        12 end_seq_num u32le "Last sequence asked for."
        16 source_id a10 "Who asked."
        26 product_id u8 "The product."
        27 channel_id u8 "The channel of the product."
        28 status a1 "`0` accepted; rejected: `1` invalid source id, `3` range too long, `4` too many requests today, `5` too many refresh requests today, `6` too old, `7` invalid channel, `8` invalid product, `9` invalid type or size."
    }

    /// Answers a heartbeat of the request server ("Heartbeat Response").
    12 14 heartbeat_response HeartbeatResponse {
        4 source_id a10 "Who asked."
    }

    /// Asks for symbol index mappings ("Symbol Index Mapping Request").
    13 21 symbol_index_mapping_request SymbolIndexMappingRequest {
        4 symbol_index u32le "The security to describe; 0 for all."
        8 source_id a10 "Who asked."
        18 product_id u8 "The product."
        19 channel_id u8 "The channel of the product."
        20 retransmit_method u8 "0: by multicast."
    }

    /// Asks for a refresh ("Refresh Request").
    15 20 refresh_request RefreshRequest {
        4 symbol_index u32le "The security to refresh; 0 for all."
        8 source_id a10 "Who asked."
        18 product_id u8 "The product."
        19 channel_id u8 "The channel of the product."
    }
}
