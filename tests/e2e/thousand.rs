//! A thousand lines: 500 channels, each on two interfaces.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::Instant;

use anyhow::{Context as _, Result};
use e2e::{Process, VethOptions};
use serde_json::Value;

use crate::feed::{self, number};
use crate::network;

const CHANNELS: u16 = 500;

/// Every line is there, and what it brings counts as its own. How long it took from the start to the moment from which
/// nothing is missed, and the memory in use then and at the end, are printed, not judged: `--nocapture` shows them.
#[test]
fn each_is_received_in_its_place() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let given = directory.path().join("feed.args");
    let lines = (0..CHANNELS).flat_map(|channel| [0, 1].map(|line| (channel, line)));
    let lines = lines.map(|(channel, line)| {
        let (name, group) = (["A", "B"][line], group(channel, line));
        format!("--line {channel}/{name}={},{group}\n", network.lines[line].receiver)
    });
    fs::write(&given, lines.collect::<String>())?;
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/raw"])?;
    run.arg(format!("@{}", given.display()));

    let begun = Instant::now();
    let mut receiver = Process::start("xdpfeed run", &mut run)?;
    receiver.wait_for("receiving on rx1")?;
    receiver.wait_for("receiving on rx2")?;
    let (took, resident) = (begun.elapsed(), resident(&receiver)?);

    // 1 to 4 messages, by the channel, so that one taken for another shows.
    let senders = [1, 2].map(|number| -> Result<UdpSocket> {
        network.publisher.ip(&format!("route add 239.{number}.0.0/16 dev tx{number}"))?;
        Ok(network.publisher.inside(|| UdpSocket::bind((Ipv4Addr::new(10, 77, number, 1), 0)))??)
    });
    for (line, sender) in senders.into_iter().enumerate() {
        let sender = sender?;
        for channel in 0..CHANNELS {
            sender.send_to(&datagram(1 + channel % 4), group(channel, line))?;
        }
    }
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), 2 * u64::from(CHANNELS));
    let channels = account["channels"].as_array().context("no channels")?;
    assert_eq!(channels.len(), usize::from(CHANNELS));
    for (channel, of) in (0..CHANNELS).zip(channels) {
        let messages = u64::from(1 + channel % 4);
        assert_eq!(of["name"], channel.to_string());
        assert_eq!((number(of, "/messages"), number(of, "/duplicates")), (messages, messages), "{of:#}");
        let packets = [0, 1].map(|line| of["lines"][line]["packets"].clone());
        assert_eq!(packets, [Value::from(1), Value::from(1)], "{of:#}");
    }
    let lines = 2 * CHANNELS;
    println!("{lines} lines: {took:.0?} to receiving; {resident} KiB resident then");
    network.is_clean()
}

/// Where a line is sent to: those of one interface all in one network, and every port once.
fn group(channel: u16, line: usize) -> SocketAddrV4 {
    let [high, low] = channel.to_be_bytes();
    SocketAddrV4::new(Ipv4Addr::new(239, [1, 2][line], high, low), 20_000 + channel)
}

/// A MoldUDP64 packet with so many messages of one byte.
fn datagram(messages: u16) -> Vec<u8> {
    let mut packet = b"session001".to_vec();
    packet.extend(1_000_u64.to_be_bytes());
    packet.extend(messages.to_be_bytes());
    packet.extend([0, 1, b'x'].repeat(messages.into()));
    packet
}

/// KiB of a process that are in memory.
fn resident(process: &Process) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    resident.context("the kernel does not say what is resident")?.parse().context("VmRSS is no number")
}
