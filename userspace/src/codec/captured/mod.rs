//! The framings and codecs over real captures: one file a venue.

mod asx;
mod cboe;
mod cme;
mod deribit;
mod eurex;
mod iex;
mod memx;
mod nasdaq;
mod nyse;
mod rtp;
mod siac;

use std::collections::BTreeMap;

use super::{Codec, Unread};
use crate::{
    captures,
    framing::{Framing, Kind, Unit},
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
        if framing.facts().unit == Unit::Message {
            assert_eq!(count, segment.count);
        }
    }
}

fn counts<K: Ord + From<T>, T: Copy>(counts: &[(T, u64)]) -> BTreeMap<K, u64> {
    counts.iter().map(|&(key, count)| (key.into(), count)).collect()
}

fn assert_symbol(symbol: &[u8]) {
    assert!(!symbol.is_empty() && symbol.iter().all(u8::is_ascii_graphic), "{}", symbol.escape_ascii());
}

/// The tally of all samples of a venue.
fn samples(folder: &str, framing: Framing, codec: Codec, mut each: impl FnMut(&[u8])) -> Option<Tally> {
    let mut tally = Tally::default();
    for file in captures::files(&captures::path(folder)?, "pcap") {
        captures::payloads(&file, |payload| tally.datagram(framing, codec, payload, &mut each));
    }
    Some(tally)
}

/// What a sample file holds: its name, and the labels of its messages in order, with how often each comes in a row.
type Sample<'a> = (&'a str, &'a [(&'a str, u64)]);

/// Holds every capture of a folder against `table`: which messages each file holds, all of them read, nothing
/// left over. `each` looks at the fields of every message.
fn assert_samples(
    folder: &str,
    framing: Framing,
    codec: Codec,
    table: &[Sample<'_>],
    mut each: impl FnMut(&[u8]),
) {
    let Some(folder) = captures::path(folder) else { return };
    let files = captures::files(&folder, "pcap");
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_string_lossy()).collect();
    let expected: Vec<_> = table.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected, "the files of the folder, in the order of their names");
    for (file, (name, labels)) in files.iter().zip(table) {
        let mut held: Vec<(&str, u64)> = Vec::new();
        captures::payloads(file, |payload| {
            let segment = framing.segment(payload).unwrap_or_else(|cause| panic!("{name}: {cause}"));
            assert_eq!(segment.trailing, 0, "{name}");
            framing.messages(payload, 0, u64::MAX, |message| {
                let index =
                    codec.read(message).unwrap_or_else(|cause| panic!("{name}: {cause}: {message:02x?}"));
                let label = codec.types()[index].label;
                match held.last_mut() {
                    Some((last, count)) if *last == label => *count += 1,
                    _ => held.push((label, 1)),
                }
                each(message);
            });
        });
        assert_eq!(held, **labels, "{name}");
    }
}
