//! Real captures for tests. They are not part of the repository: they are read from `$XDPFEED_CAPTURES`, or from
//! `../shared/captures` beside it, and a test whose capture is absent says so and passes. Where `CI` is set, it fails,
//! unless `XDPFEED_CAPTURES=none` says that this CI has none.

use std::{
    env,
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use flate2::read::MultiGzDecoder;
use pcap_file::{
    pcap::PcapReader,
    pcapng::{Block, PcapNgReader},
};

/// Path of a capture or of a folder of them; `None` when it is absent.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let folder = env::var_os("XDPFEED_CAPTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures"), PathBuf::from);
    let path = folder.join(relative);
    if path.exists() {
        return Some(path);
    }
    let none = folder.as_os_str() == "none";
    let reason = format!("no {}: set XDPFEED_CAPTURES to the folder of captures", path.display());
    assert!(none || env::var_os("CI").is_none(), "{reason}");
    // Not `eprintln!`: the test runner hides that of tests that pass.
    let _told = writeln!(io::stderr(), "skipped: {reason}");
    None
}

/// Every file below `folder` with this extension, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What one end of a TCP connection sent in one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// When, in nanoseconds.
    pub(crate) at_ns: u64,
    /// By the end that opened the connection.
    pub(crate) by_client: bool,
    pub(crate) bytes: Vec<u8>,
}

/// The payloads of the one TCP connection of a pcap file, in order. Panics where the capture has a hole, or repeats.
pub(crate) fn conversation(file: &Path) -> Vec<Sent> {
    let mut capture = PcapReader::new(BufReader::new(File::open(file).unwrap())).unwrap();
    let mut client = None;
    let mut next = [None; 2];
    let mut conversation = Vec::new();
    while let Some(Ok(packet)) = capture.next_packet() {
        let sliced = SlicedPacket::from_ethernet(&packet.data).unwrap();
        let (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) = (sliced.net, sliced.transport)
        else {
            continue;
        };
        let source = (ip.header().source_addr(), tcp.source_port());
        let by_client = *client.get_or_insert(source) == source;
        let next = &mut next[usize::from(by_client)];
        assert_eq!(*next.get_or_insert(tcp.sequence_number()), tcp.sequence_number(), "a hole");
        let controls = u32::from(tcp.syn()) + u32::from(tcp.fin());
        *next = Some(tcp.sequence_number().wrapping_add(controls + tcp.payload().len() as u32));
        if !tcp.payload().is_empty() {
            let at_ns = packet.timestamp.as_nanos() as u64;
            conversation.push(Sent { at_ns, by_client, bytes: tcp.payload().to_vec() });
        }
    }
    conversation
}

/// Calls `payload` with the UDP payload of every packet of a pcap or pcapng file (gzip or not) in order, up to the
/// end of the file or the first record that is cut off.
pub(crate) fn payloads(file: &Path, mut payload: impl FnMut(&[u8])) {
    let open = File::open(file).unwrap();
    let bytes: Box<dyn Read> = match file.extension() {
        Some(gz) if gz == "gz" => Box::new(MultiGzDecoder::new(open)),
        _ => Box::new(open),
    };
    let mut packet = |data: &[u8]| {
        let sliced = SlicedPacket::from_ethernet(data).unwrap();
        if let Some(TransportSlice::Udp(udp)) = sliced.transport {
            payload(udp.payload());
        }
    };
    let bytes = BufReader::new(bytes);
    if file.extension().is_some_and(|extension| extension == "pcapng") {
        let mut capture = PcapNgReader::new(bytes).unwrap();
        while let Some(Ok(block)) = capture.next_block() {
            if let Block::EnhancedPacket(block) = block {
                packet(&block.data);
            }
        }
    } else {
        let mut capture = PcapReader::new(bytes).unwrap();
        while let Some(Ok(record)) = capture.next_raw_packet() {
            packet(&record.data);
        }
    }
}
