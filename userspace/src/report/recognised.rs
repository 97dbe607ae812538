//! What was made of channels whose protocol was to be recognised.

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
