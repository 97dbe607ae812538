//! Several captures as one, in the order of their stamps: the lines of a feed are often captured a file each.

use super::{
    packet::{Packet, Step},
    reader::CaptureReader,
};
use crate::wire::Link;
use anyhow::{bail, ensure};
use std::path::{Path, PathBuf};

/// A capture with the step it stands at.
struct Head {
    reader: CaptureReader,
    step: Step,
    /// Highest stamp so far. Captures are ordered by it rather than by the stamp itself, so that a stamp that
    /// goes back stays where its file has it.
    stamp_ns: u64,
}

/// What comes next.
pub(super) enum Next<'a> {
    Packet(Packet<'a>),
    Malformed,
    UnreadLink(u32),
    End,
}

/// The captures not read to their end yet.
pub(super) struct Merge {
    heads: Vec<Head>,
    /// The one read from.
    current: usize,
    /// Stay with it up to this stamp: the lowest of the others'.
    until_ns: u64,
    /// The current head has been handed out.
    taken: bool,
    /// Captures that ended inside a record.
    truncated: u64,
    /// Packets of link types that are not read, in front of what each capture began with, and the first of the types.
    unread_first: (u64, Option<u32>),
}

impl Head {
    /// Stands at the first packet that is read, or is malformed.
    ///
    /// # Errors
    /// All of the capture is of link types that are not read, or it cannot be read up to there.
    fn new(reader: CaptureReader, unread: &mut (u64, Option<u32>)) -> anyhow::Result<Self> {
        let mut head = Self { reader, step: Step::End, stamp_ns: 0 };
        head.step()?;
        let first = head.step;
        while let Step::UnreadLink(linktype) = head.step {
            unread.0 += 1;
            unread.1.get_or_insert(linktype);
            head.step()?;
        }
        match (first, head.step) {
            (Step::UnreadLink(linktype), Step::End) => bail!(
                "{}: holds packets of link type {linktype}, which is not read; what is: {}",
                head.reader.name(),
                Link::SUPPORTED
            ),
            _ => Ok(head),
        }
    }

    fn step(&mut self) -> anyhow::Result<()> {
        self.step = self.reader.step()?;
        if self.step == Step::Packet {
            self.stamp_ns = self.stamp_ns.max(self.reader.packet().stamp_ns);
        }
        Ok(())
    }
}

impl Merge {
    pub(super) fn open(paths: &[PathBuf]) -> anyhow::Result<Self> {
        ensure!(!paths.is_empty(), "no capture is named");
        let stdin = paths.iter().filter(|path| path.as_path() == Path::new("-")).count();
        ensure!(stdin < 2, "'-' is named {stdin} times; standard input can be read once");
        Self::new(paths.iter().map(|path| CaptureReader::open(path)).collect::<anyhow::Result<_>>()?)
    }

    pub(super) fn new(readers: Vec<CaptureReader>) -> anyhow::Result<Self> {
        let mut heads = Vec::with_capacity(readers.len());
        let mut unread_first = (0, None);
        for reader in readers {
            heads.push(Head::new(reader, &mut unread_first)?);
        }
        let mut merge = Self { heads, current: 0, until_ns: 0, taken: false, truncated: 0, unread_first };
        merge.choose();
        Ok(merge)
    }

    /// Chooses the capture with the lowest stamp, the first named of equals.
    fn choose(&mut self) {
        self.heads.retain(|head| {
            let ended = head.step == Step::End;
            self.truncated += u64::from(ended && head.reader.truncated());
            !ended
        });
        let stamps = || self.heads.iter().map(|head| head.stamp_ns).enumerate();
        let Some((current, _)) = stamps().min_by_key(|(_, stamp)| *stamp) else { return };
        self.until_ns = stamps().filter(|(at, _)| *at != current).map(|(_, ns)| ns).min().unwrap_or(u64::MAX);
        self.current = current;
    }

    /// Goes on by one.
    ///
    /// # Errors
    /// A capture cannot be read on: see [`CaptureReader::step`].
    #[inline]
    pub(super) fn next(&mut self) -> anyhow::Result<Next<'_>> {
        if self.taken {
            self.taken = false;
            if let Some(head) = self.heads.get_mut(self.current) {
                head.step()?;
                if head.step == Step::End || head.stamp_ns > self.until_ns {
                    self.choose();
                }
            }
        }
        let Some(head) = self.heads.get(self.current) else { return Ok(Next::End) };
        self.taken = true;
        Ok(match head.step {
            Step::Packet => Next::Packet(head.reader.packet()),
            Step::Malformed => Next::Malformed,
            Step::UnreadLink(linktype) => Next::UnreadLink(linktype),
            Step::End => Next::End,
        })
    }

    /// Captures that have ended inside a record so far.
    pub(super) const fn truncated(&self) -> u64 {
        self.truncated
    }

    /// Packets of link types that are not read, which were passed over before the first step, and the first of the types.
    pub(super) const fn unread_first(&self) -> (u64, Option<u32>) {
        self.unread_first
    }
}
