//! DEEP as the library reads it, by getters and as it is shown, against the other reader.

use std::collections::BTreeMap;

use rand::RngCore;
use rand_pcg::Pcg64Mcg;
use xdpfeed::{
    codec::{
        Codec, Fields, Value,
        deep::{Message, TYPES},
    },
    framing::Framing,
};

use crate::{
    GENERATED, captures,
    deep_reader::{self, Field, Value as Other},
};

/// What is shown, in the other reader's terms.
#[derive(Default)]
struct Shown(Vec<Field>);

impl Fields for Shown {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        let text = |bytes: &[u8]| Other::Text(bytes.iter().copied().map(char::from).collect());
        self.0.push((
            name,
            match value {
                Value::Unsigned(number) => Other::Number(number.into()),
                Value::Signed(number) => Other::Number(number.into()),
                Value::Decimal { mantissa, places } => {
                    assert_eq!(places, 4, "{name}: prices of IEX have four places");
                    Other::Number(mantissa)
                }
                Value::Character(character) => text(&[character]),
                Value::Text(bytes) => text(bytes),
                Value::Float(_) => panic!("{name}: DEEP has no floats"),
                Value::Absent => panic!("{name}: DEEP has no nulls"),
            },
        ));
    }

    fn begin_entry(&mut self, name: &'static str) {
        panic!("{name}: DEEP has no groups");
    }

    fn end_entry(&mut self) {}
}

/// The values the getters give, in the order of the specification.
fn gotten(message: &Message<'_>) -> Vec<Other> {
    let mut values = Vec::new();
    macro_rules! get {
        ($view:ident: $($field:ident)*) => {{ $(values.push($view.$field().into());)* }};
    }
    match message {
        Message::SystemEvent(m) => get!(m: message_type system_event timestamp),
        Message::SecurityDirectory(m) => {
            get!(m: message_type security_directory_flags timestamp symbol round_lot_size adjusted_poc_price);
            values.push(Other::Number(m.luld_tier().into()));
        }
        Message::TradingStatus(m) => get!(m: message_type trading_status timestamp symbol reason),
        Message::RetailLiquidityIndicator(m) => {
            get!(m: message_type retail_liquidity_indicator timestamp symbol);
        }
        Message::OperationalHaltStatus(m) => get!(m: message_type operational_halt_status timestamp symbol),
        Message::ShortSalePriceTestStatus(m) => {
            get!(m: message_type);
            values.push(Other::Number(m.short_sale_price_test_status().into()));
            get!(m: timestamp symbol detail);
        }
        Message::SecurityEvent(m) => get!(m: message_type security_event timestamp symbol),
        Message::PriceLevelBuyUpdate(m) => get!(m: message_type event_flags timestamp symbol size price),
        Message::PriceLevelSellUpdate(m) => get!(m: message_type event_flags timestamp symbol size price),
        Message::TradeReport(m) => {
            get!(m: message_type sale_condition_flags timestamp symbol size price trade_id);
        }
        Message::OfficialPrice(m) => get!(m: message_type price_type timestamp symbol official_price),
        Message::TradeBreak(m) => {
            get!(m: message_type sale_condition_flags timestamp symbol size price trade_id);
        }
        Message::AuctionInformation(m) => {
            get!(m: message_type auction_type timestamp symbol paired_shares reference_price
                indicative_clearing_price imbalance_shares imbalance_side);
            values.push(Other::Number(m.extension_number().into()));
            get!(m: scheduled_auction_time auction_book_clearing_price collar_reference_price
                lower_auction_collar upper_auction_collar);
        }
    }
    values
}

/// What a getter gives, as a value.
mod values {
    use xdpfeed::codec::{
        deep::{EventFlags, Price, SaleConditionFlags, SecurityDirectoryFlags},
        field::Text,
    };

    use super::Other;

    macro_rules! values {
        ($($kind:ty, $value:ident => $other:expr;)*) => {$(
            impl From<$kind> for Other {
                fn from($value: $kind) -> Self {
                    $other
                }
            }
        )*};
    }
    values! {
        u8, character => Self::Text(char::from(character).into());
        u32, number => Self::Number(number.into());
        u64, number => Self::Number(number.into());
        i64, number => Self::Number(number.into());
        Price, price => Self::Number(price.0.into());
        EventFlags, flags => Self::Number(flags.0.into());
        SaleConditionFlags, flags => Self::Number(flags.0.into());
        SecurityDirectoryFlags, flags => Self::Number(flags.0.into());
    }

    impl<const N: usize> From<&Text<N>> for Other {
        fn from(text: &Text<N>) -> Self {
            Self::Text(text.as_bytes().iter().copied().map(char::from).collect())
        }
    }
}

fn assert_same(message: &[u8]) {
    let theirs = deep_reader::read(message).unwrap();
    let mut shown = Shown::default();
    Codec::Deep.show(message, &mut shown).unwrap();
    assert_eq!(shown.0, theirs, "{message:02x?}");
    let theirs: Vec<Other> = theirs.into_iter().map(|(_, value)| value).collect();
    assert_eq!(gotten(&Message::parse(message).unwrap()), theirs, "{message:02x?}");
}

#[test]
fn captured_messages() {
    let Some(file) = captures::path("iex/DEEP10.pcap.gz") else { return };
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    captures::payloads(&file, |payload| {
        let theirs = deep_reader::messages(payload);
        let mut ours = Vec::new();
        let count = Framing::IexTp.segment(payload).unwrap().count;
        Framing::IexTp.messages(payload, 0, count, |message| ours.push(message));
        assert_eq!(ours, theirs);
        for message in theirs {
            assert_same(message);
            *counts.entry(message[0].into()).or_default() += 1;
        }
    });
    #[rustfmt::skip]
    let expected = [
        ('S', 44), ('H', 93_638), ('O', 93_638), ('P', 93_636), ('8', 12_941), ('5', 14_627), ('T', 83_343),
        ('E', 59), ('B', 73),
    ];
    assert_eq!(counts, expected.into());
}

#[test]
fn random_fields_of_every_type() {
    let mut random = Pcg64Mcg::new(0xdee9);
    let mut message = Vec::new();
    for number in 0..GENERATED / 10 {
        let kind = TYPES[number % TYPES.len()];
        message.resize(kind.len, 0);
        random.fill_bytes(&mut message);
        message[0] = kind.label.as_bytes()[0];
        assert_same(&message);
    }
}

/// The other reader finds no types but ours, nor lacks any.
#[test]
fn the_same_types() {
    for kind in 0..=u8::MAX {
        let message = [&[kind][..], &[0; 79]].concat();
        assert_eq!(deep_reader::read(&message).is_some(), Codec::Deep.read(&message).is_ok(), "{kind}");
    }
}
