//! Without XDP: every other source counts the same of the same feed, and is as hard to unsettle.

use std::net::UdpSocket;
use std::time::Instant;

use anyhow::{Result, ensure};
use e2e::{VethOptions, VethPair};
use serde_json::Value;

use crate::feed::{self, number};
use crate::frames::{self, frame, mold};
use crate::network;

/// Every source but AF_XDP.
const SOURCES: &[&str] = &["recv-copy", "recv", "recvmsg", "recvmmsg", "io-uring", "packet-mmap"];

/// A short feed, slow enough for a busy machine: 1,000 packets a line.
const SHORT: &[&str] = &["--rate", "5000", "--packets", "1000", "--seed", "3"];

/// What must not depend on the source: everything of the channels, and the packets.
fn shared(account: &Value) -> [&Value; 2] {
    ["/channels", "/packets/received"].map(|part| account.pointer(part).unwrap_or(&Value::Null))
}

/// The same seed sends the same packets.
#[test]
fn every_source_counts_what_af_xdp_counts() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let (by_xdp, truth) = feed::exchange(&network, &[], SHORT)?;
    feed::assert_all_received(&by_xdp, &truth);
    for (source, wait) in SOURCES.iter().zip(["spin", "poll"].iter().cycle()) {
        let (account, truth) = feed::exchange(&network, &["--source", source, "--wait", wait], SHORT)?;
        feed::assert_all_received(&account, &truth);
        assert_eq!(account["mode"], *source);
        assert_eq!(number(&account, "/packets/received"), number(&by_xdp, "/packets/received"));
        let messages = |account: &Value| account["channels"][0]["messages_by_type"].clone();
        assert_eq!(messages(&account), messages(&by_xdp), "{source}");
        assert!(shared(&account).iter().all(|part| !part.is_null()));
        network.is_clean()?;
    }
    Ok(())
}

/// One line, so that reading its one socket is what waits, and `SO_BUSY_POLL`.
#[test]
fn a_single_socket_blocks_or_busy_polls() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for (source, wait) in [("recv", "poll"), ("recvmsg", "poll"), ("recvmmsg", "poll"), ("recv", "busy-poll")]
    {
        let (account, truth) = feed::exchange(&network, &["--source", source, "--wait", wait], SHORT)?;
        feed::assert_all_received(&account, &truth);
    }
    Ok(())
}

#[test]
fn ipv6_and_one_source_alone() -> Result<()> {
    let options = VethOptions { ipv6: true, ..VethOptions::default() };
    let Some(network) = network(1, options)? else { return Ok(()) };
    let (group6, group4) = ("[ff15::77:1]:26477", "232.1.1.1:26477");
    for source in SOURCES {
        let run = |lines: &[String]| -> Result<e2e::Process> {
            let mut run =
                feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50", "--source", source])?;
            for line in lines {
                run.args(["--line", line]);
            }
            feed::receiver(&mut run)
        };
        let publish = |group: &str| {
            let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
            publish.args(["publish", "--line", &format!("A=tx1,{group}")]).args(SHORT);
            feed::truth(&mut publish)
        };
        let receiver = run(&[format!("itch/A=rx1,{group6}")])?;
        let truth = publish(group6)?;
        feed::assert_all_received(&receiver.interrupt()?.json()?, &truth);
        let receiver =
            run(&[format!("ours/A=rx1,10.77.1.1@{group4}"), format!("theirs/A=rx1,10.77.1.9@{group4}")])?;
        let truth = publish(group4)?;
        let account = receiver.interrupt()?.json()?;
        feed::assert_all_received(&account, &truth);
        assert_eq!(number(&account, "/channels/1/lines/0/packets"), 0, "{source}");
    }
    Ok(())
}

/// A packet ring for each queue, and each packet in one of them.
#[test]
fn packets_of_several_queues_come_in_rings_of_their_own() -> Result<()> {
    const QUEUES: u32 = 4;
    let options = VethOptions { queues: QUEUES, ..VethOptions::default() };
    let Some(network) = network(1, options)? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--source", "packet-mmap"])?)?;
    let cpu = e2e::cpus().map_or(0, |(sender, _)| sender);
    let mut sent = 0;
    for queue in 0..QUEUES {
        network.lines[0].steer(&network.publisher, cpu, queue, QUEUES)?;
        let session = format!("QUEUE{queue}");
        let arguments = ["--rate", "5000", "--packets", "100", "--session", &session];
        sent += feed::packets_sent(&feed::truth(&mut feed::publish(&network, &arguments)?)?);
    }
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), sent);
    assert_eq!(number(&account, "/ledger/entries/packet_rings"), u64::from(QUEUES));
    assert_eq!(number(&account, "/ledger/entries/packet_rings_used"), u64::from(QUEUES));
    network.is_clean()
}

/// A receive buffer too small, its receiver stopped: what was sent was received or is a drop of the socket's.
#[test]
fn a_full_receive_buffer_has_its_name() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for (source, drops) in [
        ("recvmmsg", "udp_socket_drops"),
        ("io-uring", "udp_socket_drops"),
        ("packet-mmap", "packet_socket_drops"),
    ] {
        let run_with = ["--source", source, "--receive-buffer", "4096", "--frames", "64"];
        let receiver = feed::receiver(&mut feed::run(&network, &run_with)?)?;
        receiver.pause()?;
        let truth = feed::truth(&mut feed::publish(&network, &["--rate", "20000", "--packets", "20000"])?)?;
        receiver.resume()?;
        let account = receiver.interrupt()?.json()?;
        feed::assert_balanced(&account);
        let dropped = number(&account, &format!("/ledger/entries/{drops}"));
        assert!(dropped > 0, "{source}: {account:#}");
        assert_eq!(number(&account, "/packets/received") + dropped, feed::packets_sent(&truth), "{source}");
        let notes = account["notes"].to_string();
        assert!(notes.contains("--receive-buffer"), "{notes}");
    }
    Ok(())
}

/// The IP stack drops a damaged datagram: a short one before a socket has it, a longer one as it is read, which is a drop
/// of the socket's.
#[test]
fn a_damaged_datagram_is_told_as_one() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for ((len, drops), source) in [(40, 0), (200, 1)]
        .into_iter()
        .flat_map(|of| ["recv", "recvmmsg", "io-uring"].map(|source| (of, source)))
    {
        let mut sent: Vec<_> = (1..=10).map(|sequence| frame(&mold(sequence, len))).collect();
        *sent[4].last_mut().expect("a frame has bytes") ^= 1;
        let receiver = feed::receiver(&mut feed::run(&network, &["--source", source])?)?;
        frames::send(&network, &sent)?;
        let account = receiver.interrupt()?.json()?;
        feed::assert_balanced(&account);
        assert_eq!(number(&account, "/packets/received"), 9, "{source}: {account:#}");
        assert_eq!(number(&account, "/channels/0/messages_lost"), 1, "{source}: {account:#}");
        assert_eq!(number(&account, "/ledger/entries/udp_socket_drops"), drops, "{source}: {account:#}");
        let notes = account["notes"].to_string();
        assert!(
            notes.contains("1 UDP datagrams came to this host with wrong checksums"),
            "{source}: {notes}"
        );
        assert!(!notes.contains("was put off its CPU"), "no worker was too slow: {source}: {notes}");
    }
    Ok(())
}

/// A datagram that the kernel put together from fragments and that is longer than the buffers: sockets count it, packet
/// sockets see its fragments.
#[test]
fn what_is_longer_than_a_buffer_is_never_cut() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for source in SOURCES {
        let receiver = feed::receiver(&mut feed::run(&network, &["--source", source])?)?;
        network.publisher.inside(|| -> Result<()> {
            let socket = UdpSocket::bind("10.77.1.1:0")?;
            let to: std::net::SocketAddr = feed::GROUPS[0].parse()?;
            nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::BindToDevice, &"tx1".into())?;
            socket.send_to(&[0; 5000], to)?;
            Ok(())
        })??;
        let account = receiver.interrupt()?.json()?;
        feed::assert_balanced(&account);
        assert_eq!(number(&account, "/packets/received"), 0, "{source}: {account:#}");
        match *source {
            // 5,008 bytes in packets of 1,500.
            "packet-mmap" => assert_eq!(number(&account, "/packets/passed/fragment"), 4),
            _ => {
                assert_eq!(number(&account, "/ledger/entries/source_truncated"), 1, "{source}");
                let notes = account["notes"].to_string();
                assert!(notes.contains("up to 5000 bytes") && notes.contains("dev rx1 mtu 5000"), "{notes}");
            }
        }
    }
    Ok(())
}

/// The feed goes on while the receiver stops: it ends all the same, and what the kernel handed over is what was read.
#[test]
fn each_ends_in_the_middle_of_a_feed() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    for source in SOURCES {
        let run_with = ["--source", source, "--packets", "500"];
        let receiver = feed::receiver(&mut feed::run(&network, &run_with)?)?;
        let endless = ["--rate", "5000", "--packets", "1000000"];
        let mut publisher = e2e::Process::start("xdpfeed publish", &mut feed::publish(&network, &endless)?)?;
        let account = receiver.finish(feed::LONGEST)?.json()?;
        feed::assert_balanced(&account);
        assert!(number(&account, "/packets/received") >= 500, "{source}");
        assert_eq!(number(&account, "/channels/0/messages_lost"), 0, "{source}: {account:#}");
        assert!(!publisher.has_ended()?, "{source}: the feed went on");
    }
    Ok(())
}

/// One that is made anew under the name at once is another: nothing is bound to it.
#[test]
fn an_interface_that_goes_away_ends_the_run_though_its_name_is_there_again() -> Result<()> {
    for source in ["recvmmsg", "packet-mmap"] {
        let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
        let receiver = feed::receiver(&mut feed::run(&network, &["--source", source, "--wait", "poll"])?)?;
        network.receiver.ip("link delete rx1")?;
        let _anew = VethPair::new(&network.publisher, &network.receiver, 1, VethOptions::default())?;
        let finished = receiver.finish(feed::LONGEST)?;
        assert_eq!(finished.status.code(), Some(1), "{source}: {finished:?}");
        assert!(finished.stderr.contains("interface rx1 is gone"), "{finished:?}");
        assert!(finished.stdout.contains("balanced"), "with its summary: {finished:?}");
    }
    Ok(())
}

/// It is the same one: its sockets go on receiving, on a path that waits for them, too.
#[test]
fn an_interface_that_is_renamed_or_down_for_a_moment_is_received_from() -> Result<()> {
    for source in ["recvmmsg", "packet-mmap"] {
        let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
        let mut receiver =
            feed::receiver(&mut feed::run(&network, &["--source", source, "--wait", "poll"])?)?;
        network.receiver.ip("link set rx1 down")?;
        network.receiver.ip("link set rx1 name other1")?;
        network.receiver.ip("link set other1 up")?;
        receiver.wait_for_words("rx1 is called other1 now")?;
        let begun = Instant::now();
        while !network.publisher.ip("link show dev tx1")?.contains("state UP") {
            ensure!(begun.elapsed() < feed::LONGEST, "tx1 did not come up again");
        }
        let truth = feed::truth(&mut feed::publish(&network, SHORT)?)?;
        feed::assert_all_received(&receiver.interrupt()?.json()?, &truth);
    }
    Ok(())
}

/// The kernel drops every IPv6 membership of an interface whose MTU falls below IPv6's least, and those of sockets that
/// receive with them.
#[test]
fn a_membership_that_is_dropped_is_joined_again_where_it_is_received() -> Result<()> {
    const GROUP: &str = "ff15::77:1";
    for source in SOURCES {
        let options = VethOptions { ipv6: true, ..VethOptions::default() };
        let Some(network) = network(1, options)? else { return Ok(()) };
        let mut run =
            feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50", "--source", source])?;
        run.arg("--line").arg(format!("itch/A=rx1,[{GROUP}]:26477"));
        let mut receiver = feed::receiver(&mut run)?;
        network.receiver.ip("link set rx1 mtu 1000")?;
        receiver.wait_for_words(&format!("{GROUP} is no longer joined, and cannot be"))?;
        network.receiver.ip("link set rx1 mtu 1500")?;
        network.receiver.set("net/ipv6/conf/rx1/disable_ipv6", "0")?;
        receiver.wait_for_words(&format!("{GROUP} was no longer joined: joined again"))?;
        let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
        publish.args(["publish", "--line", &format!("A=tx1,[{GROUP}]:26477")]).args(SHORT);
        let truth = feed::truth(&mut publish)?;
        let account = receiver.interrupt()?.json()?;
        feed::assert_all_received(&account, &truth);
        assert!(number(&account, "/lines/0/joined_again") >= 1, "{source}: {account:#}");
        assert!(account["lines"][0].get("first_packet_ms").is_none(), "it is not looked at");
    }
    Ok(())
}

/// What still comes to an address of this host when the receiver has stopped is no loss of its.
#[test]
fn a_unicast_line_that_ends_in_the_middle_of_a_feed_lost_nothing() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for source in ["recvmmsg", "io-uring"] {
        let run_with = ["--protocol", "moldudp64/itch50", "--source", source, "--packets", "500"];
        let mut run = feed::run_without_lines(&network, &run_with)?;
        run.args(["--line", "itch/A=rx1,10.77.1.2:26477"]);
        let receiver = feed::receiver(&mut run)?;
        let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
        publish.args([
            "publish",
            "--line",
            "A=tx1,10.77.1.2:26477",
            "--rate",
            "5000",
            "--packets",
            "1000000",
        ]);
        let mut publisher = e2e::Process::start("xdpfeed publish", &mut publish)?;
        let account = receiver.finish(feed::LONGEST)?.json()?;
        feed::assert_balanced(&account);
        assert!(number(&account, "/packets/received") >= 500, "{source}");
        assert_eq!(number(&account, "/ledger/entries/udp_socket_drops"), 0, "{source}: {account:#}");
        assert!(!publisher.has_ended()?, "{source}: the feed went on");
    }
    Ok(())
}
