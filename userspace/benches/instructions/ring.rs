//! A source in memory, and a worker's pass over it: the batch as the worker has it, but for the kernel's ring.

use std::{mem, rc::Rc};

use xdpfeed::{
    pipeline::Pipeline,
    sink::Sink,
    source::{Frames, Received, Source},
};

/// Datagrams a look at the ring yields at most: AF_XDP's batch.
const BATCH: usize = 64;

/// Nanoseconds between two datagrams: ten million a second.
const APART_NS: u64 = 100;

/// A datagram as it arrives.
#[derive(Clone, Copy)]
pub(crate) struct Arriving<'a> {
    pub(crate) line: u16,
    pub(crate) payload: &'a [u8],
}

/// What was received, and what was given back.
pub(crate) struct Ring {
    bytes: Rc<[u8]>,
    descriptors: Rc<[Descriptor]>,
    next: usize,
    /// How far it may be read for now.
    until: usize,
    now_ns: u64,
    given_back: Vec<u32>,
    batch: Vec<Received<Frame>>,
    stamps: Vec<(u16, u64)>,
}

struct Descriptor {
    line: u16,
    start: u32,
    len: u32,
}

/// A datagram's place in the bytes.
pub(crate) struct Frame {
    start: u32,
    len: u32,
}

impl Ring {
    pub(crate) fn new(arriving: &[Arriving<'_>]) -> Self {
        let (mut bytes, mut descriptors) = (Vec::new(), Vec::new());
        for Arriving { line, payload } in arriving {
            let start = u32::try_from(bytes.len()).unwrap();
            bytes.extend_from_slice(payload);
            descriptors.push(Descriptor { line: *line, start, len: u32::try_from(payload.len()).unwrap() });
        }
        Self::of(bytes.into(), descriptors.into())
    }

    /// The same datagrams once more.
    pub(crate) fn again(&self) -> Self {
        Self::of(Rc::clone(&self.bytes), Rc::clone(&self.descriptors))
    }

    fn of(bytes: Rc<[u8]>, descriptors: Rc<[Descriptor]>) -> Self {
        let given_back = Vec::with_capacity(descriptors.len());
        let (batch, stamps) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        Self { bytes, descriptors, next: 0, until: 0, now_ns: 0, given_back, batch, stamps }
    }

    /// Datagrams that were not taken yet.
    pub(crate) fn left(&self) -> u64 {
        (self.descriptors.len() - self.next) as u64
    }

    /// Has `pipeline` take all of it, to the end. Returns the messages handed to the sink.
    pub(crate) fn drain<K: Sink>(&mut self, pipeline: &mut Pipeline<Frame, K>) -> u64 {
        self.take(self.descriptors.len(), pipeline);
        pipeline.finish(self);
        assert_eq!(self.given_back.len(), self.descriptors.len(), "every frame is given back once");
        pipeline.told().messages
    }

    /// Has `pipeline` take its datagrams until so many were taken in all, as a worker does pass by pass.
    pub(crate) fn take<K: Sink>(&mut self, datagrams: usize, pipeline: &mut Pipeline<Frame, K>) {
        let (mut batch, mut stamps) = (mem::take(&mut self.batch), mem::take(&mut self.stamps));
        self.until = datagrams.min(self.descriptors.len());
        while self.next < self.until {
            self.receive(&mut batch).unwrap();
            stamps.extend(batch.iter().map(|received| (received.line, received.stamp_ns)));
            pipeline.accept_all(self, &mut batch);
            pipeline.record(&stamps, self.now_ns);
            stamps.clear();
            let now_ns = self.now_ns;
            pipeline.recover(self, || now_ns);
            pipeline.advance(self, self.watermark_ns());
        }
        (self.batch, self.stamps) = (batch, stamps);
    }
}

impl Frames for Ring {
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
    fn release(&mut self, frame: Frame) {
        self.given_back.push(frame.start);
    }
}

impl Source for Ring {
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<Frame>>) -> anyhow::Result<()> {
        let rest = &self.descriptors[self.next..self.until];
        for &Descriptor { line, start, len } in &rest[..rest.len().min(BATCH)] {
            self.now_ns += APART_NS;
            batch.push(Received { line, stamp_ns: self.now_ns, frame: Frame { start, len } });
        }
        self.next += batch.len();
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        self.now_ns
    }

    fn finished(&self) -> bool {
        self.next == self.descriptors.len()
    }
}
