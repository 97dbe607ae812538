//! What arbitration counts, per channel and per line.
//!
//! After every call, over the lines of a channel:
//! - `units == first + duplicates + late + discarded.units() + doubted` for each line;
//! - `Σ first == delivered + waiting + let_go`, recovery and the lines that are no more included;
//! - `passed() == delivered + units_lost + passed_over`;
//! - `gaps == gaps_recovered + gaps_lost + gaps_open`.
//!
//! None of these is computed from the others.

/// Units that were neither delivered nor counted as duplicate or late, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discarded {
    /// Of streams beyond [`super::Limits::max_streams`].
    pub stream_refused: u64,
    /// Further ahead than [`super::Limits::max_jump`], and nothing continued from there.
    pub jump_refused: u64,
    /// Brought by recovery of a stream that is not open, or beyond all that is known of it.
    pub unasked: u64,
    /// Carried by a datagram that had to be held until it was believed, when there was no room to hold it.
    pub not_held: u64,
}

impl Discarded {
    /// All of them.
    #[must_use]
    pub fn units(&self) -> u64 {
        let Self { stream_refused, jump_refused, unasked, not_held } = self;
        stream_refused + jump_refused + unasked + not_held
    }

    fn add(&mut self, other: &Self) {
        let Self { stream_refused, jump_refused, unasked, not_held } = other;
        self.stream_refused += stream_refused;
        self.jump_refused += jump_refused;
        self.unasked += unasked;
        self.not_held += not_held;
    }
}

/// What one channel counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)] // what every datagram changes comes last: see `Arbiter`
pub struct Counters {
    /// Heartbeat datagrams, all lines.
    pub heartbeats: u64,
    /// End-of-session datagrams, all lines and repeats.
    pub end_packets: u64,
    /// Ends of session told in a stream.
    pub ends: u64,
    /// Ends of session that were not told because the session went on.
    pub ends_overtaken: u64,
    /// Resets: epochs opened after a stream's first.
    pub resets: u64,
    /// Gaps: holes whose window closed, or that gave way before.
    pub gaps: u64,
    /// Of these, the ones that were wholly filled afterwards.
    pub gaps_recovered: u64,
    /// The ones of which something was given up.
    pub gaps_lost: u64,
    /// The ones that are still open now.
    pub gaps_open: u64,
    /// Ranges given up, as they were told in a stream: a gap that was filled in part may be more than one.
    pub gaps_told: u64,
    /// Units in them.
    pub units_lost: u64,
    /// Units told to be brought by recovery.
    pub units_recovered: u64,
    /// Holes recovery was asked to fill.
    pub gaps_wanted: u64,
    /// Times a stream was told to be stale at a hole.
    pub stale_holes: u64,
    /// Times a stream was told to be stale for its lines were silent.
    pub stale_silences: u64,
    /// Units let go before they were next, because a snapshot holds them: they came before their stream was joined
    /// and there was no room, they lay below where it was joined, or it never was.
    pub let_go: u64,
    /// Sequences that a joined stream was moved over because a later snapshot holds them.
    pub passed_over: u64,
    /// Units that came after their gap was declared, before their stream's start or of an epoch that is over.
    pub late: u64,
    /// Streams opened.
    pub streams: u64,
    /// Streams that ended and made place for another.
    pub streams_evicted: u64,
    /// Datagrams of streams beyond [`super::Limits::max_streams`].
    pub streams_refused: u64,
    /// Datagrams further ahead than [`super::Limits::max_jump`] that nothing continued from.
    pub jumps_refused: u64,
    /// Datagrams of lines the channel does not have.
    pub lines_unknown: u64,
    /// Holes declared a gap before their time because [`super::Limits::window_packets`] datagrams waited.
    pub windows_full: u64,
    /// Holes declared a gap before their time because a datagram could not be held.
    pub windows_unheld: u64,
    /// Distinct units that wait in the reorder window now.
    pub waiting: u64,
    /// Datagrams held now: waiting, or in doubt.
    pub held: u64,
    /// The most datagrams ever held at one time.
    pub held_high_water: u64,
    /// Units delivered in order.
    pub delivered: u64,
    /// Units that were there before.
    pub duplicates: u64,
}

/// What one line of a channel counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)] // what every datagram changes comes last: see `Line`
pub struct LineCounters {
    /// Datagrams that name units no datagram can have: more than there are bytes in one, or beyond 64 bits.
    pub overruns: u64,
    /// Units that came too late; see [`Counters::late`].
    pub late: u64,
    /// Units that were of no use, by cause.
    pub discarded: Discarded,
    /// Units held now until the line's next datagrams say what they are.
    pub doubted: u64,
    /// Times the line's own sequence went on further ahead than it should have.
    pub gaps: u64,
    /// Units it left out there.
    pub skipped: u64,
    /// Units of those that the line itself brought later.
    pub reordered: u64,
    /// Times it fell back into a new epoch, its own way through a reset.
    pub fallbacks: u64,
    /// Times it was taken back after it had been left behind in an old epoch.
    pub rejoins: u64,
    /// Datagrams.
    pub packets: u64,
    /// Units in those that have no more than a datagram can have.
    pub units: u64,
    /// Units this line was the first to bring, counted on arrival.
    pub first: u64,
    /// Units that were there before.
    pub duplicates: u64,
}

impl LineCounters {
    /// Units of its own sequence the line never brought, as far as known. For reading only: it stands in no
    /// identity.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.skipped.saturating_sub(self.reordered)
    }

    /// Adds what another line counted.
    pub(super) fn add(&mut self, other: &Self) {
        let Self { packets, overruns, units, first, duplicates, late, discarded, .. } = other;
        self.packets += packets;
        self.overruns += overruns;
        self.units += units;
        self.first += first;
        self.duplicates += duplicates;
        self.late += late;
        self.discarded.add(discarded);
        let Self { doubted, gaps, skipped, reordered, fallbacks, rejoins, .. } = other;
        self.doubted += doubted;
        self.gaps += gaps;
        self.skipped += skipped;
        self.reordered += reordered;
        self.fallbacks += fallbacks;
        self.rejoins += rejoins;
    }
}
