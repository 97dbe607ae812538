//! Nasdaq.

use super::*;
use crate::codec::itch50;

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
