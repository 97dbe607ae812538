//! The pipeline over a source that holds as many frames as a test wants.

use super::*;
use crate::{
    arbiter::{Event, StreamIndex},
    cli::feed::FeedArgs,
    codec::Codec,
    framing::Framing,
    latency::Latency,
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

    fn message(&mut self, place: Place, _: Option<Codec>, message: &[u8]) {
        self.0.push(format!("{} {}", place.sequence, String::from_utf8_lossy(message)));
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Codec>, _: &[u8]) {}

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

    /// One whose protocol is to be recognised.
    fn auto(slots: u32) -> Self {
        let typed = Typed::parse_from(["test"]);
        let mut pipeline = Pipeline::new(Notes::default(), slots);
        pipeline.add_unrecognised("feed", |facts| typed.feed.limits(facts, 1));
        pipeline.add_line(0, 0);
        Self { frames: Datagrams { spare: 0, out: 0 }, pipeline, now_ns: 1 }
    }

    fn line(&mut self, first: u64, count: u16) {
        self.datagram(packet(first, count));
    }

    fn datagram(&mut self, bytes: Vec<u8>) {
        self.now_ns += 1;
        self.frames.out += 1;
        let frame = Datagram { bytes, held: false };
        self.pipeline.accept(&mut self.frames, 0, self.now_ns, frame);
    }

    /// What came since this was asked last.
    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.pipeline.sink.0)
    }
}

/// Indices are those of all pipelines of a receiver.
#[test]
fn lines_of_other_pipelines_leave_theirs_free() {
    let mut bench = Bench::new(0, 0, "");
    bench.pipeline.leave_line_out();
    let limits = Typed::parse_from(["test"]).feed.limits(PROTOCOL.framing.facts(), 1);
    bench.pipeline.open_channel("other", Channel::named(PROTOCOL, limits));
    for line in [5, 1, 3] {
        assert!(bench.pipeline.open_line(line, (1, 0), None).is_none());
        bench.frames.out += 1;
        bench.pipeline.accept(
            &mut bench.frames,
            line,
            1,
            Datagram { bytes: packet(u64::from(line), 1), held: false },
        );
        bench.pipeline.close_line(&mut bench.frames, line);
    }
    assert_eq!(bench.pipeline.lines(), 6);
    assert_eq!(bench.pipeline.channels()[1].framed().datagrams, 3);
    assert_eq!(bench.pipeline.channels()[0].framed().datagrams, 0);
    assert_eq!(bench.frames.out, 0);
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

/// A MoldUDP64 packet of one message that only ITCH 5.0 has: an order of this number.
fn add_order(sequence: u64) -> Vec<u8> {
    let mut order = vec![0; 36];
    order[0] = b'A';
    order[11..19].copy_from_slice(&sequence.to_be_bytes());
    let head = [&b"SESSION001"[..], &sequence.to_be_bytes(), &[0, 1, 0, 36]].concat();
    [head, order].concat()
}

/// The sequences handed on, without their messages.
fn places(notes: &[String]) -> Vec<&str> {
    notes.iter().map(|note| note.split(' ').next().unwrap_or_default()).collect()
}

#[test]
fn what_came_before_recognition_is_handed_on_in_order() {
    let mut bench = Bench::auto(8);
    for sequence in [1, 3, 4] {
        bench.datagram(add_order(sequence));
    }
    assert!(bench.notes().is_empty());
    assert_eq!((bench.pipeline.channels()[0].protocol(), bench.frames.out), (None, 0));
    bench.datagram(add_order(5));
    let news = bench.pipeline.take_news();
    assert!(news[0].text.starts_with("channel feed is taken for moldudp64/itch50: "), "{news:?}");
    assert_eq!(places(&bench.notes()), ["1"], "2 is missing, and may still come");
    bench.datagram(add_order(2));
    bench.datagram(add_order(6));
    assert_eq!(places(&bench.notes()), ["2", "3", "4", "5", "6"]);
    let framed = *bench.pipeline.channels()[0].framed();
    assert_eq!((framed.datagrams, framed.accepted, framed.unrecognised), (6, 6, 0));
}

/// What was missing when it came was given up meanwhile, as of a channel whose protocol was named.
#[test]
fn what_came_before_recognition_came_at_its_time() {
    let mut benches = [Bench::new(8, 8, ""), Bench::auto(8)];
    let told = benches.each_mut().map(|bench| {
        for sequence in [1, 3, 2, 4, 5] {
            bench.pipeline.advance(&mut bench.frames, bench.now_ns);
            bench.datagram(add_order(sequence));
            bench.now_ns += 1_000_000_000;
        }
        let notes = bench.notes();
        (
            places(&notes).into_iter().map(str::to_owned).collect::<Vec<_>>(),
            *bench.pipeline.channels()[0].arbiter().counters(),
        )
    });
    assert_eq!(told[0], told[1]);
    assert_eq!((told[1].1.gaps_lost, told[1].1.late), (1, 1));
}

#[test]
fn the_end_decides_by_what_came() {
    for sealed in [false, true] {
        let mut bench = Bench::auto(8);
        bench.datagram(add_order(1));
        bench.datagram(add_order(2));
        if sealed {
            bench.pipeline.recognise_now(&mut bench.frames);
            bench.pipeline.seal();
        }
        bench.pipeline.finish(&mut bench.frames);
        assert_eq!(places(&bench.notes()), ["1", "2"]);
    }
}

#[test]
fn what_is_refused_is_counted() {
    let mut bench = Bench::auto(8);
    bench.datagram(add_order(1));
    bench.datagram(b"no feed's".to_vec());
    bench.datagram(add_order(2));
    bench.pipeline.finish(&mut bench.frames);
    assert!(bench.notes().is_empty());
    assert!(bench.pipeline.take_news()[0].refused && bench.pipeline.all_refused());
    let framed = *bench.pipeline.channels()[0].framed();
    assert_eq!((framed.datagrams, framed.unrecognised, framed.accepted), (3, 3, 0));
    assert_eq!((bench.frames.out, bench.pipeline.channels()[0].place()), (0, None));
}

#[test]
fn heartbeats_do_not_use_up_the_room() {
    let mut bench = Bench::auto(8);
    for _ in 0..ROOM + 10 {
        bench.line(1, 0);
    }
    for sequence in 1..=4 {
        bench.datagram(add_order(sequence));
    }
    assert_eq!(places(&bench.notes()), ["1", "2", "3", "4"]);
    let framed = *bench.pipeline.channels()[0].framed();
    let room = ROOM as u64;
    assert_eq!((framed.datagrams, framed.accepted), (room + 14, room / 2 + 4));
    assert_eq!(framed.unrecognised, room / 2 + 10);
}

/// The sink has channels in the order in which their protocols are known.
#[test]
fn channels_are_recognised_in_any_order() {
    let typed = Typed::parse_from(["test"]);
    let mut pipeline: Pipeline<Datagram, Notes> = Pipeline::new(Notes::default(), 8);
    pipeline.add_unrecognised("late", |facts| typed.feed.limits(facts, 1));
    pipeline.add_unrecognised("early", |facts| typed.feed.limits(facts, 1));
    pipeline.add_channel("named", PROTOCOL, typed.feed.limits(PROTOCOL.framing.facts(), 1));
    let mut frames = Datagrams { spare: 0, out: 8 };
    for (channel, line) in [(1, 1), (0, 0)] {
        pipeline.add_line(0, 0);
        pipeline.add_line(1, 0);
        for sequence in 1..=4 {
            let frame = Datagram { bytes: add_order(sequence), held: false };
            pipeline.accept(&mut frames, line, sequence, frame);
        }
        assert!(pipeline.channels()[channel].protocol().is_some());
    }
    let places: Vec<_> = pipeline.channels().iter().map(Channel::place).collect();
    assert_eq!(places, [Some(2), Some(1), Some(0)]);
    assert_eq!(pipeline.take_news().len(), 2);
}

#[test]
fn every_latency_is_counted_with_its_channel() {
    let limits = Typed::parse_from(["test"]).feed.limits(PROTOCOL.framing.facts(), 1);
    let mut pipeline = Pipeline::<Datagram, ()>::new((), 0);
    pipeline.measure(Measured { latency: true, one_way: None });
    for channel in 0..3 {
        pipeline.add_channel("feed", PROTOCOL, limits);
        pipeline.add_line(channel, 0);
    }
    let now_ns = 1 << 40;
    // The first stamp is ahead of the clock, the last as old as there can be.
    pipeline.record(&[(0, now_ns + 1), (2, now_ns - 100), (2, now_ns - 100), (2, 0)], now_ns);
    let summaries: Vec<_> = pipeline
        .channels()
        .iter()
        .map(|of| of.latency().and_then(Latency::percentiles).map(|all| (all.count, all.max)))
        .collect();
    assert_eq!(summaries, [Some((1, 0)), None, Some((3, now_ns))]);
}
