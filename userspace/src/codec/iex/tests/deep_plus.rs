use super::*;
use crate::codec::{deep_plus::*, field::Fixed};

/// Order 0x8000_0000_0000_0007, 10,000 shares at 99.0500.
const ORDER: [u8; 8] = [7, 0, 0, 0, 0, 0, 0, 0x80];
const NUMBER: u64 = 0x8000_0000_0000_0007;
const SIZE: [u8; 4] = [0x10, 0x27, 0, 0];

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("S", 10), ("D", 31), ("H", 22), ("I", 18), ("O", 18), ("P", 19), ("E", 18),
        ("a", 38), ("M", 38), ("R", 26), ("L", 46), ("T", 38), ("B", 38), ("C", 18),
    ]);
}

#[test]
fn the_life_of_an_order() {
    let add = parsed_with_symbol!(AddOrder, message(b'a', b'8', &[&ORDER, &SIZE, &PRICE]));
    assert_eq!((add.side(), add.order_id()), (b'8', NUMBER));
    assert_eq!((add.size(), add.price()), (10_000, Fixed(990_500)));

    let modify = parsed_with_symbol!(OrderModify, message(b'M', 0x80, &[&ORDER, &SIZE, &BELOW]));
    assert!(modify.modify_flags().priority());
    assert_eq!((modify.order_id_reference(), modify.size()), (NUMBER, 10_000));
    assert_eq!(modify.price().to_string(), "-0.0001");

    let trade = [9, 0, 0, 0, 0, 0, 0x63, 0];
    let executed = parsed_with_symbol!(OrderExecuted, message(b'L', 0x20, &[&ORDER, &SIZE, &PRICE, &trade]));
    assert!(executed.sale_condition_flags().odd_lot());
    assert_eq!((executed.order_id_reference(), executed.size()), (NUMBER, 10_000));
    assert_eq!((executed.price(), executed.trade_id()), (Fixed(990_500), 0x0063_0000_0000_0009));

    let delete = parsed_with_symbol!(OrderDelete, message(b'R', b' ', &[&ORDER]));
    assert_eq!(delete.order_id_reference(), NUMBER);
    parsed_with_symbol!(ClearBook, message(b'C', b' ', &[]));
}

#[test]
fn shared_messages() {
    let trade: [&[u8]; 3] = [&SIZE, &PRICE, &ORDER];
    let report = parsed_with_symbol!(TradeReport, message(b'T', 0x40, &trade));
    assert!(report.sale_condition_flags().extended_hours());
    assert_eq!((report.size(), report.price(), report.trade_id()), (10_000, Fixed(990_500), NUMBER));
    assert_eq!(parsed_with_symbol!(SecurityEvent, message(b'E', b'O', &[])).security_event(), b'O');
}
