use super::*;
use crate::codec::{field::Fixed, tops::*};

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("S", 10), ("D", 31), ("H", 22), ("I", 18), ("O", 18), ("P", 19),
        ("Q", 42), ("T", 38), ("X", 26), ("B", 38), ("A", 80),
    ]);
}

#[test]
fn quote() {
    let ask = [0x88, 0x1d, 0x0f, 0, 0, 0, 0, 0];
    let body: [&[u8]; 4] = [&[0x10, 0x27, 0, 0], &PRICE, &ask, &[0, 1, 0, 0]];
    let quote = parsed_with_symbol!(QuoteUpdate, message(b'Q', 0x40, &body));
    let flags = quote.quote_update_flags();
    assert!(flags.outside_regular_session() && !flags.symbol_halted());
    assert_eq!((quote.bid_size(), quote.bid_price()), (10_000, Fixed(990_500)));
    assert_eq!((quote.ask_price().to_string(), quote.ask_size()), ("99.0600".into(), 256));
    let halted = parsed!(QuoteUpdate, message(b'Q', 0x80, &[&[0; 24]]));
    assert!(halted.quote_update_flags().symbol_halted());
}

/// What DEEP has too is the same view.
#[test]
fn shared_messages() {
    let trade: [&[u8]; 3] = [&[100, 0, 0, 0], &PRICE, &[7, 0, 0, 0, 0, 0, 0, 0]];
    let report: TradeReport = parsed_with_symbol!(TradeReport, message(b'T', 0, &trade));
    assert_eq!((report.size(), report.trade_id()), (100, 7));
    let broken = parsed_with_symbol!(TradeBreak, message(b'B', 0, &trade));
    assert_eq!(broken.price(), Fixed(990_500));
    assert_eq!(parsed!(SystemEvent, [&b"SM"[..], &STAMP].concat()).system_event(), b'M');
}
