//! From what was typed about recovery to the thread that does it.

use anyhow::Context as _;

use crate::{
    cli::recover::{Login, RecoverSpec, Service},
    cli::run::RunArgs,
    config::Feed,
    failure::Failure,
    pipeline::Pipeline,
    recovery::{
        Patience,
        cboe::{self, grp, spin::Spinner},
        glimpse::Glimpse,
        mailbox,
        moldudp64::MoldUdp64Client,
        soupbin::Credentials,
        stream::Connection,
        thread::{Desk, Services, Source},
    },
    sink::Sink,
};

/// Makes a client of every service that a pipeline's channels have, and joins them to it. `channels` are its channels'
/// indices in the feed. `None` when none has a service.
///
/// # Errors
/// A server cannot be found, a login cannot be one, or there is no socket to be had.
pub(super) fn desk<F, K: Sink>(
    args: &RunArgs,
    feed: &Feed,
    channels: &[usize],
    pipeline: &mut Pipeline<F, K>,
) -> Result<Option<Desk>, Failure> {
    let recover = &args.feed.recover;
    let mut sources = Vec::new();
    for (index, channel) in channels.iter().map(|channel| &feed.channels[*channel]).enumerate() {
        for spec in recover.filler_of(channel).into_iter().chain(recover.snapshots_of(channel)) {
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

/// What the services of the channels did, by channel of the feed: of each worker its channels, and what was done for
/// them. `None` when none has a service.
pub(super) fn services<'a>(
    workers: impl IntoIterator<Item = (&'a [usize], Option<Services>)>,
) -> Option<Services> {
    let mut services: Option<Services> = None;
    for (channels, of) in workers {
        let Some(Services { tallies, handed }) = of else { continue };
        let services = services.get_or_insert_default();
        services.handed.add(&handed);
        services.tallies.extend(tallies.into_iter().map(|(place, tally)| (channels[place], tally)));
    }
    services
}

fn open(spec: &RecoverSpec, patience_ns: u64) -> Result<Source, Failure> {
    let servers = spec.addresses()?;
    let login = &spec.login;
    match spec.service {
        Service::MoldUdp64 => {
            let client = MoldUdp64Client::open(&servers, patience_ns)
                .with_context(|| format!("--recover {spec}: cannot open a socket"))?;
            Ok(Source::Client(Box::new(client)))
        }
        Service::Glimpse => {
            let credentials = Credentials::new(&login.user, &login.password)
                .map_err(|error| Failure::Usage(format!("--recover {spec}: {error}")))?;
            let client = Glimpse::new(credentials, Patience::default());
            Ok(Source::Joiner(Box::new(Connection::new(client, servers[0]))))
        }
        Service::Spin => {
            let key = cboe::key(spec.unit.unwrap_or_default());
            let client = Spinner::new(key, cboe_login(spec)?, Patience::default());
            Ok(Source::Joiner(Box::new(Connection::new(client, servers[0]))))
        }
        Service::Grp => {
            let mut config = grp::Config::new(cboe_login(spec)?);
            config.limits.patience_ns = patience_ns;
            Ok(Source::Client(Box::new(Connection::new(grp::Requester::new(config), servers[0]))))
        }
    }
}

/// What Cboe's servers are logged in to with.
fn cboe_login(spec: &RecoverSpec) -> Result<cboe::Credentials, Failure> {
    let Login { session, user, password } = &spec.login;
    cboe::Credentials::new(session, user, password)
        .map_err(|error| Failure::Usage(format!("--recover {spec}: {error}: give what Cboe assigned")))
}
