//! A socket that is bound with an empty fill ring, and filled only when packets have come: some drivers never recover
//! from it, and some ask to be woken.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use xdpfeed::nic::{Interface, Memberships};
use xdpfeed::program::{AttachMode, Match, Program, ProgramConfig};

use crate::boot::Nics;
use crate::feed;
use crate::ring::Ring;

const GROUP: &str = "233.252.0.1:26477";

/// How long packets may take from one NIC to the other.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the driver makes of it: the flag it sets on the empty ring, and how many packets come once there are frames.
pub(crate) fn check(nics: &Nics) -> Result<Value> {
    let interface = Interface::open(&nics.receiver).map_err(|failure| anyhow::anyhow!("{failure}"))?;
    let config =
        ProgramConfig { queues: interface.queues, groups: 1, timestamps: true, sources_first: false, trace: false };
    let mut program = Program::load(config)?;
    let native = program.attach(&interface, AttachMode::Native).is_ok();
    if !native {
        program.attach(&interface, AttachMode::Generic)?;
    }
    let mut ring = Ring::bind(&nics.receiver)?;
    program.set_socket(0, &ring)?;
    program.set_matches(&[Match { destination: GROUP.parse()?, source: None, index: 0 }])?;
    let mut memberships = Memberships::default();
    memberships.join((&interface.name, interface.index), GROUP.parse::<std::net::SocketAddr>()?.ip(), None)?;
    nics.wait_for_links()?;
    send(nics)?;
    let asks = ring.fill_needs_wakeup();
    ring.fill();
    if asks {
        ring.wake()?;
    }
    let sent = send(nics)?;
    let mut received = 0;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        received += ring.receive();
        if ring.fill_needs_wakeup() {
            ring.wake()?;
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(json!({
        "native": native,
        "bind": ring.outcome(),
        "mode": ring.mode.name(),
        "need_wakeup": asks,
        "sent": sent,
        "received": received,
    }))
}

/// A few packets: less than there are frames.
fn send(nics: &Nics) -> Result<u64> {
    let mut publish = feed::publish();
    publish.args(["--line", &format!("A={},{GROUP}", nics.sender), "--rate", "100", "--packets", "50"]);
    Ok(feed::sent(&feed::finish(&mut publish)?.json().context("the sender")?))
}
