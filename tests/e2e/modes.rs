//! Sockets, memory and waiting: whatever they are made of, everything sent is counted.

use std::fs;

use anyhow::Result;
use e2e::{Process, VethOptions};
use serde_json::Value;

use crate::feed::{self, number, sum};
use crate::network;

const SHORT: &[&str] = &["--rate", "20000", "--packets", "2000", "--seed", "3"];

/// Datagrams of thousands of bytes, the largest as large as the MTU allows.
const JUMBO: &[&str] =
    &["--mtu", "9000", "--messages-per-packet", "250", "--rate", "5000", "--packets", "1000", "--seed", "3"];

const FOUR_QUEUES: VethOptions = VethOptions { queues: 4, mtu: 1500, ipv6: false };
const LARGE_MTU: VethOptions = VethOptions { queues: 1, mtu: 9000, ipv6: false };

pub(crate) fn said(account: &Value, field: &str, words: &str) -> bool {
    let lists = [&account[field], &account["interfaces"][0][field]];
    lists
        .iter()
        .filter_map(|list| list.as_array())
        .flatten()
        .any(|sentence| sentence.as_str().is_some_and(|sentence| sentence.contains(words)))
}

#[test]
fn jumbo_datagrams_are_joined() -> Result<()> {
    for mode in ["auto", "generic"] {
        let Some(network) = network(2, LARGE_MTU)? else { return Ok(()) };
        let (account, truth) = feed::exchange(&network, &["--mode", mode], JUMBO)?;
        feed::assert_all_received(&account, &truth);
        assert_eq!(account["interfaces"][0]["multi_buffer"], true, "{account:#}");
        let joined = number(&account, "/ledger/entries/source_joined");
        assert!(joined > 1000, "most of 2,000 datagrams take several frames: {joined}");
        network.is_clean()?;
    }
    Ok(())
}

/// Without it they are dropped, and that is counted and said before it happens.
#[test]
fn jumbo_datagrams_without_multi_buffer_are_lost_by_name() -> Result<()> {
    let Some(network) = network(1, VethOptions { mtu: 3000, ..LARGE_MTU })? else { return Ok(()) };
    let publish = &["--mtu", "3000", "--messages-per-packet", "90", "--rate", "5000", "--packets", "500"];
    let (account, truth) = feed::exchange(&network, &["--jumbo", "off"], publish)?;
    feed::assert_balanced(&account);
    let dropped = number(&account, "/ledger/entries/socket_rx_dropped");
    assert!(dropped > 0, "{account:#}");
    assert_eq!(number(&account, "/packets/received") + dropped, feed::packets_sent(&truth));
    assert!(said(&account, "notes", "socket_rx_dropped"), "{account:#}");
    network.is_clean()
}

/// The MTU was raised since, and memory was made for what it was.
#[test]
fn packets_too_large_to_be_joined_are_told_as_such() -> Result<()> {
    let Some(network) = network(1, VethOptions { mtu: 3000, ..LARGE_MTU })? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--jumbo", "on"])?)?;
    network.receiver.ip("link set rx1 mtu 9000")?;
    network.publisher.ip("link set tx1 mtu 9000")?;
    let truth = feed::truth(&mut feed::publish(&network, JUMBO)?)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let unjoined = number(&account, "/ledger/entries/source_unjoined");
    assert!(unjoined > 0, "{account:#}");
    assert_eq!(number(&account, "/packets/received") + unjoined, feed::packets_sent(&truth));
    let words =
        format!("rx1: {unjoined} packets spread over several frames were larger than the interface's MTU");
    assert!(said(&account, "notes", &words), "{account:#}");
    network.is_clean()
}

#[test]
fn one_umem_serves_every_queue() -> Result<()> {
    let Some(network) = network(2, FOUR_QUEUES)? else { return Ok(()) };
    let (account, truth) = feed::exchange(&network, &["--shared-umem"], SHORT)?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(account["interfaces"][0]["queues"].as_array().map(Vec::len), Some(4));
    network.is_clean()
}

/// Huge pages where there are some; where not, that is said, and it runs all the same.
#[test]
fn huge_pages_or_the_reason_why_not() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let meminfo = fs::read_to_string("/proc/meminfo")?;
    let free = meminfo.lines().find_map(|line| line.strip_prefix("HugePages_Free:"));
    let free: u64 = free.and_then(|free| free.trim().parse().ok()).unwrap_or(0);
    let (account, truth) = feed::exchange(&network, &["--hugepages"], SHORT)?;
    feed::assert_all_received(&account, &truth);
    if free == 0 {
        assert!(said(&account, "steps_down", "ordinary pages instead of huge ones"), "{account:#}");
    }
    // Sixteen frames less than a huge page can be no part of one.
    let (account, truth) = feed::exchange(&network, &["--hugepages", "--frames", "64"], SHORT)?;
    assert!(said(&account, "steps_down", "raise --frames"), "{account:#}");
    feed::assert_balanced(&account);
    drop(truth);
    network.is_clean()
}

#[test]
fn every_way_to_wait_receives_everything() -> Result<()> {
    for wait in ["spin", "poll"] {
        let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
        let (account, truth) = feed::exchange(&network, &["--wait", wait], SHORT)?;
        feed::assert_all_received(&account, &truth);
        network.is_clean()?;
    }
    Ok(())
}

#[test]
fn a_self_test_goes_through_every_queue() -> Result<()> {
    for mode in ["auto", "generic"] {
        let Some(network) = network(1, FOUR_QUEUES)? else { return Ok(()) };
        let receiver = feed::receiver(&mut feed::run(&network, &["--self-test", "--mode", mode])?)?;
        let truth = feed::truth(&mut feed::publish(&network, SHORT)?)?;
        let finished = receiver.interrupt()?;
        for words in ["socket and rings of queue 0", "of 3 other queues"] {
            assert!(finished.stderr.contains(words), "{}", finished.stderr);
        }
        let account = finished.json()?;
        feed::assert_all_received(&account, &truth);
        assert_eq!(number(&account, "/ledger/entries/source_self_test"), 4);
        network.is_clean()?;
    }
    Ok(())
}

/// A takeover in mid-feed: every packet was seen by one program or the other, and where it went is known.
#[test]
fn a_second_instance_takes_the_place_of_the_first() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let first = feed::receiver(&mut feed::run(&network, &[])?)?;
    let publish = &mut feed::publish(&network, &["--rate", "5000", "--seconds", "3"])?;
    let publisher = Process::start("xdpfeed publish", publish)?;
    std::thread::sleep(std::time::Duration::from_millis(500));
    let second = feed::receiver(&mut feed::run(&network, &["--replace"])?)?;
    let first = first.finish(feed::LONGEST)?;
    assert!(first.stderr.contains("has taken our place"), "{}", first.stderr);
    let first = first.json()?;
    let truth = publisher.finish(feed::LONGEST)?.json()?;
    let second = second.interrupt()?.json()?;
    feed::assert_balanced(&first);
    feed::assert_balanced(&second);
    assert!(said(&first, "notes", "took our place"), "{first:#}");
    assert!(said(&second, "notes", "took the place of"), "{second:#}");
    let passed = sum(&second, "/interfaces/0/queues", "no_socket");
    let received = number(&first, "/packets/received") + number(&second, "/packets/received");
    assert!(number(&first, "/packets/received") > 0 && number(&second, "/packets/received") > 0);
    assert_eq!(received + passed, feed::packets_sent(&truth), "{first:#} {second:#}");
    network.is_clean()
}

/// An instance in another mode is not replaced by one that rules that mode out.
#[test]
fn a_takeover_keeps_the_mode() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let first = feed::receiver(&mut feed::run(&network, &["--mode", "generic"])?)?;
    let refused = feed::finish(&mut feed::run(&network, &["--replace", "--require", "native"])?)?;
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(refused.stderr.contains("generic"), "{refused:?}");
    let second = feed::receiver(&mut feed::run(&network, &["--replace"])?)?;
    first.finish(feed::LONGEST)?.json()?;
    assert_eq!(second.interrupt()?.json()?["mode"], "generic-copy");
    network.is_clean()
}
