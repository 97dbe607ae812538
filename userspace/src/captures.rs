//! Real captures for tests. They are not part of the repository: they are read from `$XDPFEED_CAPTURES`, or from
//! `../shared/captures` beside it, and a test whose capture is absent says so and passes. Where `CI` is set, it fails,
//! unless `XDPFEED_CAPTURES=none` says that this CI has none.

use std::{
    env,
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use etherparse::{SlicedPacket, TransportSlice};
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
