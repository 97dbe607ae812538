//! Datagrams in memory, and how they are handed to a pipeline.

use xdpfeed::{pipeline::Pipeline, sink::Sink, source::Frames};

/// A datagram's place in the bytes: what a descriptor is in a ring.
#[derive(Debug)]
pub(crate) struct Frame {
    start: u32,
    len: u32,
}

/// Datagrams as they arrive.
#[derive(Default)]
pub(crate) struct Arrivals {
    bytes: Vec<u8>,
    datagrams: Vec<(u16, u32, u32)>,
}

/// Datagrams between two looks at the reorder windows: a source's batch.
const BATCH: usize = 64;

/// Nanoseconds between two datagrams: ten million a second.
const APART_NS: u64 = 100;

impl Arrivals {
    pub(crate) fn push(&mut self, line: u16, payload: &[u8]) {
        let start = u32::try_from(self.bytes.len()).unwrap();
        self.bytes.extend_from_slice(payload);
        self.datagrams.push((line, start, u32::try_from(payload.len()).unwrap()));
    }

    pub(crate) fn len(&self) -> u64 {
        self.datagrams.len() as u64
    }

    /// Hands all of them to the pipeline as a worker does.
    #[inline]
    pub(crate) fn run<K: Sink>(&self, pipeline: &mut Pipeline<Frame, K>) {
        let mut frames = Memory { bytes: &self.bytes };
        let mut now_ns = 0;
        for batch in self.datagrams.chunks(BATCH) {
            for &(line, start, len) in batch {
                now_ns += APART_NS;
                pipeline.accept(&mut frames, line, now_ns, Frame { start, len });
            }
            pipeline.advance(&mut frames, now_ns);
        }
        pipeline.finish(&mut frames);
    }
}

struct Memory<'a> {
    bytes: &'a [u8],
}

impl Frames for Memory<'_> {
    type Frame = Frame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        &self.bytes[frame.start as usize..][..frame.len as usize]
    }

    #[inline]
    fn hold(&mut self, frame: Frame) -> Result<Frame, Frame> {
        Ok(frame)
    }

    #[inline]
    fn release(&mut self, _frame: Frame) {}
}
