//! Packing against a reader of its own.

use super::*;

const SESSION: [u8; 10] = *b"TEST      ";

fn packer(largest_payload: usize, mean: f64) -> Packer {
    Packer::new(Flow::new(1, 8), 1, SESSION, largest_payload, MessagesPerPacket::from_mean(mean).unwrap())
}

/// Session, sequence, count and messages of a payload, by the tables of MoldUDP64 V1.00.
fn read(payload: &[u8]) -> (&[u8], u64, u16, Vec<&[u8]>) {
    let (header, mut blocks) = payload.split_at(20);
    let mut messages = Vec::new();
    while let Some((len, rest)) = blocks.split_first_chunk() {
        let (message, rest) = rest.split_at(u16::from_be_bytes(*len).into());
        messages.push(message);
        blocks = rest;
    }
    assert!(blocks.is_empty());
    let sequence = u64::from_be_bytes(header[10..18].try_into().unwrap());
    (&header[..10], sequence, u16::from_be_bytes([header[18], header[19]]), messages)
}

/// The messages of all packets; sessions, sequences and counts are checked on the way.
fn unpack(batch: &Batch, largest_payload: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for packet in 0..batch.len() {
        let payload = batch.payload(packet);
        assert!(payload.len() <= largest_payload);
        let (session, sequence, count, messages) = read(payload);
        assert_eq!((session, sequence), (&SESSION[..], all.len() as u64 + 1));
        assert_eq!((usize::from(count), batch.messages(packet)), (messages.len(), messages.len() as u64));
        all.extend(messages.into_iter().map(<[u8]>::to_vec));
    }
    all
}

fn flow(messages: usize) -> Vec<Vec<u8>> {
    let mut flow = Flow::new(1, 8);
    let mut message = Message::empty();
    let next = |_| {
        flow.next(&mut message);
        message.bytes().to_vec()
    };
    (0..messages).map(next).collect()
}

#[test]
fn what_is_packed_is_the_flow() {
    for (largest, mean) in
        [(SMALLEST_PAYLOAD, 1.27), (SMALLEST_PAYLOAD, 1000.0), (1472, 1.27), (1472, 1000.0)]
    {
        let (mut packer, mut batch) = (packer(largest, mean), Batch::default());
        for _ in 0..2000 {
            packer.pack(u64::MAX, &mut batch);
        }
        packer.close(u64::MAX, &mut batch);
        let messages = unpack(&batch, largest);
        assert_eq!(packer.messages(), messages.len() as u64);
        let (day, end) = messages.split_at(messages.len() - 3);
        assert_eq!(day, flow(day.len()));
        let events: Vec<_> = end.iter().map(|message| (message[0], message[11])).collect();
        assert_eq!(events, [(b'S', b'M'), (b'S', b'E'), (b'S', b'C')]);
        let counted: u64 = packer.messages_by_type().map(|(_, count)| count).sum();
        assert_eq!(counted, packer.messages());
    }
}

#[test]
fn the_mean_is_met_and_the_limit_filled() {
    let (mut packer_, mut batch) = (packer(1472, 1.27), Batch::default());
    for _ in 0..100_000 {
        packer_.pack(u64::MAX, &mut batch);
    }
    // A geometric distribution of that mean has a variance of 0.34: five standard deviations are 930.
    assert!(packer_.messages().abs_diff(127_000) < 930, "{}", packer_.messages());
    batch.clear();
    let mut packer = packer(1472, 1000.0);
    for _ in 0..1000 {
        packer.pack(u64::MAX, &mut batch);
    }
    let full =
        (0..batch.len()).filter(|packet| batch.payload(*packet).len() > 1472 - LENGTH - LONGEST).count();
    assert!(full > 950, "{full} of 1000 packets are full");
}

#[test]
fn no_more_messages_than_wanted() {
    let (mut packer, mut batch) = (packer(1472, 1000.0), Batch::default());
    for wanted in 1..10 {
        packer.pack(wanted, &mut batch);
        assert_eq!(batch.messages(batch.len() - 1), wanted);
    }
    packer.close(2, &mut batch);
    assert_eq!((batch.messages(9), packer.messages()), (2, 47));
    unpack(&batch, 1472);
}

#[test]
fn packets_without_messages_carry_the_next_sequence() {
    let (mut packer, mut batch) = (packer(1472, 1.0), Batch::default());
    assert_eq!(packer.heartbeat(), *b"TEST      \0\0\0\0\0\0\0\x01\0\0");
    for _ in 0..300 {
        packer.pack(u64::MAX, &mut batch);
    }
    assert_eq!(packer.heartbeat(), *b"TEST      \0\0\0\0\0\0\x01\x2d\0\0");
    assert_eq!(packer.end_of_session(), *b"TEST      \0\0\0\0\0\0\x01\x2d\xff\xff");
}
