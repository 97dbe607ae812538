//! Lines that come and go while the others are received.
//!
//! A channel has places for lines. More of them need memory, which is made elsewhere and swapped in here; a line that
//! goes leaves its place to the next one, and what it counted to the channel.

use std::mem;

use super::lines::Lines;
use super::seam::{At, Outlet};
use super::skew::Skews;
use super::track::{Holes, Track};
use super::{Arbiter, Limits, LineCounters};

/// Memory for more lines than a channel has places for.
pub struct Room(Box<Places>);

struct Places {
    lines: Lines,
    holes: Vec<Holes>,
    skews: Skews,
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("lines", &self.lines()).finish_non_exhaustive()
    }
}

impl Room {
    /// Memory for [`Limits::lines`] lines of a channel that has these limits otherwise.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let tracks = limits.max_streams.saturating_mul(limits.lines);
        Self(Box::new(Places {
            lines: Lines::new(limits.max_streams, limits.lines),
            holes: Vec::with_capacity(tracks),
            skews: Skews::new(limits.lines),
        }))
    }

    /// Lines there is room for.
    #[must_use]
    pub const fn lines(&self) -> usize {
        self.0.lines.len()
    }
}

impl<H> Arbiter<H> {
    /// Has places for as many lines as there is room for; those that are there keep theirs. Allocates and frees
    /// nothing: the room comes back with the memory that was used before, or as it was when it is of no use.
    pub fn widen(&mut self, mut room: Room) -> Room {
        let (had, has) = (self.limits.lines, room.lines());
        let places = &mut *room.0;
        if has <= had || places.holes.capacity() < self.streams.len().saturating_mul(has) {
            return room;
        }
        let mut holes = self.holes.drain(..);
        for stream in 0..self.streams.len() {
            places.lines.add(stream);
            for line in 0..had {
                mem::swap(places.lines.track_mut(stream, line), self.lines.track_mut(stream, line));
            }
            places.holes.extend(holes.by_ref().take(had));
            places.holes.extend((had..has).map(|_| Holes::default()));
        }
        drop(holes);
        places.lines.open(self.lines.newest());
        for line in 0..had {
            places.lines[line] = self.lines[line];
        }
        places.lines[has] = self.lines[had]; // recovery, behind the last line
        places.skews.take_over(&mut self.skews);
        mem::swap(&mut self.lines, &mut places.lines);
        mem::swap(&mut self.holes, &mut places.holes);
        mem::swap(&mut self.skews, &mut places.skews);
        self.limits.lines = has;
        room.0.holes.clear();
        room.0.lines.clear();
        room
    }

    /// A line is no more: what is in doubt of it is decided, what it counted goes to [`Arbiter::retired`], and its
    /// place is as if none had been there.
    pub fn retire(&mut self, line: usize, outlet: &mut impl Outlet<Held = H>) {
        if line >= self.limits.lines {
            return;
        }
        for stream in 0..self.streams.len() {
            if let Some(run) = self.track(At { stream, line }).0.run {
                self.dismiss(run, outlet);
            }
            let (track, holes) = self.track(At { stream, line });
            (*track, *holes) = (Track::default(), Holes::default());
        }
        self.retired.add(&self.lines[line]);
        self.lines[line] = LineCounters::default();
        self.skews.forget(line);
        self.set_deadline();
    }

    /// What the lines counted that are no more.
    #[must_use]
    pub const fn retired(&self) -> &LineCounters {
        &self.retired
    }
}
