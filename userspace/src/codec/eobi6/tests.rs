use super::*;
use crate::codec::{Codec, Shown, Unread};

const TIME: [u8; 8] = [0xcf, 0x0e, 0xaf, 0x8b, 0x2f, 0xe0, 0x73, 0x13];
const PRICE: [u8; 8] = 325_000_000_i64.to_le_bytes();

fn message(template: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let len = u16::try_from(8 + body.len()).unwrap();
    [&len.to_le_bytes()[..], &template.to_le_bytes(), &[7, 0, 0, 0], &body].concat()
}

#[test]
fn quantities_are_lots_of_four_bytes() {
    let modify = message(
        13101,
        &[&TIME, &TIME, &PRICE, &[3, 0, 0, 0, 0, 0, 0, 0], &[9; 8], &TIME, &[2, 0, 0, 0, 2, 1, 0, 0], &PRICE],
    );
    assert_eq!(
        Shown::new(Codec::Eobi6, &modify).unwrap().to_string(),
        "order_modify body_len=72 template_id=13101 msg_seq_num=7 trd_reg_ts_time_in=1401710403853946575 \
         trd_reg_ts_prev_time_priority=1401710403853946575 prev_price=3.25000000 prev_display_qty=3 \
         security_id=651061555542690057 trd_reg_ts_time_priority=1401710403853946575 display_qty=2 side=2 ord_type=1 \
         price=3.25000000"
    );
}

#[test]
fn an_execution_summary_is_read_by_its_length() {
    let tail: &[&[u8]] = &[&[1, 0, 0, 0, 2, 0xff, 0, 0], &PRICE, &[0; 8]];
    let early = message(13202, &[&[9; 8], &TIME, &TIME, &tail.concat()]);
    let later = message(13202, &[&[9; 8], &TIME, &TIME, &TIME, &tail.concat()]);
    assert_eq!((early.len(), later.len()), (EarlyExecutionSummary::LAYOUT.len, ExecutionSummary::LAYOUT.len));
    assert!(
        matches!(Message::parse(&early), Ok(Message::EarlyExecutionSummary(view)) if view.last_qty().get() == Some(1))
    );
    assert!(
        matches!(Message::parse(&later), Ok(Message::ExecutionSummary(view)) if view.last_qty().get() == Some(1))
    );
    assert_eq!(read(&early), read(&later));
    assert_eq!(read(&early[..55]), Err(Unread::Short));
    let shown = |bytes| Shown::new(Codec::Eobi6, bytes).unwrap().to_string();
    assert!(shown(&later).contains(" aggressor_time=") && !shown(&early).contains(" aggressor_time="));
}

#[test]
fn what_cannot_be_read() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&message(13203, &[&[0; 100]])), Err(Unread::UnknownType), "it came later");
    for (index, kind) in TYPES.iter().enumerate() {
        let whole = message(kind.label.parse().unwrap(), &[&vec![0; kind.len - 8]]);
        assert_eq!(read(&whole), Ok(index), "{}", kind.name);
        assert_eq!(read(&whole[..kind.len - 1]), Err(Unread::Short), "{}", kind.name);
    }
}
