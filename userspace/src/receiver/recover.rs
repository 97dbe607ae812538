//! From what was typed about recovery to the thread that does it.

use anyhow::Context as _;

use crate::{
    cli::recover::{RecoverSpec, Service},
    cli::run::RunArgs,
    config::Feed,
    failure::Failure,
    pipeline::Pipeline,
    recovery::{
        mailbox,
        moldudp64::MoldUdp64Client,
        thread::{Desk, Source},
    },
    sink::Sink,
};

/// Opens a client for every channel that has a service, and joins them to the pipeline. `None` when none has.
///
/// # Errors
/// A server cannot be found, or there is no socket to be had.
pub(super) fn desk<F, K: Sink>(
    args: &RunArgs,
    feed: &Feed,
    pipeline: &mut Pipeline<F, K>,
) -> Result<Option<Desk>, Failure> {
    let recover = &args.feed.recover;
    let mut sources = Vec::new();
    for (index, channel) in feed.channels.iter().enumerate() {
        if let Some(spec) = recover.service_of(channel) {
            sources.push((index, open(spec, recover.recover_ns())?));
        }
    }
    if sources.is_empty() {
        return Ok(None);
    }
    let (worker, thread) = mailbox();
    pipeline.set_recovery(worker);
    Ok(Some(Desk::new(thread, sources)))
}

fn open(spec: &RecoverSpec, patience_ns: u64) -> Result<Source, Failure> {
    let servers = spec.addresses()?;
    match spec.service {
        Service::MoldUdp64 => {
            let client = MoldUdp64Client::open(&servers, patience_ns)
                .with_context(|| format!("--recover {spec}: cannot open a socket"))?;
            Ok(Source::Client(Box::new(client)))
        }
    }
}
