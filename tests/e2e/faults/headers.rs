//! What the headers give away: what the XDP program passes to the kernel's stack, and what is discarded behind it.

use anyhow::Result;
use e2e::VethOptions;

use super::{assert_noted, entry, receive};
use crate::feed::{self, number};
use crate::frames::{self, HEADERS, UDP_CHECKSUM, frame, mold, tagged};
use crate::network;

/// A datagram larger than the MTU comes in fragments, of which only the first says to which port. The program takes
/// none of them.
#[test]
fn fragments() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    network.publisher.ip("route add 224.0.0.0/4 dev tx1")?;
    let receiver = receive(&network, "", &[])?;
    let sender = network.publisher.inside(|| std::net::UdpSocket::bind("10.77.1.1:0"))??;
    for sequence in 1..=20 {
        // 1,500 bytes a packet: three of them.
        sender.send_to(&mold(sequence, 4000), frames::GROUP)?;
    }
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/passed/fragment"), 60);
    assert_eq!(number(&account, "/evidence/ip/Ip.ReasmReqds"), 60, "the IP stack has them");
    assert_eq!(number(&account, "/packets/received"), 0);
    network.is_clean()
}

/// Frames cut off inside their headers, and inside the datagram the headers announce.
#[test]
fn truncated_packets() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = receive(&network, "", &["--packets", "1"])?;
    let whole = frame(&mold(1, 40));
    let cut: Vec<_> = (14..whole.len()).map(|len| whole[..len].to_vec()).collect();
    frames::send(&network, &cut)?;
    frames::send(&network, &[whole])?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/passed/truncated"), cut.len() as u64);
    assert!(cut.len() > HEADERS);
    assert_eq!(number(&account, "/packets/received"), 1);
    network.is_clean()
}

/// Only one VLAN's packets are the line's; the others pass, under a reason of their own. A packet socket is given the outer
/// tag apart from the packet.
#[test]
fn another_vlan() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for source in ["af-xdp", "packet-mmap"] {
        let receiver = receive(&network, "vlan=100,", &["--packets", "40", "--source", source])?;
        let data = |sequence| frame(&mold(sequence, 40));
        let ours = (1..=30).map(|sequence| tagged(&data(sequence), &[100]));
        let ours = ours.chain((31..=40).map(|sequence| tagged(&data(sequence), &[7, 100])));
        let others = [tagged(&data(1), &[101]), data(1), tagged(&data(1), &[100, 101])];
        frames::send(&network, &others.into_iter().cycle().take(12).chain(ours).collect::<Vec<_>>())?;
        let account = receiver.finish(feed::LONGEST)?.json()?;
        feed::assert_balanced(&account);
        assert_eq!(number(&account, "/packets/received"), 40);
        assert_eq!(number(&account, "/channels/0/messages"), 40);
        assert_eq!(number(&account, "/packets/passed/wrong_vlan"), 12);
    }
    network.is_clean()
}

/// Nothing but the wrong VLAN came: the summary says so.
#[test]
fn nothing_but_another_vlan() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = receive(&network, "vlan=none,", &[])?;
    frames::send(&network, &[tagged(&frame(&mold(1, 40)), &[100])])?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/passed/wrong_vlan"), 1);
    assert_noted(&account, "in another VLAN");
    network.is_clean()
}

/// A datagram whose checksum is not that of its bytes is discarded when that is asked for, and is a gap then.
#[test]
fn a_wrong_checksum() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut sent: Vec<_> = (1..=30).map(|sequence| frame(&mold(sequence, 40))).collect();
    // A bit of a message, a bit of the IP header (its time to live), and a checksum that is left out.
    *sent[9].last_mut().expect("a frame has bytes") ^= 1;
    sent[14][14 + 8] ^= 1;
    sent[19][UDP_CHECKSUM..UDP_CHECKSUM + 2].copy_from_slice(&[0, 0]);
    for (arguments, wrong) in [(&["--packets", "28", "--verify-checksum"][..], 2), (&["--packets", "30"], 0)]
    {
        let receiver = receive(&network, "", arguments)?;
        frames::send(&network, &sent)?;
        let account = receiver.finish(feed::LONGEST)?.json()?;
        feed::assert_balanced(&account);
        assert_eq!(entry(&account, "socket_received"), 30);
        assert_eq!(entry(&account, "source_discarded_checksum"), wrong);
        assert_eq!(number(&account, "/packets/received"), 30 - wrong);
        assert_eq!(number(&account, "/channels/0/messages"), 30 - wrong);
        assert_eq!(number(&account, "/channels/0/messages_lost"), wrong);
        if wrong > 0 {
            assert_eq!(entry(&account, "source_checksum_absent"), 1);
            assert_noted(&account, "2 datagrams had wrong checksums");
        }
    }
    network.is_clean()
}

/// A local sender leaves the checksum to a NIC that is not there: such datagrams are taken, and that is said.
#[test]
fn a_checksum_that_was_never_filled_in() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--verify-checksum"])?)?;
    let truth = feed::truth(&mut feed::publish(&network, &["--rate", "5000", "--packets", "200"])?)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(entry(&account, "source_checksum_partial"), feed::packets_sent(&truth));
    assert_noted(&account, "left their checksums to a NIC");
    network.is_clean()
}
