//! The framings and codecs over real captures.

use std::collections::BTreeMap;

use super::{Codec, Unread, deep, field::Fixed, itch50};
use crate::{
    captures,
    framing::{Framing, Kind},
};

/// What a capture holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    packets: u64,
    heartbeats: u64,
    trailing: usize,
    /// By type label, and by first character where the codec knows no type.
    messages: BTreeMap<String, u64>,
    unknown: BTreeMap<char, u64>,
}

impl Tally {
    fn add(&mut self, codec: Codec, message: &[u8]) {
        match codec.read(message) {
            Ok(index) => *self.messages.entry(codec.types()[index].label.into()).or_default() += 1,
            Err(Unread::UnknownType) => *self.unknown.entry(char::from(message[0])).or_default() += 1,
            Err(cause) => panic!("{cause}: {message:02x?}"),
        }
    }

    /// Adds a datagram that must be accepted, and gives its messages to `each`.
    fn datagram(&mut self, framing: Framing, codec: Codec, payload: &[u8], mut each: impl FnMut(&[u8])) {
        let segment = framing.segment(payload).unwrap();
        self.packets += 1;
        self.heartbeats += u64::from(segment.kind == Kind::Heartbeat);
        self.trailing += segment.trailing;
        let mut count = 0;
        framing.messages(payload, 0, segment.count, |message| {
            count += 1;
            self.add(codec, message);
            each(message);
        });
        assert_eq!(count, segment.count);
    }
}

fn counts<K: Ord + From<T>, T: Copy>(counts: &[(T, u64)]) -> BTreeMap<K, u64> {
    counts.iter().map(|&(key, count)| (key.into(), count)).collect()
}

fn assert_symbol(symbol: &[u8]) {
    assert!(!symbol.is_empty() && symbol.iter().all(u8::is_ascii_graphic), "{}", symbol.escape_ascii());
}

fn assert_deep_is_plausible(message: deep::Message<'_>) {
    // 2017-04-25 UTC, the day of the capture.
    assert!((1_493_078_400..1_493_164_800).contains(&(message.timestamp() / 1_000_000_000)), "{message:?}");
    let (symbol, price) = match &message {
        deep::Message::PriceLevelBuyUpdate(level) => (level.symbol(), level.price()),
        deep::Message::PriceLevelSellUpdate(level) => (level.symbol(), level.price()),
        deep::Message::TradeReport(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradeBreak(trade) => (trade.symbol(), trade.price()),
        deep::Message::TradingStatus(status) => (status.symbol(), Fixed(1)),
        _ => return,
    };
    assert_symbol(symbol.as_bytes());
    assert!((1..10_000_000_000).contains(&price.0), "{message:?}");
}

#[test]
fn iex_deep() {
    let Some(file) = captures::path("iex/DEEP10.pcap.gz") else { return };
    let mut tally = Tally::default();
    captures::payloads(&file, |payload| {
        tally.datagram(Framing::IexTp, Codec::Deep, payload, |message| {
            assert_deep_is_plausible(deep::Message::parse(message).unwrap());
        });
    });
    #[rustfmt::skip]
    let messages = counts(&[
        ("S", 44), ("H", 93_638), ("O", 93_638), ("P", 93_636), ("8", 12_941), ("5", 14_627),
        ("T", 83_343), ("E", 59), ("B", 73),
    ]);
    let expected = Tally { packets: 121_314, heartbeats: 7_937, messages, ..Tally::default() };
    assert_eq!(tally, expected);
}

fn assert_itch_is_plausible(message: itch50::Message<'_>) {
    const DAY: u64 = 86_400_000_000_000;
    assert!(message.header().timestamp() < DAY, "{message:?}");
    let (side, shares, symbol, price) = match &message {
        itch50::Message::AddOrder(add) => (add.buy_sell_indicator(), add.shares(), add.stock(), add.price()),
        itch50::Message::AddOrderAttributed(add) => {
            (add.buy_sell_indicator(), add.shares(), add.stock(), add.price())
        }
        itch50::Message::Trade(trade) => {
            (trade.buy_sell_indicator(), trade.shares(), trade.stock(), trade.price())
        }
        _ => return,
    };
    assert!(b"BS".contains(&side) && shares > 0 && price.0 > 0, "{message:?}");
    assert_symbol(symbol.as_bytes());
}

#[test]
fn itch_file() {
    let Some(file) = captures::path("itch/ex20101224.TEST_ITCH_50") else { return };
    let bytes = std::fs::read(file).unwrap();
    let mut tally = Tally::default();
    let mut rest = bytes.as_slice();
    // The file's length prefixes are all zero: a message is as long as its type says.
    while let [0, 0, behind @ ..] = rest {
        let index = Codec::Itch50.read(behind).unwrap();
        let (message, next) = behind.split_at(itch50::TYPES[index].len);
        tally.add(Codec::Itch50, message);
        assert_itch_is_plausible(itch50::Message::parse(message).unwrap());
        rest = next;
    }
    assert!(rest.is_empty());
    #[rustfmt::skip]
    let messages = counts(&[
        ("P", 5_000), ("A", 4_997), ("D", 1_745), ("E", 198), ("X", 45), ("U", 12), ("S", 6), ("R", 3),
        ("H", 3), ("F", 3),
    ]);
    assert_eq!(tally, Tally { messages, ..Tally::default() });
}

/// The tally of all samples of a venue.
fn samples(folder: &str, framing: Framing, codec: Codec, mut each: impl FnMut(&[u8])) -> Option<Tally> {
    let mut tally = Tally::default();
    for file in captures::files(&captures::path(folder)?, "pcap") {
        captures::payloads(&file, |payload| tally.datagram(framing, codec, payload, &mut each));
    }
    Some(tally)
}

#[test]
fn nasdaq_samples() {
    let tally = samples("omi/Nasdaq", Framing::MoldUdp64, Codec::Itch50, |message| {
        let parsed = itch50::Message::parse(message).unwrap();
        assert_eq!(
            message.len(),
            parsed.layout().len,
            "what the exchange sends is as long as the table says"
        );
        assert_itch_is_plausible(parsed);
    });
    let Some(tally) = tally else { return };
    #[rustfmt::skip]
    let messages = counts(&[
        ("A", 42), ("C", 5), ("D", 7), ("E", 6), ("F", 7), ("H", 6), ("I", 6), ("J", 5), ("L", 6), ("P", 5),
        ("Q", 5), ("S", 1), ("U", 6), ("X", 5), ("Y", 5),
    ]);
    assert_eq!(tally, Tally { packets: 80, messages, ..Tally::default() });
}

/// TOPS and DEEP+ share their framing, and what is not theirs alone, with DEEP.
#[test]
fn other_iex_protocols() {
    let Some(tally) = samples("omi/Iex", Framing::IexTp, Codec::Deep, |_| {}) else { return };
    #[rustfmt::skip]
    let messages = counts(&[
        ("A", 1), ("B", 2), ("D", 4), ("E", 70), ("H", 208), ("I", 192), ("O", 216), ("P", 216), ("S", 12),
        ("T", 9), ("X", 1),
    ]);
    let unknown = counts(&[('L', 6), ('M', 2), ('Q', 14), ('R', 2), ('a', 2)]);
    assert_eq!(tally, Tally { packets: 35, messages, unknown, ..Tally::default() });
}

/// Another exchange's protocol in MoldUDP64: its types mean something else, so only the framing is looked at.
#[test]
fn another_exchange_in_moldudp64() {
    let Some(folder) = captures::path("omi/Asx") else { return };
    let (mut packets, mut messages) = (0, 0);
    for file in captures::files(&folder, "pcap") {
        captures::payloads(&file, |payload| {
            let segment = Framing::MoldUdp64.segment(payload).unwrap();
            assert_eq!(segment.trailing, 0);
            packets += 1;
            messages += segment.count;
        });
    }
    assert_eq!((packets, messages), (21, 28));
}
