//! A receiver that is stopped until its fill ring is empty, and then goes on.

use anyhow::{Context as _, Result, ensure};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::boot::{Nics, statistics};
use crate::feed::{self, number};

/// Frames of the receiver, all of which are in the fill ring when it stops.
const FRAMES: &str = "1024";

/// So many packets come meanwhile: the ring must run dry.
const MEANWHILE: &str = "3000";

/// Fails unless everything sent afterwards is there, and the rest is counted.
pub(crate) fn check(nics: &Nics) -> Result<Value> {
    let groups = ["meanwhile/A=NIC,233.252.0.1:26477", "afterwards/A=NIC,233.252.0.2:26477"];
    let mut run = feed::run();
    for line in groups {
        run.args(["--line", &line.replace("NIC", &nics.receiver)]);
    }
    let receiver = feed::receiver(nics, run.args(["--frames", FRAMES]))?;
    receiver.signal(Signal::SIGSTOP)?;
    let publish = |group: &str, more: [&str; 4]| -> Result<u64> {
        let mut publish = feed::publish();
        publish.args(["--line", &format!("A={},{group}", nics.sender)]).args(more);
        Ok(feed::sent(&feed::finish(&mut publish)?.json().context("the sender")?))
    };
    let meanwhile = publish("233.252.0.1:26477", ["--rate", "5000", "--packets", MEANWHILE])?;
    receiver.signal(Signal::SIGCONT)?;
    let afterwards = publish("233.252.0.2:26477", ["--rate", "1000", "--packets", "200"])?;
    let account = receiver.interrupt()?.json().context("the receiver")?;
    ensure!(account.pointer("/ledger/balanced") == Some(&Value::Bool(true)), "not balanced: {account}");
    let arrived = number(&account, "/channels/1/lines/0/packets")?;
    ensure!(arrived == afterwards, "of {afterwards} packets sent afterwards {arrived} arrived: {account}");
    let arrived = number(&account, "/channels/0/lines/0/packets")?;
    let socket = number(&account, "/ledger/entries/socket_rx_dropped")?
        + number(&account, "/ledger/entries/socket_rx_ring_full")?;
    Ok(json!({
        "mode": account["mode"],
        "meanwhile": meanwhile,
        "arrived": arrived,
        "dropped_at_socket": socket,
        "redirected": number(&account, "/ledger/entries/xdp_redirected")?,
        "receiver": statistics(&nics.receiver),
        "sender": statistics(&nics.sender),
        "fill_ring_empty": number(&account, "/ledger/entries/socket_rx_fill_ring_empty_descs")?,
        "afterwards": afterwards,
    }))
}
