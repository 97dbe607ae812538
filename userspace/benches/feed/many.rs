//! What a packet costs a worker, from its ring to a sink that reads every field, with so many channels.

use xdpfeed::{codec::Codec, config::Protocol, framing::Framing, pipeline::Pipeline, sink::Count};

use crate::{
    channel::pipeline_of,
    channels::{Dealt, Like, MOST},
    fields::Fields,
    ring::{Frame, Ring},
};

/// Packets that every number of channels has to deal with, on each line: 75 of each channel where there are most.
const PACKETS: usize = 75_000;

/// So many channels.
pub(crate) struct Channels {
    pub(crate) name: String,
    channels: u16,
    like: Like,
    latency: bool,
    before: usize,
    ring: Ring,
    packets: u64,
    messages: u64,
}

/// What a turn starts from: every line has brought something.
pub(crate) struct Prepared {
    ring: Ring,
    pipeline: Pipeline<Frame, Count<Fields>>,
}

/// All there are to measure: flat is what the last takes no longer for than the first.
pub(crate) fn all() -> Vec<Channels> {
    let lossless = [1, 10, 100, 1_000].map(|channels| Channels::new(channels, MOST, true, None));
    let others = [
        // What is left when no latencies are written down.
        Channels::new(1, MOST, false, None),
        Channels::new(1_000, MOST, false, None),
        // Lines that all lie in the channel, and one too many for that; the session after the first; gaps.
        Channels::new(1_000, Like { lines: 4, ..MOST }, true, None),
        Channels::new(1_000, Like { lines: 5, ..MOST }, true, None),
        Channels::new(1_000, Like { lines: 6, ..MOST }, true, None),
        Channels::new(1_000, Like { second_session: true, ..MOST }, true, None),
        Channels::new(1_000, MOST, true, Some(1_000)),
    ];
    lossless.into_iter().chain(others).collect()
}

impl Channels {
    fn new(channels: u16, like: Like, latency: bool, lost_one_in: Option<usize>) -> Self {
        let dealt = Dealt::new(channels, like, PACKETS, lost_one_in);
        let ring = Ring::new(&dealt.arriving());
        let (before, messages) = (dealt.before(), dealt.messages - dealt.lost);
        let lossy = if lost_one_in.is_some() { ", 1 in 1,000 lost" } else { "" };
        let lines = if like.lines == MOST.lines { "" } else { &format!(" of {} lines", like.lines) };
        let session = if like.second_session { ", second session" } else { "" };
        let unmeasured = if latency { "" } else { ", no latencies" };
        let packets = ring.left() - before as u64;
        Self {
            latency,
            name: format!("{channels}{lines}{session}{unmeasured}{lossy}"),
            channels,
            like,
            before,
            ring,
            packets,
            messages,
        }
    }

    pub(crate) fn packets(&self) -> u64 {
        self.packets
    }

    pub(crate) fn prepare(&self) -> Prepared {
        let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
        let sink = Count::before(Fields::default());
        let mut pipeline =
            pipeline_of(self.channels.into(), protocol, self.like.lines.into(), (self.latency, sink));
        let mut ring = self.ring.again();
        ring.take(self.before, &mut pipeline);
        Prepared { ring, pipeline }
    }

    /// Takes the rest of it, and says how many messages that were.
    pub(crate) fn run(&self, Prepared { ring, pipeline }: &mut Prepared) -> u64 {
        let before = pipeline.told().messages;
        let messages = ring.drain(pipeline) - before;
        assert_eq!(messages, self.messages, "{}", self.name);
        messages
    }
}
