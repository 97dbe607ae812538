//! Files that are cut off, lie, or are no captures.

use super::written::*;

fn error(bytes: Vec<u8>) -> String {
    format!("{:#}", reader(bytes).err().expect("this is no capture"))
}

#[test]
fn cut_at_every_byte_the_counts_stay() {
    let order = Written::Little;
    let head = [section(order), interface(order, 1, 0, None), enhanced(order, 0, 1, &frame(0))].concat();
    let pcapng = [&head[..], &enhanced(order, 0, 2, &frame(1))].concat();
    let skipped = [&head[..], &block(order, 99, &[0; 100])].concat();
    let pcap_len = pcap(1).len();
    for (file, whole) in [(pcap(2), pcap_len), (pcapng, head.len()), (skipped, head.len())] {
        for len in whole..=file.len() {
            let cut = len > whole && len < file.len();
            let outcome = read(vec![file[..len].to_vec()]).unwrap();
            assert_eq!(outcome.error, None);
            let packets = outcome.counters.packets;
            assert!(packets == 1 || (packets == 2 && len == file.len()), "{packets} packets of {len} bytes");
            assert_eq!(outcome.counters.capture_truncated, u64::from(cut), "cut to {len} bytes");
            let packed = read(vec![gzip(&file[..len])]).unwrap();
            assert_eq!(packed.counters, outcome.counters);
        }
    }
}

#[test]
fn a_gzip_stream_cut_anywhere_is_truncated() {
    let members = [gzip(&pcap(20)), gzip(&pcap(5)[24..])].concat();
    let (mut before, first_len) = (0, gzip(&pcap(20)).len());
    for len in 1..members.len() {
        match read(vec![members[..len].to_vec()]) {
            Ok(outcome) => {
                let at_member_end = len == first_len;
                assert_eq!(outcome.counters.capture_truncated, u64::from(!at_member_end), "cut to {len}");
                assert_eq!(outcome.error, None);
                assert!(outcome.counters.packets >= before, "cut to {len}");
                before = outcome.counters.packets;
            }
            Err(error) => {
                let error = format!("{error:#}");
                let says = if len == 1 { "is no capture: it has 1 bytes" } else { "is cut off inside" };
                assert!(error.contains(says), "cut to {len}: {error}");
                assert_eq!(before, 0, "{error}");
            }
        }
    }
    assert!(before >= 20);
}

#[test]
fn zeros_behind_gzip_data_are_padding_and_all_else_is_an_error() {
    // The longer ones reach beyond what is read at once.
    for zeros in [1, 7, 512, 300_000, 1 << 20].map(|len| vec![0; len]) {
        let members = [gzip(&pcap(20)), gzip(&pcap(5)[24..])].concat();
        let outcome = read(vec![[&members[..], &zeros].concat()]).unwrap();
        assert_eq!((outcome.datagrams.len(), outcome.error), (25, None), "{} zeros", zeros.len());
        assert_eq!(outcome.counters.capture_truncated, 0);
        for (behind, expected) in [
            ([&zeros[..], b"x"].concat(), "something follows the zeros"),
            ([&zeros[..], &gzip(&pcap(5)[24..])].concat(), "something follows the zeros"),
            ([b"x", &zeros[..], b"yzyzyzyzyz"].concat(), "invalid gzip header"),
        ] {
            let outcome = read(vec![[&members[..], &behind].concat()]).unwrap();
            let error = outcome.error.unwrap();
            assert!(error.contains(expected), "{} zeros: {error}", zeros.len());
            assert_eq!(outcome.datagrams.len(), 25, "what is in front counts");
        }
    }
    assert!(error([gzip(&[]), vec![0; 9]].concat()).contains("is empty"));
}

#[test]
fn what_is_no_capture_is_named() {
    for (bytes, expected) in [
        (vec![], "is empty"),
        (gzip(&[]), "is empty"),
        (gzip(&pcap(1))[..5].to_vec(), "cut off inside its gzip data"),
        (gzip(&pcap(1))[..12].to_vec(), "cut off inside its gzip data"),
        (b"abc".to_vec(), "no capture"),
        (b"#!/bin/sh\necho".to_vec(), "neither pcap nor pcapng"),
        (gzip(b"hello, world"), "neither pcap nor pcapng"),
        (pcap(0)[..23].to_vec(), "cut off inside the pcap file header"),
        (section(Written::Big)[..11].to_vec(), "cut off inside the pcapng section header"),
        (section(Written::Big)[..27].to_vec(), "cut off inside the pcapng section header"),
        (b"\x28\xb5\x2f\xfd....".to_vec(), "zstd -dc FILE |"),
        (pcap_header(Written::Big, 0xa1b2_c3d4, 105), "link type 105"),
        ([0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 1, 2, 3, 4].to_vec(), "byte-order magic"),
    ] {
        let error = error(bytes);
        assert!(error.contains(expected), "{error}");
    }
    let order = Written::Little;
    let usb = [section(order), interface(order, 249, 0, None), enhanced(order, 0, 1, &[0; 64])].concat();
    let error = format!("{:#}", read(vec![pcap(1), usb]).err().unwrap());
    assert!(error.starts_with("test: holds packets of link type 249, which is not read"), "{error}");
    let missing = super::super::CaptureReader::open("/no/such.pcap".as_ref()).err().unwrap();
    assert!(format!("{missing:#}").starts_with("/no/such.pcap: cannot be opened"), "{missing:#}");
    let directory = super::super::CaptureReader::open("/".as_ref()).err().unwrap();
    assert!(format!("{directory:#}").contains("directory"), "{directory:#}");
}

#[test]
fn no_packets_are_no_error() {
    let outcome = read(vec![pcap(0), section(Written::Little)]).unwrap();
    assert_eq!((outcome.counters.packets, outcome.counters.capture_truncated, outcome.error), (0, 0, None));
}

#[test]
fn lying_lengths_end_the_reading_where_they_are() {
    let order = Written::Little;
    let lying = [order.u32(3), order.u32(0), order.u32(u32::MAX), order.u32(60)].concat();
    let pcap_at = pcap(3).len();
    let pcap = [pcap(3), lying, vec![0; 5_000]].concat();
    let head = [section(order), interface(order, 1, 0, None)].concat();
    let ng = |bad: &[u8]| [&head[..], &enhanced(order, 0, 1, &frame(0)), bad, &[0; 64]].concat();
    let at = ng(&[]).len() - 64;
    let mut other_end = enhanced(order, 0, 1, &frame(1));
    let last = other_end.len() - 4;
    other_end[last] ^= 4;
    let huge = [order.u32(6), order.u32(0xffff_fff0)].concat();
    let short = [order.u32(6), order.u32(8)].concat();
    let odd = [order.u32(6), order.u32(33)].concat();
    let option = block(order, 1, &[1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 99, 0]);
    for (file, packets, at, expected) in [
        (pcap, 3, pcap_at, "announces 4294967295 bytes"),
        (ng(&other_end), 1, at, "at its end"),
        (ng(&huge), 1, at, "announces 4294967280 bytes"),
        (ng(&short), 1, at, "cannot be 8 bytes"),
        (ng(&odd), 1, at, "cannot be 33 bytes"),
        (ng(&option), 1, at, "option overruns"),
    ] {
        let outcome = read(vec![file]).unwrap();
        let error = outcome.error.unwrap();
        assert!(error.contains(expected) && error.contains(&format!("from byte {at} ")), "{error}");
        assert_eq!(outcome.counters.packets, packets, "{error}");
    }
}

#[test]
fn damaged_gzip_is_an_error_that_names_the_file() {
    let mut packed = gzip(&pcap(20_000));
    let middle = packed.len() / 2;
    packed[middle..middle + 40].fill(0x55);
    let error = read(vec![packed]).unwrap().error.unwrap();
    assert!(error.starts_with("test: cannot be read from byte"), "{error}");
}

#[test]
fn blocks_that_lie_about_their_packet_are_counted_and_passed_over() {
    let order = Written::Big;
    let mut overrun = enhanced(order, 0, 1, &frame(1));
    overrun[20..24].copy_from_slice(&order.u32(5_000));
    let file = [
        section(order),
        block(order, 3, &[0, 0, 0, 0]), // no interface yet
        interface(order, 1, 0, None),
        overrun,
        enhanced(order, 1, 1, &frame(2)), // no such interface
        block(order, 6, &[0; 16]),        // too short
        block(order, 3, &[]),             // too short
        enhanced(order, 0, 1, &frame(3)),
    ];
    let outcome = read(vec![file.concat()]).unwrap();
    assert_eq!(outcome.datagrams, [(1_000, 3)]);
    assert_eq!((outcome.counters.packets, outcome.counters.malformed, outcome.error), (6, 5, None));
}

/// Steps to the end, of which there are at most one for every 12 bytes, of which gzip makes at most 1,032 of one.
fn walk(bytes: Vec<u8>) {
    let most = bytes.len() * 1032 / 12 + 2;
    let Ok(mut reader) = reader(bytes) else { return };
    for _ in 0..most {
        match reader.step() {
            Ok(super::super::Step::End) | Err(_) => return,
            Ok(_) => assert!(reader.packet().bytes.len() <= 1 << 20),
        }
    }
    panic!("no end after {most} steps");
}

#[test]
fn arbitrary_bytes_never_panic_or_loop() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(kind, bytes)| {
        let order = if kind & 1 == 0 { Written::Little } else { Written::Big };
        let head = match kind % 5 {
            0 => vec![],
            1 => pcap_header(order, 0xa1b2_c3d4, 1),
            2 => section(order),
            3 => [section(order), interface(order, 1, 0, Some(*kind))].concat(),
            _ => vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0],
        };
        walk([&head[..], bytes].concat());
    });
}

#[test]
fn captures_with_damaged_bytes_never_panic_or_loop() {
    let order = Written::Little;
    let ng = [section(order), interface(order, 1, 0, Some(9)), enhanced(order, 0, 1, &frame(0))].concat();
    let files = [pcap(3), [&ng[..], &enhanced(order, 0, 2, &frame(1))].concat(), gzip(&pcap(3))];
    bolero::check!().with_type::<(u8, Vec<(u16, u8)>)>().for_each(|(file, damage)| {
        let mut file = files[usize::from(*file) % files.len()].clone();
        for (at, value) in damage {
            let at = usize::from(*at) % file.len();
            file[at] = *value;
        }
        walk(file);
    });
}
