//! Where the entries of a window are kept, and which of them time comes to first.

use super::StreamIndex;
use super::chain::{Chain, Links};
use super::window::Entry;

/// The entries, by place.
pub(super) struct Slots<H> {
    entries: Vec<Option<Entry<H>>>,
    room: usize,
    /// Places that are empty again.
    free: Vec<u32>,
    links: Links,
    /// Datagrams and marks whose hole is in its window, by when it was opened.
    open: [Chain; 2],
    /// Datagrams and marks whose hole's window has closed, by when it is given up.
    closed: [Chain; 2],
}

impl<H> Slots<H> {
    /// Reserves memory for `room` entries, and touches none of it.
    pub(super) fn new(room: u32) -> Self {
        Self {
            entries: Vec::with_capacity(room as usize),
            room: room as usize,
            free: Vec::with_capacity(room as usize),
            links: Links::new(room),
            open: Default::default(),
            closed: Default::default(),
        }
    }

    pub(super) fn get(&self, place: u32) -> Option<&Entry<H>> {
        self.entries.get(place as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Entry<H>> {
        self.entries.get_mut(place as usize)?.as_mut()
    }

    /// Keeps an entry; says where.
    pub(super) fn add(&mut self, entry: Entry<H>) -> Option<u32> {
        let place = self.free.pop().or_else(|| self.grow());
        debug_assert!(place.is_some(), "the window has room for all it is given");
        let place = place?;
        self.entries[place as usize] = Some(entry);
        self.chain(place);
        Some(place)
    }

    pub(super) fn remove(&mut self, place: u32) -> Option<Entry<H>> {
        self.unchain(place);
        let entry = self.entries[place as usize].take();
        self.free.push(place);
        entry
    }

    /// Says anew when the hole below an entry is given up.
    pub(super) fn set_due(&mut self, place: u32, due_ns: Option<u64>) {
        self.unchain(place);
        if let Some(entry) = self.get_mut(place) {
            entry.due_ns = due_ns;
        }
        self.chain(place);
    }

    /// Datagrams that wait.
    pub(super) fn datagrams(&self) -> usize {
        self.open[0].len + self.closed[0].len
    }

    /// The hole in its window that was opened first: when, the place of its entry, and its stream.
    pub(super) fn opened(&self) -> Option<(u64, u32, StreamIndex)> {
        self.first_of(&self.open)
    }

    /// The hole whose window has closed that is given up first: when, the place of its entry, and its stream.
    pub(super) fn due(&self) -> Option<(u64, u32, StreamIndex)> {
        self.first_of(&self.closed)
    }

    /// The stream of the datagram that waits longest.
    pub(super) fn oldest_datagram(&self) -> Option<StreamIndex> {
        let heads = [self.open[0].head, self.closed[0].head].into_iter().flatten();
        heads
            .filter_map(|place| self.get(place))
            .min_by_key(|entry| entry.opened_ns)
            .map(|entry| entry.stream)
    }

    fn first_of(&self, chains: &[Chain; 2]) -> Option<(u64, u32, StreamIndex)> {
        let head = |chain: &Chain| {
            let entry = self.get(chain.head?)?;
            Some((entry.time_ns(), chain.head?, entry.stream))
        };
        match (head(&chains[1]), head(&chains[0])) {
            (Some(mark), Some(datagram)) => Some(if mark.0 < datagram.0 { mark } else { datagram }),
            (one, None) | (None, one) => one,
        }
    }

    fn grow(&mut self) -> Option<u32> {
        let place = self.entries.len();
        if place == self.room {
            return None;
        }
        self.entries.push(None);
        self.links.add();
        u32::try_from(place).ok()
    }

    fn chain(&mut self, place: u32) {
        let Self { entries, links, open, closed, .. } = self;
        let Some(entry) = &entries[place as usize] else { return };
        let time_ns = entry.time_ns();
        let later = |other: u32| entries[other as usize].as_ref().is_some_and(|e| e.time_ns() > time_ns);
        entry.chain_of(open, closed).insert(links, place, later);
    }

    fn unchain(&mut self, place: u32) {
        let Self { entries, links, open, closed, .. } = self;
        let Some(entry) = &entries[place as usize] else { return };
        entry.chain_of(open, closed).remove(links, place);
    }
}

impl<H> Entry<H> {
    /// When time comes to it.
    fn time_ns(&self) -> u64 {
        self.due_ns.unwrap_or(self.opened_ns)
    }

    fn chain_of<'a>(&self, open: &'a mut [Chain; 2], closed: &'a mut [Chain; 2]) -> &'a mut Chain {
        let chains = if self.due_ns.is_some() { closed } else { open };
        &mut chains[usize::from(self.held.is_none())]
    }
}
