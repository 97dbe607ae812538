//! What was made of channels whose protocol was to be recognised.

use crate::{
    config::{Feed, Protocol},
    failure::Failure,
    pipeline::{Pipeline, Recognition},
    sink::Sink,
};

/// A sentence for each channel that was recognised, or not: what was taken, and why.
#[must_use]
pub fn recognitions<F, K: Sink>(feed: &Feed, pipeline: &Pipeline<F, K>) -> Vec<String> {
    let channels = pipeline.channels().iter().zip(&feed.channels);
    let told = channels.filter_map(|(channel, configured)| match channel.recognition() {
        Recognition::Named => None,
        Recognition::Took(why) => {
            let name = channel.protocol().map(Protocol::name).unwrap_or_default();
            Some(format!("channel {} is taken for {name}: {why}", configured.name))
        }
        Recognition::Refused(refusal) => Some(refusal.advice(&configured.name)),
        Recognition::Waiting(_) => {
            Some(format!("channel {} was not recognised: no datagram of it came", configured.name))
        }
    });
    told.collect()
}

/// Whether channels were refused: the command fails for it.
///
/// # Errors
/// [`Failure::Usage`] with what to type.
pub fn all_recognised<F, K: Sink>(feed: &Feed, pipeline: &Pipeline<F, K>) -> Result<(), Failure> {
    let channels = pipeline.channels().iter().zip(&feed.channels);
    let refused = channels.filter_map(|(channel, configured)| match channel.recognition() {
        Recognition::Refused(refusal) => Some(refusal.advice(&configured.name)),
        _ => None,
    });
    let refused: Vec<String> = refused.collect();
    if refused.is_empty() { Ok(()) } else { Err(Failure::Usage(refused.join("; "))) }
}
