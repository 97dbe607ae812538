//! The bounds a plan keeps to.

/// How much is asked for at a time, how often, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sequences one request may ask for, at least 1: what the server allows, or one datagram can answer.
    pub count: u64,
    /// Requests that may be waited for at a time. Fewer make recovery slower by round trips; more are a burst that
    /// the server, or the socket the answers come to, may not take.
    pub outstanding: usize,
    /// Pieces kept in mind. What is missing beyond that is given up: lower, and a bad day loses what could be had;
    /// higher costs some 150 bytes each.
    pub pieces: usize,
    /// Times a piece is asked for, at least 1. Fewer lose to a single lost request; more burden a server that cannot
    /// answer.
    pub tries: u32,
    /// Wait before a piece is asked for again, in nanoseconds; it doubles each time. Shorter than the round trip,
    /// every request is sent twice; longer, and a lost request costs that much.
    pub retry_ns: u64,
    /// Longest such wait, in nanoseconds.
    pub longest_retry_ns: u64,
    /// How long a piece is wanted, in nanoseconds, asked for or not. Shorter gives up while a connection is being
    /// made again; longer keeps the stream's consumer waiting for what it will not get.
    pub patience_ns: u64,
}

impl Limits {
    /// Wait after the request before which `asked` were sent.
    pub(super) fn wait_ns(&self, asked: u32) -> u64 {
        let factor = 1_u64.checked_shl(asked).unwrap_or(u64::MAX);
        self.retry_ns.saturating_mul(factor).min(self.longest_retry_ns.max(self.retry_ns))
    }
}
