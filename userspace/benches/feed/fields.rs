//! A consumer of the pipeline that reads every field.

use xdpfeed::{
    arbiter::{Event, StreamIndex},
    codec::{Codec, itch50::Message},
    config::Protocol,
    sink::{Place, Sink},
};

use crate::{checksum::Checksum, peers::ours};

/// Reads every field of every message. What was lost shows in the number of messages.
#[derive(Default)]
pub(crate) struct Fields(pub(crate) Checksum);

impl Sink for Fields {
    fn add_channel(&mut self, _name: &str, _protocol: Protocol) {}

    #[inline(always)]
    fn message(&mut self, _place: Place, _codec: Option<Codec>, message: &[u8]) {
        if let Ok(message) = Message::parse(message) {
            ours::fields(&message, &mut self.0);
        }
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Codec>, _: &[u8]) {
        panic!("MoldUDP64 sequences every message");
    }

    fn event(&mut self, _channel: usize, _stream: StreamIndex, _event: Event) {}
}
