//! Finding gaps: framing and arbitration, no decoding.

use xdpfeed::{
    config::Protocol,
    framing::Framing,
    pipeline::Pipeline,
    publish::{Datagrams, MessagesPerPacket},
    sink::{Count, Sink},
};

use crate::{
    captures,
    channel::pipeline,
    lines::{Arrivals, Frame},
};

/// A capture, its datagrams in memory.
pub(crate) struct Capture {
    pub(crate) name: &'static str,
    arrivals: Arrivals,
    framing: Framing,
    lines: usize,
    /// Gaps in it.
    gaps: u64,
}

impl Capture {
    pub(crate) fn packets(&self) -> u64 {
        self.arrivals.len()
    }

    pub(crate) fn prepare(&self) -> Pipeline<Frame, Count> {
        pipeline(Protocol { framing: self.framing, codec: None }, self.lines, Count::default())
    }

    /// Runs it and says how many gaps there were.
    pub(crate) fn run(&self, pipeline: &mut Pipeline<Frame, Count>) -> u64 {
        self.arrivals.run(pipeline);
        let gaps = Sink::counted(pipeline.sink(), 0).map_or(0, |counted| counted.gap_events);
        assert_eq!(gaps, self.gaps, "{}", self.name);
        gaps
    }
}

/// All there are to measure. The one of the exchange is not part of the repository.
pub(crate) fn all() -> Vec<Capture> {
    let deep = captures::path("iex/DEEP10.pcap.gz").map(|file| {
        let mut arrivals = Arrivals::default();
        captures::payloads(&file, |payload| arrivals.push(0, payload));
        Capture { name: "IEX DEEP, a real day", arrivals, framing: Framing::IexTp, lines: 1, gaps: 0 }
    });
    deep.into_iter().chain([one_line(), two_lines()]).collect()
}

/// Packets each line of a generated feed has.
const PACKETS: u64 = 100_000;

/// One packet in so many is lost.
const LOST_ONE_IN: u64 = 1000;

fn one_line() -> Capture {
    let mut arrivals = Arrivals::default();
    generate(|number, payload| {
        if number % LOST_ONE_IN != 1 {
            arrivals.push(0, payload);
        }
    });
    let gaps = PACKETS / LOST_ONE_IN;
    Capture { name: "MoldUDP64, one line", arrivals, framing: Framing::MoldUdp64, lines: 1, gaps }
}

/// Each line loses packets of its own, and one in so many is lost on both.
fn two_lines() -> Capture {
    let mut arrivals = Arrivals::default();
    generate(|number, payload| {
        for line in 0..2 {
            let lost = number % LOST_ONE_IN == 1 || number % LOST_ONE_IN == 500 + u64::from(line);
            if !lost {
                arrivals.push(line, payload);
            }
        }
    });
    let gaps = PACKETS / LOST_ONE_IN;
    Capture { name: "MoldUDP64, two lines", arrivals, framing: Framing::MoldUdp64, lines: 2, gaps }
}

fn generate(mut each: impl FnMut(u64, &[u8])) {
    let per_packet = MessagesPerPacket::from_mean(MessagesPerPacket::NASDAQ).unwrap();
    let mut datagrams = Datagrams::new(2, 64, *b"BENCH     ", 1472, per_packet);
    for number in 0..PACKETS {
        each(number, datagrams.next_payload());
    }
}
