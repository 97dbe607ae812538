//! A reader of IEX-TP and DEEP from the tables of their specifications alone: offsets into bytes, nothing shared
//! with the library.

/// A field's name and value: numbers as they are, text and characters as their bytes.
pub(crate) type Field = (&'static str, Value);

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Number(i128),
    Text(String),
}

fn number(name: &'static str, value: impl Into<i128>) -> Field {
    (name, Value::Number(value.into()))
}

fn le<const N: usize>(message: &[u8], offset: usize) -> [u8; N] {
    message[offset..offset + N].try_into().unwrap()
}

fn u32_at(name: &'static str, message: &[u8], offset: usize) -> Field {
    number(name, u32::from_le_bytes(le(message, offset)))
}

fn u64_at(name: &'static str, message: &[u8], offset: usize) -> Field {
    number(name, u64::from_le_bytes(le(message, offset)))
}

fn i64_at(name: &'static str, message: &[u8], offset: usize) -> Field {
    number(name, i64::from_le_bytes(le(message, offset)))
}

fn u8_at(name: &'static str, message: &[u8], offset: usize) -> Field {
    number(name, message[offset])
}

/// Bytes are shown one character each, whatever they are; spaces at the end are padding.
fn text_at(name: &'static str, message: &[u8], offset: usize, len: usize) -> Field {
    let text: String = message[offset..offset + len].iter().copied().map(char::from).collect();
    (name, Value::Text(if len == 1 { text } else { text.trim_end_matches(' ').to_owned() }))
}

/// A message's type and fields; `None` for a type that is not of DEEP.
pub(crate) fn read(message: &[u8]) -> Option<Vec<Field>> {
    let m = message;
    let second = match m[0] {
        b'S' => text_at("system_event", m, 1, 1),
        b'D' => u8_at("security_directory_flags", m, 1),
        b'H' => text_at("trading_status", m, 1, 1),
        b'I' => text_at("retail_liquidity_indicator", m, 1, 1),
        b'O' => text_at("operational_halt_status", m, 1, 1),
        b'P' => u8_at("short_sale_price_test_status", m, 1),
        b'E' => text_at("security_event", m, 1, 1),
        b'8' | b'5' => u8_at("event_flags", m, 1),
        b'T' | b'B' => u8_at("sale_condition_flags", m, 1),
        b'X' => text_at("price_type", m, 1, 1),
        b'A' => text_at("auction_type", m, 1, 1),
        _ => return None,
    };
    let mut fields = vec![text_at("message_type", m, 0, 1), second, i64_at("timestamp", m, 2)];
    if m[0] != b'S' {
        fields.push(text_at("symbol", m, 10, 8));
    }
    match m[0] {
        b'D' => fields.extend([
            u32_at("round_lot_size", m, 18),
            i64_at("adjusted_poc_price", m, 22),
            u8_at("luld_tier", m, 30),
        ]),
        b'H' => fields.push(text_at("reason", m, 18, 4)),
        b'P' => fields.push(text_at("detail", m, 18, 1)),
        b'8' | b'5' => fields.extend([u32_at("size", m, 18), i64_at("price", m, 22)]),
        b'T' | b'B' => {
            fields.extend([u32_at("size", m, 18), i64_at("price", m, 22), u64_at("trade_id", m, 30)]);
        }
        b'X' => fields.push(i64_at("official_price", m, 18)),
        b'A' => fields.extend([
            u32_at("paired_shares", m, 18),
            i64_at("reference_price", m, 22),
            i64_at("indicative_clearing_price", m, 30),
            u32_at("imbalance_shares", m, 38),
            text_at("imbalance_side", m, 42, 1),
            u8_at("extension_number", m, 43),
            u32_at("scheduled_auction_time", m, 44),
            i64_at("auction_book_clearing_price", m, 48),
            i64_at("collar_reference_price", m, 56),
            i64_at("lower_auction_collar", m, 64),
            i64_at("upper_auction_collar", m, 72),
        ]),
        _ => {}
    }
    Some(fields)
}

/// The messages of an IEX-TP segment.
pub(crate) fn messages(segment: &[u8]) -> Vec<&[u8]> {
    assert_eq!(segment[0], 1, "version");
    let end = 40 + usize::from(u16::from_le_bytes(le(segment, 12)));
    let mut messages = Vec::new();
    let mut at = 40;
    while at < end {
        let len = usize::from(u16::from_le_bytes(le(segment, at)));
        messages.push(&segment[at + 2..at + 2 + len]);
        at += 2 + len;
    }
    assert_eq!((at, messages.len()), (end, usize::from(u16::from_le_bytes(le(segment, 14)))));
    messages
}
