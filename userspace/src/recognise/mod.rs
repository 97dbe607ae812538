//! Which protocol a channel speaks, told from its first datagrams: a pure function of bytes.
//!
//! Every framing with every codec it carries is a candidate. One is out as soon as a datagram is not its framing's,
//! has bytes left over, or holds a message its codec cannot read; what is left is ranked by what speaks for it. One
//! answer is taken, none or several are refused: a wrong guess would be read wrong without a word.

mod candidate;
mod hint;
mod plausible;

#[cfg(test)]
mod captured;
#[cfg(test)]
mod tests;

use std::fmt;

use candidate::{Candidate, Fit};

use crate::{codec::Codec, config::Protocol, framing::Framing};

/// Datagrams with data after which it is decided, whatever is left. Fewer: protocols that share some of their
/// messages are told apart less often. More: the channel begins later.
pub const ENOUGH: u64 = 16;

/// Datagrams with data after which a candidate that is the only one left is taken. Fewer: what looks like a
/// protocol by accident is taken. More: as above.
pub const FEW: u64 = 4;

/// What was made of a channel's first datagrams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One protocol fits.
    Took {
        /// That one.
        protocol: Protocol,
        /// What speaks for it, in words.
        why: String,
    },
    /// None does, or several do.
    Refused(Refusal),
}

/// Why no protocol was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Those that fit; where only heartbeats came, those that may.
    pub candidates: Vec<Protocol>,
    /// The reason, in words.
    pub why: String,
}

impl Refusal {
    /// The reason and what to type, for the channel of this name.
    #[must_use]
    pub fn advice(&self, channel: &str) -> String {
        let example = match &*self.candidates {
            [] => "FRAMING/CODEC, or FRAMING/raw to count its messages unread".to_owned(),
            candidates => candidates.iter().map(|one| one.name()).collect::<Vec<_>>().join(" or "),
        };
        format!(
            "channel {channel} was not recognised: {self}; say what it speaks: --protocol {channel}={example}"
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// Recognises one channel's protocol.
#[derive(Clone, Debug)]
pub struct Recogniser {
    candidates: Vec<Candidate>,
    datagrams: u64,
}

impl Default for Recogniser {
    fn default() -> Self {
        Self::new()
    }
}

impl Recogniser {
    /// One that has seen nothing, with every protocol there is as a candidate.
    #[must_use]
    pub fn new() -> Self {
        let mut candidates = Vec::new();
        for (_, framing) in Framing::ALL {
            let codecs = framing.facts().codecs;
            let of = |codec: Option<Codec>| Candidate::new(Protocol { framing: *framing, codec });
            if codecs.is_empty() {
                candidates.push(of(None));
            }
            candidates.extend(codecs.iter().map(|codec| of(Some(*codec))));
        }
        Self { candidates, datagrams: 0 }
    }

    /// Looks at the next datagram, which came on line `line`. `None`: not decided yet.
    pub fn feed(&mut self, line: usize, payload: &[u8]) -> Option<Verdict> {
        self.datagrams += 1;
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_in()) {
            candidate.judge(line, payload);
        }
        let data = self.left().map(Candidate::data).max();
        let mut exact = self.left().filter(|candidate| candidate.fit() == Fit::Exactly);
        let decided = match (self.left().count(), exact.next(), exact.next()) {
            (0, ..) => true,
            // Whoever is not exact by now never will be.
            (_, Some(only), None) => only.data() >= FEW,
            (1, None, _) => self.left().all(|only| only.data() >= FEW && only.fit() == Fit::Well),
            _ => false,
        };
        (decided || data >= Some(ENOUGH)).then(|| self.decide())
    }

    /// Decides by what was seen so far.
    #[must_use]
    pub fn decide(&self) -> Verdict {
        let best = self.left().map(Candidate::fit).max().unwrap_or(Fit::Not);
        let fitting: Vec<&Candidate> = self.left().filter(|candidate| candidate.fit() == best).collect();
        match &*fitting {
            [only] if best > Fit::Not => Verdict::Took { protocol: only.protocol(), why: only.evidence() },
            several if best > Fit::Not => self.refused(several, " fits as well as ", ""),
            _ => self.unfit(),
        }
    }

    /// Whether every datagram so far was a heartbeat, whatever it is one of: nothing would be lost with it.
    #[must_use]
    pub fn only_heartbeats(&self) -> bool {
        self.left().all(|candidate| candidate.data() == 0) && self.left().next().is_some()
    }

    fn left(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| candidate.is_in())
    }

    /// `between` stands between the names of the candidates, `behind` behind them.
    fn refused(&self, candidates: &[&Candidate], between: &str, behind: &str) -> Verdict {
        let candidates: Vec<Protocol> = candidates.iter().map(|candidate| candidate.protocol()).collect();
        let names: Vec<String> = candidates.iter().map(|protocol| protocol.name()).collect();
        let seen = Counted(self.datagrams, "datagram");
        let why = format!("after {seen}, {}{behind}", names.join(between));
        Verdict::Refused(Refusal { candidates, why })
    }

    /// No candidate has enough to speak for it.
    fn unfit(&self) -> Verdict {
        let left: Vec<&Candidate> = self.left().collect();
        if !left.is_empty() {
            let only = if self.only_heartbeats() { " may be it: only heartbeats came" } else { " may be it" };
            return self.refused(&left, " or ", only);
        }
        let seen = Counted(self.datagrams, "datagram");
        // Of those whose framing took a datagram, the one that went out last says most.
        let framed = self.candidates.iter().filter(|candidate| candidate.framed() > 0);
        let nearest = framed.max_by_key(|candidate| candidate.framed()).and_then(Candidate::why_out);
        let why = match nearest {
            Some(nearest) => format!("after {seen}, none fits; the nearest, {nearest}"),
            None => format!("after {seen}, none fits: no framing took the first"),
        };
        Verdict::Refused(Refusal { candidates: Vec::new(), why })
    }
}

/// So many of them: `1 datagram`, `2 datagrams`.
struct Counted(u64, &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, what) = self;
        write!(f, "{count} {what}{}", if *count == 1 { "" } else { "s" })
    }
}
