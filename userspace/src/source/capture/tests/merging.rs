//! Several captures read as one.

use super::super::{CaptureSource, merge::Merge};
use super::written::*;
use crate::source::{Frames, Source};

fn file(stamps: &[(u32, u32)]) -> Vec<u8> {
    let order = Written::Little;
    let records = stamps.iter().flat_map(|(second, number)| pcap_record(order, *second, 0, &frame(*number)));
    pcap_header(order, 0xa1b2_c3d4, 1).into_iter().chain(records).collect()
}

fn order(captures: Vec<Vec<u8>>) -> Vec<u32> {
    let outcome = read(captures).unwrap();
    assert_eq!(outcome.error, None);
    outcome.datagrams.iter().map(|(_, number)| *number).collect()
}

#[test]
fn captures_are_merged_by_stamp_and_equal_stamps_by_name() {
    let a = file(&[(1, 10), (4, 11), (4, 12), (9, 13)]);
    let b = file(&[(2, 20), (4, 21), (5, 22)]);
    let c = file(&[(3, 30), (10, 31)]);
    assert_eq!(order(vec![a.clone(), b.clone(), c, file(&[])]), [10, 20, 30, 11, 12, 21, 22, 13, 31]);
    assert_eq!(order(vec![b, a]), [10, 20, 21, 11, 12, 22, 13]);
}

#[test]
fn a_rotated_capture_is_one() {
    let parts = [file(&[(7, 2), (8, 3)]), file(&[(1, 0), (2, 1)]), file(&[(9, 4)])];
    assert_eq!(order(parts.to_vec()), [0, 1, 2, 3, 4]);
}

#[test]
fn a_stamp_that_goes_back_stays_in_its_place() {
    let steps_back = file(&[(5, 0), (3, 1), (6, 2)]);
    let outcome = read(vec![steps_back.clone()]).unwrap();
    let seconds: Vec<_> = outcome.datagrams.iter().map(|(ns, _)| ns / 1_000_000_000).collect();
    assert_eq!((seconds, outcome.watermark_ns), (vec![5, 3, 6], 6_000_000_000));
    assert_eq!(order(vec![steps_back, file(&[(4, 10), (6, 11)])]), [10, 0, 1, 2, 11]);
}

#[test]
fn each_cut_off_capture_counts() {
    let cut = pcap(3)[..pcap(3).len() - 1].to_vec();
    let outcome = read(vec![cut.clone(), pcap(2), cut]).unwrap();
    assert_eq!((outcome.counters.packets, outcome.counters.capture_truncated), (6, 2));
}

#[test]
fn the_same_standard_input_cannot_be_read_twice() {
    let error = Merge::open(&["-".into(), "-".into()]).err().unwrap().to_string();
    assert!(error.contains("can be read once"), "{error}");
    assert!(Merge::open(&[]).is_err());
}

#[test]
fn held_datagrams_stay_while_the_source_goes_on() {
    let captures = Merge::new(vec![reader(pcap(40)).unwrap()]).unwrap();
    let mut source = CaptureSource::new(captures, by_port, 4, 2);
    let (mut held, mut batch) = (Vec::new(), Vec::new());
    while !source.finished() {
        source.receive(&mut batch).unwrap();
        for received in batch.drain(..) {
            match source.hold(received.frame) {
                Ok(frame) => held.push(frame),
                Err(frame) => source.release(frame),
            }
        }
    }
    assert_eq!(source.counters().matched, 40);
    assert_eq!(held.len(), 2);
    for (number, frame) in (0u32..).zip(held) {
        assert_eq!(source.payload(&frame)[..4], number.to_be_bytes());
        source.release(frame);
    }
}
