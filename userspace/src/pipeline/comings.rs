//! Channels and lines that come and go while others are received. With room reserved, none of it allocates, but for
//! what the sink needs for a channel.

use super::{Channel, Pipeline, Recognition, Route};
use crate::{arbiter::Room, sink::Sink, source::Frames};

impl<F, K: Sink> Pipeline<F, K> {
    /// Reserves room for so many lines, and as many channels, in all.
    pub fn reserve(&mut self, lines: usize) {
        self.channels.reserve(lines.saturating_sub(self.channels.len()));
        self.deadlines_ns.reserve(lines.saturating_sub(self.deadlines_ns.len()));
        self.routes.reserve(lines.saturating_sub(self.routes.len()));
    }

    /// Takes in a channel; its index is the number of those before.
    pub fn open_channel(&mut self, name: &str, mut channel: Channel<F>) {
        if matches!(channel.recognition, Recognition::Named) {
            self.sink.add_channel(name, channel.read_as());
            channel.at(self.placed);
            self.placed += 1;
        } else {
            self.unrecognised += 1;
        }
        self.deadlines_ns.push(channel.arbiter.deadline_ns());
        self.channels.push(channel);
    }

    /// Takes in line `line`, a new one, one that was closed, or one that another pipeline had: it has place `place` in channel `channel`. `room` is for
    /// places that the channel does not have yet; what comes back is to be freed elsewhere.
    pub fn open_line(
        &mut self,
        line: u16,
        (channel, place): (usize, usize),
        room: Option<Room>,
    ) -> Option<Room> {
        let route = Route::to(channel, place);
        // Indices are those of all pipelines: the lines in between are others'.
        let lines = self.routes.len().max(usize::from(line) + 1);
        self.routes.resize(lines, Route::ELSEWHERE);
        self.routes[usize::from(line)] = route;
        let room = room?;
        let Some(Channel { arbiter, recognition, .. }) = self.channels.get_mut(channel) else {
            return Some(room);
        };
        if let Recognition::Waiting(waiting) = recognition {
            waiting.widen(room.lines());
        }
        Some(arbiter.widen(room))
    }

    /// Line `line` is no more: nothing of it is accepted any more. What it brought that waits, stays.
    pub fn close_line(&mut self, frames: &mut impl Frames<Frame = F>, line: u16) {
        let route = self.routes.get(usize::from(line)).copied();
        let Some(route) = route.filter(|route| !route.recovery) else { return };
        let (channel, line) = (route.channel(), usize::from(route.line));
        self.with_delivery(frames, channel, (None, None), |arbiter, delivery| {
            arbiter.retire(line, delivery);
        });
        self.channels[channel].timing.forget(line);
    }
}
