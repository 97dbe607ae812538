//! A source that brings what a test wrote down.

use std::{collections::VecDeque, convert::Infallible};

use anyhow::Result;

use super::{Frames, Live, Obeyed, Received, Source};
use crate::{clock::Clock, worker::Wait};

/// What each look finds, all of line 0; then nothing more. Any number of datagrams may be held.
pub(crate) struct Scripted(VecDeque<Result<Vec<Vec<u8>>>>);

impl Scripted {
    pub(crate) fn new(looks: impl IntoIterator<Item = Result<Vec<Vec<u8>>>>) -> Self {
        Self(looks.into_iter().collect())
    }
}

impl Frames for Scripted {
    type Frame = Vec<u8>;

    fn payload<'a>(&'a self, frame: &'a Vec<u8>) -> &'a [u8] {
        frame
    }

    fn hold(&mut self, frame: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
        Ok(frame)
    }

    fn release(&mut self, frame: Vec<u8>) {
        drop(frame);
    }
}

impl Source for Scripted {
    fn receive(&mut self, batch: &mut Vec<Received<Vec<u8>>>) -> Result<()> {
        let datagrams = self.0.pop_front().unwrap_or_else(|| Ok(Vec::new()))?;
        batch.extend(datagrams.into_iter().map(|frame| Received { line: 0, stamp_ns: 1, frame }));
        Ok(())
    }

    /// No reorder window closes by time.
    fn watermark_ns(&self) -> u64 {
        0
    }

    fn finished(&self) -> bool {
        false
    }
}

impl Live for Scripted {
    type Order = Infallible;
    type Spent = Infallible;
    type Left = Infallible;
    type Port = ();

    fn clock(&self) -> Clock {
        Clock::Monotonic
    }

    fn reserve(&mut self) -> usize {
        0
    }

    fn idle(&mut self, _: Wait) -> Result<()> {
        Ok(())
    }

    fn obey(&mut self, order: Infallible) -> Obeyed<Infallible> {
        match order {}
    }

    fn count_ports(&self, into: &mut Vec<()>) {
        into.clear();
    }
}
