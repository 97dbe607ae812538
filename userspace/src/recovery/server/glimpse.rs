//! A GLIMPSE server: a SoupBinTCP session that is the latest snapshot.

use std::sync::Arc;

use crate::recovery::{
    fault::Fault,
    glimpse,
    snapshots::Snapshot,
    soupbin::{Config, Server, Source},
};

/// A snapshot's messages, then the one that ends it.
#[derive(Debug)]
pub struct Image {
    /// `None`: there is none, and never will be in this session.
    snapshot: Option<Arc<Snapshot>>,
    /// Messages that are sent; if that is not all of them, the end is not.
    sent: usize,
    whole: bool,
}

/// The server's side of one connection.
pub type Glimpse = Server<Image>;

/// A client has connected: it gets the snapshot there is now.
#[must_use]
pub fn glimpse(config: Config, snapshot: Option<Arc<Snapshot>>, now_ns: u64) -> Glimpse {
    let messages = snapshot.as_ref().map_or(0, |snapshot| snapshot.messages.len());
    let partial = config.fault == Fault::Partial;
    let sent = if partial { messages.div_ceil(2) } else { messages };
    Server::new(config, Image { snapshot, sent, whole: !partial }, now_ns)
}

impl Source for Image {
    fn message(&mut self, sequence: u64, into: &mut Vec<u8>) -> bool {
        let Some(snapshot) = &self.snapshot else { return false };
        let index = usize::try_from(sequence).ok().and_then(|sequence| sequence.checked_sub(1));
        match index {
            Some(index) if index < self.sent => into.extend_from_slice(&snapshot.messages[index]),
            Some(index) if index == self.sent && self.whole => {
                glimpse::write_end(snapshot.through.saturating_add(1), into);
            }
            _ => return false,
        }
        true
    }

    fn next(&self) -> u64 {
        self.sent as u64 + u64::from(self.whole && self.snapshot.is_some()) + 1
    }

    fn is_over(&self) -> bool {
        true
    }
}
