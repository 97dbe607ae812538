//! A batch of ITCH messages, read by all and compared.

use ::{itch5::Parser, itchy::MessageStream};
use xdpfeed::codec::itch50::Message;

use crate::{
    legal,
    peers::{Visitor, itch5::Handler, itchy, ours},
};

/// A field's name and value; an entry `("end", 0)` closes each message.
type Field = (&'static str, u64);

const END: Field = ("end", 0);

/// Messages with their length in front, and what each reader makes of them.
#[derive(Default)]
pub(crate) struct Batch {
    /// For `itch5`.
    all: Vec<u8>,
    /// For `itchy`: those of the same messages that it can read.
    readable: Vec<u8>,
    /// Messages in it.
    len: usize,
    compared: Compared,
}

/// Messages that were found to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// With `itch5`.
    pub(crate) itch5: usize,
    /// With `itchy`.
    pub(crate) itchy: usize,
    /// Legal ones that `itchy` refused, and had to: [`legal::REFUSED`].
    pub(crate) refused: usize,
}

/// Messages compared at a time.
const BATCH: usize = 1000;

impl Batch {
    /// Adds a message. `ascii`: its text is ASCII and its codes are legal, so `itchy` can be given it.
    pub(crate) fn add(&mut self, message: &[u8], ascii: bool) {
        frame(message, &mut self.all);
        if ascii && !legal::UNKNOWN_TO_ITCHY.contains(&message[0]) {
            if legal::refused(message) {
                assert_itchy_refuses(message);
                self.compared.refused += 1;
            } else {
                frame(message, &mut self.readable);
            }
        }
        self.len += 1;
        if self.len == BATCH {
            self.compare();
        }
    }

    /// Compares what is left.
    pub(crate) fn finish(mut self) -> Compared {
        self.compare();
        self.compared
    }

    fn compare(&mut self) {
        let mut theirs = List::default();
        Parser::new(&self.all).parse_stream(&mut Handler(&mut theirs)).unwrap();
        self.compared.itch5 += assert_same(&our_fields(&self.all), &theirs.0, "itch5");

        theirs.0.clear();
        for message in MessageStream::from_reader(self.readable.as_slice()) {
            itchy::fields(&message.unwrap(), &mut theirs);
        }
        self.compared.itchy += assert_same(&our_fields(&self.readable), &theirs.0, "itchy");
        self.all.clear();
        self.readable.clear();
        self.len = 0;
    }
}

/// The fields of some messages.
#[derive(Default)]
struct List(Vec<Field>);

impl Visitor for List {
    fn field(&mut self, name: &'static str, value: u64) {
        self.0.push((name, value));
    }

    fn end(&mut self) {
        self.0.push(END);
    }
}

fn frame(message: &[u8], to: &mut Vec<u8>) {
    to.extend_from_slice(&u16::try_from(message.len()).unwrap().to_be_bytes());
    to.extend_from_slice(message);
}

fn our_fields(mut framed: &[u8]) -> Vec<Field> {
    let mut fields = List::default();
    while let Some((len, behind)) = framed.split_first_chunk() {
        let (message, rest) = behind.split_at(u16::from_be_bytes(*len).into());
        ours::fields(&Message::parse(message).unwrap(), &mut fields);
        framed = rest;
    }
    fields.0
}

/// Holds the two lists against each other; says how many messages they are.
fn assert_same(ours: &[Field], theirs: &[Field], whose: &str) -> usize {
    if ours != theirs {
        let at = std::iter::zip(ours, theirs).take_while(|(our, their)| our == their).count();
        let begins = ours[..at].iter().rposition(|field| *field == END).map_or(0, |end| end + 1);
        let ends = |fields: &[Field]| (at + 2).min(fields.len());
        let (ours, theirs) = (&ours[begins..ends(ours)], &theirs[begins..ends(theirs)]);
        panic!("{whose} reads another message:\n ours {ours:x?}\n its  {theirs:x?}");
    }
    ours.iter().filter(|field| **field == END).count()
}

fn assert_itchy_refuses(message: &[u8]) {
    let mut framed = Vec::new();
    frame(message, &mut framed);
    let read = MessageStream::from_reader(framed.as_slice()).next();
    assert!(matches!(read, Some(Err(_))), "itchy reads it now, or panics less: {message:x?}");
}
