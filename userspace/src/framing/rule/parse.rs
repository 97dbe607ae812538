//! The rule's notation read: `KEY=VALUE,KEY=VALUE,…`.

use std::str::FromStr;

use super::{Field, Messages, Order, Rule, Test};
use crate::framing::{Facts, Unit};

/// What there is to say.
const KEYS: &str = "sequence, key, count, unit, payload, messages, heartbeat, end, reset, unsequenced, require, origin, streams, silence";
/// A rule that is complete.
const EXAMPLE: &str = "sequence=4:4le,count=2:1,key=3:1,messages=0:1:inclusive";
/// Bytes in front of a field: a header is small, and a typing error should not make every datagram short.
const MAX_OFFSET: u16 = 1_024;

impl FromStr for Rule {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let mut said: Vec<(&str, &str)> = Vec::new();
        for part in given.split(',') {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| format!("'{part}' is not KEY=VALUE; a rule is for example {EXAMPLE}"))?;
            if said.iter().any(|(earlier, _)| *earlier == key) {
                return Err(format!("{key} is given twice: leave one out"));
            }
            if !KEYS.split(", ").any(|known| known == key) {
                return Err(format!("there is no '{key}' in a rule; there is {KEYS}"));
            }
            said.push((key, value));
        }
        let value = |key: &str| said.iter().find(|(said, _)| *said == key).map(|(_, value)| *value);
        let sequence = value("sequence").ok_or(
            "a rule needs the place of the sequence: add sequence=OFFSET:WIDTH, for example sequence=4:4le",
        )?;
        let sequence = field("sequence", sequence)?;
        let asked = |key| value(key).map(|value| test(key, value)).transpose();
        let key = value("key").map(key_bytes).transpose()?;
        let count = value("count").filter(|count| *count != "1");
        let mut rule = Self {
            facts: facts(sequence, value)?,
            sequence,
            key,
            count: count.map(|value| field("count", value)).transpose()?,
            require: asked("require")?,
            heartbeat: asked("heartbeat")?,
            end: asked("end")?,
            reset: asked("reset")?,
            unsequenced: asked("unsequenced")?,
            header: 0,
            payload: 0,
            messages: value("messages").map_or(Ok(Messages::One), messages)?,
        };
        if rule.count.is_some() && rule.messages == Messages::One {
            return Err("count says how many messages there are, but not where one ends: add messages=OFFSET:WIDTH, the place of a message's length, or leave count out".into());
        }
        if value("count") == Some("1") && rule.messages != Messages::One {
            return Err(
                "count=1 goes with messages=none: leave count out to take all messages there are".into()
            );
        }
        rule.header = rule.fields();
        rule.payload = match value("payload") {
            Some(payload) => offset("payload", payload)?,
            None => rule.header,
        };
        rule.header = rule.header.max(rule.payload);
        Ok(rule)
    }
}

impl Rule {
    /// Bytes that its fields need.
    pub(super) fn fields(&self) -> u16 {
        let tests = [self.require, self.heartbeat, self.end, self.reset, self.unsequenced];
        let fields = tests.into_iter().flatten().map(|test| test.field);
        let ends = fields
            .chain(self.count)
            .chain([self.sequence])
            .map(|field| field.offset + u16::from(field.width));
        ends.chain(self.key.map(|(offset, len)| offset + u16::from(len))).max().unwrap_or_default()
    }
}

fn facts<'a>(sequence: Field, value: impl Fn(&str) -> Option<&'a str>) -> Result<Facts, String> {
    let unit = match value("unit") {
        None | Some("message") => Unit::Message,
        Some("packet") => Unit::Packet,
        Some(other) => {
            return Err(format!(
                "unit={other}: sequences number messages or packets: say unit=message or unit=packet"
            ));
        }
    };
    let parallel = match value("streams") {
        None | Some("parallel") => true,
        Some("sessions") => false,
        Some(other) => {
            return Err(format!(
                "streams={other}: streams run side by side (streams=parallel) or follow one another (streams=sessions)"
            ));
        }
    };
    let silence = value("silence").map_or(Ok(0), |value| number("silence", value))?;
    Ok(Facts {
        unit,
        sequence_bits: 8 * u32::from(sequence.width),
        origin: value("origin").map(|value| origin(sequence, value)).transpose()?,
        parallel,
        silence_ns: silence
            .checked_mul(1_000_000_000)
            .ok_or_else(|| format!("silence={silence} is too many seconds: at most 18446744073"))?,
        codecs: &[],
    })
}

/// No sequence comes up to an origin that its field cannot hold, so a channel that starts there would deliver nothing.
fn origin(sequence: Field, given: &str) -> Result<u64, String> {
    let greatest = u64::MAX >> (64 - 8 * u32::from(sequence.width));
    let origin = number("origin", given)?;
    if origin > greatest {
        return Err(format!("origin={origin} does not fit the sequence's field: at most {greatest}"));
    }
    Ok(origin)
}

fn number(key: &str, given: &str) -> Result<u64, String> {
    let parsed = match given.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => given.parse(),
    };
    parsed.map_err(|_| format!("{key}: '{given}' is not a number, decimal or 0x and hexadecimal"))
}

fn offset(key: &str, given: &str) -> Result<u16, String> {
    given.parse().ok().filter(|offset| *offset <= MAX_OFFSET).ok_or_else(|| {
        format!("{key}: '{given}' is not an offset: bytes from the beginning of the datagram, at most {MAX_OFFSET}")
    })
}

/// `OFFSET:WIDTH`, with `be` or `le` behind a width of more than one byte.
fn field(key: &str, given: &str) -> Result<Field, String> {
    let fix = || {
        format!(
            "{key}: '{given}' is not OFFSET:WIDTH with a width of 1, 2, 4 or 8 bytes, be or le behind it, for example 4:4le"
        )
    };
    let (place, width) = given.split_once(':').ok_or_else(fix)?;
    let offset = offset(key, place)?;
    let (width, order) = match (width, width.strip_suffix("le"), width.strip_suffix("be")) {
        (_, Some(width), _) => (width, Some(Order::Little)),
        (_, _, Some(width)) => (width, Some(Order::Big)),
        (width, ..) => (width, None),
    };
    let width: u8 = width.parse().map_err(|_| fix())?;
    match (width, order) {
        // One byte has no order: so that equal rules are equal.
        (1, _) => Ok(Field { offset, width, order: Order::Big }),
        (2 | 4 | 8, Some(order)) => Ok(Field { offset, width, order }),
        (2 | 4 | 8, None) => {
            Err(format!("{key}: '{given}' has {width} bytes: say in which order, {given}be or {given}le"))
        }
        _ => Err(fix()),
    }
}

/// `FIELD==VALUE` or `FIELD:MASK==VALUE`.
fn test(key: &str, given: &str) -> Result<Test, String> {
    let fix = || {
        format!("{key}: '{given}' is not OFFSET:WIDTH[:MASK]==VALUE, for example 2:1==0 or 0:1:0xc0==0x80")
    };
    let (place, value) = given.split_once("==").ok_or_else(fix)?;
    let (place, mask) = match place.match_indices(':').nth(1) {
        Some((colon, _)) => (&place[..colon], Some(&place[colon + 1..])),
        None => (place, None),
    };
    let field = field(key, place)?;
    let all = u64::MAX >> (64 - 8 * u32::from(field.width));
    let mask = mask.map_or(Ok(all), |mask| number(key, mask))?;
    let value = number(key, value)?;
    if mask == 0 || mask & !all != 0 || value & !mask != 0 {
        return Err(format!(
            "{key}: '{given}' can never hold: the value has to lie within the mask, and the mask within the field"
        ));
    }
    Ok(Test { field, mask, value })
}

/// `OFFSET:LENGTH`, up to 16 bytes.
fn key_bytes(given: &str) -> Result<(u16, u8), String> {
    let fix =
        || format!("key: '{given}' is not OFFSET:LENGTH with a length of 1 to 16 bytes, for example 0:10");
    let (place, len) = given.split_once(':').ok_or_else(fix)?;
    let len = len.parse().ok().filter(|len| (1..=16).contains(len)).ok_or_else(fix)?;
    Ok((offset("key", place)?, len))
}

/// `none`, `0:WIDTH` or `OFFSET:WIDTH:inclusive`.
fn messages(given: &str) -> Result<Messages, String> {
    if given == "none" {
        return Ok(Messages::One);
    }
    let (place, inclusive) = match given.strip_suffix(":inclusive") {
        Some(place) => (place, true),
        None => (given, false),
    };
    let length = field("messages", place)?;
    match (inclusive, length.offset) {
        (true, _) => Ok(Messages::Measured(length)),
        (false, 0) => Ok(Messages::Prefixed(length)),
        (false, _) => Err(format!(
            "messages: '{given}' is a length within the message, which counts all of it: say {given}:inclusive"
        )),
    }
}
