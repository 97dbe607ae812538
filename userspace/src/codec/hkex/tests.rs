use super::*;
use crate::codec::{Codec, Shown};

/// A message: size, type, body.
fn message(kind: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let len = u16::try_from(4 + body.len()).unwrap();
    [&len.to_le_bytes()[..], &kind.to_le_bytes(), &body].concat()
}

#[test]
fn orders() {
    let order = [1, 2, 3, 4, 5, 6, 7, 8];
    let price = 388_200_i32.to_le_bytes();
    let add = message(
        30,
        &[&700_u32.to_le_bytes(), &order, &price, &[100, 0, 0, 0], &[1, 0], b"2 ", &[3, 0, 0, 0]],
    );
    assert_eq!(
        Shown::new(Codec::Hkex, &add).unwrap().to_string(),
        "add_order msg_size=32 msg_type=30 security_code=700 order_id=578437695752307201 price=388.200 \
         quantity=100 side=1 order_type=2 order_book_position=3"
    );
    let delete = message(32, &[&700_u32.to_le_bytes(), &order, &[0, 0], b"  "]);
    let Ok(Message::DeleteOrder(view)) = Message::parse(&delete) else { panic!("{delete:02x?}") };
    assert_eq!((view.security_code(), view.side()), (700, 0));
}

#[test]
fn trades_and_sessions() {
    let price = (-1_i32).to_le_bytes();
    let trade =
        message(50, &[&[9, 0, 0, 0], &[8, 0, 0, 0], &price, &[100, 0, 0, 0], &[103, 0], b"  ", &[1; 8]]);
    let Ok(Message::Trade(view)) = Message::parse(&trade) else { panic!("{trade:02x?}") };
    assert_eq!((view.price().to_string(), view.trd_type()), ("-0.001".into(), 103));
    let reset = message(100, &[&[1, 0, 0, 0]]);
    let Ok(Message::SequenceReset(view)) = Message::parse(&reset) else { panic!("{reset:02x?}") };
    assert_eq!(view.new_seq_no(), 1);
    let market = message(10, &[b"MAIN", b"Main Board               ", b"HKD", &[2, 1, 0, 0]]);
    let Ok(Message::MarketDefinition(view)) = Message::parse(&market) else { panic!("{market:02x?}") };
    assert_eq!((view.market_name().as_bytes(), view.number_of_securities()), (&b"Main Board"[..], 258));
}

#[test]
fn every_length_of_every_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&[6, 0, 30]), Err(Unread::Short));
    assert_eq!(read(&[6, 0, 11, 0]), Err(Unread::UnknownType));
    for (index, kind) in TYPES.iter().enumerate() {
        let whole = message(kind.label.parse().unwrap(), &[&vec![0; kind.len - 4]]);
        assert_eq!(read(&whole), Ok(index), "{}", kind.name);
        assert_eq!(read(&whole[..kind.len - 1]), Err(Unread::Short), "{}", kind.name);
    }
}
