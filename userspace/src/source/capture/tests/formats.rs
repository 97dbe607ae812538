//! Every variant of pcap and pcapng that is written out there.

use super::written::*;
use pcap_file::{
    DataLink, Endianness, TsResolution,
    pcap::{PcapHeader, PcapPacket, PcapWriter},
};
use std::time::Duration;
use xdp_prog::Reason;

fn numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

fn read_numbers(bytes: Vec<u8>) -> Vec<u32> {
    let outcome = read(vec![bytes]).unwrap();
    assert_eq!((outcome.error, outcome.counters.capture_truncated), (None, 0));
    outcome.datagrams.iter().map(|(_, number)| *number).collect()
}

#[test]
fn pcap_of_another_writer_in_every_order_and_resolution() {
    for endianness in [Endianness::Big, Endianness::Little] {
        for (ts_resolution, step) in [(TsResolution::MicroSecond, 1_000), (TsResolution::NanoSecond, 1)] {
            let header = PcapHeader {
                endianness,
                ts_resolution,
                datalink: DataLink::ETHERNET,
                ..PcapHeader::default()
            };
            let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
            let stamp = |number: u32| Duration::new(1_493_121_600, number * step + 999_000);
            for number in 0..100 {
                let bytes = frame(number);
                let len = u32::try_from(bytes.len()).unwrap();
                writer.write_packet(&PcapPacket::new(stamp(number), len, &bytes)).unwrap();
            }
            let plain = writer.into_writer();
            for file in [plain.clone(), gzip(&plain)] {
                let outcome = read(vec![file]).unwrap();
                let expected: Vec<_> =
                    (0..100).map(|n| (u64::try_from(stamp(n).as_nanos()).unwrap(), n)).collect();
                assert_eq!(outcome.datagrams, expected, "{endianness:?} {ts_resolution:?}");
                assert_eq!(outcome.watermark_ns, expected[99].0);
                assert_eq!((outcome.counters.capture_truncated, outcome.error), (0, None));
            }
        }
    }
}

#[test]
fn pcapng_in_every_order_and_resolution() {
    for order in [Written::Little, Written::Big] {
        for (resolution, units, ns) in [
            (None, 1_493_121_600_000_001, 1_493_121_600_000_001_000),
            (Some(9), 1_493_121_600_000_000_001, 1_493_121_600_000_000_001),
            (Some(3), 1_493_121_600_001, 1_493_121_600_001_000_000),
            (Some(0x80 | 20), 3 << 19, 1_500_000_000),
        ] {
            let file =
                [section(order), interface(order, 1, 0, resolution), enhanced(order, 0, units, &frame(5))];
            let outcome = read(vec![file.concat()]).unwrap();
            assert_eq!(outcome.datagrams, [(ns, 5)], "{order:?} {resolution:?}");
        }
    }
}

#[test]
fn pcapng_of_several_interfaces_sections_and_blocks() {
    let (little, big) = (Written::Little, Written::Big);
    let simple = [&little.u32(u32::try_from(frame(3).len()).unwrap())[..], &frame(3)].concat();
    let ip = &frame(4)[14..];
    let len = little.u32(u32::try_from(ip.len()).unwrap());
    let obsolete =
        [&little.u16(1)[..], &little.u16(9), &little.u32(0), &little.u32(70), &len, &len, ip].concat();
    let mut with_options = enhanced(big, 0, 8, &frame(6));
    with_options.truncate(with_options.len() - 4);
    with_options.extend([0, 2, 0, 4, 0, 0, 0, 1, 0xff, 0xff, 0, 200]); // epb_flags, then one that lies
    let total = big.u32(u32::try_from(with_options.len() + 4).unwrap());
    with_options[4..8].copy_from_slice(&total);
    with_options.extend(total);
    let raw_ip = &frame(2)[14..];
    let file = [
        section(little),
        interface(little, 1, 0, Some(9)),
        enhanced(little, 0, 50, &frame(0)),
        interface(little, 101, 0, None),
        block(little, 4, &[0; 40]),
        enhanced(little, 0, 60, &frame(1)),
        enhanced(little, 1, 61, raw_ip),
        block(little, 0x0bad_f00d, &vec![7; 3 << 20]),
        block(little, 3, &simple),
        block(little, 2, &obsolete),
        section(big),
        block(big, 5, &[0; 8]),
        interface(big, 1, 0, None),
        enhanced(big, 0, 7, &frame(5)),
        with_options,
    ]
    .concat();
    let expected = [(50, 0), (60, 1), (61_000, 2), (61_000, 3), (70_000, 4), (7_000, 5), (8_000, 6)];
    for file in [file.clone(), gzip(&file)] {
        let outcome = read(vec![file]).unwrap();
        assert_eq!(outcome.datagrams, expected);
        assert_eq!(outcome.watermark_ns, 70_000);
        assert_eq!((outcome.counters.packets, outcome.counters.malformed, outcome.error), (7, 0, None));
    }
}

#[test]
fn packets_of_links_that_are_not_read_are_counted_and_passed_over() {
    let order = Written::Big;
    let (usb, tun) = (interface(order, 249, 0, None), interface(order, 101, 0, None));
    let head = [section(order), usb, tun, interface(order, 189, 0, None)].concat();
    let read_one = enhanced(order, 1, 5, &frame(7)[14..]);
    let [usb, other] = [0, 2].map(|interface| enhanced(order, interface, 9, &[0xff; 64]));
    for (packets, first) in [([&usb, &other, &read_one, &usb], 249), ([&read_one, &other, &usb, &usb], 189)] {
        let file = [head.clone(), packets.map(Vec::as_slice).concat()].concat();
        let outcome = read(vec![file, pcap(0)]).unwrap();
        assert_eq!((outcome.datagrams, outcome.watermark_ns, outcome.error), (vec![(5_000, 7)], 5_000, None));
        let counters = outcome.counters;
        assert_eq!((counters.packets, counters.unread_link), (4, 3));
        assert_eq!(counters.unread_linktype, Some(first));
    }
}

#[test]
fn a_simple_packet_is_as_long_as_the_snap_length() {
    let order = Written::Big;
    let bytes = &frame(60)[..80];
    let simple = [&order.u32(102)[..], bytes].concat();
    let file = [section(order), interface(order, 1, 80, None), block(order, 3, &simple)].concat();
    let outcome = read(vec![file]).unwrap();
    assert_eq!((outcome.counters.packets, outcome.counters.reason(Reason::Truncated)), (1, 1));
}

#[test]
fn gzip_of_several_members_cut_anywhere() {
    let plain = pcap(50);
    for at in [0, 1, 24, 30, 100, plain.len() - 1, plain.len()] {
        let file = [gzip(&plain[..at]), gzip(&plain[at..])].concat();
        assert_eq!(read_numbers(file), numbers(50), "cut at {at}");
    }
}

#[test]
fn other_packets_are_counted_by_reason() {
    let order = Written::Little;
    let mut other = frame(0);
    other[37] ^= 1; // another port
    let mut arp = frame(0);
    arp[12..14].copy_from_slice(&[8, 6]);
    let snapped = &frame(9)[..40];
    let mut cut = pcap_record(order, 1, 0, snapped);
    cut[12..16].copy_from_slice(&order.u32(1_000));
    let file = [
        pcap_header(order, 0xa1b2_c3d4, 1),
        pcap_record(order, 1, 0, &other),
        pcap_record(order, 2, 0, &arp),
        cut,
        pcap_record(order, 1, 0, &[]),
        pcap_record(order, 1, 0, &frame(7)),
    ];
    let outcome = read(vec![file.concat()]).unwrap();
    assert_eq!(outcome.datagrams, [(1_000_000_000, 7)]);
    assert_eq!(outcome.watermark_ns, 2_000_000_000);
    let counters = outcome.counters;
    assert_eq!((counters.packets, counters.matched), (5, 1));
    assert_eq!(counters.reason(Reason::NoMatch), 1);
    assert_eq!(counters.reason(Reason::NotIp), 1);
    assert_eq!((counters.reason(Reason::Truncated), counters.snapped), (2, 1));
}

#[test]
fn frame_check_sequences_are_told() {
    let order = Written::Little;
    let with_fcs = [&frame(1)[..], &[1, 2, 3, 4]].concat();
    let pcap =
        [pcap_header(order, 0xa1b2_c3d4, 1 | 0x0400_0000 | 2 << 28), pcap_record(order, 0, 0, &with_fcs)]
            .concat();
    let mut reader = reader(pcap).unwrap();
    reader.step().unwrap();
    assert_eq!((reader.packet().fcs_len, reader.packet().bytes), (4, &with_fcs[..]));
}
