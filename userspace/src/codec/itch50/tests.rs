use zerocopy::big_endian::{U32, U64};

use super::*;
use crate::codec::field::Text;

/// A header as section 1 of the specification lays it out: locate 7, tracking 2, 09:30:00.000000001.
fn message(kind: u8, body: &[&[u8]]) -> Vec<u8> {
    let head: [&[u8]; 4] = [&[kind], &[0, 7], &[0, 2], &[0x1f, 0x1a, 0xce, 0xd9, 0xf0, 0x01]];
    [head.concat(), body.concat()].concat()
}

macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes = $bytes;
        assert_eq!(bytes.len(), $view::LAYOUT.len);
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        let header = view.header();
        assert_eq!(header, Header::new($view::TYPE, 7, 2, 34_200_000_000_001));
        *view
    }};
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("S", 12), ("R", 39), ("H", 25), ("Y", 20), ("L", 26), ("V", 35), ("W", 12), ("K", 28), ("J", 35), ("h", 21),
        ("A", 36), ("F", 40), ("E", 31), ("C", 36), ("X", 23), ("D", 19), ("U", 35),
        ("P", 44), ("Q", 40), ("B", 19), ("I", 50), ("N", 20), ("O", 48),
    ]);
}

#[test]
fn administrative_messages() {
    assert_eq!(parsed!(SystemEvent, message(b'S', &[b"Q"])).event_code(), b'Q');
    assert_eq!(parsed!(MwcbStatus, message(b'W', &[b"2"])).breached_level(), b'2');

    let directory = parsed!(
        StockDirectory,
        message(
            b'R',
            &[b"AAPL    ", b"Q", b"N", &[0, 0, 0, 100], b"N", b"C", b"Z ", b"PN 1N", &[0, 0, 0, 3], b"Y"]
        )
    );
    assert_eq!(directory.stock(), "AAPL");
    assert_eq!((directory.market_category(), directory.financial_status_indicator()), (b'Q', b'N'));
    assert_eq!((directory.round_lot_size(), directory.round_lots_only()), (100, b'N'));
    assert_eq!((directory.issue_classification(), directory.issue_sub_type().as_bytes()), (b'C', &b"Z"[..]));
    assert_eq!((directory.authenticity(), directory.short_sale_threshold_indicator()), (b'P', b'N'));
    assert_eq!((directory.ipo_flag(), directory.luld_reference_price_tier()), (b' ', b'1'));
    assert_eq!((directory.etp_flag(), directory.etp_leverage_factor()), (b'N', 3));
    assert_eq!(directory.inverse_indicator(), b'Y');

    let action = parsed!(StockTradingAction, message(b'H', &[b"ZXZZT   ", b"T", b" ", b"IPO1"]));
    assert_eq!((action.stock().to_string(), action.trading_state()), ("ZXZZT".into(), b'T'));
    assert_eq!((action.reserved(), action.reason_code().as_bytes()), (b' ', &b"IPO1"[..]));

    let sho = parsed!(RegShoRestriction, message(b'Y', &[b"ZXZZT   ", b"1"]));
    assert_eq!((sho.stock().as_bytes(), sho.reg_sho_action()), (&b"ZXZZT"[..], b'1'));

    let position = parsed!(MarketParticipantPosition, message(b'L', &[b"GSCO", b"ZXZZT   ", b"YNA"]));
    assert_eq!((position.mpid(), position.stock()), (&Text(*b"GSCO"), &Text(*b"ZXZZT   ")));
    assert_eq!((position.primary_market_maker(), position.market_maker_mode()), (b'Y', b'N'));
    assert_eq!(position.market_participant_state(), b'A');

    let one = [0, 0, 0, 0, 0x05, 0xf5, 0xe1, 0x00];
    let two = [0, 0, 0, 0, 0x05, 0xf5, 0xe1, 0x01];
    let levels = parsed!(MwcbDeclineLevel, message(b'V', &[&one, &two, &[0xff; 8]]));
    assert_eq!((levels.level_1(), levels.level_2()), (Fixed(100_000_000), Fixed(100_000_001)));
    assert_eq!(levels.level_3().to_string(), "184467440737.09551615");

    let quoting = parsed!(
        QuotingPeriodUpdate,
        message(b'K', &[b"ZXZZT   ", &[0, 0, 0x85, 0x98], b"A", &[0, 2, 0x49, 0xf0]])
    );
    assert_eq!((quoting.stock().as_bytes(), quoting.ipo_quotation_release_time()), (&b"ZXZZT"[..], 34_200));
    assert_eq!((quoting.ipo_quotation_release_qualifier(), quoting.ipo_price()), (b'A', Fixed(150_000)));

    let collar = [[0, 0, 0, 3], [0, 0, 0, 4], [0, 0, 0, 2], [0, 0, 0, 1]].concat();
    let collar = parsed!(LuldAuctionCollar, message(b'J', &[b"ZXZZT   ", &collar]));
    assert_eq!(
        (collar.stock().as_bytes(), collar.auction_collar_reference_price()),
        (&b"ZXZZT"[..], Fixed(3))
    );
    assert_eq!(
        (collar.upper_auction_collar_price(), collar.lower_auction_collar_price()),
        (Fixed(4), Fixed(2))
    );
    assert_eq!(collar.auction_collar_extension(), 1);

    let halt = parsed!(OperationalHalt, message(b'h', &[b"ZXZZT   ", b"QH"]));
    assert_eq!((halt.stock().as_bytes(), halt.market_code()), (&b"ZXZZT"[..], b'Q'));
    assert_eq!(halt.operational_halt_action(), b'H');
}

/// 1, 2, 3 as eight bytes in network order.
const N: [[u8; 8]; 4] =
    [[0; 8], [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 0, 0, 3]];

#[test]
fn order_messages() {
    let added: [&[u8]; 5] = [&N[1], b"B", &[0, 0, 1, 0], b"MSFT    ", &[0, 0x12, 0xd6, 0x44]];
    let add = parsed!(AddOrder, message(b'A', &added));
    assert_eq!((add.order_reference_number(), add.buy_sell_indicator(), add.shares()), (1, b'B', 256));
    assert_eq!((add.stock().to_string(), add.price().to_string()), ("MSFT".into(), "123.4500".into()));

    let add = parsed!(AddOrderAttributed, message(b'F', &[&added.concat(), b"LEHM"]));
    assert_eq!((add.order_reference_number(), add.buy_sell_indicator(), add.shares()), (1, b'B', 256));
    assert_eq!((add.stock().as_bytes(), add.price()), (&b"MSFT"[..], Fixed(1_234_500)));
    assert_eq!(add.attribution().as_bytes(), b"LEHM");

    let executed: [&[u8]; 3] = [&N[1], &[0, 0, 0, 100], &N[2]];
    let execution = parsed!(OrderExecuted, message(b'E', &executed));
    assert_eq!((execution.order_reference_number(), execution.executed_shares()), (1, 100));
    assert_eq!(execution.match_number(), 2);

    let priced =
        parsed!(OrderExecutedWithPrice, message(b'C', &[&executed.concat(), b"N", &[0, 0, 0x27, 0x10]]));
    assert_eq!((priced.order_reference_number(), priced.executed_shares()), (1, 100));
    assert_eq!((priced.match_number(), priced.printable()), (2, b'N'));
    assert_eq!(priced.execution_price().to_string(), "1.0000");

    let cancel = parsed!(OrderCancel, message(b'X', &[&N[3], &[0, 0, 0, 9]]));
    assert_eq!((cancel.order_reference_number(), cancel.cancelled_shares()), (3, 9));
    assert_eq!(parsed!(OrderDelete, message(b'D', &[&N[3]])).order_reference_number(), 3);

    let replace = parsed!(OrderReplace, message(b'U', &[&N[1], &N[2], &[0, 0, 0, 5], &[0, 0, 0, 6]]));
    assert_eq!((replace.original_order_reference_number(), replace.new_order_reference_number()), (1, 2));
    assert_eq!((replace.shares(), replace.price()), (5, Fixed(6)));
}

#[test]
fn trade_messages() {
    let trade =
        parsed!(Trade, message(b'P', &[&N[0], b"B", &[0, 0, 0, 5], b"MSFT    ", &[0, 0, 0, 6], &N[3]]));
    assert_eq!((trade.order_reference_number(), trade.buy_sell_indicator(), trade.shares()), (0, b'B', 5));
    assert_eq!((trade.stock().as_bytes(), trade.price()), (&b"MSFT"[..], Fixed(6)));
    assert_eq!(trade.match_number(), 3);

    let cross = parsed!(CrossTrade, message(b'Q', &[&N[2], b"MSFT    ", &[0, 0, 0, 6], &N[3], b"O"]));
    assert_eq!((cross.cross_shares(), cross.stock().as_bytes()), (2, &b"MSFT"[..]));
    assert_eq!((cross.cross_price(), cross.match_number(), cross.cross_type()), (Fixed(6), 3, b'O'));

    assert_eq!(parsed!(BrokenTrade, message(b'B', &[&N[3]])).match_number(), 3);

    let prices = [[0, 0, 0, 7], [0, 0, 0, 8], [0, 0, 0, 9]].concat();
    let noii =
        parsed!(NetOrderImbalance, message(b'I', &[&N[1], &N[2], b"S", b"MSFT    ", &prices, b"C", b"L"]));
    assert_eq!((noii.paired_shares(), noii.imbalance_shares(), noii.imbalance_direction()), (1, 2, b'S'));
    assert_eq!((noii.stock().as_bytes(), noii.far_price()), (&b"MSFT"[..], Fixed(7)));
    assert_eq!((noii.near_price(), noii.current_reference_price()), (Fixed(8), Fixed(9)));
    assert_eq!((noii.cross_type(), noii.price_variation_indicator()), (b'C', b'L'));

    let retail = parsed!(RetailInterest, message(b'N', &[b"MSFT    ", b"A"]));
    assert_eq!((retail.stock().as_bytes(), retail.interest_flag()), (&b"MSFT"[..], b'A'));

    let listing: [&[u8]; 6] = [b"MSFT    ", b"Y", &prices, &N[2], &[0, 0, 0, 1], &[0, 0, 0, 2]];
    let listing = parsed!(DirectListingPriceDiscovery, message(b'O', &listing));
    assert_eq!((listing.stock().as_bytes(), listing.open_eligibility_status()), (&b"MSFT"[..], b'Y'));
    assert_eq!((listing.minimum_allowable_price(), listing.maximum_allowable_price()), (Fixed(7), Fixed(8)));
    assert_eq!((listing.near_execution_price(), listing.near_execution_time()), (Fixed(9), 2));
    assert_eq!(
        (listing.lower_price_range_collar(), listing.upper_price_range_collar()),
        (Fixed(1), Fixed(2))
    );
}

#[test]
fn what_a_sender_fills_in_is_what_is_read() {
    let sent = AddOrder {
        header: Header::new(AddOrder::TYPE, 7, 2, 34_200_000_000_001),
        order_reference_number: U64::new(1),
        buy_sell_indicator: b'B',
        shares: U32::new(256),
        stock: Text::new("MSFT").unwrap(),
        price: U32::new(1_234_500),
    };
    let bytes = message(b'A', &[&N[1], b"B", &[0, 0, 1, 0], b"MSFT    ", &[0, 0x12, 0xd6, 0x44]]);
    assert_eq!(sent.as_bytes(), bytes);
    assert_eq!(Message::parse(&bytes), Ok(Message::AddOrder(&sent)));
}
