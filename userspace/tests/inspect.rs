//! `xdpfeed inspect` over captures nobody here wrote: the counts a correct reader gets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

#[allow(dead_code, reason = "shared with the unit tests")]
#[path = "../src/captures.rs"]
mod captures;

/// The summary of a capture, which must be balanced and complete.
fn inspect(file: &Path, arguments: &[&str]) -> Value {
    let command = [&["inspect", "--json"], arguments].concat();
    let output = Command::new(env!("CARGO_BIN_EXE_xdpfeed")).args(command).arg(file).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", file.display());
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["ledger"]["balanced"], true, "{}: {}", file.display(), summary["ledger"]["broken"]);
    assert_eq!(summary["packets"]["malformed"], 0, "{}", file.display());
    summary
}

fn sum(summary: &Value, field: &str) -> u64 {
    summary["channels"].as_array().unwrap().iter().map(|channel| channel[field].as_u64().unwrap()).sum()
}

fn by_type(summary: &Value) -> BTreeMap<String, u64> {
    let mut types = BTreeMap::new();
    for channel in summary["channels"].as_array().unwrap() {
        for (label, count) in channel["messages_by_type"].as_object().unwrap() {
            *types.entry(label.clone()).or_default() += count.as_u64().unwrap();
        }
    }
    types
}

fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
}

#[test]
fn deep10() {
    let Some(file) = captures::path("iex/DEEP10.pcap.gz") else { return };
    let summary = inspect(&file, &["--protocol", "iextp/deep", "--line", "iex/A=224.2.3.10:16648"]);
    assert_eq!(summary["packets"]["received"], 121_314);
    assert_eq!(summary["capture_truncated"], 1);
    assert_eq!((sum(&summary, "messages"), sum(&summary, "heartbeats")), (391_999, 7_937));
    assert_eq!((sum(&summary, "resets"), sum(&summary, "gaps")), (11, 0));
    #[rustfmt::skip]
    assert_eq!(by_type(&summary), counts(&[
        ("S", 44), ("H", 93_638), ("O", 93_638), ("P", 93_636), ("8", 12_941), ("5", 14_627), ("T", 83_343),
        ("E", 59), ("B", 73),
    ]));
}

/// An A/B pair of ST 2022-7, off by one packet at both ends.
#[test]
fn redundant_audio() {
    let Some(file) = captures::path("st2022-7/ST2022-7-Audio.pcap") else { return };
    let lines = ["--line", "av/A=239.1.2.1:6000", "--line", "av/B=239.1.2.2:6000"];
    let summary = inspect(&file, &[&["--protocol", "rtp"], &lines[..]].concat());
    let lines =
        |field: &str| [0, 1].map(|line| summary["channels"][0]["lines"][line][field].as_u64().unwrap());
    assert_eq!((sum(&summary, "messages"), sum(&summary, "duplicates")), (16_001, 15_999));
    assert_eq!((sum(&summary, "gaps"), sum(&summary, "late"), sum(&summary, "resets")), (0, 0, 0));
    assert_eq!((lines("packets"), lines("first")), ([16_000, 16_000], [10_619, 5_382]));
}

#[test]
fn one_line_of_audio() {
    let Some(file) = captures::path("st2022-7/l24_48000_8ch_0125.pcap") else { return };
    let summary = inspect(&file, &["--protocol", "rtp", "--line", "av/A=239.32.37.1:50030"]);
    assert_eq!(summary["packets"]["received"], summary["channels"][0]["messages"]);
    assert_eq!((sum(&summary, "gaps"), sum(&summary, "streams")), (0, 1));
}

#[test]
fn deribit() {
    let Some(file) = captures::path("deribit/sample_capture_v1_6.pcapng") else { return };
    let summary = inspect(&file, &["--protocol", "deribit"]);
    assert_eq!(summary["packets"]["received"], 5_066);
    // 22 groups, some on two ports.
    let destinations = summary["channels"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap());
    let groups: BTreeSet<&str> = destinations.map(|name| name.split_once(':').unwrap().0).collect();
    assert_eq!(groups.len(), 22);
    assert_eq!((sum(&summary, "messages"), sum(&summary, "streams"), sum(&summary, "gaps")), (6_780, 29, 0));
    #[rustfmt::skip]
    assert_eq!(by_type(&summary), counts(&[
        ("1000", 194), ("1001", 1064), ("1002", 332), ("1003", 4211), ("1004", 197), ("1005", 60),
        ("1006", 60), ("1008", 468), ("1010", 194),
    ]));
    let Some(file) = captures::path("deribit/price_index.pcapng") else { return };
    let summary = inspect(&file, &["--protocol", "deribit"]);
    assert_eq!((sum(&summary, "streams"), sum(&summary, "gaps")), (2, 0));
}

/// What each venue's samples are in. Which messages each file holds is in the codecs' own tests.
const SAMPLES: &[(&str, &str)] = &[
    ("omi/Cboe", "cboe/pitch"),
    ("omi/Iex/DeepPlus.IexTp.1.0.2", "iextp/deep+"),
    ("omi/Iex/Tops.IexTp.v1.5", "iextp/tops"),
    ("omi/Nasdaq", "moldudp64/itch50"),
    ("omi/Asx", "moldudp64/asx-itch"),
    ("omi/Nyse", "nyse/pillar"),
    ("omi/Cme", "mdp3"),
    ("omi/Eurex", "eobi6"),
    ("omi/Memx", "memx"),
    ("omi/Siac", "opra"),
];

/// A sample that is of another venue than its folder.
const STRAY: (&str, &str) =
    ("omi/Memx/Equities.MemiorDepth.v1.3/StockTradingActionMessage.pcap", "moldudp64/itch50");

/// Every message of every sample is read. Some have had addresses and sequences wiped out: none is believed.
#[test]
fn samples() {
    let Some(root) = captures::path("omi") else { return };
    let stray = captures::path(STRAY.0).unwrap();
    let mut seen: Vec<PathBuf> = Vec::new();
    for (folder, protocol) in SAMPLES {
        for file in captures::files(&captures::path(folder).unwrap(), "pcap") {
            let protocol = if file == stray { STRAY.1 } else { protocol };
            let summary = inspect(&file, &["--unsequenced", "--protocol", protocol]);
            assert_eq!(summary["packets"]["passed"], json!({}), "{}", file.display());
            for channel in summary["channels"].as_array().unwrap() {
                assert_eq!(channel["messages_malformed"], json!({}), "{}", file.display());
            }
            // A heartbeat may hold none; OPRA's is a control message.
            let heartbeat =
                file.file_stem().is_some_and(|name| name == "Heartbeat" || name == "ControlMessage");
            assert!(sum(&summary, "messages") > 0 || heartbeat, "{}", file.display());
            seen.push(file);
        }
    }
    let missed = captures::files(&root, "pcap").into_iter().find(|file| !seen.contains(file));
    assert_eq!(missed, None, "every sample is of a venue named above");
}
