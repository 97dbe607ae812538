//! Captures nobody here wrote.

use super::super::CaptureSource;
use super::written::drain;
use crate::{captures, wire::UdpDatagram};

#[test]
fn an_exchange_feed_that_ends_inside_a_record() {
    let Some(path) = captures::path("iex/DEEP10.pcap.gz") else { return };
    let group = "224.2.3.10:16648".parse().unwrap();
    let lines = |datagram: &UdpDatagram<'_>| (datagram.destination == group).then_some(3);
    let outcome = drain(CaptureSource::open(&[path], lines, 7, 0).unwrap());
    assert_eq!(outcome.error, None);
    assert_eq!((outcome.counters.packets, outcome.counters.matched), (121_314, 121_314));
    assert_eq!(outcome.counters.capture_truncated, 1);
}

#[test]
fn a_pcapng_of_many_channels() {
    let Some(path) = captures::path("deribit/sample_capture_v1_6.pcapng") else { return };
    let lines =
        |datagram: &UdpDatagram<'_>| (6100..=6101).contains(&datagram.destination.port()).then_some(3);
    let outcome = drain(CaptureSource::open(&[path], lines, 7, 0).unwrap());
    assert_eq!((outcome.error, outcome.counters.matched), (None, 5_066));
    assert_eq!(outcome.counters.capture_truncated, 0);
}

#[test]
fn a_redundant_pair_with_nanosecond_stamps() {
    let Some(path) = captures::path("st2022-7/ST2022-7-Audio.pcap") else { return };
    let lines = |datagram: &UdpDatagram<'_>| (datagram.destination.port() == 6000).then_some(3);
    let outcome = drain(CaptureSource::open(&[path], lines, 7, 0).unwrap());
    assert_eq!((outcome.error, outcome.counters.matched), (None, 32_000));
    assert!(outcome.datagrams.iter().any(|(stamp_ns, _)| stamp_ns % 1_000 != 0));
}
