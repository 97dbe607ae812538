//! `xdpfeed bench`: every path receives, and the accounts of sender and receiver agree. What the figures are is the
//! machine's business.

use std::{fs, process::Command};

use anyhow::Result;
use serde_json::Value;

use crate::feed;

#[test]
fn every_path_receives_and_has_figures() -> Result<()> {
    if !e2e::root() {
        return Ok(());
    }
    let mut bench = Command::new(e2e::xdpfeed_binary()?);
    bench.args(["bench", "--json", "--rounds", "1", "--trial", "0.08", "--messages", "4"]);
    let report: Value = feed::finish(&mut bench)?.json()?;
    let paths: Vec<&Value> = report["paths"].as_array().into_iter().flatten().collect();
    assert!(paths.len() > 10, "{report:#}");
    assert!(report["clock_alone_ns"]["calmest"]["p50"].as_u64() > Some(0), "{report:#}");
    let cpus = &report["cpus"];
    assert!(cpus["round_trip_ns"].as_f64() > Some(0.0) && cpus["trials"].as_u64() > Some(100), "{report:#}");
    for state in ["apart", "shared"] {
        assert!(cpus[state].is_u64() && cpus[state].as_u64() <= cpus["trials"].as_u64(), "{report:#}");
    }
    for path in paths {
        if path["name"] == "af-xdp-zero-copy" {
            let why = path["unavailable"].as_str().unwrap_or_default();
            assert!(why.contains("zero-copy"), "veth has none: {path:#}");
            continue;
        }
        // Kernels from 6.13 on poll no copying AF_XDP socket of a veth.
        let why = path["unavailable"].as_str().unwrap_or_default();
        if path["name"] == "af-xdp-copy" && path["wait"] == "busy-poll" && why.contains("BusyPollRxPackets") {
            continue;
        }
        assert!(path["unavailable"].is_null(), "{path:#}");
        assert!(path["top_speed"]["packets_per_second"].as_f64() > Some(0.0), "{path:#}");
        // Either a rate without loss, or what was lost.
        assert_ne!(path["packets_per_second_lossless"].is_null(), path["loss"].is_null(), "{path:#}");
        assert_eq!(path["trials_with_loss"].is_null(), path["loss"].is_object(), "{path:#}");
        if path["name"] != "xdp-drop" && path["name"] != "af-xdp-bare" {
            for load in ["20kpps", "half", "burst"] {
                let latency = &path["latency_ns"][load];
                assert!(latency["p50"].as_u64() > Some(0), "{load}: {path:#}");
                let calmest = &latency["calmest"];
                assert!(calmest["p50"].as_u64() > Some(0), "{load}: {path:#}");
                assert!(calmest["max"].as_u64() <= latency["max"].as_u64(), "{load}: {path:#}");
            }
            assert!(path["ratio"]["top_speed"]["value"].as_f64() > Some(0.0), "{path:#}");
        }
    }
    Ok(())
}

/// Before anything is measured.
#[test]
fn what_cannot_be_measured_is_refused() -> Result<()> {
    for (arguments, says) in [
        (&["--cpus", "0,0"][..], "one CPU"),
        (&["--messages", "36"], "36"),
        (&["--paths", "af-xdp-bare", "--waits", "poll"], "nothing to compare"),
        (&["--plot", "/nowhere/bench.svg"], "cannot be written"),
    ] {
        let mut bench = Command::new(e2e::xdpfeed_binary()?);
        let finished = feed::finish(bench.arg("bench").args(arguments))?;
        assert_eq!(finished.status.code(), Some(2), "{finished:?}");
        assert!(finished.stderr.contains(says), "{finished:?}");
    }
    Ok(())
}

/// Nothing is measured that was not asked for: ordinary pages in place of huge ones.
#[test]
fn huge_pages_that_are_not_reserved_are_no_ordinary_ones() -> Result<()> {
    if !e2e::root() {
        return Ok(());
    }
    let free = fs::read_to_string("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    if free.is_ok_and(|free| free.trim() != "0") {
        e2e::cannot_run("this host has huge pages to spare");
        return Ok(());
    }
    let mut bench = Command::new(e2e::xdpfeed_binary()?);
    bench.args(["bench", "--trial", "0.08", "--rounds", "1", "--paths", "af-xdp-copy", "--waits", "spin"]);
    let finished = feed::finish(bench.args(["--hugepages", "--memory", "2"]))?;
    assert_eq!(finished.status.code(), Some(1), "{finished:?}");
    assert!(finished.stderr.contains("`sysctl vm.nr_hugepages=1`"), "{finished:?}");
    Ok(())
}
