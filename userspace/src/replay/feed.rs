//! Keeps the sender in packets: the capture in memory if it fits, else read ahead by a thread.

use super::chunk::{CHUNK_LEN, Chunk};
use crate::source::capture::CaptureReader;
use anyhow::bail;
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
};

/// Bytes of a capture that are read before the first packet is sent. A capture up to this size is sent from
/// memory, however often. Of a larger one this is how far the reading runs ahead: 0.2 s of a full 10 Gbit/s
/// line. Less and a slow disk is felt sooner; more and small hosts run out of memory.
pub const READ_AHEAD_LEN: usize = 256 << 20;

/// The packets of a capture, pass after pass.
pub struct Feed(Kind);

enum Kind {
    /// All of it, and what ended it early.
    Memory { chunks: Vec<Chunk>, damage: Option<anyhow::Error>, passes: u64 },
    /// What is read already, and what a thread reads meanwhile.
    Stream { ahead: Receiver<anyhow::Result<Chunk>>, used: Sender<Chunk> },
}

impl Feed {
    /// Opens a capture (`-` for standard input) to be sent `passes` times, and reads ahead up to
    /// `read_ahead_len` bytes (see [`READ_AHEAD_LEN`]).
    ///
    /// # Errors
    /// It cannot be read, is no capture, is not of Ethernet frames, or is standard input too long to be kept
    /// for a second pass.
    pub fn open(path: &Path, passes: u64, read_ahead_len: usize) -> anyhow::Result<Self> {
        let mut capture = CaptureReader::open(path)?;
        let depth = (read_ahead_len / CHUNK_LEN).max(1);
        let mut chunks = Vec::new();
        while chunks.len() < depth {
            let mut chunk = Chunk::new();
            let damage = chunk.read(&mut capture).err();
            if let (true, 0, Some(damage)) = (chunks.is_empty(), chunk.len(), &damage) {
                bail!("{}: {damage:#}", path.display());
            }
            chunk.first = chunks.is_empty();
            let ended = chunk.last || damage.is_some();
            chunks.push(chunk);
            if ended {
                return Ok(Self(Kind::Memory { chunks, damage, passes }));
            }
        }
        if path.as_os_str() == "-" && passes > 1 {
            let mib = (depth * CHUNK_LEN) >> 20;
            bail!("standard input is longer than the {mib} MiB that are kept to be sent again: name a file");
        }
        let (ready, ahead) = sync_channel(depth);
        for chunk in chunks {
            // Cannot fail: there is room for `depth`, and we hold the receiver.
            ready.send(Ok(chunk))?;
        }
        let (used, spare) = channel();
        let path = path.to_owned();
        thread::Builder::new().name("read-ahead".into()).spawn(move || {
            let mut reading = Reading { path, capture, ready, spare };
            if let Err(damage) = reading.passes(passes) {
                // If nobody listens any more, nobody needs to know.
                reading.ready.send(Err(damage)).unwrap_or_default();
            }
        })?;
        Ok(Self(Kind::Stream { ahead, used }))
    }

    /// Hands over the chunks in order until `send` says false or fails.
    ///
    /// # Errors
    /// What `send` fails with, or what makes the capture unreadable beyond the packets handed over.
    pub(super) fn each(self, mut send: impl FnMut(&Chunk) -> anyhow::Result<bool>) -> anyhow::Result<()> {
        match self.0 {
            Kind::Memory { chunks, damage, passes } => {
                for _ in 0..passes {
                    for chunk in &chunks {
                        if !send(chunk)? {
                            return Ok(());
                        }
                    }
                    if damage.is_some() {
                        break;
                    }
                }
                damage.map_or(Ok(()), Err)
            }
            Kind::Stream { ahead, used } => {
                for chunk in ahead {
                    let chunk = chunk?;
                    if !send(&chunk)? {
                        break;
                    }
                    // The reader has gone once all is read; then nobody wants the memory back.
                    used.send(chunk).unwrap_or_default();
                }
                Ok(())
            }
        }
    }
}

/// The reading thread's side.
struct Reading {
    path: PathBuf,
    capture: CaptureReader,
    ready: SyncSender<anyhow::Result<Chunk>>,
    spare: Receiver<Chunk>,
}

impl Reading {
    /// Reads what is left of the first pass, and all of the others.
    fn passes(&mut self, passes: u64) -> anyhow::Result<()> {
        let mut first = false;
        for pass in 1..=passes {
            loop {
                let mut chunk = self.spare.try_recv().unwrap_or_else(|_| Chunk::new());
                let damage = chunk.read(&mut self.capture).err();
                chunk.first = first;
                first = chunk.last;
                // A send fails when the sender has stopped.
                if self.ready.send(Ok(chunk)).is_err() {
                    return Ok(());
                }
                if let Some(damage) = damage {
                    return Err(damage);
                }
                if first {
                    break;
                }
            }
            if pass < passes {
                self.capture = CaptureReader::open(&self.path)?;
            }
        }
        Ok(())
    }
}
