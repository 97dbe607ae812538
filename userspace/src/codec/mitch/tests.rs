use super::*;
use crate::codec::{Codec, Shown};

const ORDER: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
/// 3.25 with eight places.
const PRICE: [u8; 8] = 325_000_000_i64.to_le_bytes();

/// A message: length, type, 1,000,000 ns, body.
fn message(kind: u8, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    [&[u8::try_from(6 + body.len()).unwrap(), kind][..], &1_000_000_u32.to_le_bytes(), &body].concat()
}

#[test]
fn orders() {
    let add =
        message(0x41, &[&ORDER, b"S", &[100, 0, 0, 0], &[9, 0, 0, 0], b"  ", &PRICE, &[0x10], &[0; 10]]);
    assert_eq!(
        Shown::new(Codec::Mitch, &add).unwrap().to_string(),
        "add_order message_length=44 message_type=65 nanosecond=1000000 order_id=578437695752307201 side=S \
         quantity=100 instrument_id=9 price=3.25000000 add_order_flags=16"
    );
    let attributed = message(
        0x46,
        &[&ORDER, b"B", &[100, 0, 0, 0], &[9, 0, 0, 0], b"  ", &PRICE, b"OWNER      ", &[0x20]],
    );
    let Ok(Message::AddAttributedOrder(view)) = Message::parse(&attributed) else {
        panic!("{attributed:02x?}")
    };
    assert_eq!((view.attribution().as_bytes(), view.add_attributed_order_flags()), (&b"OWNER"[..], 0x20));
    let modified = message(0x55, &[&ORDER, &[50, 0, 0, 0], &PRICE, &[1]]);
    let Ok(Message::OrderModified(view)) = Message::parse(&modified) else { panic!("{modified:02x?}") };
    assert_eq!(
        (view.new_quantity(), view.new_price(), view.order_modified_flags()),
        (50, Fixed(325_000_000), 1)
    );
    let executed = message(0x43, &[&ORDER, &[5, 0, 0, 0], &[45, 0, 0, 0], &[6; 8], b"Y", &PRICE]);
    let Ok(Message::OrderExecutedWithPriceSize(view)) = Message::parse(&executed) else {
        panic!("{executed:02x?}")
    };
    assert_eq!((view.executed_quantity(), view.display_quantity(), view.printable()), (5, 45, b'Y'));
}

#[test]
fn trades_and_statistics() {
    let trade = message(0x50, &[&[7, 0, 0, 0], &[9, 0, 0, 0], b"  ", &PRICE, &[6; 8], &[5, 11, 1]]);
    let Ok(Message::Trade(view)) = Message::parse(&trade) else { panic!("{trade:02x?}") };
    assert_eq!((view.executed_quantity(), view.price().to_string()), (7, "3.25000000".into()));
    assert_eq!((view.cross_type(), view.sub_book(), view.pt_mod_flags()), (5, 11, 1));
    let top = message(0x71, &[&[9, 0, 0, 0], &PRICE, &[1, 0, 0, 0], &PRICE, &[2, 0, 0, 0]]);
    let Ok(Message::TopOfBook(view)) = Message::parse(&top) else { panic!("{top:02x?}") };
    assert_eq!((view.buy_limit_size(), view.sell_limit_size()), (1, 2));
}

#[test]
fn every_length_of_every_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&[6]), Err(Unread::Short));
    assert_eq!(read(&[6, 0]), Err(Unread::UnknownType));
    for (index, kind) in TYPES.iter().enumerate() {
        let number = u8::from_str_radix(&kind.label[2..], 16).unwrap();
        let mut whole = vec![0; kind.len];
        whole[1] = number;
        assert_eq!(read(&whole), Ok(index), "{}", kind.name);
        assert_eq!(read(&whole[..kind.len - 1]), Err(Unread::Short), "{}", kind.name);
    }
}
