//! What both lines lost is asked for again while the feed goes on.

use std::{collections::BTreeMap, fs};

use anyhow::{Context as _, Result};
use e2e::{Network, VethOptions};
use serde_json::Value;

use crate::feed::{self, number, packets_sent};
use crate::network;

/// Where the publisher answers, as its own end and the receiver name it.
const LISTEN: &str = "10.77.1.1:17010";
const SERVER: &str = "moldudp64:10.77.1.1:17010";
/// Nobody listens here.
const NOBODY: &str = "moldudp64:10.77.1.1:17099";

/// Sender and receiver may be kept off their cores for a while: a hole waits that long for the other line, and that
/// much may wait above it.
const PATIENT: [&str; 4] = ["--reorder-window", "16384,100000", "--frames", "32768"];

/// 2 % lost on each line, so that both lose some of the same packets.
const TWO_PERCENT: [&str; 6] = ["--packets", "40000", "--lose-a", "2", "--lose-b", "2"];

/// 10 % lost on each line: a hundred gaps in a short time.
const TEN_PERCENT: [&str; 6] = ["--packets", "10000", "--lose-a", "10", "--lose-b", "10"];

/// Receives a lossy feed with these servers: the receiver's account, the publisher's truth, and the events and
/// sequences that were delivered.
fn recover(
    network: &Network,
    (servers, fault): (&str, &str),
    lossy: &[&str],
    more: &[&str],
) -> Result<(Value, Value, Vec<Value>)> {
    let directory = tempfile::tempdir()?;
    let messages = directory.path().join("messages");
    let path = messages.to_str().context("no UTF-8")?;
    let mut run_with = vec!["--recover", servers, "--messages", path];
    run_with.extend(PATIENT.iter().chain(more));
    let mut publish_with = vec!["--rate", "5000", "--retransmit", LISTEN, "--retransmit-fault", fault];
    publish_with.extend(lossy);
    let (account, truth) = feed::exchange(network, &run_with, &publish_with)?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), packets_sent(&truth));
    assert!(number(&truth, "/messages_lost_on_all_lines") > 0, "nothing was lost on both lines: {truth:#}");
    let lines = fs::read_to_string(&messages)?;
    let lines = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok((account, truth, lines))
}

/// Fails unless messages come in order, each once, with nothing missing but what is told to be: of `sent` messages.
/// Returns how many were told to be lost.
#[track_caller]
fn assert_in_order(lines: &[Value], sent: u64) -> u64 {
    let (mut next, mut lost) = (1, 0);
    for line in lines {
        match line["event"].as_str() {
            None => {
                assert_eq!(number(line, "/sequence"), next, "{line}");
                next += 1;
            }
            Some("gap") => {
                assert_eq!(number(line, "/first"), next, "{line}");
                next += number(line, "/count");
                lost += number(line, "/count");
            }
            Some("recovered") => assert_eq!(number(line, "/first"), next, "{line}"),
            Some(_) => assert_eq!(number(line, "/next"), next, "{line}"),
        }
    }
    assert_eq!(next, sent + 1);
    lost
}

/// Fails unless everything was delivered, and something had to be recovered for it.
#[track_caller]
fn assert_recovered(account: &Value, truth: &Value, lines: &[Value]) {
    let sent = number(truth, "/sent/messages");
    let channel = &account["channels"][0];
    assert_eq!(assert_in_order(lines, sent), 0);
    assert_eq!(number(channel, "/messages_lost"), 0, "{account:#}");
    assert_eq!(number(channel, "/messages"), sent);
    assert!(number(channel, "/gaps_recovered") > 0, "{account:#}");
    assert_eq!(number(channel, "/gaps_recovered"), number(channel, "/gaps"));
    assert!(number(channel, "/messages_recovered") > 0);
    assert!(number(truth, "/retransmit/answered") > 0, "{truth:#}");
    assert!(number(truth, "/retransmit/requests") >= number(channel, "/recovery/answers"));
}

fn events(lines: &[Value]) -> BTreeMap<&str, u64> {
    let mut events = BTreeMap::new();
    for event in lines.iter().filter_map(|line| line["event"].as_str()) {
        *events.entry(event).or_default() += 1;
    }
    events
}

#[test]
fn two_percent_lost_on_both_lines_and_nothing_in_the_end() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let (account, truth, lines) = recover(&network, (SERVER, "none"), &TWO_PERCENT, &[])?;
    assert_recovered(&account, &truth, &lines);
    let told = events(&lines);
    assert!(told.contains_key("recovered") && !told.contains_key("gap"), "{told:?}");
    // What is recovered is what left on no line.
    let lost = number(&truth, "/messages_lost_on_all_lines");
    assert!(number(&account, "/channels/0/messages_recovered") >= lost);
    network.is_clean()
}

#[test]
fn a_server_that_is_slow_answers_by_halves_or_dies_once_suffices() -> Result<()> {
    for fault in ["slow=150", "partial", "die=1000"] {
        let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
        let (account, truth, lines) = recover(&network, (SERVER, fault), &TEN_PERCENT, &[])?;
        assert_recovered(&account, &truth, &lines);
        if fault != "slow=150" {
            assert!(number(&truth, "/retransmit/faults") > 0, "{fault}: {truth:#}");
        }
    }
    Ok(())
}

#[test]
fn the_next_server_is_asked_when_one_is_dead() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let servers = format!("{NOBODY},10.77.1.1:17010");
    let (account, truth, lines) = recover(&network, (&servers, "none"), &TEN_PERCENT, &[])?;
    assert_recovered(&account, &truth, &lines);
    assert!(number(&account, "/channels/0/recovery/repeated") > 0, "{account:#}");
    Ok(())
}

#[test]
fn what_nobody_has_is_announced_and_the_feed_goes_on() -> Result<()> {
    for (servers, fault) in [(NOBODY, "none"), (SERVER, "refuse")] {
        let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
        let impatient = ["--recover-timeout", "200"];
        let (account, truth, lines) = recover(&network, (servers, fault), &TEN_PERCENT, &impatient)?;
        let (sent, lost) = (number(&truth, "/sent/messages"), number(&truth, "/messages_lost_on_all_lines"));
        let channel = &account["channels"][0];
        assert_eq!(assert_in_order(&lines, sent), lost);
        assert_eq!(number(channel, "/messages_lost"), lost);
        assert_eq!(number(channel, "/messages"), sent - lost);
        assert!(number(channel, "/recovery/requests") > 0);
        assert_eq!(number(channel, "/messages_recovered"), 0);
        if fault == "refuse" {
            assert!(number(channel, "/recovery/refused") > 0, "{account:#}");
        }
    }
    Ok(())
}
