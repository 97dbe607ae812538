//! Receive stamps by a clock that can be compared with the sender's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use e2e::VethOptions;
use serde_json::Value;

use crate::feed::{self, number};
use crate::frames;
use crate::network;

/// Datagrams sent.
const SENT: u64 = 50;

/// An IEX-TP datagram of one message, sent at `sent_ns` since 1970.
fn iextp(sequence: u64, sent_ns: u64) -> Vec<u8> {
    let mut datagram = vec![1, 0];
    datagram.extend(0x8004_u16.to_le_bytes());
    datagram.extend([1_u32, 7].iter().flat_map(|id| id.to_le_bytes()));
    datagram.extend([6_u16, 1].iter().flat_map(|len| len.to_le_bytes()));
    datagram.extend([sequence * 6, sequence, sent_ns].iter().flat_map(|field| field.to_le_bytes()));
    datagram.extend([4, 0, b't', b'e', b's', b't']);
    datagram
}

/// What a receiver makes of datagrams that say they were sent so long after they were made.
fn receive(arguments: &[&str], ahead: Duration) -> Result<Option<Value>> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(None) };
    let mut run = feed::run_without_lines(&network, &["--protocol", "iextp/raw", "--packets", "50"])?;
    run.arg("--line").arg(format!("iex/A=rx1,{}", frames::GROUP)).args(arguments);
    let receiver = feed::receiver(&mut run)?;
    let sent_ns = u64::try_from((SystemTime::now().duration_since(UNIX_EPOCH)? + ahead).as_nanos())?;
    let sent: Vec<_> = (1..=SENT).map(|sequence| frames::frame(&iextp(sequence, sent_ns))).collect();
    frames::send(&network, &sent)?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/channels/0/messages"), SENT);
    Ok(Some(account))
}

/// Of every datagram, and none of them came before it was sent: sender and receiver have one clock.
#[test]
fn one_way_latency_is_measured_by_tai() -> Result<()> {
    let Some(account) = receive(&["--clock", "tai"], Duration::ZERO)? else { return Ok(()) };
    assert_eq!((&account["stamps"]["by"], &account["stamps"]["clock"]), (&"xdp".into(), &"tai".into()));
    assert_eq!(number(&account, "/lines/0/one_way_ns/latency/count"), SENT);
    assert_eq!(number(&account, "/lines/0/one_way_ns/before_sent"), 0);
    assert_eq!(account["latencies"][0]["channel"], "iex");
    assert_eq!(number(&account, "/latencies/0/latency_ns/count"), SENT);
    assert_eq!(number(&account, "/latency_ns/count"), SENT);
    Ok(())
}

/// The worker's stamps serve as well, and begin too late for the latency behind them.
#[test]
fn one_way_latency_needs_no_stamps_of_the_program() -> Result<()> {
    for by in [["--timestamps", "off"], ["--source", "recvmmsg"]] {
        let arguments = [&["--clock", "tai"][..], &by].concat();
        let Some(account) = receive(&arguments, Duration::ZERO)? else { return Ok(()) };
        let stamps = &account["stamps"];
        assert_eq!((&stamps["by"], &stamps["clock"]), (&"worker".into(), &"tai".into()), "{by:?}");
        assert_eq!(number(&account, "/lines/0/one_way_ns/latency/count"), SENT, "{by:?}");
        assert_eq!(number(&account, "/lines/0/one_way_ns/before_sent"), 0, "{by:?}");
        assert_eq!(account["latency_ns"], Value::Null, "{by:?}");
    }
    Ok(())
}

/// A sender whose clock is ahead is found out.
#[test]
fn clocks_that_do_not_agree_are_named() -> Result<()> {
    let Some(account) = receive(&["--clock", "tai"], Duration::from_secs(3600))? else { return Ok(()) };
    assert_eq!(number(&account, "/lines/0/one_way_ns/before_sent"), SENT);
    assert_eq!(account["lines"][0]["one_way_ns"]["latency"], Value::Null);
    let notes = account["notes"].to_string();
    assert!(notes.contains("iex/A: 50 datagrams came up to") && notes.contains("do not agree"), "{notes}");
    Ok(())
}

/// The monotonic clock means nothing on another host.
#[test]
fn without_tai_there_is_no_one_way_latency() -> Result<()> {
    let Some(account) = receive(&[], Duration::ZERO)? else { return Ok(()) };
    assert_eq!(account["stamps"]["clock"], "monotonic");
    assert_eq!(account["lines"][0]["one_way_ns"], Value::Null);
    assert_eq!(number(&account, "/latency_ns/count"), SENT);
    Ok(())
}
