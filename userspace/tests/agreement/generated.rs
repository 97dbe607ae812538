//! Messages of every type with random fields over their whole range, and the flow of `publish`.

use rand::RngCore;
use rand_pcg::Pcg64Mcg;
use xdpfeed::{
    codec::itch50::TYPES,
    framing::Framing,
    publish::{Datagrams, MessagesPerPacket},
};

use crate::{GENERATED, compare::Batch, legal};

/// Chance for messages.
struct Random(Pcg64Mcg);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % n
    }

    /// A message of the `index`th type with any bytes; one in 16 has all fields at the lowest value or the highest.
    fn any(&mut self, index: usize, message: &mut Vec<u8>) {
        message.resize(TYPES[index].len, 0);
        match self.below(32) {
            0 => message.fill(0),
            1 => message.fill(0xff),
            _ => self.0.fill_bytes(message),
        }
        message[0] = TYPES[index].label.as_bytes()[0];
    }

    /// Makes its text ASCII and its codes legal.
    fn legalise(&mut self, message: &mut [u8]) {
        let kind = message[0];
        for &(_, offset, len) in legal::TEXTS.iter().filter(|(of, ..)| *of == kind) {
            for byte in &mut message[offset..offset + len] {
                *byte = b' ' + (*byte % 95);
            }
        }
        for &(_, offset, len, codes) in legal::CODES.iter().filter(|(of, ..)| *of == kind) {
            let code = self.below(codes.len() / len) * len;
            message[offset..offset + len].copy_from_slice(&codes.as_bytes()[code..code + len]);
        }
    }
}

/// `itch5` gets all of them, `itchy` the seven in eight that are legal (less what it refuses).
#[test]
fn random_fields_of_every_type() {
    let mut random = Random(Pcg64Mcg::new(0x1745));
    let mut batch = Batch::default();
    let mut message = Vec::new();
    let (mut legal, mut unknown_to_itchy) = (0, 0);
    for number in 0..GENERATED {
        random.any(number % TYPES.len(), &mut message);
        let is_legal = random.below(8) > 0;
        if is_legal {
            random.legalise(&mut message);
            legal += 1;
            unknown_to_itchy += usize::from(legal::UNKNOWN_TO_ITCHY.contains(&message[0]));
        }
        batch.add(&message, is_legal);
    }
    let compared = batch.finish();
    assert_eq!(compared.itch5, GENERATED);
    assert_eq!(compared.itchy + compared.refused, legal - unknown_to_itchy);
    println!("{compared:?}");
    assert!(compared.refused > 0 && compared.itchy > GENERATED / 2);
}

#[test]
fn the_flow_of_publish() {
    let mut feed = Datagrams::new(7, 64, *b"AGREEMENT ", 1472, MessagesPerPacket::from_mean(4.0).unwrap());
    let mut batch = Batch::default();
    while feed.messages() < GENERATED as u64 / 4 {
        Framing::MoldUdp64.messages(feed.next_payload(), 0, u64::MAX, |message| batch.add(message, true));
    }
    let compared = batch.finish();
    println!("{compared:?}");
    assert_eq!(compared.itch5 as u64, feed.messages());
    assert_eq!((compared.itchy, compared.refused), (compared.itch5, 0));
}
