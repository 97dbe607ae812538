//! A batch, and what its datagrams will need brought near ahead of them.

use super::Pipeline;
use crate::{
    sink::Sink,
    source::{Frames, Received},
};

/// Channels of which nothing is brought near ahead of its use: what a datagram needs of them, half a kilobyte each, stays in the
/// second-level cache, and the processor waits for that no longer than asking for it takes. Lower: time is spent in vain.
/// Higher: it is spent waiting. Measured: docs/performance.md#linear.
const ALL_NEAR: usize = 128;

/// Datagrams from the one at hand to the one whose channel is brought near. Lower: it has not come in time. Higher: it is
/// gone again when it is needed, and in a short batch there is less to do meanwhile.
const FAR: usize = 8;

impl<F, K: Sink> Pipeline<F, K> {
    /// Takes a batch, datagram by datagram, and has what the next ones will need brought near meanwhile.
    #[inline]
    pub fn accept_all(&mut self, frames: &mut impl Frames<Frame = F>, batch: &mut Vec<Received<F>>) {
        let some_are_far = self.channels.len() > ALL_NEAR;
        if some_are_far {
            batch.iter().take(FAR).for_each(|received| self.foresee(received.line));
        }
        let mut coming = batch.drain(..);
        while let Some(Received { line, stamp_ns, frame }) = coming.next() {
            if some_are_far {
                coming.as_slice().get(FAR - 1).into_iter().for_each(|far| self.foresee(far.line));
            }
            self.accept(frames, line, stamp_ns, frame);
        }
    }

    /// A datagram of line `line` comes soon: has what it will need brought near, as far as it is known where that lies: in its
    /// channel. A sixth line, and all but the newest stream, lie elsewhere; asking for those too, once the channel is here, brought 6 % of
    /// such packets' time, and took 2.7 ns of every one.
    #[inline(always)]
    fn foresee(&self, line: u16) {
        let Some(route) = self.routes.get(usize::from(line)) else { return };
        let Some(channel) = self.channels.get(route.channel()) else { return };
        channel.foresee(route.line.into());
        // Mostly that is its index in the sink; the channel itself is not to be read yet.
        self.sink.foresee(route.channel());
    }
}
