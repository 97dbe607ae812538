//! Packets that found no frame, no descriptor, or no frame large enough.

use anyhow::Result;
use e2e::VethOptions;

use super::{assert_noted, entry, receive};
use crate::feed::{self, number, packets_sent};
use crate::frames::{self, HEADERS, mold};
use crate::network;

/// Packets sent to a receiver that stands still: more than either ring below has room for.
const BURST: u64 = 500;

fn burst() -> Vec<Vec<u8>> {
    (1..=BURST).map(|sequence| frames::frame(&mold(sequence, 40))).collect()
}

/// A receiver that does not run gives no frame back: the fill ring runs dry, and what comes then has nowhere to go.
#[test]
fn a_starved_fill_ring() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = receive(&network, "", &["--frames", "64"])?;
    receiver.pause()?;
    frames::send(&network, &burst())?;
    receiver.resume()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(entry(&account, "xdp_redirected"), BURST);
    assert_eq!(entry(&account, "socket_received"), 64);
    assert_eq!(entry(&account, "socket_rx_dropped"), BURST - 64);
    assert_eq!(entry(&account, "socket_rx_fill_ring_empty_descs"), BURST - 64);
    assert_eq!(entry(&account, "socket_rx_ring_full"), 0);
    // The driver, which counts for itself, tells the same.
    assert_eq!(entry(&account, "veth_xdp_packets"), BURST);
    assert_eq!(entry(&account, "veth_drops"), BURST - 64);
    assert_noted(&account, &format!("{} packets found no free frame on queue 0", BURST - 64));
    network.is_clean()
}

/// The same with frames to spare and few descriptors: it is the RX ring that is full.
#[test]
fn an_overrun_rx_ring() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = receive(&network, "", &["--frames", "1024", "--rx-ring", "64"])?;
    receiver.pause()?;
    frames::send(&network, &burst())?;
    receiver.resume()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(entry(&account, "xdp_redirected"), BURST);
    assert_eq!(entry(&account, "socket_received"), 64);
    assert_eq!(entry(&account, "socket_rx_ring_full"), BURST - 64);
    assert_eq!(entry(&account, "socket_rx_dropped"), 0);
    assert_noted(&account, &format!("{} packets found the RX ring of queue 0 full", BURST - 64));
    network.is_clean()
}

/// What was lost is a gap in the channel as well, once a packet behind it has come.
#[test]
fn what_the_rings_lost_is_a_gap() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--frames", "64"])?)?;
    let session = ["--rate", "5000", "--seed", "3"];
    let publish = |packets: &str| -> Result<u64> {
        let mut command = feed::publish(&network, &session)?;
        command.args(["--packets", packets]);
        Ok(packets_sent(&feed::truth(&mut command)?))
    };
    receiver.pause()?;
    let sent = publish("1000")?;
    receiver.resume()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let dropped = entry(&account, "socket_rx_dropped");
    assert_eq!(number(&account, "/packets/received") + dropped, sent);
    assert!(dropped > 0, "{account:#}");
    network.is_clean()
}

/// The interface lets packets in that no frame can take, and they are not to be joined from several.
#[test]
fn packets_larger_than_a_frame() -> Result<()> {
    let Some(network) = network(1, VethOptions { mtu: 3000, ..VethOptions::default() })? else {
        return Ok(());
    };
    let receiver = receive(&network, "", &["--packets", "200", "--jumbo", "off"])?;
    // Every third one is too large for 2,048 bytes less what lies in front of a packet.
    let len = |sequence: u64| if (sequence + 2).is_multiple_of(3) { 2500 - HEADERS as u16 } else { 100 };
    let sent: Vec<_> = (1..=300).map(|sequence| frames::frame(&mold(sequence, len(sequence)))).collect();
    frames::send(&network, &sent)?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(entry(&account, "xdp_redirected"), 300);
    assert_eq!(entry(&account, "socket_received"), 200);
    assert_eq!(entry(&account, "socket_rx_dropped"), 100);
    assert_eq!(entry(&account, "socket_rx_fill_ring_empty_descs"), 0);
    assert_eq!(
        number(&account, "/channels/0/messages_lost"),
        99,
        "the first one lost is in front of the first that came"
    );
    assert_noted(&account, "100 packets on queue 0 were larger than a frame");
    network.is_clean()
}

/// The same packets with frames that take them.
#[test]
fn larger_frames_take_larger_packets() -> Result<()> {
    let Some(network) = network(1, VethOptions { mtu: 3000, ..VethOptions::default() })? else {
        return Ok(());
    };
    let receiver = receive(&network, "", &["--frame-size", "4096", "--packets", "300"])?;
    let sent: Vec<_> = (1..=300).map(|sequence| frames::frame(&mold(sequence, 2500))).collect();
    frames::send(&network, &sent)?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/channels/0/messages"), 300);
    network.is_clean()
}
