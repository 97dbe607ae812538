//! A socket that is bound with an empty fill ring, and filled only when packets have come: some drivers never recover
//! from it, and some ask to be woken.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use xdp_prog::FrameHeader;
use xdpfeed::clock::Clock;
use xdpfeed::nic::{Interface, Memberships};
use xdpfeed::program::{AttachMode, Match, Program, ProgramConfig};

use crate::boot::Nics;
use crate::feed;
use crate::ring::Ring;

/// Where packets are sent while the ring is empty, and once it is filled.
const GROUPS: [SocketAddr; 2] = [group(1), group(2)];

const fn group(last: u8) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(233, 252, 0, last)), 26_477)
}

/// How long packets may take from one NIC to the other; a driver that has not recovered by then never does.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the driver makes of it: the flag it sets on the empty ring, and how many packets come once there are frames.
pub(crate) fn check(nics: &Nics) -> Result<Value> {
    let interface = Interface::open(&nics.receiver).map_err(|failure| anyhow::anyhow!("{failure}"))?;
    let config = ProgramConfig {
        queues: interface.queues,
        groups: GROUPS.len() as u32,
        timestamps: true,
        clock: Clock::Monotonic,
        sources_first: false,
        frags: false,
        trace: false,
    };
    let mut program = Program::load(config)?;
    let native = program.attach(&interface, AttachMode::Native).is_ok();
    if !native {
        program.attach(&interface, AttachMode::Generic)?;
    }
    let queues = 0..interface.queues;
    let mut rings = queues.map(|queue| Ring::bind(&nics.receiver, queue)).collect::<Result<Vec<_>>>()?;
    for (queue, ring) in (0..).zip(&rings) {
        program.set_socket(queue, ring)?;
    }
    let matches = [0, 1].map(|index| Match {
        destination: GROUPS[usize::from(index)],
        source: None,
        vlan: None,
        index,
        generation: 0,
    });
    program.set_matches(&matches)?;
    let mut memberships = Memberships::new(interface.name.clone(), interface.index);
    for group in GROUPS {
        memberships.join(group.ip(), None)?;
    }
    nics.wait_for_links()?;
    send(nics, GROUPS[0])?;
    let asks = rings.iter().any(Ring::fill_needs_wakeup);
    for ring in &mut rings {
        ring.fill();
        wake_if_asked(ring)?;
    }
    let sent = send(nics, GROUPS[1])?;
    let (mut received, mut foreign) = (0, 0);
    let deadline = Instant::now() + PATIENCE;
    while received < sent && Instant::now() < deadline {
        for ring in &mut rings {
            ring.receive(|bytes| match bytes.first_chunk().map(|first| FrameHeader::from_bytes(*first)) {
                Some(header) if header.version == FrameHeader::VERSION => {
                    received += u64::from(header.group == 1);
                }
                _ => foreign += 1,
            });
            wake_if_asked(ring)?;
        }
        thread::sleep(Duration::from_millis(1));
    }
    ensure!(foreign == 0, "{foreign} frames came without the program's header");
    Ok(json!({
        "native": native,
        "bind": rings[0].outcome(),
        "mode": rings[0].mode.name(),
        "need_wakeup": asks,
        "sent": sent,
        "received": received,
    }))
}

fn wake_if_asked(ring: &mut Ring) -> Result<()> {
    if ring.fill_needs_wakeup() { ring.wake() } else { Ok(()) }
}

/// A few packets: less than there are frames.
fn send(nics: &Nics, group: SocketAddr) -> Result<u64> {
    let mut publish = feed::publish();
    publish.args(["--line", &format!("A={},{group}", nics.sender), "--rate", "1000", "--packets", "50"]);
    Ok(feed::sent(&feed::finish(&mut publish)?.json().context("the sender")?))
}
