//! Streams of which nothing is heard.

use super::Arbiter;
use super::seam::{Event, Outlet, StaleCause, StreamIndex};

impl<H> Arbiter<H> {
    /// A stream was opened, and heard: it may fall silent.
    pub(super) fn watch(&mut self, stamp_ns: u64) {
        if self.limits.silence_ns > 0 {
            self.silence_ns = self.silence_ns.min(stamp_ns.saturating_add(self.limits.silence_ns));
        }
    }

    /// Tells of the streams that were not heard for too long, and finds when to look again. The lines note by
    /// themselves when they are heard, so that nothing has to be done here for a stream that lives.
    pub(super) fn tell_silent(&mut self, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        let patience = self.limits.silence_ns;
        self.silence_ns = watermark_ns.saturating_add(patience.max(1));
        for index in 0..self.streams.len() {
            let Some(heard_ns) = self.heard_in(index) else { continue };
            let silent_ns = heard_ns.saturating_add(patience);
            let stream = &mut self.streams[index];
            if stream.is_over() || stream.silent_since == Some(heard_ns) {
                continue;
            }
            if silent_ns > watermark_ns {
                self.silence_ns = self.silence_ns.min(silent_ns);
                continue;
            }
            stream.silent_since = Some(heard_ns);
            let next = stream.next;
            self.counters.stale_silences += 1;
            outlet.event(index, Event::Stale { next, cause: StaleCause::Silence });
        }
    }

    /// When a stream was last heard on any line.
    fn heard_in(&self, stream: StreamIndex) -> Option<u64> {
        let heard = self.lines.tracks(stream).filter(|track| track.datagrams > 0);
        heard.map(|track| track.last_ns).max()
    }

    /// When a line was last heard, in any stream that is open.
    pub(super) fn heard_on(&self, line: usize) -> Option<u64> {
        if line >= self.limits.lines {
            return None;
        }
        let tracks = (0..self.streams.len()).map(|stream| self.lines.track(stream, line));
        tracks.filter(|track| track.datagrams > 0).map(|track| track.last_ns).max()
    }
}
