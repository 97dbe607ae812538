//! Lines that lose packets: each fills the other's gaps, and what both lost is reported, exactly.

use anyhow::Result;
use e2e::VethOptions;

use crate::feed::{self, number, packets_sent, sum};
use crate::network;

#[test]
fn one_percent_lost_on_both_lines() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    // Sender and receiver may be kept off their cores for a while: a hole waits that long for the other line.
    let patient = ["--reorder-window", "8192,250000", "--frames", "16384"];
    let lossy = ["--rate", "20000", "--packets", "60000", "--seed", "7", "--lose-a", "1", "--lose-b", "1"];
    let (account, truth) = feed::exchange(&network, &patient, &lossy)?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), packets_sent(&truth));

    let channel = &account["channels"][0];
    let (sent, lost) = (number(&truth, "/sent/messages"), number(&truth, "/messages_lost_on_all_lines"));
    assert!(lost > 0, "this seed loses nothing on both lines: {truth:#}");
    assert_eq!(number(channel, "/messages_lost"), lost);
    assert_eq!(number(channel, "/gaps"), number(&truth, "/gaps_on_all_lines"));
    assert_eq!(number(channel, "/messages"), sent - lost);
    for line in 0..2 {
        let missed = number(channel, &format!("/lines/{line}/missed"));
        assert!(missed > lost, "line {line} lost no more than both did: {channel:#}");
        assert_eq!(missed, number(&truth, &format!("/lines/{line}/messages_lost")));
    }
    assert_eq!(sum(channel, "/lines", "first"), sent - lost);
    network.is_clean()
}

#[test]
fn a_dead_line_costs_nothing() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let dead = ["--rate", "20000", "--packets", "4000", "--lose-b", "100"];
    let (account, truth) = feed::exchange(&network, &[], &dead)?;
    feed::assert_balanced(&account);
    let channel = &account["channels"][0];
    let sent = number(&truth, "/sent/messages");
    assert_eq!(number(channel, "/messages"), sent);
    assert_eq!(number(channel, "/messages_lost"), 0);
    assert_eq!(number(channel, "/lines/0/first"), sent);
    assert_eq!(number(channel, "/lines/1/missed"), sent);
    Ok(())
}

#[test]
fn stopping_in_mid_feed_loses_nothing_that_one_line_brought() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let patient = ["--reorder-window", "8192,250000", "--frames", "16384", "--packets", "20000"];
    let receiver = feed::receiver(&mut feed::run(&network, &patient)?)?;
    // The publisher goes on for long after the receiver has what it wanted.
    let mut publisher = feed::publish(&network, &["--rate", "20000", "--packets", "80000", "--lose-b", "5"])?;
    let publisher = e2e::Process::start("xdpfeed publish", &mut publisher)?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    publisher.interrupt()?;
    feed::assert_balanced(&account);
    let channel = &account["channels"][0];
    assert!(number(channel, "/lines/1/missed") > 0, "line B lost something: {channel:#}");
    assert_eq!(number(channel, "/messages_lost"), 0, "line A brought everything: {account:#}");
    network.is_clean()
}
