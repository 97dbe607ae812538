//! A real capture over the wire: the live pipeline gives what reading the file gives.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result};
use e2e::VethOptions;
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::feed::{self, number};
use crate::network;

/// What both ways of reading are told.
const PROTOCOL: [&str; 2] = ["--protocol", "iextp/deep"];
const GROUP: &str = "224.2.3.10:16648";

/// The capture, unpacked, so that reading it does not slow the sender down.
fn deep10(directory: &Path) -> Result<Option<std::path::PathBuf>> {
    let Some(packed) = e2e::capture("iex/DEEP10.pcap.gz") else { return Ok(None) };
    let plain = directory.join("DEEP10.pcap");
    // Its last record is cut off, and so may be the compressed stream around it.
    let copied = io::copy(&mut MultiGzDecoder::new(File::open(packed)?), &mut File::create(&plain)?);
    copied.context("cannot unpack the capture")?;
    Ok(Some(plain))
}

/// Replays the capture into `xdpfeed run`; both accounts: of the file, and of the wire.
fn file_and_wire(how: &[&str]) -> Result<Option<(Value, Value)>> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(None) };
    let directory = tempfile::tempdir()?;
    let Some(capture) = deep10(directory.path())? else { return Ok(None) };
    let xdpfeed = e2e::xdpfeed_binary()?;

    let mut inspect = network.receiver.command(&xdpfeed);
    inspect.args(["inspect", "--json", "--line", &format!("iex/A={GROUP}")]).args(PROTOCOL).arg(&capture);
    let file = feed::finish(&mut inspect)?.json()?;

    let mut run = feed::run_without_lines(&network, &PROTOCOL)?;
    // Room for half the capture: whatever else runs on this machine may keep the receiver off its core a while.
    run.args(["--frames", "65536"]);
    run.arg("--line").arg(format!("iex/A=rx1,{GROUP}"));
    let receiver = feed::receiver(&mut run)?;
    let mut replay = network.publisher.command(&xdpfeed);
    replay.arg("replay").arg(&capture).args(["--interface", "tx1"]).args(how);
    if let Some((cpu, _)) = e2e::cpus() {
        replay.arg("--cpu").arg(cpu.to_string());
    }
    let sent = feed::finish(&mut replay)?;
    assert!(sent.status.success(), "{sent:?}");
    let wire = receiver.interrupt()?.json()?;
    network.is_clean()?;
    Ok(Some((file, wire)))
}

#[test]
fn the_same_channel_from_file_and_wire() -> Result<()> {
    let Some((file, wire)) = file_and_wire(&["--rate", "300000"])? else { return Ok(()) };
    feed::assert_balanced(&file);
    feed::assert_balanced(&wire);
    assert_eq!(number(&file, "/packets/received"), 121_314);
    assert_eq!(number(&wire, "/packets/received"), 121_314);
    assert_eq!(wire["channels"], file["channels"]);
    Ok(())
}

/// Faster than the receiver is promised to be: what is lost has a name.
#[test]
fn at_top_speed_every_loss_has_a_name() -> Result<()> {
    let Some((file, wire)) = file_and_wire(&["--top-speed"])? else { return Ok(()) };
    feed::assert_balanced(&wire);
    let entry = |name: &str| number(&wire, &format!("/ledger/entries/{name}"));
    let dropped = entry("socket_rx_dropped") + entry("socket_rx_ring_full");
    assert_eq!(number(&wire, "/packets/received") + dropped, 121_314, "{wire:#}");
    let messages = |account: &Value| number(account, "/channels/0/messages");
    assert_eq!(messages(&wire) + number(&wire, "/channels/0/messages_lost"), messages(&file));
    Ok(())
}
