use super::*;
use crate::codec::field::Text;

/// 123,456,789 ns, an order, and an execution, as every example here has them.
const STAMP: [u8; 4] = [0x15, 0xcd, 0x5b, 0x07];
const NANOSECONDS: u32 = 123_456_789;
const ORDER: [u8; 8] = [0x05, 0x40, 0x5b, 0x77, 0x8f, 0x56, 0x1d, 0x0b];
const ORDER_ID: u64 = 0x0b1d_568f_775b_4005;
const EXECUTION: [u8; 8] = [0x34, 0x2b, 0x46, 0xe0, 0xbb, 0, 0, 0];
const EXECUTION_ID: u64 = 0xbb_e046_2b34;
/// 0.9050 in units of 1/10,000, and 100.25 in cents.
const LONG_PRICE: [u8; 8] = [0x5a, 0x23, 0, 0, 0, 0, 0, 0];
const SHORT_PRICE: [u8; 2] = [0x29, 0x27];
const QUANTITY: [u8; 4] = [0x20, 0x4e, 0, 0];

/// Length, type, nanoseconds, and what comes behind.
fn message(kind: u8, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    [&[u8::try_from(body.len()).unwrap() + 6, kind], &STAMP[..], &body].concat()
}

macro_rules! parsed {
    ($view:ident, $kind:literal, $body:expr) => {{
        let bytes = message($kind, &$body);
        assert_eq!((bytes.len(), $view::TYPE), ($view::LAYOUT.len, $kind));
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        assert_eq!(usize::from(view.message_length()), bytes.len());
        assert_eq!(view.message_type(), $view::TYPE);
        assert_eq!(read(&bytes[..bytes.len() - 1]), Err(Unread::Short));
        *view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("0x20", 6), ("0x97", 6), ("0x2D", 6), ("0x31", 18), ("0x21", 34), ("0x22", 26), ("0x2F", 41),
        ("0x23", 26), ("0x24", 38), ("0x25", 18), ("0x26", 16), ("0x27", 27), ("0x28", 19), ("0x29", 14),
        ("0x2A", 41), ("0x2B", 33), ("0x30", 43), ("0x2C", 14), ("0x95", 47), ("0x96", 27), ("0x98", 15),
    ]);
}

#[test]
fn what_has_no_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(&[6]), Err(Unread::Short));
    assert_eq!(read(&[6, 0x01, 0, 0, 0, 0]), Err(Unread::UnknownType));
}

#[test]
fn session_messages() {
    assert_eq!(parsed!(Time, 0x20, []).time(), NANOSECONDS);
    assert_eq!(parsed!(UnitClear, 0x97, []).timestamp(), NANOSECONDS);
    assert_eq!(parsed!(EndOfSession, 0x2d, []).timestamp(), NANOSECONDS);
    let status = parsed!(TradingStatus, 0x31, [b"ZVZZT   ", b"T1  "]);
    assert_eq!((status.symbol(), status.trading_status()), (&Text(*b"ZVZZT   "), b'T'));
    assert_eq!(status.reg_sho_action(), b'1');
}

#[test]
fn orders_enter_the_book() {
    let long = parsed!(AddOrderLong, 0x21, [&ORDER, b"B", &QUANTITY, b"ZVZZT ", &LONG_PRICE, &[1]]);
    assert_eq!((long.timestamp(), long.order_id(), long.side_indicator()), (NANOSECONDS, ORDER_ID, b'B'));
    assert_eq!((long.quantity(), long.symbol()), (20_000, &Text(*b"ZVZZT ")));
    assert_eq!((long.price(), long.add_flags() & DISPLAY), (Fixed(9_050), 1));

    let short = parsed!(AddOrderShort, 0x22, [&ORDER, b"S", &[0xc8, 0], b"ZVZZT ", &SHORT_PRICE, &[0]]);
    assert_eq!((short.side_indicator(), short.quantity(), short.symbol()), (b'S', 200, &Text(*b"ZVZZT ")));
    assert_eq!((short.price().to_string(), short.add_flags()), ("100.25".into(), 0));

    let tail: [&[u8]; 3] = [&LONG_PRICE, &[1], b"MPIDC"];
    let expanded = parsed!(AddOrderExpanded, 0x2f, [&ORDER, b"B", &QUANTITY, b"ZVZZTLNG", &tail.concat()]);
    assert_eq!((expanded.symbol(), expanded.price()), (&Text(*b"ZVZZTLNG"), Fixed(9_050)));
    assert_eq!((expanded.participant_id(), expanded.customer_indicator()), (&Text(*b"MPID"), b'C'));
}

#[test]
fn orders_change_and_go() {
    let executed = parsed!(OrderExecuted, 0x23, [&ORDER, &QUANTITY, &EXECUTION]);
    assert_eq!(
        (executed.order_id(), executed.executed_quantity(), executed.execution_id()),
        (ORDER_ID, 20_000, EXECUTION_ID)
    );
    let at =
        parsed!(OrderExecutedAtPriceSize, 0x24, [&ORDER, &QUANTITY, &[1, 0, 0, 0], &EXECUTION, &LONG_PRICE]);
    assert_eq!((at.executed_quantity(), at.remaining_quantity()), (20_000, 1));
    assert_eq!((at.execution_id(), at.price()), (EXECUTION_ID, Fixed(9_050)));
    assert_eq!(parsed!(ReduceSizeLong, 0x25, [&ORDER, &QUANTITY]).canceled_quantity(), 20_000);
    assert_eq!(parsed!(ReduceSizeShort, 0x26, [&ORDER, &[0x64, 0]]).canceled_quantity(), 100);
    let long = parsed!(ModifyOrderLong, 0x27, [&ORDER, &QUANTITY, &LONG_PRICE, &[3]]);
    assert_eq!((long.quantity(), long.price()), (20_000, Fixed(9_050)));
    assert_eq!(long.modify_flags(), DISPLAY | MAINTAIN_PRIORITY);
    let short = parsed!(ModifyOrderShort, 0x28, [&ORDER, &[0x64, 0], &SHORT_PRICE, &[2]]);
    assert_eq!(
        (short.quantity(), short.price(), short.modify_flags()),
        (100, Fixed(10_025), MAINTAIN_PRIORITY)
    );
    assert_eq!(parsed!(DeleteOrder, 0x29, [&ORDER]).order_id(), ORDER_ID);
}

#[test]
fn trades() {
    let long = parsed!(TradeLong, 0x2a, [&ORDER, b"B", &QUANTITY, b"ZVZZT ", &LONG_PRICE, &EXECUTION]);
    assert_eq!((long.quantity(), long.price(), long.execution_id()), (20_000, Fixed(9_050), EXECUTION_ID));
    let short = parsed!(TradeShort, 0x2b, [&ORDER, b"B", &[0xc8, 0], b"ZVZZT ", &SHORT_PRICE, &EXECUTION]);
    assert_eq!((short.quantity(), short.price(), short.execution_id()), (200, Fixed(10_025), EXECUTION_ID));
    let expanded =
        parsed!(TradeExpanded, 0x30, [&ORDER, b"S", &QUANTITY, b"ZVZZTLNG", &LONG_PRICE, &EXECUTION]);
    assert_eq!((expanded.symbol(), expanded.execution_id()), (&Text(*b"ZVZZTLNG"), EXECUTION_ID));
    assert_eq!(parsed!(TradeBreak, 0x2c, [&EXECUTION]).execution_id(), EXECUTION_ID);
}

#[test]
fn auctions() {
    let price = |units: u8| [units, 0, 0, 0, 0, 0, 0, 0];
    let body: [&[u8]; 7] = [b"ZVZZT   ", b"C", &price(1), &QUANTITY, &[7, 0, 0, 0], &price(2), &price(3)];
    let update = parsed!(AuctionUpdate, 0x95, body);
    assert_eq!((update.stock_symbol(), update.auction_type()), (&Text(*b"ZVZZT   "), b'C'));
    assert_eq!((update.reference_price(), update.buy_shares(), update.sell_shares()), (Fixed(1), 20_000, 7));
    assert_eq!((update.indicative_price(), update.auction_only_price()), (Fixed(2), Fixed(3)));
    let summary = parsed!(AuctionSummary, 0x96, [b"ZVZZT   ", b"O", &LONG_PRICE, &QUANTITY]);
    assert_eq!((summary.price(), summary.shares()), (Fixed(9_050), 20_000));
    let retail = parsed!(RetailPriceImprovement, 0x98, [b"ZVZZT   ", b"A"]);
    assert_eq!(retail.retail_price_improvement(), b'A');
}
