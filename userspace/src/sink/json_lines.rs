//! Messages and events as JSON, one object a line.

use std::{fmt::Write as _, io::Write};

use serde_json::{Map, Value, json};

use super::{Place, Sink, Snapshot};
use crate::{
    arbiter::{Event, StaleCause, StreamIndex},
    codec::{Codec, Shown},
    config::Protocol,
};

/// Writes each message with every field, and each event, as an object on a line of its own (`docs/json.md`).
///
/// It formats and writes on the thread that calls it: for captures, not for a live feed.
pub struct JsonLines<W> {
    to: W,
    channels: Vec<String>,
    /// Why writing failed, the first time. Nothing is written after that.
    failed: Option<std::io::Error>,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `to`, which had better be buffered.
    pub const fn new(to: W) -> Self {
        Self { to, channels: Vec::new(), failed: None }
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// What writing failed with, now or the first time before.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.failed.take().map_or_else(|| self.to.flush(), Err)
    }

    fn write(&mut self, line: Map<String, Value>) {
        if self.failed.is_none() {
            self.failed = writeln!(self.to, "{}", Value::Object(line)).err();
        }
    }

    /// The message itself: its fields, or why there are none and its bytes.
    fn add_message(line: &mut Map<String, Value>, codec: Option<Codec>, message: &[u8]) {
        match codec.map(|codec| Shown::new(codec, message)) {
            Some(Ok(shown)) => return line.extend(object(shown.to_json())),
            Some(Err(cause)) => drop(line.insert("unread".into(), cause.name().into())),
            None => {}
        }
        let hexadecimal = message.iter().fold(String::new(), |mut text, byte| {
            _ = write!(text, "{byte:02x}"); // a String takes anything
            text
        });
        line.insert("bytes".into(), hexadecimal.into());
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn add_channel(&mut self, name: &str, _protocol: Protocol) {
        self.channels.push(name.to_owned());
    }

    fn message(&mut self, place: Place, codec: Option<Codec>, message: &[u8]) {
        let name = &self.channels[place.channel];
        let mut line = object(json!({ "channel": name, "stream": place.stream, "sequence": place.sequence }));
        Self::add_message(&mut line, codec, message);
        self.write(line);
    }

    fn unsequenced(&mut self, channel: usize, line: usize, codec: Option<Codec>, message: &[u8]) {
        let name = &self.channels[channel];
        let mut object = object(json!({ "channel": name, "line": line, "sequence": null }));
        Self::add_message(&mut object, codec, message);
        self.write(object);
    }

    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event) {
        let event = match event {
            Event::Gap { first, count } => json!({ "event": "gap", "first": first, "count": count }),
            Event::Recovered { first, count } => {
                json!({ "event": "recovered", "first": first, "count": count })
            }
            Event::Stale { next, cause } => {
                let cause = match cause {
                    StaleCause::Hole => "hole",
                    StaleCause::Silence => "silence",
                };
                json!({ "event": "stale", "next": next, "cause": cause })
            }
            Event::Reset { next } => json!({ "event": "reset", "next": next }),
            Event::End { next } => json!({ "event": "end", "next": next }),
        };
        let mut line = object(json!({ "channel": self.channels[channel], "stream": stream }));
        line.extend(object(event));
        self.write(line);
    }

    fn snapshot(&mut self, channel: usize, stream: StreamIndex, snapshot: Snapshot<'_>) {
        let name = &self.channels[channel];
        let mut line = object(json!({ "channel": name, "stream": stream }));
        match snapshot {
            Snapshot::Begin => line.extend(object(json!({ "event": "snapshot" }))),
            Snapshot::Message { codec, message } => {
                line.extend(object(json!({ "sequence": null })));
                Self::add_message(&mut line, codec, message);
            }
            Snapshot::Join { next } => line.extend(object(json!({ "event": "join", "next": next }))),
        }
        self.write(line);
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_events_stand_in_order() {
        let mut bytes = Vec::new();
        let mut sink = JsonLines::new(&mut bytes);
        sink.add_channel("itch", "moldudp64/itch50".parse().unwrap());
        let system_event = b"S\0\0\0\x01\0\0\0\0\0\x07O";
        let codec = Some(Codec::Itch50);
        let mut message = |sequence, message: &[u8]| {
            sink.message(Place { channel: 0, stream: 2, sequence }, codec, message);
        };
        message(5, system_event);
        message(6, b"?!");
        sink.event(0, 2, Event::Gap { first: 7, count: 3 });
        sink.unsequenced(0, 1, codec, system_event);
        sink.finish().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            concat!(
                r#"{"channel":"itch","stream":2,"sequence":5,"message":"system_event","stock_locate":0,"tracking_number":1,"timestamp":7,"event_code":"O"}"#,
                "\n",
                r#"{"channel":"itch","stream":2,"sequence":6,"unread":"unknown_type","bytes":"3f21"}"#,
                "\n",
                r#"{"channel":"itch","stream":2,"event":"gap","first":7,"count":3}"#,
                "\n",
                r#"{"channel":"itch","line":1,"sequence":null,"message":"system_event","stock_locate":0,"tracking_number":1,"timestamp":7,"event_code":"O"}"#,
                "\n",
            )
        );
    }
}
