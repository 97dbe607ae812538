//! How many requests may be sent in a second, a minute, a day.

/// A second in nanoseconds.
const SECOND_NS: u64 = 1_000_000_000;

/// Most requests in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// In a second.
    pub second: u32,
    /// In a minute.
    pub minute: u32,
    /// In a day.
    pub day: u32,
}

/// Which of the quotas is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// That of this second.
    Second,
    /// That of this minute.
    Minute,
    /// That of this day.
    Day,
}

/// Requests sent in the second, minute and day that are running. They start with the first request, not with the
/// server's clock, so a server may still refuse for a quota.
#[derive(Debug)]
pub struct Quota {
    spans: [Span; 3],
}

#[derive(Debug)]
struct Span {
    exhausted: Exhausted,
    length_ns: u64,
    limit: u32,
    used: u32,
    ends_ns: u64,
}

impl Quota {
    /// Nothing is used yet.
    #[must_use]
    pub fn new(quotas: Quotas) -> Self {
        let span = |exhausted, seconds, limit| Span {
            exhausted,
            length_ns: seconds * SECOND_NS,
            limit,
            used: 0,
            ends_ns: 0,
        };
        Self {
            spans: [
                span(Exhausted::Day, 86_400, quotas.day),
                span(Exhausted::Minute, 60, quotas.minute),
                span(Exhausted::Second, 1, quotas.second),
            ],
        }
    }

    /// Uses one request.
    ///
    /// # Errors
    /// The longest of the times whose quota is used up; then none is used.
    pub fn take(&mut self, now_ns: u64) -> Result<(), Exhausted> {
        for span in &mut self.spans {
            if now_ns >= span.ends_ns {
                span.used = 0;
                span.ends_ns = now_ns.saturating_add(span.length_ns);
            }
        }
        if let Some(span) = self.spans.iter().find(|span| span.used >= span.limit) {
            return Err(span.exhausted);
        }
        self.spans.iter_mut().for_each(|span| span.used += 1);
        Ok(())
    }

    /// When the next request may be sent.
    #[must_use]
    pub fn next_ns(&self) -> u64 {
        self.spans.iter().filter(|span| span.used >= span.limit).map(|span| span.ends_ns).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quota_is_kept_and_renewed() {
        let mut quota = Quota::new(Quotas { second: 2, minute: 3, day: 4 });
        let seconds = |seconds: u64| seconds * SECOND_NS;
        assert_eq!(quota.next_ns(), 0);
        assert_eq!([quota.take(0), quota.take(1)], [Ok(()), Ok(())]);
        assert_eq!((quota.take(2), quota.next_ns()), (Err(Exhausted::Second), seconds(1)));
        assert_eq!(quota.take(seconds(1)), Ok(()));
        assert_eq!((quota.take(seconds(2)), quota.next_ns()), (Err(Exhausted::Minute), seconds(60)));
        assert_eq!(quota.take(seconds(60)), Ok(()));
        assert_eq!((quota.take(seconds(120)), quota.next_ns()), (Err(Exhausted::Day), seconds(86_400)));
        assert_eq!(quota.take(seconds(86_400)), Ok(()));
    }
}
