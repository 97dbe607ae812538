//! What comes out of a feed, from memory and read ahead.

use super::super::{chunk::CHUNK_LEN, feed::Feed};
use crate::source::capture::tests::written::*;
use std::io::Write;
use tempfile::NamedTempFile;

pub(super) fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Numbers of the frames fed, how many passes began and ended, and how it ended.
fn fed(capture: &[u8], passes: u64, read_ahead_len: usize) -> (Vec<u32>, [u64; 2], Option<String>) {
    let file = file(capture);
    let feed = Feed::open(file.path(), passes, read_ahead_len).unwrap();
    let (mut numbers, mut begun, mut ended) = (Vec::new(), 0, 0);
    let result = feed.each(|chunk| {
        begun += u64::from(chunk.first);
        ended += u64::from(chunk.last);
        numbers.extend(
            chunk.from(0).map(|(_, frame)| frame[42..].first_chunk().map_or(0, |b| u32::from_be_bytes(*b))),
        );
        Ok(true)
    });
    (numbers, [begun, ended], result.err().map(|error| format!("{error:#}")))
}

#[test]
fn memory_and_read_ahead_feed_the_same() {
    let count = u32::try_from(5 * CHUNK_LEN / 76).unwrap();
    let capture = pcap(count);
    for passes in [1u32, 3] {
        let expected: Vec<u32> = (0..passes).flat_map(|_| 0..count).collect();
        for read_ahead_len in [0, 2 * CHUNK_LEN, 100 * CHUNK_LEN] {
            let (numbers, begun_ended, error) = fed(&capture, passes.into(), read_ahead_len);
            assert_eq!((begun_ended, error), ([passes.into(); 2], None));
            assert!(numbers == expected, "{passes} passes with {read_ahead_len} bytes read ahead");
        }
    }
}

#[test]
fn damage_comes_after_what_is_whole() {
    let count = u32::try_from(3 * CHUNK_LEN / 76).unwrap();
    let damaged = [pcap(count), vec![0xff; 64]].concat();
    for read_ahead_len in [0, 100 * CHUNK_LEN] {
        let (numbers, [begun, _], error) = fed(&damaged, 2, read_ahead_len);
        assert_eq!((numbers.len(), begun), (count as usize, 1));
        assert!(error.unwrap().contains("announces 4294967295 bytes"));
    }
}

#[test]
fn a_feed_can_be_left_early() {
    let capture = file(&pcap(u32::try_from(4 * CHUNK_LEN / 76).unwrap()));
    let mut chunks = 0;
    let feed = Feed::open(capture.path(), 1_000_000, 0).unwrap();
    feed.each(|_| {
        chunks += 1;
        Ok(chunks < 6)
    })
    .unwrap();
    assert_eq!(chunks, 6);
}

#[test]
fn what_cannot_be_sent_is_told_before_anything_is() {
    let raw_ip =
        [pcap_header(Written::Little, 0xa1b2_c3d4, 101), pcap_record(Written::Little, 0, 0, &frame(0)[14..])];
    let order = Written::Little;
    let usb = [section(order), interface(order, 249, 0, None), enhanced(order, 0, 1, &[0; 64])];
    for (capture, expected) in [
        (raw_ip.concat(), "raw IP packets; only Ethernet"),
        (usb.concat(), "packets of link type 249; only Ethernet"),
        (b"no capture at all".to_vec(), "no capture"),
        (vec![], "is empty"),
    ] {
        let file = file(&capture);
        let error = format!("{:#}", Feed::open(file.path(), 1, 0).err().unwrap());
        assert!(error.contains(expected) && error.contains(&file.path().display().to_string()), "{error}");
    }
}

#[test]
fn snapped_malformed_and_cut_off_packets_are_counted() {
    let order = Written::Little;
    let mut snapped = enhanced(order, 0, 1, &frame(1));
    snapped[24..28].copy_from_slice(&order.u32(1_000));
    let whole = [
        section(order),
        interface(order, 1, 0, None),
        snapped,
        enhanced(order, 7, 1, &frame(2)),
        enhanced(order, 0, 1, &frame(3)),
    ]
    .concat();
    let file = file(&[&whole[..], &[6, 0, 0, 0, 100]].concat());
    let mut counts = Vec::new();
    let feed = Feed::open(file.path(), 1, 0).unwrap();
    feed.each(|chunk| {
        counts.push((chunk.len(), chunk.snapped, chunk.malformed, chunk.truncated));
        Ok(true)
    })
    .unwrap();
    assert_eq!(counts, [(1, 1, 1, true)]);
}

#[test]
fn frame_check_sequences_are_left_to_the_interface() {
    let order = Written::Little;
    let with_fcs = [&frame(1)[..], &[1, 2, 3, 4]].concat();
    let header = pcap_header(order, 0xa1b2_c3d4, 1 | 0x0400_0000 | 2 << 28);
    let file = file(&[header, pcap_record(order, 0, 0, &with_fcs)].concat());
    Feed::open(file.path(), 1, 0)
        .unwrap()
        .each(|chunk| {
            assert_eq!(chunk.from(0).map(|(_, bytes)| bytes.to_vec()).collect::<Vec<_>>(), [frame(1)]);
            Ok(true)
        })
        .unwrap();
}
