//! The pipeline over a source that holds as many frames as a test wants.

use super::*;
use crate::{
    arbiter::{Event, StreamIndex},
    cli::feed::FeedArgs,
    codec::Unread,
    framing::Framing,
    sink::Place,
};
use clap::Parser;

const PROTOCOL: Protocol = Protocol { framing: Framing::MoldUdp64, codec: None };

/// Frames are the datagrams themselves; `spare` of them may be held.
struct Datagrams {
    spare: usize,
    out: usize,
}

struct Datagram {
    bytes: Vec<u8>,
    held: bool,
}

impl Frames for Datagrams {
    type Frame = Datagram;

    fn payload<'a>(&'a self, frame: &'a Datagram) -> &'a [u8] {
        &frame.bytes
    }

    fn hold(&mut self, frame: Datagram) -> Result<Datagram, Datagram> {
        if self.spare == 0 {
            return Err(frame);
        }
        self.spare -= 1;
        Ok(Datagram { held: true, ..frame })
    }

    fn release(&mut self, frame: Datagram) {
        self.spare += usize::from(frame.held);
        self.out -= 1;
    }
}

/// Notes what comes, in order.
#[derive(Default)]
struct Notes(Vec<String>);

impl Sink for Notes {
    fn add_channel(&mut self, _: &str, _: Protocol) {}

    fn message(&mut self, place: Place, _: Option<Result<usize, Unread>>, message: &[u8]) {
        self.0.push(format!("{} {}", place.sequence, String::from_utf8_lossy(message)));
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Result<usize, Unread>>, _: &[u8]) {}

    fn event(&mut self, _: usize, _: StreamIndex, event: Event) {
        self.0.push(format!("{event:?}"));
    }
}

/// A MoldUDP64 packet of messages that say their own sequence.
fn packet(first: u64, count: u16) -> Vec<u8> {
    let mut packet = b"SESSION001".to_vec();
    packet.extend(first.to_be_bytes());
    packet.extend(count.to_be_bytes());
    for sequence in first..first + u64::from(count) {
        let message = format!("m{sequence}");
        packet.extend((message.len() as u16).to_be_bytes());
        packet.extend(message.as_bytes());
    }
    packet
}

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    feed: FeedArgs,
}

struct Bench {
    frames: Datagrams,
    pipeline: Pipeline<Datagram, Notes>,
    now_ns: u64,
}

impl Bench {
    fn new(spare: usize, slots: u32, typed: &str) -> Self {
        let typed = Typed::parse_from(std::iter::once("test").chain(typed.split_whitespace()));
        let mut pipeline = Pipeline::new(Notes::default(), slots);
        pipeline.add_channel("feed", PROTOCOL, typed.feed.limits(PROTOCOL.framing.facts(), 1));
        pipeline.add_line(0, 0);
        Self { frames: Datagrams { spare, out: 0 }, pipeline, now_ns: 1 }
    }

    fn line(&mut self, first: u64, count: u16) {
        self.now_ns += 1;
        self.frames.out += 1;
        let frame = Datagram { bytes: packet(first, count), held: false };
        self.pipeline.accept(&mut self.frames, 0, self.now_ns, frame);
    }

    /// What came since this was asked last.
    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.pipeline.sink.0)
    }
}

#[test]
fn what_its_source_cannot_hold_waits_in_the_arena() {
    let mut bench = Bench::new(1, 2, "");
    bench.line(1, 1);
    bench.line(3, 1);
    bench.line(4, 1);
    bench.line(5, 1);
    assert_eq!(bench.notes(), ["1 m1"]);
    assert_eq!(
        (bench.pipeline.arena().copies, bench.frames.out),
        (2, 1),
        "one frame is held, two are copied"
    );
    bench.line(2, 1);
    assert_eq!(bench.notes(), ["2 m2", "3 m3", "4 m4", "5 m5"]);
    assert_eq!((bench.frames.out, bench.frames.spare), (0, 1));
    bench.line(7, 1);
    bench.line(8, 2);
    bench.pipeline.finish(&mut bench.frames);
    assert_eq!(bench.notes(), ["Gap { first: 6, count: 1 }", "7 m7", "8 m8", "9 m9"]);
    assert_eq!((bench.frames.out, bench.frames.spare), (0, 1));
}

#[test]
fn without_room_anywhere_the_window_gives_way() {
    let mut bench = Bench::new(0, 1, "");
    bench.line(1, 1);
    bench.line(3, 1);
    bench.line(5, 1);
    assert_eq!(bench.notes(), ["1 m1", "Gap { first: 2, count: 1 }", "3 m3"], "5 takes the slot of 3");
    assert_eq!(bench.pipeline.channels()[0].arbiter().counters().windows_unheld, 1);
    assert_eq!((bench.pipeline.arena().full, bench.frames.out), (1, 0));
}
