//! Replays from files, onto veth pairs in network namespaces of their own.

mod feeding;
mod sending;
mod veth;
