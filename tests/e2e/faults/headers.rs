//! What the XDP program turns away goes to the kernel's stack, counted by reason.

use anyhow::Result;
use e2e::VethOptions;

use super::receive;
use crate::feed::{self, number};
use crate::frames::{self, HEADERS, frame, mold};
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
    assert_eq!(number(&account, "/packets/received"), 0);
    network.is_clean()
}

/// Frames cut off inside their headers, and inside the datagram the headers announce.
#[test]
fn truncated_packets() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = receive(&network, "", &[])?;
    let whole = frame(&mold(1, 40));
    let cut: Vec<_> = (14..whole.len()).map(|len| whole[..len].to_vec()).collect();
    frames::send(&network, &cut)?;
    frames::send(&network, &[whole])?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/passed/truncated"), cut.len() as u64);
    assert!(cut.len() > HEADERS);
    assert_eq!(number(&account, "/packets/received"), 1);
    network.is_clean()
}
