//! What was made of channels whose protocol was to be recognised, or should have been.

use std::collections::BTreeMap;

use crate::{
    config::{Feed, Protocol},
    failure::Failure,
    pipeline::{Account, Recognised},
};

/// A sentence for each channel that was recognised, or not: what was taken, and why.
#[must_use]
pub fn recognitions(feed: &Feed, account: &Account) -> Vec<String> {
    let channels = account.channels.iter().zip(&feed.channels);
    let told = channels.filter_map(|(channel, configured)| match &channel.recognised {
        Recognised::Named => None,
        Recognised::Took(why) => {
            let name = channel.protocol.map(Protocol::name).unwrap_or_default();
            Some(format!("channel {} is taken for {name}: {why}", configured.name))
        }
        Recognised::Refused(refusal) => Some(refusal.advice(&configured.name)),
        Recognised::Waiting => {
            Some(format!("channel {} was not recognised: no datagram of it came", configured.name))
        }
    });
    told.collect()
}

/// How many in ten cannot be read where a protocol is taken for the wrong one. Lower: a feed with messages that no codec has yet is
/// doubted. Higher: what a wrong protocol reads by chance hides it.
const NEXT_TO_ALL: u64 = 9;

/// A sentence for each protocol that was named and reads next to nothing of what came, over all its channels: a stray datagram in a
/// capture is a channel of its own. What another protocol takes for a heartbeat has bytes behind it.
#[must_use]
pub fn misnamed(account: &Account) -> Vec<String> {
    let mut protocols: BTreeMap<String, [(u64, u64); 2]> = BTreeMap::new();
    let named = account.channels.iter().filter(|channel| matches!(channel.recognised, Recognised::Named));
    for (channel, protocol) in named.filter_map(|channel| Some((channel, channel.protocol?))) {
        let [datagrams, messages] = protocols.entry(protocol.name()).or_default();
        let unread_to_end = channel.framed.malformed.iter().sum::<u64>() + channel.framed.trailing;
        let unread = channel.counted.unread.iter().sum::<u64>();
        *datagrams = (datagrams.0 + unread_to_end, datagrams.1 + channel.framed.datagrams);
        *messages = (messages.0 + unread, messages.1 + unread + channel.counted.messages());
    }
    let told = protocols.into_iter().filter_map(|(protocol, [datagrams, messages])| {
        let next_to_all =
            |(wrong, all): (u64, u64)| wrong > 0 && wrong.saturating_mul(10) >= all.saturating_mul(NEXT_TO_ALL);
        let ((wrong, all), what) = match (next_to_all(datagrams), next_to_all(messages)) {
            (true, _) => (datagrams, "datagrams cannot be read to their end"),
            (_, true) => (messages, "messages cannot be read"),
            _ => return None,
        };
        Some(format!(
            "{wrong} of {all} {what} as {protocol}: if the feed speaks another protocol, --protocol auto says which"
        ))
    });
    told.collect()
}

/// Whether channels were refused: the command fails for it.
///
/// # Errors
/// [`Failure::Usage`] with what to type.
pub fn all_recognised(feed: &Feed, account: &Account) -> Result<(), Failure> {
    let channels = account.channels.iter().zip(&feed.channels);
    let refused = channels.filter_map(|(channel, configured)| match &channel.recognised {
        Recognised::Refused(refusal) => Some(refusal.advice(&configured.name)),
        _ => None,
    });
    let refused: Vec<String> = refused.collect();
    if refused.is_empty() { Ok(()) } else { Err(Failure::Usage(refused.join("; "))) }
}
