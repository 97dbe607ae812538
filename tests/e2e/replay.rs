//! Real captures over the wire: the live pipeline gives what reading the file gives.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use e2e::{Network, VethOptions};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::feed::{self, number};
use crate::network;

/// A capture, how it is read, and its lines: `CHANNEL/LINE` and group. Without lines each group in it is a channel.
struct Case {
    capture: &'static str,
    protocol: &'static str,
    lines: &'static [(&'static str, &'static str)],
}

const DEEP10: Case =
    Case { capture: "iex/DEEP10.pcap.gz", protocol: "iextp/deep", lines: &[("iex/A", "224.2.3.10:16648")] };

const fn by_group(capture: &'static str, protocol: &'static str) -> Case {
    Case { capture, protocol, lines: &[] }
}

/// Redundant lines, many groups, every venue whose samples have kept their multicast groups.
const OTHERS: &[Case] = &[
    Case {
        capture: "st2022-7/ST2022-7-Audio.pcap",
        protocol: "rtp",
        lines: &[("av/A", "239.1.2.1:6000"), ("av/B", "239.1.2.2:6000")],
    },
    by_group("st2022-7/l24_48000_8ch_0125.pcap", "rtp"),
    by_group("deribit/sample_capture_v1_6.pcapng", "deribit"),
    by_group("deribit/price_index.pcapng", "deribit"),
    by_group("omi/Asx/Ntp.Itch.v1.05/TradeExecutedMessage.pcap", "moldudp64/asx-itch"),
    by_group("omi/Cboe/Byx.Equities.DepthOfBook.Pitch.v2.41/AddOrderShortMessage.pcap", "cboe/pitch"),
    by_group("omi/Cme/Mdp3.Sbe.v1.5/MdInstrumentDefinitionSpread.pcap", "mdp3"),
    by_group("omi/Eurex/Eobi.T7.v6.0/InstrumentSummary.pcap", "eobi6"),
    by_group("omi/Iex/DeepPlus.IexTp.1.0.2/all_message_types.pcap", "iextp/deep+"),
    by_group("omi/Iex/Tops.IexTp.v1.5/QuoteUpdateMessage.pcap", "iextp/tops"),
    by_group("omi/Memx/Equities.MemiorDepth.v1.3/MultipleMessages.pcap", "memx"),
    by_group("omi/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0/Multiple.Packets.pcap", "moldudp64/itch50"),
    by_group("omi/Nyse/IntegratedFeed.Pillar.v2.5/ImbalanceMessage.pcap", "nyse/pillar"),
    by_group("omi/Siac/Opra.Recipient.v6.2/LongEquityAndIndexQuoteMessage.pcap", "opra"),
];

/// The capture, unpacked where it is packed, so that reading it does not slow the sender down.
fn unpacked(case: &Case, directory: &Path) -> Result<Option<PathBuf>> {
    let Some(capture) = e2e::capture(case.capture) else { return Ok(None) };
    if capture.extension().is_none_or(|extension| extension != "gz") {
        return Ok(Some(capture));
    }
    let plain = directory.join("unpacked.pcap");
    // Its last record is cut off, and so may be the compressed stream around it.
    let copied = io::copy(&mut MultiGzDecoder::new(File::open(capture)?), &mut File::create(&plain)?);
    copied.context("cannot unpack the capture")?;
    Ok(Some(plain))
}

/// Replays the capture into `xdpfeed run`; both accounts: of the file, and of the wire.
fn file_and_wire(network: &Network, case: &Case, how: &[&str]) -> Result<Option<(Value, Value)>> {
    let directory = tempfile::tempdir()?;
    let Some(capture) = unpacked(case, directory.path())? else { return Ok(None) };
    let xdpfeed = e2e::xdpfeed_binary()?;

    let mut inspect = network.receiver.command(&xdpfeed);
    inspect.args(["inspect", "--json", "--protocol", case.protocol]).arg(&capture);
    for (line, group) in case.lines {
        inspect.arg("--line").arg(format!("{line}={group}"));
    }
    let file = feed::finish(&mut inspect)?.json()?;

    let mut run = feed::run_without_lines(network, &["--protocol", case.protocol])?;
    // Room for half the largest: whatever else runs on this machine may keep the receiver off its core a while.
    run.args(["--frames", "65536"]);
    for (line, group) in case.lines {
        run.arg("--line").arg(format!("{line}=rx1,{group}"));
    }
    if case.lines.is_empty() {
        for channel in file["channels"].as_array().into_iter().flatten() {
            let group = channel["name"].as_str().context("a channel without a name")?;
            run.arg("--line").arg(format!("{group}/A=rx1,{group}"));
        }
    }
    let receiver = feed::receiver(&mut run)?;
    let mut replay = network.publisher.command(&xdpfeed);
    replay.arg("replay").arg(&capture).args(["--interface", "tx1"]).args(how);
    if let Some((cpu, _)) = e2e::cpus() {
        replay.arg("--cpu").arg(cpu.to_string());
    }
    let sent = feed::finish(&mut replay)?;
    assert!(sent.status.success(), "{}: {sent:?}", case.capture);
    let wire = receiver.interrupt()?.json()?;
    Ok(Some((file, wire)))
}

#[test]
fn the_same_channel_from_file_and_wire() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let Some((file, wire)) = file_and_wire(&network, &DEEP10, &["--rate", "300000"])? else { return Ok(()) };
    feed::assert_balanced(&file);
    feed::assert_balanced(&wire);
    assert_eq!(number(&file, "/packets/received"), 121_314);
    assert_eq!(number(&wire, "/packets/received"), 121_314);
    assert_eq!(wire["channels"], file["channels"]);
    network.is_clean()
}

#[test]
fn the_same_channels_of_every_protocol() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for case in OTHERS {
        let Some((file, wire)) = file_and_wire(&network, case, &["--rate", "100000"])? else { return Ok(()) };
        feed::assert_balanced(&file);
        feed::assert_balanced(&wire);
        assert!(number(&file, "/packets/received") > 0, "{}", case.capture);
        assert_eq!(wire["channels"], file["channels"], "{}: {:#}", case.capture, wire["ledger"]);
    }
    network.is_clean()
}

/// Faster than the receiver is promised to be: what is lost has a name.
#[test]
fn at_top_speed_every_loss_has_a_name() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let Some((file, wire)) = file_and_wire(&network, &DEEP10, &["--top-speed"])? else { return Ok(()) };
    feed::assert_balanced(&wire);
    let entry = |name: &str| number(&wire, &format!("/ledger/entries/{name}"));
    let dropped = entry("socket_rx_dropped") + entry("socket_rx_ring_full");
    assert_eq!(number(&wire, "/packets/received") + dropped, 121_314, "{wire:#}");
    let messages = |account: &Value| number(account, "/channels/0/messages");
    assert_eq!(messages(&wire) + number(&wire, "/channels/0/messages_lost"), messages(&file));
    network.is_clean()
}
