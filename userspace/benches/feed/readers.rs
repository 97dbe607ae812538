//! Who reads the messages.

use ::{itch5::Parser, itchy::MessageStream};
use xdpfeed::{
    codec::{Codec, itch50::Message},
    config::Protocol,
    framing::Framing,
    pipeline::Pipeline,
    publish::{Datagrams, MessagesPerPacket},
    sink::{Count, Sink},
};

use crate::{
    channel::pipeline,
    checksum::Checksum,
    fields::Fields,
    lines::{Arrivals, Frame},
    peers::{itch5, itchy, ours},
};

/// Messages: enough that what is learned of one run's branches does not foretell the next, and that two lines of
/// them fit the last-level cache, where a network card puts packets.
const MESSAGES: u64 = 200_000;

/// The same messages as each reader takes them.
pub(crate) struct Feed {
    /// One after the other, each with its length in front.
    framed: Vec<u8>,
    /// The same by type: what the processor foretells.
    by_type: Vec<u8>,
    /// In MoldUDP64 packets, on two lines.
    arrivals: Arrivals,
    messages: u64,
}

/// What a run starts from.
pub(crate) struct Prepared {
    decoding: Pipeline<Frame, Fields>,
    counting: Pipeline<Frame, Count<Fields>>,
}

/// One way to read all the messages.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) read: fn(&Feed, &mut Prepared) -> Checksum,
}

/// The first two are what the others are measured by.
pub(crate) const ALL: [Reader; 5] = [
    Reader { name: "itch5, bare", read: |feed, _| feed.itch5() },
    Reader { name: "itchy, bare", read: |feed, _| feed.itchy() },
    Reader { name: "xdpfeed, bare", read: |feed, _| bare(&feed.framed) },
    Reader { name: "xdpfeed, two lines", read: |feed, Prepared { decoding, .. }| feed.lines(decoding).0 },
    Reader {
        name: "the same, by type",
        read: |feed, Prepared { counting, .. }| feed.lines(counting).next().0,
    },
];

/// What of the last but one stands in the way: no readers, for they leave out what makes the checksum the same.
pub(crate) const LIMITS: [Reader; 2] = [
    Reader { name: "walk of lengths alone", read: |feed, _| feed.walk() },
    Reader { name: "bare, types in a row", read: |feed, _| bare(&feed.by_type) },
];

impl Feed {
    /// A feed of the flow of `publish`, `mean` messages a packet.
    pub(crate) fn new(mean: f64) -> Self {
        let per_packet = MessagesPerPacket::from_mean(mean).unwrap();
        let mut datagrams = Datagrams::new(1, 64, *b"BENCH     ", 1472, per_packet);
        let (mut framed, mut packets) = (Vec::new(), Vec::new());
        while datagrams.messages() < MESSAGES {
            let payload = datagrams.next_payload();
            framed.extend_from_slice(&payload[20..]);
            packets.push(payload.to_vec());
        }
        let mut arrivals = Arrivals::default();
        for packet in packets {
            arrivals.push(0, &packet);
            arrivals.push(1, &packet);
        }
        let mut messages: Vec<&[u8]> = Messages(&framed).collect();
        messages.sort_by_key(|message| message.first());
        let by_type = messages.iter().flat_map(|message| {
            let len = u16::try_from(message.len()).unwrap().to_be_bytes();
            len.into_iter().chain(message.iter().copied())
        });
        let by_type = by_type.collect();
        Self { framed, by_type, arrivals, messages: datagrams.messages() }
    }

    pub(crate) fn messages(&self) -> u64 {
        self.messages
    }

    /// Packets of one line.
    pub(crate) fn packets(&self) -> u64 {
        self.arrivals.len() / 2
    }

    pub(crate) fn prepare(&self) -> Prepared {
        let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
        Prepared {
            decoding: pipeline(protocol, 2, Fields::default()),
            counting: pipeline(protocol, 2, Count::before(Fields::default())),
        }
    }

    pub(crate) fn assert_all_read_the_same(&self) {
        let read = ALL.map(|reader| (reader.read)(self, &mut self.prepare()));
        for (reader, checksum) in std::iter::zip(&ALL, read) {
            assert_eq!((checksum, checksum.messages), (read[0], self.messages), "{}", reader.name);
        }
    }

    fn itch5(&self) -> Checksum {
        let mut checksum = Checksum::default();
        Parser::new(&self.framed).parse_stream(&mut itch5::Handler(&mut checksum)).unwrap();
        checksum
    }

    fn itchy(&self) -> Checksum {
        let mut checksum = Checksum::default();
        for message in MessageStream::from_reader(self.framed.as_slice()) {
            itchy::fields(&message.unwrap(), &mut checksum);
        }
        checksum
    }

    fn walk(&self) -> Checksum {
        let mut checksum = Checksum::default();
        for message in Messages(&self.framed) {
            checksum.messages += u64::from(!message.is_empty());
        }
        checksum
    }

    fn lines<'a, K: Sink>(&self, pipeline: &'a mut Pipeline<Frame, K>) -> &'a K {
        self.arrivals.run(pipeline);
        pipeline.sink()
    }
}

fn bare(framed: &[u8]) -> Checksum {
    let mut checksum = Checksum::default();
    for message in Messages(framed) {
        ours::fields(&Message::parse(message).unwrap(), &mut checksum);
    }
    checksum
}

/// Messages with their length in front.
struct Messages<'a>(&'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, behind) = self.0.split_first_chunk()?;
        let (message, rest) = behind.split_at(u16::from_be_bytes(*len).into());
        self.0 = rest;
        Some(message)
    }
}
