//! Time that goes on: windows that close, and the end.

use super::Pipeline;
use crate::{sink::Sink, source::Frames};

impl<F, K: Sink> Pipeline<F, K> {
    /// From now on lets datagrams fill the holes there are, and nothing else.
    ///
    /// A receiver that stops while the feed goes on would otherwise cut its lines off one after the other, and
    /// report as lost what the line cut off first had brought.
    pub const fn seal(&mut self) {
        self.sealed = true;
    }

    /// Whether no reorder window is open.
    pub fn settled(&self) -> bool {
        self.channels.iter().all(|channel| channel.arbiter.settled())
    }

    /// Closes reorder windows: no datagram stamped `watermark_ns` or earlier is still to come.
    #[inline]
    pub fn advance(&mut self, frames: &mut impl Frames<Frame = F>, watermark_ns: u64) {
        self.watermark_ns = watermark_ns;
        if watermark_ns >= self.deadline_ns {
            self.close_windows(frames, watermark_ns);
        }
    }

    #[cold]
    fn close_windows(&mut self, frames: &mut impl Frames<Frame = F>, watermark_ns: u64) {
        for index in 0..self.channels.len() {
            if watermark_ns >= self.deadlines_ns[index] {
                self.with_delivery(frames, index, (None, None), |arbiter, delivery| {
                    arbiter.advance(watermark_ns, delivery);
                });
            }
        }
        self.deadline_ns = self.deadlines_ns.iter().copied().min().unwrap_or(u64::MAX);
    }

    /// The end: everything that waits is delivered, every hole declared.
    pub fn finish(&mut self, frames: &mut impl Frames<Frame = F>) {
        self.recognise_now(frames);
        for index in 0..self.channels.len() {
            self.with_delivery(frames, index, (None, None), |arbiter, delivery| arbiter.finish(delivery));
        }
    }
}
