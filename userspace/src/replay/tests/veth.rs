//! A veth pair in a network namespace that only this thread, and its children, are in. It goes with the thread.

use nix::{
    sched::{CloneFlags, unshare},
    sys::{
        socket::{
            AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, recvfrom, setsockopt,
            socket, sockopt,
        },
        time::TimeVal,
    },
    unistd::Uid,
};
use std::{
    os::fd::{AsRawFd, OwnedFd},
    process::Command,
    thread,
};

/// `sll_pkttype` of what leaves through an interface: seen by a packet socket, too.
const PACKET_OUTGOING: u8 = 4;

/// Runs `test` in a namespace with the pair `left`–`right`; without the privilege it says so and does nothing.
pub(super) fn with_pair(test: impl FnOnce() + Send + 'static) {
    if !Uid::effective().is_root() {
        let reason = "network namespaces need root";
        assert!(std::env::var_os("CI").is_none(), "{reason}");
        eprintln!("skipped: {reason}");
        return;
    }
    let namespace = thread::spawn(|| {
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        ip("link add left type veth peer name right");
        for end in ["left", "right"] {
            // Without IPv6 the kernel sends nothing of its own.
            std::fs::write(format!("/proc/sys/net/ipv6/conf/{end}/disable_ipv6"), "1").unwrap_or_default();
            ip(&format!("link set {end} up"));
        }
        test();
    });
    if let Err(panic) = namespace.join() {
        std::panic::resume_unwind(panic);
    }
}

pub(super) fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status().expect("iproute2 is installed");
    assert!(status.success(), "ip {arguments}");
}

/// Sees every frame that arrives in the namespace.
pub(super) struct Listener(OwnedFd);

impl Listener {
    pub(super) fn new() -> Self {
        let socket =
            socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)
                .unwrap();
        setsockopt(&socket, sockopt::RcvBufForce, &(64 << 20)).unwrap();
        // What is sent over a veth pair has arrived when the sender returns, up to the other core's softirq.
        setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::new(1, 0)).unwrap();
        Self(socket)
    }

    /// The frames that have arrived, up to `count`.
    pub(super) fn frames(&self, count: usize) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        let mut buffer = vec![0; 65_536];
        while frames.len() < count {
            let Ok((len, from)) = recvfrom::<LinkAddr>(self.0.as_raw_fd(), &mut buffer) else { break };
            if from.is_some_and(|from| from.pkttype() != PACKET_OUTGOING) {
                frames.push(buffer[..len].to_vec());
            }
        }
        frames
    }

    /// True if nothing more has arrived.
    pub(super) fn is_quiet(&self) -> bool {
        nix::sys::socket::recv(self.0.as_raw_fd(), &mut [0], MsgFlags::MSG_DONTWAIT).is_err()
    }
}
