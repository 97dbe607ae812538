//! Messages the exchange sent.

use xdpfeed::{
    codec::{Codec, itch50::TYPES},
    framing::Framing,
};

use crate::{
    captures,
    compare::{Batch, Compared},
};

/// A file of messages whose length prefixes are all zero: each is as long as its type says.
#[test]
fn itch_file() {
    let Some(file) = captures::path("itch/ex20101224.TEST_ITCH_50") else { return };
    let bytes = std::fs::read(file).unwrap();
    let mut batch = Batch::default();
    let mut rest = bytes.as_slice();
    while let [0, 0, behind @ ..] = rest {
        let (message, next) = behind.split_at(TYPES[Codec::Itch50.read(behind).unwrap()].len);
        batch.add(message, true);
        rest = next;
    }
    assert!(rest.is_empty());
    assert_eq!(batch.finish(), Compared { itch5: 12_012, itchy: 12_012, refused: 0 });
}

#[test]
fn samples_in_moldudp64() {
    let Some(folder) = captures::path("omi/Nasdaq") else { return };
    let mut batch = Batch::default();
    for file in captures::files(&folder, "pcap") {
        captures::payloads(&file, |payload| {
            let count = Framing::MoldUdp64.segment(payload).unwrap().count;
            Framing::MoldUdp64.messages(payload, 0, count, |message| batch.add(message, true));
        });
    }
    assert_eq!(batch.finish(), Compared { itch5: 117, itchy: 117, refused: 0 });
}
