//! AF_XDP's other direction: frames sent from a UMEM, which xdpfeed receives.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use aya::programs::{Xdp, XdpMode};
use etherparse::PacketBuilder;
use serde_json::{Value, json};
use xdp_prog::sender;

use crate::boot::Nics;
use crate::feed;
use crate::ring::{FRAMES, Ring};

/// At once, each from a frame of its own. The receiving NIC has room for 255, so that none is lost there, however long
/// its emulated processor stands still.
const PACKETS: u32 = FRAMES / 2;

/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fails unless every frame comes back as sent, and is received.
pub(crate) fn check(nics: &Nics) -> Result<Value> {
    let mut run = feed::run();
    run.args(["--line", &format!("sent/A={},233.252.0.1:26477", nics.receiver)]);
    let receiver = feed::receiver(nics, &mut run)?;
    // Some drivers send from a socket only where there is a program too.
    let mut programs = aya::Ebpf::load(&fs::read("/lib/send")?)?;
    let pass = programs.program_mut(sender::PASS).context("no such program")?;
    let pass: &mut Xdp = pass.try_into()?;
    pass.load()?;
    let native = pass.attach(&nics.sender, XdpMode::Driver).is_ok();
    let mut ring = Ring::bind(&nics.sender, 0)?;
    nics.wait_for_links()?;
    for sequence in 1..=u64::from(PACKETS) {
        ring.send(&packet(sequence)?)?;
    }
    let deadline = Instant::now() + PATIENCE;
    let mut completed = 0;
    while completed < PACKETS as usize {
        ensure!(
            Instant::now() < deadline,
            "{completed} of {PACKETS} frames were sent ({})",
            ring.mode.name()
        );
        ring.kick()?;
        completed += ring.complete();
        thread::sleep(Duration::from_millis(1));
    }
    // Sent is not arrived yet.
    thread::sleep(Duration::from_millis(200));
    let account = receiver.interrupt()?.json().context("the receiver")?;
    feed::whole(&account, u64::from(PACKETS))?;
    Ok(json!({ "bind": ring.outcome(), "mode": ring.mode.name(), "packets": PACKETS, "native": native }))
}

/// A MoldUDP64 packet of one message, in an Ethernet frame for a multicast group.
fn packet(sequence: u64) -> Result<Vec<u8>> {
    // An ITCH system event: type, locate, tracking number, time, event.
    let message = [b'S', 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, b'O'];
    let mut payload = b"TRANSMIT01".to_vec();
    payload.extend_from_slice(&sequence.to_be_bytes());
    payload.extend_from_slice(&1u16.to_be_bytes());
    payload.extend_from_slice(&(message.len() as u16).to_be_bytes());
    payload.extend_from_slice(&message);
    let builder = PacketBuilder::ethernet2([0x52, 0x54, 0, 0, 2, 2], [0x01, 0x00, 0x5e, 0x7c, 0, 1])
        .ipv4([10, 77, 0, 2], [233, 252, 0, 1], 1)
        .udp(26_400, 26_477);
    let mut frame = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut frame, &payload)?;
    Ok(frame)
}
