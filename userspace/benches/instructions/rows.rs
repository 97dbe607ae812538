//! What is counted: each stage by itself, then the whole batch.

use xdpfeed::{
    arbiter::{Arbiter, Arrival, Event, Limits, Outlet, StreamIndex},
    codec::{Codec, itch50::Message},
    config::Protocol,
    framing::Framing,
    sink::Count,
};

use crate::{
    channel::pipeline_of,
    channels::{Dealt, MOST},
    checksum::Checksum,
    feed::{Feed, Loss},
    fields::Fields,
    peers::ours,
    ring::Ring,
};

/// One row.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) prepare: fn() -> Prepared,
}

/// What a row runs, once everything is there.
pub(crate) struct Prepared {
    /// Packets handed in, of all lines.
    pub(crate) packets: u64,
    /// Messages in the feed, each once however many lines bring it.
    pub(crate) messages: u64,
    /// Does it, and says how many messages it saw.
    pub(crate) run: Box<dyn FnMut() -> u64>,
    /// How many that has to be.
    pub(crate) expected: u64,
}

/// Packings are messages a packet on average: Nasdaq's own is 1.27, some 40 fit.
pub(crate) const ALL: &[Row] = &[
    Row { name: "framing, 1.27 a packet", prepare: || framing(1.27) },
    Row { name: "framing, 4 a packet", prepare: || framing(4.0) },
    Row { name: "framing, 20 a packet", prepare: || framing(20.0) },
    Row { name: "arbitration, one line", prepare: || arbitration(1, Loss::None) },
    Row { name: "arbitration, two lines", prepare: || arbitration(2, Loss::None) },
    Row { name: "arbitration, one line with gaps", prepare: || arbitration(1, Loss::OneInAThousand) },
    Row { name: "arbitration, two lines with gaps", prepare: || arbitration(2, Loss::OneInAThousand) },
    Row { name: "decoding, 4 a packet", prepare: || decoding(4.0) },
    Row { name: "batch, one line, 4 a packet", prepare: || batch(1, 4.0, Loss::None) },
    Row { name: "batch, two lines, 1.27 a packet", prepare: || batch(2, 1.27, Loss::None) },
    Row { name: "batch, two lines, 4 a packet", prepare: || batch(2, 4.0, Loss::None) },
    Row { name: "batch, two lines, 20 a packet", prepare: || batch(2, 20.0, Loss::None) },
    Row { name: "batch, two lines with gaps, 4 a packet", prepare: || batch(2, 4.0, Loss::OneInAThousand) },
    Row { name: "batch, 1 channel, 1.27 a packet", prepare: || channels(1, None) },
    Row { name: "batch, 1,000 channels, 1.27 a packet", prepare: || channels(1_000, None) },
    Row { name: "batch, 1,000 channels with gaps", prepare: || channels(1_000, Some(1_000)) },
];

const MOLD: Framing = Framing::MoldUdp64;

/// The walk over a datagram, and nothing done with what it finds.
fn framing(mean: f64) -> Prepared {
    let feed = Feed::new(mean);
    let (packets, messages) = (feed.payloads.len() as u64, feed.messages);
    let run = move || feed.payloads.iter().map(|payload| MOLD.segment(payload).unwrap().count).sum();
    Prepared { packets, messages, run: Box::new(run), expected: messages }
}

/// Ranges of messages, read from their datagrams before.
fn arbitration(lines: u16, loss: Loss) -> Prepared {
    let feed = Feed::new(4.0);
    let arriving = feed.arriving(lines, loss);
    let arrivals: Vec<Arrival> =
        (1..).zip(&arriving).map(|(turn, of)| arrival(of.line, of.payload, turn)).collect();
    let mut arbiter = Arbiter::new(Limits::new(MOLD.facts(), lines.into()));
    let run = move || {
        let mut counting = Counting::default();
        for arrival in &arrivals {
            arbiter.offer(arrival, &mut counting);
            arbiter.advance(arrival.stamp_ns, &mut counting);
        }
        arbiter.finish(&mut counting);
        assert_eq!(counting.held, 0, "what waited was released");
        counting.units
    };
    let expected = feed.messages - feed.lost(loss);
    Prepared { packets: arriving.len() as u64, messages: feed.messages, run: Box::new(run), expected }
}

fn arrival(line: u16, payload: &[u8], turn: u64) -> Arrival {
    let segment = MOLD.segment(payload).unwrap();
    Arrival {
        line: line.into(),
        key: segment.key,
        kind: segment.kind,
        first: segment.first,
        count: segment.count,
        stamp_ns: 100 * turn,
        reset: segment.reset,
    }
}

/// Units and nothing else.
#[derive(Default)]
struct Counting {
    units: u64,
    held: u64,
}

impl Outlet for Counting {
    type Held = ();

    #[inline]
    fn offered(&mut self, _: StreamIndex, _: u64, _: u64, take: u64) {
        self.units += take;
    }

    fn held(&mut self, _: StreamIndex, _: u64, _: u64, take: u64, (): &()) {
        self.units += take;
    }

    fn hold(&mut self) -> Option<()> {
        self.held += 1;
        Some(())
    }

    fn release(&mut self, (): ()) {
        self.held -= 1;
    }

    fn event(&mut self, _: StreamIndex, _: Event) {}
}

/// Every field of every message, from one buffer.
fn decoding(mean: f64) -> Prepared {
    let feed = Feed::new(mean);
    let framed = feed.framed();
    let run = move || {
        let (mut checksum, mut rest) = (Checksum::default(), framed.as_slice());
        while let Some((len, behind)) = rest.split_first_chunk() {
            let (message, behind) = behind.split_at(u16::from_be_bytes(*len).into());
            ours::fields(&Message::parse(message).unwrap(), &mut checksum);
            rest = behind;
        }
        checksum.messages
    };
    let (packets, messages) = (feed.payloads.len() as u64, feed.messages);
    Prepared { packets, messages, run: Box::new(run), expected: messages }
}

/// From the ring to the sink, which reads every field; latencies recorded, as `run` does.
fn batch(lines: u16, mean: f64, loss: Loss) -> Prepared {
    let feed = Feed::new(mean);
    let arriving = feed.arriving(lines, loss);
    let mut ring = Ring::new(&arriving);
    let protocol = Protocol { framing: MOLD, codec: Some(Codec::Itch50) };
    let mut pipeline = pipeline_of(1, protocol, lines.into(), (true, Fields::default()));
    let run = move || {
        let told = ring.drain(&mut pipeline);
        assert_eq!(pipeline.sink().0.messages, told, "all of them were read");
        told
    };
    let expected = feed.messages - feed.lost(loss);
    Prepared { packets: arriving.len() as u64, messages: feed.messages, run: Box::new(run), expected }
}

/// The same over many channels, counted as `run` counts: what it takes must not depend on how many there are.
fn channels(channels: u16, lost_one_in: Option<usize>) -> Prepared {
    let dealt = Dealt::new(channels, MOST, 20_000, lost_one_in);
    let mut ring = Ring::new(&dealt.arriving());
    let protocol = Protocol { framing: MOLD, codec: Some(Codec::Itch50) };
    let sink = Count::before(Fields::default());
    let mut pipeline = pipeline_of(channels.into(), protocol, MOST.lines.into(), (true, sink));
    ring.take(dealt.before(), &mut pipeline);
    let before = pipeline.told().messages;
    let packets = ring.left();
    let run = move || ring.drain(&mut pipeline) - before;
    let expected = dealt.messages - dealt.lost;
    Prepared { packets, messages: dealt.messages, run: Box::new(run), expected }
}
