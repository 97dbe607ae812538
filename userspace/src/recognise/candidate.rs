//! One protocol a channel may speak, and what speaks for and against it.

use super::{Counted, hint, plausible::Implausible};
use crate::{
    codec::{Codec, Unread},
    config::Protocol,
    framing::{Kind, Malformed, Segment, StreamKey, Unit},
};

/// Units a sequence may leave out and still go on: what a burst of loss takes. More is a jump.
const NEAR: u64 = 4_096;

/// Streams whose sequences are followed. Of more, the rest are not judged by their sequences.
const STREAMS: usize = 64;

/// How well a candidate fits what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is out, or too little speaks for it.
    Not,
    /// Its messages can be read, but some are longer than their layouts or of types that are not known, or its
    /// sequences jump.
    Weakly,
    /// Its messages have no fixed length, but can be read, and its sequences go on.
    Well,
    /// Every message is of a known type and as long as its layout, and no sequence jumps.
    Exactly,
}

/// Why a candidate is out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Out {
    Malformed(Malformed),
    Trailing(usize),
    Unread(Unread),
    Implausible(&'static str),
    Hint(&'static str),
}

#[derive(Clone, Debug)]
pub(super) struct Candidate {
    protocol: Protocol,
    out: Option<Out>,
    /// Datagrams looked at, with the one that put it out.
    datagrams: u64,
    data: u64,
    read: u64,
    /// Messages read that are as long as their layout.
    exact: u64,
    unknown: u64,
    /// Datagrams with data that begin where the one before ended.
    continued: u64,
    jumps: u64,
    /// Where each stream goes on, by line.
    next: Vec<(usize, StreamKey, u64)>,
}

impl Candidate {
    pub(super) const fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            out: None,
            datagrams: 0,
            data: 0,
            read: 0,
            exact: 0,
            unknown: 0,
            continued: 0,
            jumps: 0,
            next: Vec::new(),
        }
    }

    pub(super) const fn protocol(&self) -> Protocol {
        self.protocol
    }

    pub(super) const fn is_in(&self) -> bool {
        self.out.is_none()
    }

    /// Datagrams that are its framing's.
    pub(super) const fn framed(&self) -> u64 {
        match self.out {
            Some(Out::Malformed(_)) => self.datagrams - 1,
            _ => self.datagrams,
        }
    }

    pub(super) const fn data(&self) -> u64 {
        self.data
    }

    /// Looks at the next datagram.
    pub(super) fn judge(&mut self, line: usize, payload: &[u8]) {
        self.datagrams += 1;
        let Protocol { framing, codec } = self.protocol;
        let segment = match framing.segment(payload) {
            Ok(segment) => segment,
            Err(cause) => return self.out = Some(Out::Malformed(cause)),
        };
        if segment.trailing > 0 {
            return self.out = Some(Out::Trailing(segment.trailing));
        }
        if let Some(objection) = hint::objection(self.protocol, payload) {
            return self.out = Some(Out::Hint(objection));
        }
        if let Some(codec) = codec {
            framing.messages(payload, 0, u64::MAX, |message| self.read(codec, message));
        }
        if segment.kind == Kind::Data {
            self.data += 1;
        }
        if !segment.unsequenced {
            self.follow(line, &segment);
        }
    }

    fn read(&mut self, codec: Codec, message: &[u8]) {
        match codec.read(message) {
            Ok(index) => {
                self.read += 1;
                self.exact += u64::from(message.len() == codec.types()[index].len);
                if let Some(field) = Implausible::in_message(codec, message) {
                    self.out = self.out.take().or(Some(Out::Implausible(field)));
                }
            }
            Err(Unread::UnknownType) => self.unknown += 1,
            // Of length 0: it uses up its sequence, and says nothing.
            Err(Unread::Empty) => {}
            Err(cause) => self.out = self.out.take().or(Some(Out::Unread(cause))),
        }
    }

    /// Holds a datagram's sequence against the one before of the same stream and line.
    fn follow(&mut self, line: usize, segment: &Segment) {
        let facts = self.protocol.framing.facts();
        let mask = facts.sequence_mask();
        let count = match (segment.kind, facts.unit) {
            (Kind::Data, Unit::Packet) => 1,
            _ => segment.count,
        };
        let next = segment.first.wrapping_add(count) & mask;
        let known = self.next.iter_mut().find(|(of, key, _)| *of == line && *key == segment.key);
        let Some((.., expected)) = known else {
            if self.next.len() < STREAMS {
                self.next.push((line, segment.key, next));
            }
            return;
        };
        let ahead = segment.first.wrapping_sub(*expected) & mask;
        let again = expected.wrapping_sub(segment.first) & mask;
        let begins = segment.reset || facts.origin == Some(segment.first);
        if ahead == 0 {
            self.continued += u64::from(segment.kind == Kind::Data);
        } else if ahead > NEAR && again > NEAR && !begins {
            self.jumps += 1;
        }
        *expected = next;
    }

    /// How well it fits what came so far.
    pub(super) fn fit(&self) -> Fit {
        let goes_on = self.continued >= 2 && self.jumps == 0;
        let sequences_alone = self.protocol.codec.is_none() || hint::accepts_anything(self.protocol);
        if !self.is_in() || self.data == 0 || (sequences_alone && !goes_on) {
            return Fit::Not;
        }
        if self.protocol.codec.is_none() {
            return Fit::Well;
        }
        let exact = self.exact == self.read;
        match (self.read, self.unknown) {
            (0, _) => Fit::Not,
            // Another protocol's messages may be of known types by accident; of known lengths as well they are not.
            (read, unknown @ 1..) if !exact || unknown > read => Fit::Not,
            (_, 1..) => Fit::Weakly,
            _ if exact && self.jumps == 0 => Fit::Exactly,
            _ if goes_on => Fit::Well,
            _ => Fit::Weakly,
        }
    }

    /// What speaks for it.
    pub(super) fn evidence(&self) -> String {
        let framing = self.protocol.framing.name();
        let Self { data, continued, .. } = self;
        let datagrams = Counted(self.datagrams, "datagram");
        let mut text =
            format!("{datagrams} of {framing}, {continued} of {data} with data follow on the one before");
        if let Some(codec) = self.protocol.codec {
            let messages = Counted(self.read + self.unknown, "message");
            let Self { read, exact, .. } = self;
            text += &format!("; of {messages} {read} read as {}, {exact} to the byte", codec.name());
        }
        text
    }

    /// Why it is out, with its name.
    pub(super) fn why_out(&self) -> Option<String> {
        let cause = match self.out.as_ref()? {
            Out::Malformed(cause) => cause.to_string(),
            Out::Trailing(bytes) => format!("{bytes} bytes lie behind its last message"),
            Out::Unread(cause) => format!("a message is {cause}"),
            Out::Implausible(field) => format!("the field {field} of a message holds no text"),
            Out::Hint(objection) => (*objection).to_owned(),
        };
        Some(format!("{}, ends at datagram {}: {cause}", self.protocol.name(), self.datagrams))
    }
}
