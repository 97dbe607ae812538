//! Replays onto a veth pair, read back at its other end.

use super::{
    super::{Feed, Pace, Sender, Summary},
    feeding::file,
    veth::{Listener, ip, with_pair},
};
use crate::{source::capture::tests::written::*, sys::packet_socket::PacketSender};
use std::{
    num::NonZeroU64,
    sync::atomic::{AtomicBool, Ordering},
};

fn replay(capture: &[u8], pace: Pace, passes: u64) -> (Summary, anyhow::Result<()>) {
    let file = file(capture);
    let feed = Feed::open(file.path(), passes, 0).unwrap();
    let stop = AtomicBool::new(false);
    Sender::new(PacketSender::open("left").unwrap(), pace, &stop).unwrap().run(feed)
}

/// Frames of many lengths, a microsecond apart but for one whose stamp goes back.
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let order = Written::Big;
    let stamps = (0u32..).map(|number| if number == 5 { 0 } else { 1_000 + number });
    let records = frames.iter().zip(stamps).flat_map(|(frame, stamp)| pcap_record(order, 9, stamp, frame));
    pcap_header(order, 0xa1b2_c3d4, 1).into_iter().chain(records).collect()
}

#[test]
fn frames_arrive_as_they_were_captured() {
    with_pair(|| {
        let mut frames: Vec<_> = (0..300).map(frame).collect();
        frames[7].resize(1_514, 7);
        frames[8] = [&frames[8][..12], &[0x81, 0, 0, 9], &frames[8][12..]].concat();
        let capture = capture(&frames);
        let bytes: usize = frames.iter().map(Vec::len).sum();
        for pace in [Pace::TopSpeed, Pace::Rate(NonZeroU64::new(100_000).unwrap()), Pace::Capture] {
            for passes in [1, 2] {
                let listener = Listener::new();
                let (summary, result) = replay(&capture, pace, passes);
                result.unwrap();
                assert_eq!((summary.packets, summary.bytes), (300 * passes, bytes as u64 * passes));
                assert_eq!((summary.unsent(), summary.interrupted), (0, false));
                assert!(summary.complaint().is_none());
                let arrived = listener.frames(300 * usize::try_from(passes).unwrap());
                for (at, (arrived, sent)) in arrived.iter().zip(frames.iter().cycle()).enumerate() {
                    // The kernel takes the tag off the bytes it shows to packet sockets.
                    let sent = if at % 300 == 8 { [&sent[..12], &sent[16..]].concat() } else { sent.clone() };
                    assert_eq!(arrived, &sent, "{pace:?}, packet {at}");
                }
                assert_eq!(arrived.len(), frames.len() * usize::try_from(passes).unwrap());
                assert!(listener.is_quiet());
            }
        }
    });
}

#[test]
fn frames_that_do_not_fit_are_counted_and_the_rest_is_sent() {
    with_pair(|| {
        let mut frames: Vec<_> = (0..200).map(frame).collect();
        frames[0].resize(1_600, 0);
        frames[64].resize(9_014, 0);
        frames[199].resize(1_600, 0);
        frames[100].clear();
        let listener = Listener::new();
        let (summary, result) = replay(&capture(&frames), Pace::TopSpeed, 1);
        result.unwrap();
        assert_eq!((summary.packets, summary.too_large, summary.errors), (196, 3, 1));
        let complaint = summary.complaint().unwrap();
        assert!(complaint.starts_with("4 packets could not be sent: 3 larger"), "{complaint}");
        assert!(complaint.contains("it needs 9000") && complaint.contains("1 refused"), "{complaint}");
        assert_eq!(listener.frames(196).len(), 196);
    });
}

#[test]
fn an_interface_that_cannot_send_is_named_with_the_fix() {
    with_pair(|| {
        let error = |interface| format!("{:#}", PacketSender::open(interface).err().unwrap());
        assert!(error("nowhere").contains("no interface 'nowhere'"));
        ip("link set right down");
        assert!(error("left").contains("left has no carrier"));
        ip("link set left down");
        assert!(error("left").contains("`ip link set left up`"));
    });
}

#[test]
fn an_interface_that_goes_down_ends_the_replay() {
    for command in ["link set left down", "link set right down", "link del left"] {
        with_pair(move || {
            let file = file(&pcap(100));
            let feed = Feed::open(file.path(), u64::MAX, 0).unwrap();
            let stop = AtomicBool::new(false);
            let sender = Sender::new(PacketSender::open("left").unwrap(), Pace::TopSpeed, &stop).unwrap();
            ip(command);
            let (summary, result) = sender.run(feed);
            assert_eq!(summary.packets, 0);
            let error = format!("{:#}", result.unwrap_err());
            assert!(
                ["is down", "no carrier", "is gone"].iter().any(|cause| error.contains(cause)),
                "{error}"
            );
        });
    }
}

#[test]
fn a_replay_stops_when_asked_to() {
    with_pair(|| {
        // A second packet years later, packets without end, and a request that comes before the first.
        let order = Written::Little;
        let years = [
            pcap_header(order, 0xa1b2_c3d4, 1),
            pcap_record(order, 0, 0, &frame(0)),
            pcap_record(order, u32::MAX, 0, &frame(1)),
        ];
        for (capture, pace) in [(years.concat(), Pace::Capture), (pcap(100), Pace::TopSpeed)] {
            let file = file(&capture);
            let stop = AtomicBool::new(false);
            let listener = Listener::new();
            let feed = Feed::open(file.path(), u64::MAX, 0).unwrap();
            let sender = Sender::new(PacketSender::open("left").unwrap(), pace, &stop).unwrap();
            let (summary, result) = std::thread::scope(|scope| {
                scope.spawn(|| {
                    assert_eq!(listener.frames(1).len(), 1);
                    stop.store(true, Ordering::Relaxed);
                });
                sender.run(feed)
            });
            result.unwrap();
            assert!(summary.interrupted && summary.packets >= 1);
            assert!(summary.complaint().is_none());
        }
    });
}

#[test]
fn the_summary_is_flat_json() {
    let summary =
        Summary { packets: 2, bytes: 120, seconds: 0.5, packets_per_second: 4.0, ..Summary::default() };
    let json = serde_json::to_string(&summary).unwrap();
    assert_eq!(
        json,
        r#"{"packets":2,"bytes":120,"seconds":0.5,"packets_per_second":4.0,"too_large":0,"errors":0,"snapped":0,"malformed":0,"capture_truncated":0,"interrupted":false}"#
    );
}
