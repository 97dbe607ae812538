use super::*;
use crate::codec::{Codec, Shown, Unread};

/// 2014-06-02 12:00:03 UTC and a bit, an instrument, 3.25 with eight places, 12.5 with four.
const TIME: [u8; 8] = [0xcf, 0x0e, 0xaf, 0x8b, 0x2f, 0xe0, 0x73, 0x13];
const INSTRUMENT: [u8; 8] = [0xe0, 0xa6, 0x08, 0, 0, 0, 0, 0];
const PRICE: [u8; 8] = 325_000_000_i64.to_le_bytes();
const QUANTITY: [u8; 8] = 125_000_i64.to_le_bytes();
const NO_PRICE: [u8; 8] = i64::MIN.to_le_bytes();

/// A message of a template: length, template, number 7, body.
fn message(template: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let len = u16::try_from(8 + body.len()).unwrap();
    [&len.to_le_bytes()[..], &template.to_le_bytes(), &[7, 0, 0, 0], &body].concat()
}

fn shown(message: &[u8]) -> String {
    Shown::new(Codec::Eobi, message).unwrap().to_string()
}

#[test]
fn orders() {
    let details: &[&[u8]] = &[&TIME, &QUANTITY, &[1, 0xff, 0x80, 0, 0, 0, 0, 0], &PRICE];
    let add = message(13100, &[&TIME, &INSTRUMENT, &details.concat()]);
    assert_eq!(add.len(), OrderAdd::LAYOUT.len);
    assert_eq!(
        shown(&add),
        "order_add body_len=56 template_id=13100 msg_seq_num=7 request_time=1401710403853946575 security_id=567008 \
         trd_reg_ts_time_priority=1401710403853946575 display_qty=12.5000 side=1 ord_type=- hhi_indicator=- \
         price=3.25000000"
    );
    let delete = message(13102, &[&TIME, &TIME, &INSTRUMENT, &details.concat()]);
    let Ok(Message::OrderDelete(view)) = Message::parse(&delete) else { panic!("{delete:02x?}") };
    assert_eq!((view.price().get().unwrap().0, view.side().get()), (325_000_000, Some(1)));

    let market: &[&[u8]] = &[&TIME, &QUANTITY, &[2, 1, 0xff, 0, 0, 0, 0, 0], &NO_PRICE];
    let snapshot = message(13602, market);
    let Ok(Message::SnapshotOrder(view)) = Message::parse(&snapshot) else { panic!("{snapshot:02x?}") };
    assert_eq!((view.price().get(), view.ord_type().get()), (None, Some(1)));
    assert_eq!(view.hhi_indicator().get(), Some(-1));

    let execution: &[&[u8]] =
        &[&[2, 0xff, 1, 0x80], &[9, 0, 0, 0], &PRICE, &TIME, &INSTRUMENT, &QUANTITY, &PRICE];
    for (template, full) in [(13104, true), (13105, false)] {
        let bytes = message(template, execution);
        match Message::parse(&bytes) {
            Ok(Message::FullOrderExecution(view)) if full => assert_eq!(view.trd_match_id().get(), Some(9)),
            Ok(Message::PartialOrderExecution(view)) if !full => {
                assert_eq!(view.last_qty().get().unwrap().to_string(), "12.5000");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn groups_have_as_many_entries_as_their_counter_says() {
    let strategy = |legs: u8, room: usize| {
        let leg =
            [&[5, 0, 0, 0, 0, 0, 0, 0][..], &INSTRUMENT, &PRICE, &[2, 0, 0, 0, 1, 2, 0xff, 0xff], &NO_PRICE];
        let name = b"STRATEGY                                ";
        let head = [&[1, 0, 0, 0, 5, 0, 1, 0, 1, 0, 0, 0][..], &[legs, 0, 0, 1]].concat();
        message(13400, &[&INSTRUMENT, &TIME, name, &head, &leg.concat().repeat(room)])
    };
    // Room for three, two used: the length is fixed, the counter is not.
    let two = strategy(2, 3);
    let Ok(Message::AddComplexInstrument(view, legs)) = Message::parse(&two) else { panic!("{two:02x?}") };
    assert_eq!((view.no_legs().get(), legs.len()), (Some(2), 2));
    assert_eq!(legs[1].leg_price().get().unwrap().to_string(), "3.25000000");
    assert_eq!((legs[1].leg_ratio_qty().get(), legs[1].related_price().get()), (Some(2), None));
    assert_eq!(shown(&two).matches("legs{leg_symbol=5 ").count(), 2);
    assert_eq!(read(&strategy(3, 3)), Ok(TYPES.iter().position(|t| t.label == "13400").unwrap()));
    assert_eq!(read(&strategy(4, 3)), Err(Unread::Short));
    // No value, no entries.
    assert_eq!(shown(&strategy(0xff, 3)).matches("legs{").count(), 0);
}

#[test]
fn what_cannot_be_read() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&[8, 0, 0xc9]), Err(Unread::Short));
    assert_eq!(read(&message(13002, &[])), Err(Unread::UnknownType));
    for (index, kind) in TYPES.iter().enumerate() {
        let template = kind.label.parse().unwrap();
        let whole = message(template, &[&vec![0; kind.len - 8]]);
        assert_eq!(read(&whole), Ok(index), "{}", kind.name);
        assert_eq!(read(&whole[..kind.len - 1]), Err(Unread::Short), "{}", kind.name);
    }
}
