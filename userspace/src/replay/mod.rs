//! Sending a capture's packets onto an interface: in their original timing, at a rate, or as fast as it goes.

mod chunk;
mod feed;
mod pace;
mod sender;
mod summary;

#[cfg(test)]
mod tests;

pub use feed::{Feed, READ_AHEAD_LEN};
pub use pace::Pace;
pub use sender::Sender;
pub use summary::Summary;
