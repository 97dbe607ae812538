//! Reading datagrams and messages allocates nothing, in framings that walk messages by their own lengths.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use xdpfeed::{codec::Codec, framing::Framing};

/// A SIAC block: `head` up to the checksum, then messages.
fn block(head: &[u8], messages: &[u8]) -> Vec<u8> {
    let sum: u32 = head.iter().chain(messages).map(|&byte| u32::from(byte)).sum();
    [head, &u16::try_from(sum).unwrap().to_be_bytes(), messages].concat()
}

/// A message of this length: `head`, then zeros.
fn message(head: &[u8], len: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.resize(len, 0);
    bytes
}

#[test]
fn reading_allocates_nothing() {
    let cboe = [&[22, 0, 2, 1, 1, 0, 0, 0][..], &message(&[6, 0x20], 6), &message(&[8, 0xff], 8)].concat();
    let nyse =
        [&message(&[34, 0, 11, 2, 1], 16)[..], &message(&[4, 0, 1, 0], 4), &message(&[14, 0, 1, 0], 14)];
    let quote = message(b"Cq O", 49);
    let opra =
        block(&message(&[6, 0, 95, b'O', b' ', 0, 0, 0, 0, 1, 2], 19), &[&quote[..], b"C?  "].concat());
    let opra = [&opra[..], &[0; 21]].concat();
    let trade = message(&[0, 26, b'T', b'R'], 26);
    let cta = block(&message(&[2, 0, 72, b'T', b'O', 0, 0, 0, 1, 2], 18), &trade.repeat(2));
    for (framing, codec, datagram) in [
        (Framing::Cboe, Codec::Pitch, cboe),
        (Framing::Nyse, Codec::Pillar, nyse.concat()),
        (Framing::Opra, Codec::Opra, opra),
        (Framing::Cta, Codec::Cta, cta),
    ] {
        let mut read = (0, 0);
        let allocations = measure(|| {
            let segment = framing.segment(&datagram).unwrap();
            framing.messages(&datagram, 0, segment.count, |message| match codec.read(message) {
                Ok(_) => read.0 += 1,
                Err(_) => read.1 += 1,
            });
        });
        assert_eq!(read.0 + read.1, 2, "{framing:?}");
        assert!(read.0 > 0, "{framing:?}");
        assert_eq!(allocations.count_total, 0, "{framing:?}");
    }
}
