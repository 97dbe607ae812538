//! A doubly linked list over numbered places, in order of time.

const NONE: u32 = u32::MAX;

/// The neighbours of every place. A place is in one chain at a time.
pub(super) struct Links {
    before: Vec<u32>,
    after: Vec<u32>,
}

impl Links {
    /// Reserves memory for so many places, and touches none of it.
    pub(super) fn new(places: u32) -> Self {
        Self { before: Vec::with_capacity(places as usize), after: Vec::with_capacity(places as usize) }
    }

    /// Adds the next place, which is in no chain.
    pub(super) fn add(&mut self) {
        self.before.push(NONE);
        self.after.push(NONE);
    }
}

/// The two ends of a chain.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) head: Option<u32>,
    tail: Option<u32>,
    pub(super) len: usize,
}

impl Chain {
    /// Puts `place` behind the last that is not `later` than it. Looks from the tail: time mostly goes on.
    pub(super) fn insert(&mut self, links: &mut Links, place: u32, later: impl Fn(u32) -> bool) {
        let mut before = self.tail;
        while let Some(other) = before
            && later(other)
        {
            before = some(links.before[other as usize]);
        }
        let after = before.map_or(self.head, |other| some(links.after[other as usize]));
        self.join(links, before, Some(place));
        self.join(links, Some(place), after);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, links: &mut Links, place: u32) {
        let (before, after) = (some(links.before[place as usize]), some(links.after[place as usize]));
        self.join(links, before, after);
        self.len -= 1;
    }

    fn join(&mut self, links: &mut Links, before: Option<u32>, after: Option<u32>) {
        match before {
            Some(place) => links.after[place as usize] = after.unwrap_or(NONE),
            None => self.head = after,
        }
        match after {
            Some(place) => links.before[place as usize] = before.unwrap_or(NONE),
            None => self.tail = before,
        }
    }
}

fn some(place: u32) -> Option<u32> {
    (place != NONE).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(chain: &Chain, links: &Links) -> Vec<u32> {
        std::iter::successors(chain.head, |&place| some(links.after[place as usize])).collect()
    }

    #[test]
    fn keeps_time_in_order() {
        let times = [5, 1, 9, 5];
        let (mut links, mut chain) = (Links::new(4), Chain::default());
        for place in 0..4 {
            links.add();
            chain.insert(&mut links, place, |other| times[other as usize] > times[place as usize]);
        }
        assert_eq!(walk(&chain, &links), [1, 0, 3, 2]);
        for (place, rest) in [(0, vec![1, 3, 2]), (2, vec![1, 3]), (1, vec![3]), (3, vec![])] {
            chain.remove(&mut links, place);
            assert_eq!(walk(&chain, &links), rest);
            assert_eq!(chain.len, rest.len());
        }
    }
}
