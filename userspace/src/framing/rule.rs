//! The framing given by flags: where key, sequence and count lie, and how messages follow one another. What feeds
//! without a name need no code for; the notation is in `docs/protocols.md`.

mod field;
mod parse;
mod print;

#[cfg(test)]
mod tests;

pub use field::{Field, Order, Test};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};

/// Where things are in a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What sequence numbers count, their width, and the rest that is not in the bytes.
    pub facts: Facts,
    /// The sequence: of the first unit, or the next one where there is none.
    pub sequence: Field,
    /// Offset and length of the bytes that tell streams apart, at most 16; `None`: a channel is one stream.
    pub key: Option<(u16, u8)>,
    /// How many messages there are; `None`: as many as the bytes hold.
    pub count: Option<Field>,
    /// What makes a datagram one of the feed.
    pub require: Option<Test>,
    /// What makes it a heartbeat. One that carries no numbered message is one in any case.
    pub heartbeat: Option<Test>,
    /// What makes it the end of a session.
    pub end: Option<Test>,
    /// What says that the sequence starts again.
    pub reset: Option<Test>,
    /// What says that the messages stand outside every sequence.
    pub unsequenced: Option<Test>,
    /// Bytes that all of the above need.
    pub header: u16,
    /// Where the messages begin.
    pub payload: u16,
    /// How they are told apart.
    pub messages: Messages,
}

/// How messages follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// There is one: all bytes.
    One,
    /// In front of each stands its length, which is no part of it and does not count itself.
    Prefixed(Field),
    /// Each says how long it is, from its first byte to its last.
    Measured(Field),
}

impl Messages {
    /// The first message and what lies behind it. At least one byte is used up, so that every walk ends.
    #[inline]
    fn split(self, bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
        let (length, counted, front) = match self {
            Self::One => return Ok((bytes, &[])),
            Self::Prefixed(length) => (length, 0, length.end()),
            Self::Measured(length) => (length, length.end() as u64, 0),
        };
        let value = length.read(bytes).ok_or(Malformed::CountOverrun)?;
        if value < counted {
            return Err(Malformed::LengthUnderrun);
        }
        let value = usize::try_from(value).map_err(|_| Malformed::LengthOverrun)?;
        bytes[front..].split_at_checked(value).ok_or(Malformed::LengthOverrun)
    }
}

impl Rule {
    /// What a datagram is, if it carries no units.
    #[inline]
    fn control(&self, payload: &[u8]) -> Option<Kind> {
        if self.end.is_some_and(|test| test.holds(payload)) {
            Some(Kind::EndOfSession)
        } else if self.heartbeat.is_some_and(|test| test.holds(payload)) {
            Some(Kind::Heartbeat)
        } else {
            None
        }
    }

    /// Calls `each` with the messages, and returns how many they are and how many bytes lie behind them.
    #[inline]
    fn walk<'a>(
        &self,
        payload: &'a [u8],
        mut each: impl FnMut(u64, &'a [u8]),
    ) -> Result<(u64, usize), Malformed> {
        let mut bytes = payload.get(usize::from(self.payload)..).ok_or(Malformed::ShortHeader)?;
        if self.messages == Messages::One {
            each(0, bytes);
            return Ok((1, 0));
        }
        let announced = match self.count {
            Some(count) => Some(count.read(payload).ok_or(Malformed::ShortHeader)?),
            None => None,
        };
        let mut place = 0;
        while announced.map_or(!bytes.is_empty(), |announced| place < announced) {
            let (message, behind) = self.messages.split(bytes)?;
            each(place, message);
            bytes = behind;
            place += 1;
        }
        Ok((place, bytes.len()))
    }

    /// Reads and checks a datagram; see [`super::Framing::segment`].
    #[inline]
    pub(super) fn segment(&self, payload: &[u8]) -> Result<Segment, Malformed> {
        if payload.len() < usize::from(self.header) {
            return Err(Malformed::ShortHeader);
        }
        if self.require.is_some_and(|test| !test.holds(payload)) {
            return Err(Malformed::WrongVersion);
        }
        let first = self.sequence.read(payload).ok_or(Malformed::ShortHeader)?;
        let (kind, count, trailing) = match self.control(payload) {
            Some(kind) => (kind, 0, payload.len().saturating_sub(usize::from(self.payload))),
            None => {
                let (messages, trailing) = self.walk(payload, |_, _| {})?;
                let units = if self.facts.unit == Unit::Packet { 1 } else { messages };
                (if units == 0 { Kind::Heartbeat } else { Kind::Data }, units, trailing)
            }
        };
        first.checked_add(count).ok_or(Malformed::SequenceOverrun)?;
        let holds = |test: Option<Test>| test.is_some_and(|test| test.holds(payload));
        Ok(Segment {
            reset: holds(self.reset),
            unsequenced: holds(self.unsequenced),
            ..Segment::new(self.key(payload), kind, first, count, trailing)
        })
    }

    #[inline]
    fn key(&self, payload: &[u8]) -> StreamKey {
        let mut key = StreamKey::default();
        if let Some((offset, len)) = self.key {
            let bytes = payload.iter().skip(usize::from(offset)).take(usize::from(len));
            for (place, byte) in key.0.iter_mut().zip(bytes) {
                *place = *byte;
            }
        }
        key
    }

    /// Hands out messages; see [`super::Framing::messages`].
    #[inline]
    pub(super) fn messages<'a>(
        &self,
        payload: &'a [u8],
        skip: u64,
        take: u64,
        mut message: impl FnMut(&'a [u8]),
    ) {
        if self.control(payload).is_some() {
            return;
        }
        let units = match self.facts.unit {
            Unit::Message => skip..skip.saturating_add(take),
            Unit::Packet if skip == 0 && take > 0 => 0..u64::MAX,
            Unit::Packet => return,
        };
        // What `segment` accepted is walked to its end; anything else, as far as it goes.
        let _ = self.walk(payload, |place, bytes| {
            if units.contains(&place) {
                message(bytes);
            }
        });
    }
}
