//! The snapshots that servers hand out.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::framing::StreamKey;

/// The state of a stream, as messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The last sequence the state includes.
    pub through: u64,
    /// How many of the messages add an order.
    pub orders: u32,
    /// The messages, as codecs take them.
    pub messages: Vec<Box<[u8]>>,
}

/// The latest snapshot of each stream. Shared between whoever makes them and the servers' threads.
#[derive(Debug, Default)]
pub struct Snapshots(RwLock<BTreeMap<StreamKey, Arc<Snapshot>>>);

impl Snapshots {
    /// Replaces a stream's snapshot.
    pub fn set(&self, key: StreamKey, snapshot: Snapshot) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::new(snapshot));
    }

    /// A stream's latest snapshot.
    #[must_use]
    pub fn latest(&self, key: StreamKey) -> Option<Arc<Snapshot>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }
}
