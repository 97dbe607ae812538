use super::*;
use crate::codec::{Codec, Shown, decimal::Decimal};

/// Transaction 68,999,927 and the exchange's number 801,484,441, as every example here has them.
const NUMBERS: [u8; 8] = [0x04, 0x1c, 0xda, 0xf7, 0x2f, 0xa5, 0xae, 0x99];
/// A put of December 29, 2023, and its strike of 132.50.
const SERIES: &[u8] = b"ABCD \x00X\x1d\x17B\x00\x00\x33\xc2";
/// 13.25 at two places, 50 contracts, and a hundredth less than nothing.
const PRICE: [u8; 4] = [0, 0, 5, 0x2d];
const CONTRACTS: [u8; 4] = [0, 0, 0, 0x32];
const BELOW: [u8; 4] = [0xff; 4];

/// Participant, category, type, indicator, numbers, and what comes behind.
fn message(head: &[u8; 4], body: &[&[u8]]) -> Vec<u8> {
    [&head[..], &NUMBERS, &body.concat()].concat()
}

fn decimal(price: i32, code: u8) -> String {
    Decimal::new(price.into(), places(code).unwrap()).to_string()
}

macro_rules! parsed {
    ($view:ident, $bytes:expr, $($pattern:tt)+) => {
        let bytes: &[u8] = $bytes;
        assert_eq!(TYPES[read(bytes).unwrap()], $view::LAYOUT);
        assert_eq!(length(bytes), Ok(bytes.len()));
        assert_eq!(length(&bytes[..bytes.len().min(14)]), Ok(bytes.len()));
        assert_eq!(read(&bytes[..bytes.len() - 1]), Err(Unread::Short));
        let Ok(Message::$view $($pattern)+) = Message::parse(bytes) else { panic!("{:?}", Message::parse(bytes)) };
    };
}

#[test]
fn the_table_is_the_specification_s() {
    let lengths: Vec<_> = TYPES.iter().map(|t| (t.label, t.len)).collect();
    #[rustfmt::skip]
    assert_eq!(lengths, [
        ("a", 43), ("d", 30), ("f", 72), ("k", 43), ("q", 29), ("C", 14), ("H", 12), ("R", 155), ("Y", 27),
        ("YI", 31),
    ]);
}

#[test]
fn what_has_no_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(b"CH "), Err(Unread::Short));
    assert_eq!(length(b"CC  .........."[..13].as_ref()), Err(Unread::Short));
    for unknown in [b"CX  ", b"CYX "] {
        assert_eq!(read(&message(unknown, &[&[0; 200]])), Err(Unread::UnknownType));
    }
}

#[test]
fn trades_and_open_interest() {
    let bytes = message(b"CaI ", &[SERIES, &CONTRACTS, b"B", &PRICE, &[0, 0, 0, 9], &[0; 4]]);
    parsed!(LastSale, &bytes, (sale));
    assert_eq!((sale.participant_id(), sale.message_category(), sale.message_type()), (b'C', b'a', b'I'));
    assert_eq!((sale.transaction_id(), sale.participant_reference_number()), (68_999_927, 799_387_289));
    assert_eq!(sale.security_symbol(), &"ABCD");
    let expiration = (sale.expiration_month(), sale.expiration_day(), sale.expiration_year());
    assert_eq!(expiration, (b'X', 29, 23));
    assert_eq!((sale.strike_price_denominator_code(), sale.strike_price()), (b'B', 13_250));
    assert_eq!((sale.volume(), sale.trade_identifier()), (50, 9));
    assert_eq!(decimal(sale.premium_price(), sale.premium_price_denominator_code()), "13.25");

    let bytes = message(b"Cd  ", &[SERIES, &CONTRACTS]);
    parsed!(OpenInterest, &bytes, (interest));
    assert_eq!(interest.open_interest_volume(), 50);

    let prices = [PRICE, PRICE, BELOW, PRICE, BELOW].concat();
    let underlying = [b"D".as_slice(), &[0, 0, 0, 1, 0, 0, 0, 0], &PRICE, &BELOW].concat();
    let bytes = message(b"Cf  ", &[SERIES, &CONTRACTS, &[0, 0, 0, 7], b"B", &prices, &underlying]);
    parsed!(EndOfDaySummary, &bytes, (day));
    assert_eq!((day.volume(), day.open_interest_volume()), (50, 7));
    assert_eq!((day.open_price(), day.high_price(), day.low_price()), (1_325, 1_325, -1));
    assert_eq!((day.last_price(), day.net_change()), (1_325, -1));
    assert_eq!((day.underlying_price_denominator_code(), day.underlying_price()), (b'D', 1 << 32));
    assert_eq!((day.bid_price(), day.offer_price()), (1_325, -1));
    let shown = Shown::new(Codec::Opra, &bytes).unwrap().to_string();
    assert!(shown.ends_with(
        "premium_price_denominator_code=B open_price=13.25 high_price=13.25 low_price=-0.01 last_price=13.25 \
         net_change=-0.01 underlying_price_denominator_code=D underlying_price=429496.7296 bid_price=0.1325 \
         offer_price=-0.0001"
    ));
}

#[test]
fn quotes_and_their_appendages() {
    let bid = [b"NB".as_slice(), &PRICE, &CONTRACTS].concat();
    let offer = [b"PI".as_slice(), &BELOW, &[0, 0, 0, 1]].concat();
    let long: [&[u8]; 6] = [SERIES, b"B", &PRICE, &CONTRACTS, &BELOW, &CONTRACTS];
    let short: [&[u8]; 3] = [b"ABCDX\x1d\x17\x05\x2d", &[5, 0x82, 0, 0x2b], &[0xff, 0xff, 0, 2]];
    for (indicators, best_bid, best_offer) in
        [(&b"ABDEFHIJL "[..], false, false), (b"MNP", true, false), (b"CGK", false, true), (b"O", true, true)]
    {
        for &indicator in indicators {
            let mut appended = Vec::new();
            appended.extend_from_slice(if best_bid { &bid } else { b"" });
            appended.extend_from_slice(if best_offer { &offer } else { b"" });
            let bytes = message(&[b'T', b'k', b' ', indicator], &[&long.concat(), &appended]);
            parsed!(LongQuote, &bytes, (quote, found));
            assert_eq!((quote.bbo_indicator(), quote.bid_price(), quote.bid_size()), (indicator, 1_325, 50));
            assert_eq!((quote.offer_price(), quote.offer_size()), (-1, 50));
            assert_eq!((found.best_bid.is_some(), found.best_offer.is_some()), (best_bid, best_offer));

            let bytes = message(&[b'T', b'q', b' ', indicator], &[&short.concat(), &appended]);
            parsed!(ShortQuote, &bytes, (quote, again));
            assert_eq!(
                (quote.security_symbol(), quote.strike_price().to_string()),
                (&crate::codec::field::Text(*b"ABCD"), "132.5".into())
            );
            assert_eq!((quote.bid_price().to_string(), quote.bid_size()), ("14.10".into(), 43));
            assert_eq!((quote.offer_price().to_string(), quote.offer_size()), ("655.35".into(), 2));
            assert_eq!(again, found);
            if let Some(best) = found.best_bid {
                assert_eq!((best.participant_id(), best.size()), (b'N', 50));
                assert_eq!(decimal(best.price(), best.denominator_code()), "13.25");
            }
            if let Some(best) = found.best_offer {
                assert_eq!(
                    (best.participant_id(), decimal(best.price(), best.denominator_code())),
                    (b'P', "-1".into())
                );
            }
        }
    }
}

#[test]
fn a_quote_shown() {
    let bid = [b"NB".as_slice(), &PRICE, &CONTRACTS].concat();
    let bytes = message(b"Tk M", &[SERIES, b"?", &PRICE, &CONTRACTS, &PRICE, &CONTRACTS, &bid]);
    // A code that is none leaves the integer.
    assert_eq!(
        Shown::new(Codec::Opra, &bytes).unwrap().to_string(),
        "long_quote participant_id=T message_category=k message_type=  bbo_indicator=M transaction_id=68999927 \
         participant_reference_number=799387289 security_symbol=ABCD expiration_month=X expiration_day=29 \
         expiration_year=23 strike_price_denominator_code=B strike_price=132.50 premium_price_denominator_code=? \
         bid_price=1325 bid_size=50 offer_price=1325 offer_size=50 best_bid_appendage{participant_id=N \
         denominator_code=B price=13.25 size=50}"
    );
}

#[test]
fn notices() {
    let bytes = message(b"CC  ", &[&[0, 4], b"TEXT"]);
    parsed!(Administrative, &bytes, (notice, text));
    assert_eq!((notice.message_data_length(), text), (4, &b"TEXT"[..]));
    let shown = Shown::new(Codec::Opra, &bytes).unwrap().to_string();
    assert!(shown.ends_with("message_data_length=4 message_data=TEXT"));
    let bytes = message(b"OHN ", &[]);
    parsed!(Control, &bytes, (control));
    assert_eq!((control.participant_id(), control.message_type()), (b'O', b'N'));
    let bytes = message(b"OR  ", &[b"ABCD X\x1d\x17B\x00\x00\x33\xc2", &[1, 2], &[b' '; 128]]);
    parsed!(SeriesMapping, &bytes, (mapping));
    assert_eq!((mapping.strike_price(), mapping.multicast_line_number()), (13_250, 258));
    let bytes = message(b"CY  ", &[b"ABCD \x00B", &PRICE, &[0; 4]]);
    parsed!(UnderlyingLastSale, &bytes, (value));
    assert_eq!(decimal(value.index_value(), value.index_value_denominator_code()), "13.25");
    let bytes = message(b"CYI ", &[b"ABCD \x00B", &PRICE, &[0, 0, 0, 1, 0, 0, 0, 0]]);
    parsed!(UnderlyingBidAndOffer, &bytes, (value));
    assert_eq!((value.bid_index_value(), value.offer_index_value()), (1_325, 1 << 32));
}

#[test]
fn denominator_codes() {
    let digits = |code| places(code).map(crate::codec::decimal::Places::get);
    assert_eq!((digits(b'A'), digits(b'H'), digits(b'I')), (Some(1), Some(8), Some(0)));
    assert_eq!((digits(b'@'), digits(b'J'), digits(0)), (None, None, None));
}
