//! Lines that a source cannot receive, and what it says of them.

use std::net::UdpSocket;

use super::{line, line_to, receiving, unicast};
use crate::{
    source::{
        LiveLine, Receiving,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{Reading, Sockets},
    },
    worker::Wait,
};

#[test]
fn what_cannot_be_received_is_said_in_a_sentence() {
    let ours = line(10);
    let refused = |line: LiveLine, receiving: &Receiving| {
        let error = Sockets::open(&[line], Reading::Recv, receiving).unwrap_err();
        format!("{error:#}")
    };
    let plain = receiving(Wait::Spin);
    let tagged = refused(LiveLine { vlan: Some(7), ..ours.clone() }, &plain);
    assert!(tagged.contains("leave vlan=7 out"), "{tagged}");
    let source = Some("127.0.0.1".parse().unwrap());
    let from_one = refused(LiveLine { source, ..line_to(unicast()) }, &plain);
    assert!(from_one.contains("--source packet-mmap"), "{from_one}");
    let nowhere = refused(LiveLine { interface: "none0".into(), ..ours.clone() }, &plain);
    assert!(nowhere.contains("no interface 'none0'"), "{nowhere}");
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let shared = refused(line_to(taken.local_addr().unwrap()), &plain);
    assert!(shared.contains("another socket has this port"), "{shared}");
    drop(taken);
    let both = [ours.clone(), LiveLine { source, ..ours.clone() }];
    let both = format!("{:#}", Sockets::open(&both, Reading::Recv, &plain).unwrap_err());
    assert!(both.contains("from everybody, another from 127.0.0.1"), "{both}");
    let busy = receiving(Wait::BusyPoll);
    assert!(
        format!("{:#}", IoUring::open(std::slice::from_ref(&ours), &busy).unwrap_err())
            .contains("--wait spin")
    );
    assert!(format!("{:#}", PacketMmap::open(&[ours], &busy).unwrap_err()).contains("--wait spin"));
}
