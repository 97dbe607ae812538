//! Wrong input gets one sentence with the cause and the fix, and the right exit code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs,
    io::Write as _,
    process::{Command, Output, Stdio},
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
        (&["run", "--line", line, "--protocol", "iextp", "--workers", "0"], "not in 1..="),
        (
            &["run", "--line", line, "--protocol", "iextp", "--workers", "2", "--cpu", "0"],
            "there are 2 workers",
        ),
        (&["run", "--line", line, "--protocol", "iextp", "--cpu", "0,1"], "there is one worker"),
        (&["run", "--line", line, "--protocol", "iextp", "--workers", "2", "--cpu", "0,0"], "CPU 0 twice"),
        (
            &["run", "--line", line, "--protocol", "iextp", "--workers", "2", "--messages", "-"],
            "FILE.0, FILE.1",
        ),
        (&["run", "--mode", "fast"], "possible values"),
        (&["run", "--line", line, "--protocol", "iextp", "--receive-buffer", "9"], "for the other sources"),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "recv", "--mode", "generic"],
            "--mode is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "packet-mmap", "--control", "x"],
            "--control is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "recvmmsg", "--workers", "2"],
            "--workers is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "recvmmsg", "--steer"],
            "--steer is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "recvmmsg", "--timestamps", "xdp"],
            "--timestamps xdp is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "recv", "--state-dir", "/x"],
            "--state-dir is for --source af-xdp alone",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "io-uring", "--frames", "65536"],
            "give it 32768 at most",
        ),
        (
            &["run", "--line", line, "--protocol", "iextp", "--source", "io-uring", "--wait", "busy-poll"],
            "use --wait spin or poll",
        ),
        (
            &["run", "--line", "A=lo,vlan=7,224.0.1.1:5000", "--protocol", "iextp", "--source", "recv"],
            "name the VLAN's own device",
        ),
        (&["inspect"], "FILE"),
        (&["inspect", "x.pcap"], "add --protocol"),
        (&["inspect", "x.pcap", "--line", line, "--protocol", "iextp"], "a capture has no interfaces"),
        (&["run", "@/no/such/file"], "cannot read the file"),
        (&["fly"], "unrecognized subcommand 'fly' (--help shows"),
        (&["rum"], "subcommand 'rum'; a similar subcommand exists: 'run' (--help shows"),
        (&["run", "--lime", line], "argument '--lime' found; a similar argument exists: '--line' (--help"),
        (
            &["inspect", "--fast"],
            "argument '--fast' found; to pass '--fast' as a value, use '-- --fast' (--help",
        ),
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
fn probe_recommends_the_lines_it_was_given() {
    let with = |arguments: &[&str]| {
        let output = xdpfeed(&[&["probe", "lo"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| Some(line.split_once(" --protocol auto ")?.1.to_owned())).unwrap()
    };
    assert_eq!(with(&[]), "--line A=lo,GROUP:PORT");
    let lines = ["--line", "itch/A=lo,vlan=7,224.0.1.1:5000", "--line", "itch/B=224.0.1.2:5000"];
    assert_eq!(with(&lines), lines.join(" ").replace("B=", "B=lo,"));
}

/// `ip` is not found, so that it fails whoever runs it.
#[test]
fn a_bench_that_fails_leaves_what_it_was_to_draw_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name| directory.path().join(name);
    let [there, missing, link, behind] = ["there.svg", "missing.svg", "link.svg", "behind.svg"].map(path);
    fs::write(&there, "of last time").unwrap();
    std::os::unix::fs::symlink(&behind, &link).unwrap();
    for file in [&there, &missing, &link] {
        let mut bench = Command::new(env!("CARGO_BIN_EXE_xdpfeed"));
        let output = bench.env("PATH", "/nonexistent").args(["bench", "--plot"]).arg(file).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && !error.contains("cannot be written"), "{error}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "of last time");
    assert!(!missing.exists() && !behind.exists() && link.is_symlink());
    assert_refused(&["bench", "--plot", "/no/such/directory.svg"], 2, "cannot be written");
}

#[test]
fn help_and_version_are_no_errors() {
    for arguments in [&["--help"][..], &["run", "--help"], &["inspect", "--help"], &["--version"]] {
        let output = xdpfeed(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
}

/// A pcap file of MoldUDP64 datagrams with one message each, to 224.0.1.1:5000 from 10.0.0.1:5000.
fn capture(messages: &[Vec<u8>]) -> Vec<u8> {
    numbered(&(1..).zip(messages.iter().cloned()).collect::<Vec<_>>(), [224, 0, 1, 1])
}

/// The same with sequences and destination as given.
fn numbered(messages: &[(u64, Vec<u8>)], destination: [u8; 4]) -> Vec<u8> {
    let messages: Vec<_> = messages.iter().map(|(sequence, message)| (*sequence, 0, message)).collect();
    stamped(&messages, destination)
}

/// The same with stamps in s as well.
fn stamped(messages: &[(u64, u32, &Vec<u8>)], destination: [u8; 4]) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for (sequence, stamp_s, message) in messages {
        let length = (message.len() as u16).to_be_bytes();
        let packet = [&b"SESSION001"[..], &sequence.to_be_bytes(), &[0, 1], &length, message].concat();
        let builder = etherparse::PacketBuilder::ethernet2([2; 6], [1, 0, 0x5e, 0, 1, 1]);
        let builder = builder.ipv4([10, 0, 0, 1], destination, 8).udp(5000, 5000);
        let mut frame = Vec::new();
        builder.write(&mut frame, &packet).unwrap();
        let length = (frame.len() as u32).to_le_bytes();
        file.extend([&stamp_s.to_le_bytes()[..], &[0; 4], &length, &length, &frame].concat());
    }
    file
}

#[test]
fn a_protocol_is_recognised_or_refused_with_the_names_to_choose_from() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("feed.pcap");
    let path = path.to_str().unwrap();
    let inspect = |length: usize| {
        let message = [&b"A"[..], &vec![0; length - 1]].concat();
        fs::write(path, capture(&vec![message; 20])).unwrap();
        let output = xdpfeed(&["inspect", "--json", "--protocol", "auto", path]);
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(summary["ledger"]["balanced"], true);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        (output.status.code(), said, summary)
    };

    let (code, said, summary) = inspect(36);
    assert!(said.contains("channel 224.0.1.1:5000 is taken for moldudp64/itch50: "), "{said}");
    assert_eq!((code, &summary["channels"][0]["protocol"]), (Some(0), &"moldudp64/itch50".into()));
    assert_eq!(summary["channels"][0]["messages"], 20);
    assert!(said.contains(summary["notes"][0].as_str().unwrap()), "{said}");

    let (code, said, summary) = inspect(37);
    let fix = "--protocol 224.0.1.1:5000=moldudp64/asx-trade-itch or moldudp64/jpx-itch";
    assert!(said.contains(fix), "{said}");
    assert_eq!((code, &summary["channels"][0]["protocol"]), (Some(2), &"auto".into()));
    assert_eq!(summary["ledger"]["entries"]["framing_unrecognised"], 20);
}

#[test]
fn a_capture_without_a_datagram_is_balanced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("header.pcap");
    fs::write(&path, capture(&[])).unwrap();
    let output = xdpfeed(&["inspect", "--json", "--protocol", "auto", path.to_str().unwrap()]);
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["ledger"]["balanced"], true, "{summary:#}");
}

/// The notes `inspect` has for a capture of MoldUDP64; the ledger must be balanced.
fn notes(capture: &[u8], arguments: &[&str]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("feed.pcap");
    fs::write(&path, capture).unwrap();
    let command = ["inspect", "--json", "--protocol", "moldudp64", path.to_str().unwrap()];
    let output = xdpfeed(&[&command[..], arguments].concat());
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["ledger"]["balanced"], true, "{summary:#}");
    summary["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect()
}

#[test]
fn messages_thrown_away_are_told() {
    let jumping: Vec<_> = (0..20).map(|place| (1 + place * 100_000, vec![b'?'; 9])).collect();
    let jumping = numbered(&jumping, [224, 0, 1, 1]);
    let told = notes(&jumping, &[]);
    let begins = "224.0.1.1:5000: 19 messages were thrown away, for they lay further ahead than 512";
    assert!(told.len() == 1 && told[0].starts_with(begins), "{told:?}");
    assert_eq!(notes(&jumping, &["--unsequenced"]), [""; 0]);
}

#[test]
fn a_protocol_that_reads_next_to_nothing_is_told_with_the_fix() {
    let feed = capture(&vec![vec![b'?'; 36]; 20]);
    for (protocol, told) in [
        ("memx", "20 of 20 datagrams cannot be read to their end as memx"),
        ("moldudp64/itch50", "20 of 20 messages cannot be read as moldudp64/itch50: "),
    ] {
        let told_by = notes(&feed, &["--protocol", &format!("224.0.1.1:5000={protocol}")]);
        assert_eq!(told_by.len(), 1, "{told_by:?}");
        assert!(told_by[0].starts_with(told) && told_by[0].contains("--protocol auto"), "{told_by:?}");
    }
    // As if there were no message in them: heartbeats with something behind.
    let mut heartbeats = feed.clone();
    for record in heartbeats[24..].chunks_mut((feed.len() - 24) / 20) {
        record[16 + 14 + 20 + 8 + 19] = 0;
    }
    let told = notes(&heartbeats, &[]);
    assert!(
        told[0].starts_with("20 of 20 datagrams cannot be read to their end as moldudp64/raw"),
        "{told:?}"
    );
    let mut stray = numbered(&[(1, vec![b'?'; 9])], [224, 0, 0, 251]);
    stray.truncate(stray.len() - 1);
    assert_eq!(notes(&[&feed[..], &stray[24..]].concat(), &[]), [""; 0]);
}

#[test]
fn packets_that_are_no_lines_are_told_with_what_they_are() {
    let feed =
        |destination| numbered(&(1..=9).map(|place| (place, vec![b'?'; 9])).collect::<Vec<_>>(), destination);
    let (unicast, multicast) = (feed([10, 0, 0, 2]), feed([224, 0, 1, 1]));
    let says = |told: &[String], begins: &[&str]| {
        assert_eq!(told.len(), begins.len(), "{told:?}");
        assert!(told.iter().zip(begins).all(|(told, begins)| told.starts_with(begins)), "{told:?}");
    };
    let named = "were UDP to destinations that are not multicast";
    says(
        &notes(&unicast, &[]),
        &[&format!("no datagram was for a line: 9 of the capture's 9 packets {named}")],
    );
    says(&notes(&[&multicast[..], &unicast[24..]].concat(), &[]), &[&format!("9 packets {named}")]);
    // All but the last say that more of their datagram follows.
    let mut fragments = unicast.clone();
    for record in fragments[24..].chunks_mut((unicast.len() - 24) / 9).take(8) {
        record[16 + 20] = 0x20;
    }
    says(
        &notes(&fragments, &[]),
        &["no datagram was for a line: 8 of the capture's 9 packets were IP fragments"],
    );
    says(&notes(&unicast, &["--line", "A=10.0.0.2:5000"]), &[]);
    let others = "no datagram was for a line: 9 of the capture's 9 packets were UDP to other destinations";
    says(&notes(&unicast, &["--line", "A=224.0.1.1:5000"]), &[others]);
    // What was captured of each packet is 50 bytes.
    let mut cut = multicast[..24].to_vec();
    for record in multicast[24..].chunks(multicast[24..].len() / 9) {
        cut.extend([&record[..8], &50_u32.to_le_bytes(), &record[12..16 + 50]].concat());
    }
    says(
        &notes(&cut, &[]),
        &["no datagram was for a line: 9 of the capture's 9 packets were cut by the capture's snap length"],
    );
}

/// A pcapng file with an interface of Ethernet and one of USB (249), and packets of these.
fn of_two_links(packets: &[(u32, &[u8])]) -> Vec<u8> {
    let word = |value: usize| (value as u32).to_le_bytes();
    let block = |kind: u32, body: &[u8]| {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = word(12 + body.len() + padding.len());
        [&kind.to_le_bytes()[..], &length, body, &padding, &length].concat()
    };
    let section = [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let head = [
        block(0x0a0d_0d0a, &section),
        block(1, &[1, 0, 0, 0, 0, 0, 0, 0]),
        block(1, &[249, 0, 0, 0, 0, 0, 0, 0]),
    ];
    let packets = packets.iter().map(|(interface, packet)| {
        let length = word(packet.len());
        block(6, &[&interface.to_le_bytes()[..], &[0; 8], &length, &length, packet].concat())
    });
    head.into_iter().chain(packets).collect::<Vec<_>>().concat()
}

#[test]
fn packets_of_a_link_that_is_not_read_are_counted_beside_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("feed.pcapng");
    let command = ["inspect", "--json", "--protocol", "moldudp64", path.to_str().unwrap()];
    let (usb, ethernet) = ((1, &[0xff; 64][..]), (0, &capture(&[vec![b'?'; 9]])[40..]));
    for packets in [[usb, ethernet, usb], [ethernet, usb, usb]] {
        fs::write(&path, of_two_links(&packets)).unwrap();
        let output = xdpfeed(&command);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(summary["ledger"]["balanced"], true, "{summary:#}");
        assert_eq!(
            (&summary["packets"]["received"], &summary["packets"]["passed"]["unread_link"]),
            (&1.into(), &2.into())
        );
        let note = summary["notes"][0].as_str().unwrap();
        assert!(note.starts_with("2 packets were of another link type (249 the first)"), "{note}");
    }
    fs::write(&path, of_two_links(&[usb; 3])).unwrap();
    assert_refused(&command, 2, "holds packets of link type 249, which is not read");
}

#[test]
fn a_named_pipe_that_nobody_reads_to_the_end_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let [file, pipe] = ["feed.pcap", "messages"].map(|name| directory.path().join(name));
    fs::write(&file, capture(&vec![vec![b'?'; 900]; 1_000])).unwrap();
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let (file, pipe) = (file.to_str().unwrap(), pipe.to_str().unwrap());
    let mut reader = Command::new("head").args(["-c", "100", pipe]).stdout(Stdio::null()).spawn().unwrap();
    let output = xdpfeed(&["inspect", "--protocol", "moldudp64", "--messages", pipe, file]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("cannot write messages to {pipe}")), "{said}");
    assert_eq!(output.status.code(), Some(1));
    reader.wait().unwrap();
}

/// Neither the capture itself nor, before the captures are open, the messages of last time.
#[test]
fn nothing_is_overwritten_before_there_is_something_to_write() {
    let directory = tempfile::tempdir().unwrap();
    let [file, link, messages] =
        ["feed.pcap", "link.pcap", "messages"].map(|name| directory.path().join(name));
    let bytes = capture(&vec![vec![b'?'; 9]; 3]);
    fs::write(&file, &bytes).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    fs::write(&messages, "of last time, which was longer than what comes now\n".repeat(99)).unwrap();
    let of_last_time = fs::read(&messages).unwrap();
    let [file, link, messages] = [&file, &link, &messages].map(|path| path.to_str().unwrap());

    for to in [file, link] {
        assert_refused(
            &["inspect", "--protocol", "moldudp64", "--messages", to, file],
            2,
            "name another file",
        );
        assert_eq!(fs::read(file).unwrap(), bytes);
    }
    for wrong in
        [&["--protocol", "moldudp64", "no-such-file"][..], &["--protocol", "moldudp64", "/dev/null"], &[file]]
    {
        let output = xdpfeed(&[&["inspect", "--messages", messages], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert_eq!(fs::read(messages).unwrap(), of_last_time, "{wrong:?}");
    }
    for (read, lines) in [(file, 3), ("/dev/stdin", 0)] {
        fs::write(messages, &of_last_time).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_xdpfeed"))
            .args(["inspect", "--protocol", "moldudp64", "--messages", messages, read])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&capture(&[])).unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(fs::read_to_string(messages).unwrap().lines().count(), lines);
    }
}

/// A clock that is put back by more than the reorder window is wide does not close it.
#[test]
fn a_capture_whose_clock_goes_back_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("feed.pcap");
    let message = vec![b'?'];
    for stamps in [[9, 5, 5, 5], [9, 7, 5, 3], [u32::MAX, 5, 5, 5]] {
        let sequences = [1, 3, 2, 4];
        let packets: Vec<_> = std::iter::zip(sequences, stamps)
            .map(|(sequence, stamp_s)| (sequence, stamp_s, &message))
            .collect();
        fs::write(&path, stamped(&packets, [224, 0, 1, 1])).unwrap();
        let output = xdpfeed(&["inspect", "--json", "--protocol", "moldudp64", path.to_str().unwrap()]);
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let channel = &summary["channels"][0];
        assert_eq!((&channel["messages"], &channel["gaps"]), (&4.into(), &0.into()), "{stamps:?}");
    }
}
