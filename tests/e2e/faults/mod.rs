//! Each way to lose a packet ends in a balanced ledger, with the loss under its own name.

mod headers; // what the XDP program turns away
mod queues; // a queue without a socket
mod rings; // too slow, or too large for a frame

use anyhow::Result;
use e2e::{Network, Process};
use serde_json::Value;

use crate::feed::{self, number};
use crate::frames::GROUP;

/// Starts `run` on the network's first line, its messages left bytes.
fn receive(network: &Network, line: &str, arguments: &[&str]) -> Result<Process> {
    let mut run = feed::run_without_lines(network, &["--protocol", "moldudp64/raw"])?;
    run.arg("--line").arg(format!("itch/A={},{line}{GROUP}", network.lines[0].receiver));
    run.args(arguments);
    feed::receiver(&mut run)
}

/// A ledger's entry.
#[track_caller]
fn entry(account: &Value, name: &str) -> u64 {
    number(account, &format!("/ledger/entries/{name}"))
}

/// Fails unless one of the notes holds these words.
#[track_caller]
fn assert_noted(account: &Value, words: &str) {
    let notes = account["notes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    assert!(notes.into_iter().any(|note| note.contains(words)), "no '{words}' in {:#}", account["notes"]);
}
