//! Wrong input gets one sentence with the cause and the fix, and the right exit code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs,
    process::{Command, Output},
};

fn xdpfeed(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xdpfeed")).args(arguments).output().unwrap()
}

fn assert_refused(arguments: &[&str], code: i32, says: &str) {
    let output = xdpfeed(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    assert!(text.contains(says), "{arguments:?}: {text}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote to standard output");
    assert!(!text.contains("panicked"), "{text}");
    assert_eq!(text.lines().count(), 1, "one sentence: {text}");
}

#[test]
fn usage_is_refused_with_the_fix() {
    let line = "itch/A=lo,224.0.1.1:5000";
    for (arguments, says) in [
        (&["run"][..], "add --line"),
        (&["run", "--line", line], "--protocol itch="),
        (&["run", "--line", "A=224.0.1.1:5000", "--protocol", "iextp"], "names no interface"),
        (&["run", "--line", line, "--protocol", "mold"], "there is no framing 'mold'; there is moldudp64"),
        (&["run", "--line", line, "--protocol", "iextp/itch"], "there is no codec 'itch'"),
        (&["run", "--line", "itch/A=lo", "--protocol", "iextp"], "is not GROUP:PORT"),
        (&["run", "--line", line, "--protocol", "iextp", "--queues", "x"], "neither all nor a list"),
        (&["run", "--line", line, "--protocol", "iextp", "--seconds", "0"], "above 0"),
        (&["run", "--line", line, "--protocol", "iextp", "--reorder-window", "9"], "PACKETS,MICROSECONDS"),
        (&["run", "--line", line, "--protocol", "iextp", "--frames", "1000"], "power of two"),
        (&["run", "--line", line, "--protocol", "iextp", "--frame-size", "1000"], "neither 2048 nor 4096"),
        (&["run", "--line", line, "--protocol", "iextp", "--cpu", "9999"], "this process may use"),
        (&["run", "--mode", "fast"], "possible values"),
        (&["inspect"], "FILE"),
        (&["inspect", "x.pcap"], "add --protocol"),
        (&["inspect", "x.pcap", "--line", line, "--protocol", "iextp"], "a capture has no interfaces"),
        (&["run", "@/no/such/file"], "cannot read the file"),
        (&["fly"], "unrecognized subcommand"),
    ] {
        assert_refused(arguments, 2, says);
    }
}

#[test]
fn what_is_no_capture_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let missing = directory.path().join("missing.pcap");
    for path in [
        file("empty.pcap", b""),
        file("text.pcap", b"this is no capture, but long enough to be one"),
        file("cut.pcap", &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0]),
        missing.to_str().unwrap().to_owned(),
    ] {
        assert_refused(&["inspect", "--protocol", "iextp", &path], 2, &path);
    }
}

#[test]
fn an_interface_that_is_not_there_is_named() {
    let line = "itch/A=nosuch0,224.0.1.1:5000";
    assert_refused(&["run", "--line", line, "--protocol", "iextp"], 2, "no interface 'nosuch0' here");
}

#[test]
fn help_and_version_are_no_errors() {
    for arguments in [&["--help"][..], &["run", "--help"], &["inspect", "--help"], &["--version"]] {
        let output = xdpfeed(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
}
