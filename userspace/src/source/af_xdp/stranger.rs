//! Frames that are not of a line as it is known: the first of one that is new, and those of none of ours.

/// Of a line that never was.
pub(super) const NEVER: u16 = u16::MAX;
/// Of a line that was removed.
pub(super) const REMOVED: u16 = 0x100;
/// Beside the generation of a line that has brought nothing yet.
pub(super) const FRESH: u16 = 0x200;

/// What a frame is that is not of a line as it is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// The first of its line.
    First,
    /// Of a line that another worker has.
    Elsewhere,
    /// Of a line that was removed.
    Removed,
    /// Of none of ours.
    Foreign,
}

impl Stranger {
    #[cold]
    #[inline(never)]
    pub(super) fn of(expected: Option<&mut u16>, generation: u8, elsewhere: bool) -> Self {
        let Some(expected) = expected else { return Self::Foreign };
        if elsewhere {
            return Self::Elsewhere;
        }
        if *expected == FRESH | u16::from(generation) {
            *expected = u16::from(generation);
            return Self::First;
        }
        // Another generation of a line that is: an earlier one.
        if *expected == NEVER { Self::Foreign } else { Self::Removed }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Arrivals, *};

    #[test]
    fn a_frame_is_told_by_whose_line_it_is() {
        let arrivals = Arrivals::new(2);
        arrivals.set_elsewhere(1, true);
        let mut lines = [FRESH | 3, NEVER];
        let mut of = |line: u16, generation| {
            Stranger::of(lines.get_mut(usize::from(line)), generation, arrivals.is_elsewhere(line))
        };
        assert_eq!(of(0, 3), Stranger::First);
        assert_eq!(of(0, 2), Stranger::Removed, "an earlier line of this index");
        assert_eq!(of(1, 0), Stranger::Elsewhere);
        assert_eq!(of(2, 0), Stranger::Foreign, "no such line");
        arrivals.strayed(1);
        assert_eq!([0, 1, 2].map(|line| arrivals.astray(line)), [0, 1, 0]);
        // The line was removed there, and its index is a line of this worker.
        arrivals.forget(1);
        arrivals.set_elsewhere(1, false);
        assert_eq!((of(1, 0), arrivals.astray(1)), (Stranger::Foreign, 0));
    }
}
