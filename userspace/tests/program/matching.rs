//! Which packets are wanted, and on which queue they came.

use nix::net::if_::if_nametoindex;
use xdp_prog::{FrameHeader, Reason};
use xdpfeed::{
    nic::Interface,
    program::{AttachMode, Match, ProgramConfig},
};

use crate::kernel::{CONFIG, Kernel, XDP_PASS, in_namespace, ip, socket};
use crate::kinds::{all, matches, udp_v4, udp_v6, v4, wanted, wanted_from};

const GROUP: [u8; 4] = [239, 1, 1, 1];
const GROUP_V6: [u8; 16] = [0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];

/// Both orders of asking must come to the same.
fn either_order(matches: &[Match], test: impl Fn(&mut Kernel)) {
    for sources_first in [false, true] {
        test(&mut Kernel::new(ProgramConfig { sources_first, ..CONFIG }, matches));
    }
}

/// The line a packet was given to.
fn line(kernel: &mut Kernel, packet: &[u8]) -> Option<u16> {
    kernel.check("by source and destination", packet);
    let outcome = kernel.run(packet);
    let header = FrameHeader::from_bytes(*outcome.out.first_chunk().unwrap());
    (outcome.reason == Reason::Redirected).then_some(header.group)
}

#[test]
fn a_line_that_names_the_source_goes_before_one_that_takes_any() {
    let matches = [
        wanted(1, "239.1.1.1:5001"),
        wanted_from(2, "10.0.0.2", "239.1.1.1:5001"),
        wanted_from(3, "10.0.0.3", "239.1.1.1:5001"),
        wanted(4, "[ff3e::9]:5001"),
        wanted_from(5, "fd00::2", "[ff3e::9]:5001"),
    ];
    in_namespace(move || {
        either_order(&matches, |kernel| {
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], GROUP, 5001)), Some(1));
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 2], GROUP, 5001)), Some(2));
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 3], GROUP, 5001)), Some(3));
            let from = |last| [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
            assert_eq!(line(kernel, &udp_v6(from(1), GROUP_V6, 5001)), Some(4));
            assert_eq!(line(kernel, &udp_v6(from(2), GROUP_V6, 5001)), Some(5));
        });
    });
}

/// The inner one of two tags counts; priority bits do not; a tag of id 0 is none.
#[test]
fn a_line_of_one_vlan_takes_no_other() {
    let of = |vlan, wanted: Match| Match { vlan: Some(vlan), ..wanted };
    let matches = [
        of(100, wanted(1, "239.1.1.1:5001")),
        of(0, wanted(2, "[ff3e::9]:5001")),
        of(4094, wanted_from(3, "10.0.0.3", "239.1.1.1:5001")),
        wanted(4, "239.1.1.1:5002"),
    ];
    in_namespace(move || {
        either_order(&matches, |kernel| {
            let packets = [
                udp_v4([10, 0, 0, 1], GROUP, 5001),
                udp_v4([10, 0, 0, 3], GROUP, 5001),
                udp_v6([0xfd; 16], GROUP_V6, 5001),
                udp_v4([10, 0, 0, 1], GROUP, 5002),
            ];
            for ids in
                [&[][..], &[0], &[100], &[0xE064], &[4094], &[99], &[100, 7], &[7, 100], &[7, 0], &[0xFFFF]]
            {
                for (packet, kind) in
                    packets.iter().zip(["any source", "named source", "untagged", "any VLAN"])
                {
                    kernel.check(&format!("{kind}, tags {ids:04x?}"), &with_ids(packet, ids));
                }
            }
            assert_eq!(line(kernel, &with_ids(&packets[0], &[7, 0x2064])), Some(1));
            assert_eq!(line(kernel, &packets[2]), Some(2));
            // The line that names the source decides, also where the other one would take the packet.
            assert_eq!(line(kernel, &with_ids(&packets[1], &[100])), None);
            assert_eq!(kernel.run(&packets[0]).reason, Reason::WrongVlan);
        });
    });
}

/// A packet with tags of these ids, outermost first.
fn with_ids(packet: &[u8], ids: &[u16]) -> Vec<u8> {
    let mut tagged = packet[..12].to_vec();
    for id in ids {
        tagged.extend([0x81, 0x00]);
        tagged.extend(id.to_be_bytes());
    }
    tagged.extend(&packet[12..]);
    tagged
}

#[test]
fn where_only_named_sources_are_wanted_others_pass() {
    let matches = [wanted_from(2, "10.0.0.2", "239.1.1.1:5001"), wanted_from(5, "fd00::2", "[ff3e::9]:5001")];
    in_namespace(move || {
        either_order(&matches, |kernel| {
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 2], GROUP, 5001)), Some(2));
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], GROUP, 5001)), None);
            assert_eq!(line(kernel, &udp_v6([0xfd; 16], GROUP_V6, 5001)), None);
            // The named source, to somewhere else.
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 2], [239, 1, 1, 2], 5001)), None);
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 2], GROUP, 5002)), None);
        });
    });
}

#[test]
fn address_and_port_must_both_be_right() {
    in_namespace(|| {
        either_order(&[wanted(1, "239.1.1.1:5001"), wanted(2, "[ff3e::9]:5001")], |kernel| {
            // A port with its bytes swapped, and every single bit of port and address.
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], GROUP, 5001u16.swap_bytes())), None);
            for bit in 0..16 {
                assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], GROUP, 5001 ^ (1 << bit))), None);
            }
            for bit in 0..32 {
                let address = (u32::from_be_bytes(GROUP) ^ (1 << bit)).to_be_bytes();
                assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], address, 5001)), None);
            }
            for bit in 0..128 {
                let address = (u128::from_be_bytes(GROUP_V6) ^ (1 << bit)).to_be_bytes();
                assert_eq!(line(kernel, &udp_v6([0xfd; 16], address, 5001)), None);
            }
            assert_eq!(line(kernel, &udp_v4([10, 0, 0, 1], GROUP, 5001)), Some(1));
            assert_eq!(line(kernel, &udp_v6([0xfd; 16], GROUP_V6, 5001)), Some(2));
        });
    });
}

#[test]
fn four_thousand_groups() {
    const GROUPS: u16 = 4096;
    let address = |n: u16| [239, 7, n.to_be_bytes()[0], n.to_be_bytes()[1]];
    in_namespace(move || {
        let matches: Vec<Match> = (0..GROUPS)
            .map(|n| Match {
                destination: (address(n), 10_000 + n).into(),
                source: None,
                vlan: None,
                index: n,
                generation: 0,
            })
            .collect();
        let mut kernel = Kernel::new(ProgramConfig { groups: GROUPS.into(), ..CONFIG }, &matches);
        for n in 0..GROUPS {
            assert_eq!(line(&mut kernel, &udp_v4([10, 0, 0, 1], address(n), 10_000 + n)), Some(n));
        }
        assert_eq!(line(&mut kernel, &udp_v4([10, 0, 0, 1], address(GROUPS), 10_000 + GROUPS)), None);
    });
}

#[test]
fn without_a_socket_everything_passes_and_what_matched_is_counted() {
    in_namespace(|| {
        let mut kernel = Kernel::without_socket(CONFIG, &matches());
        for (kind, packet) in all() {
            kernel.check(&kind, &packet);
        }
        assert_eq!(kernel.run(&v4()).reason, Reason::NoSocket);
    });
}

#[test]
fn a_queue_without_socket_passes_and_is_counted_under_itself() {
    in_namespace(|| {
        ip("link add rx0 numrxqueues 4 type veth peer name tx0 numtxqueues 4");
        ip("link set rx0 up");
        ip("link set tx0 up");
        // Room for three of the four queues, a socket on the third.
        let mut kernel = Kernel::without_socket(ProgramConfig { queues: 3, ..CONFIG }, &matches());
        let socket = socket("rx0", 2);
        kernel.program.set_socket(2, &socket).unwrap();
        let interface = Interface::open("rx0").unwrap_or_else(|failure| panic!("{failure:?}"));
        kernel.program.attach(&interface, AttachMode::Native).unwrap();
        let rx0 = if_nametoindex("rx0").unwrap();
        for queue in [0, 1, 2, 3, 2, 0] {
            let before = kernel.program.verdicts().unwrap().by_queue;
            let context = [0, v4().len() as u32, 0, rx0, queue, 0];
            let outcome = kernel.run_with(&v4(), Some(context)).unwrap();
            let after = kernel.program.verdicts().unwrap().by_queue;
            let counted: Vec<(u64, u64)> = before
                .iter()
                .zip(&after)
                .map(|(before, after)| {
                    (after.redirected - before.redirected, after.no_socket - before.no_socket)
                })
                .collect();
            let mut expected = vec![(0, 0); 3];
            if queue == 2 {
                assert_eq!(outcome.reason, Reason::Redirected);
                expected[2] = (1, 0);
            } else {
                assert_eq!((outcome.reason, outcome.action), (Reason::NoSocket, XDP_PASS), "queue {queue}");
                assert_eq!(outcome.out, v4(), "untouched");
                if let Some(counters) = expected.get_mut(queue as usize) {
                    *counters = (0, 1);
                }
            }
            assert_eq!(counted, expected, "queue {queue}");
        }
    });
}
