//! The bytes, held against those of `ethtool` 6.1, as `strace -e ioctl` would show them.

use super::spec::{SPREAD, UDP_V4};
use super::*;

/// A request: what is not zero, at its place.
fn bytes(parts: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; 192];
    for (place, part) in parts {
        bytes[*place..][..part.len()].copy_from_slice(part);
    }
    bytes
}

fn insertion(destination: &str, source: Option<&str>, queue: u32, location: u32) -> Vec<u8> {
    let mut spec =
        RuleSpec::udp(destination.parse().unwrap(), source.map(|source| source.parse().unwrap()), queue);
    spec.location = location;
    Request { spec, ..Request::new(SRXCLSRLINS) }.as_bytes().to_vec()
}

/// `ethtool -N eth0 flow-type udp4 [src-ip 10.0.0.1] dst-ip 233.54.12.111 dst-port 26477 action 3 loc 7`.
#[test]
fn udp_over_ipv4_is_laid_out_as_ethtool_does() {
    let any_source = bytes(&[
        (0, &[0x32, 0, 0, 0]),
        (16, &[2, 0, 0, 0]),
        (20, &[0, 0, 0, 0, 0xe9, 0x36, 0x0c, 0x6f, 0, 0, 0x67, 0x6d]),
        (92, &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff]),
        (168, &[3]),
        (176, &[7]),
    ]);
    assert_eq!(insertion("233.54.12.111:26477", None, 3, 7), any_source);
    let mut one_source = any_source;
    one_source[20..24].copy_from_slice(&[10, 0, 0, 1]);
    one_source[92..96].fill(0xff);
    assert_eq!(insertion("233.54.12.111:26477", Some("10.0.0.1"), 3, 7), one_source);
}

/// `ethtool -N eth0 flow-type udp6 src-ip fe80::1 dst-ip ff3e::1 dst-port 5000 action 2 loc 3`.
#[test]
fn udp_over_ipv6_is_laid_out_as_ethtool_does() {
    let expected = bytes(&[
        (0, &[0x32, 0, 0, 0]),
        (16, &[6, 0, 0, 0]),
        (20, &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        (36, &[0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        (54, &[0x13, 0x88]),
        (92, &[0xff; 32]),
        (126, &[0xff, 0xff]),
        (168, &[2]),
        (176, &[3]),
    ]);
    assert_eq!(insertion("[ff3e::1]:5000", Some("fe80::1"), 2, 3), expected);
}

fn spec(destination: &str, queue: u32) -> RuleSpec {
    RuleSpec::udp(destination.parse().unwrap(), None, queue)
}

#[test]
fn a_rule_is_the_same_wherever_it_is_and_whatever_is_not_compared() {
    let rule = spec("233.54.12.111:26477", 1);
    let mut other = RuleSpec { location: 9, ..rule };
    other.value[0] = 10; // a source, which is not compared
    assert!(rule.does_as(&other) && other.does_as(&rule));
    let mut rounded = rule;
    rounded.round();
    let narrower = RuleSpec::udp("233.54.12.111:26477".parse().unwrap(), Some([10, 0, 0, 1].into()), 1);
    let in_a_vlan = RuleSpec { flow_type: UDP_V4 | 0x8000_0000, ..rule };
    let of_tcp = RuleSpec { flow_type: 1, ..rule };
    for other in [spec("233.54.12.111:26477", 2), spec("233.54.12.112:26477", 1), rounded, narrower, of_tcp] {
        assert!(!rule.does_as(&other) && !other.does_as(&rule), "{other:?}");
    }
    assert!(!in_a_vlan.does_as(&in_a_vlan));
}

#[test]
fn rules_overlap_if_a_packet_can_be_for_both() {
    let rule = spec("233.54.12.111:26477", 1);
    let mut of_the_net = spec("233.54.12.0:26477", 2);
    of_the_net.round();
    let of_one_source = RuleSpec::udp("233.54.12.111:26477".parse().unwrap(), Some([10, 0, 0, 1].into()), 2);
    let in_a_vlan = RuleSpec { flow_type: UDP_V4 | 0x8000_0000, ..rule };
    for other in [rule, of_the_net, of_one_source, in_a_vlan] {
        assert!(rule.overlaps(&other) && other.overlaps(&rule), "{other:?}");
    }
    let of_tcp = RuleSpec { flow_type: 1, ..rule };
    for other in [spec("233.54.12.111:26478", 1), spec("233.54.13.111:26477", 1), of_tcp] {
        assert!(!rule.overlaps(&other) && !other.overlaps(&rule), "{other:?}");
    }
    assert!(!of_tcp.overlaps(&of_tcp));
}

#[test]
fn only_one_queue_is_a_queue() {
    let rule = spec("233.54.12.111:26477", 3);
    assert_eq!(rule.queue(), Some(3));
    for other in [
        RuleSpec { ring: u64::MAX, ..rule }, // RX_CLS_FLOW_DISC
        RuleSpec { ring: 1 << 32, ..rule },  // a virtual function's
        RuleSpec { flow_type: UDP_V4 | SPREAD, ..rule },
    ] {
        assert_eq!(other.queue(), None);
    }
}

/// Loopback has no driver with rules.
#[test]
fn a_device_without_rules_says_so() {
    let code = |error: io::Error| error.raw_os_error();
    assert_eq!(table("lo").map_err(code), Err(Some(libc::EOPNOTSUPP)));
    assert_eq!(locations("lo").map_err(code), Err(Some(libc::EOPNOTSUPP)));
    assert_eq!(table("nosuch0").map_err(code), Err(Some(libc::ENODEV)));
}
