//! Several workers: each has the channels of its interfaces, and together they account for all.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Network, Process, VethOptions, VethPair};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::feed::{self, GROUPS, number, packets_sent};
use crate::network;

/// What two workers that share their CPUs with two senders need: nothing is given up because one was kept off its own.
const PATIENT: [&str; 6] = ["--wait", "poll", "--reorder-window", "8192,250000", "--frames", "16384"];

/// Channel `one` on the first interface and `two` on the second, of two workers.
fn run(network: &Network, arguments: &[&str]) -> Result<Command> {
    let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
    command.args(["run", "--json", "--protocol", "moldudp64/itch50", "--workers", "2"]).args(PATIENT);
    for ((name, group), line) in ["one", "two"].iter().zip(GROUPS).zip(&network.lines) {
        command.arg("--line").arg(format!("{name}/A={},{group}", line.receiver));
    }
    command.args(arguments);
    Ok(command)
}

/// `xdpfeed publish` of what one channel carries, on its own interface.
fn publish(network: &Network, channel: usize, arguments: &[&str]) -> Result<Command> {
    let mut command = network.publisher.command(e2e::xdpfeed_binary()?);
    let line = format!("A={},{}", network.lines[channel].sender, GROUPS[channel]);
    command.args(["publish", "--line", &line]).args(arguments);
    Ok(command)
}

/// `xdpfeed ctl`, to its end: what it printed, or why not.
fn ctl(control: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(e2e::xdpfeed_binary()?);
    command.arg("ctl").arg("--control").arg(control).args(arguments);
    let finished = feed::finish(&mut command)?;
    ensure!(finished.status.success(), "{}", finished.stderr.trim());
    Ok(finished.stdout)
}

/// Fails unless a channel has all that was sent, but for what was lost on its only line.
#[track_caller]
fn assert_exact(channel: &Value, truth: &Value) {
    let lost = number(truth, "/messages_lost_on_all_lines");
    assert_eq!(number(channel, "/messages"), number(truth, "/sent/messages") - lost, "{channel:#}");
    assert_eq!(number(channel, "/messages_lost"), lost, "{channel:#}");
    assert_eq!(number(channel, "/gaps"), number(truth, "/gaps_on_all_lines"));
    assert_eq!(number(channel, "/lines/0/packets"), packets_sent(truth));
}

/// A worker's packets.
#[track_caller]
fn packets(account: &Value, worker: usize) -> u64 {
    number(account, &format!("/workers/{worker}/packets"))
}

#[test]
fn two_workers_each_have_their_channel_exact() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let Some((first, second)) = e2e::cpus() else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let messages = directory.path().join("messages");
    let mut command = run(&network, &["--cpu", &format!("{second},{first}")])?;
    let mut receiver = Process::start("xdpfeed run", command.arg("--messages").arg(&messages))?;
    receiver.wait_for("receiving on rx1 (native-copy, 1 queue, worker 0): one/A")?;
    receiver.wait_for("receiving on rx2 (native-copy, 1 queue, worker 1): two/A")?;
    let whole = ["--rate", "5000", "--packets", "10000", "--session", "ONE"];
    let lossy = ["--rate", "5000", "--packets", "10000", "--session", "TWO", "--seed", "7", "--lose-a", "1"];
    let one = Process::start("channel one", &mut publish(&network, 0, &whole)?)?;
    let two = feed::truth(&mut publish(&network, 1, &lossy)?)?;
    let one = one.finish(feed::LONGEST)?.json()?;
    let account = receiver.interrupt()?.json()?;

    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), packets_sent(&one) + packets_sent(&two));
    assert!(number(&two, "/messages_lost_on_all_lines") > 0, "this seed loses nothing: {two:#}");
    assert_exact(&account["channels"][0], &one);
    assert_exact(&account["channels"][1], &two);
    for (worker, (name, cpu, truth)) in [("one", second, &one), ("two", first, &two)].into_iter().enumerate()
    {
        let shown = &account["workers"][worker];
        assert_eq!(number(shown, "/cpu"), cpu as u64, "{shown:#}");
        assert_eq!(shown["channels"], serde_json::json!([name]));
        assert_eq!(number(shown, "/sockets"), 1);
        assert_eq!(packets(&account, worker), packets_sent(truth));
        assert_eq!(number(shown, "/latency_ns/count"), packets_sent(truth));
        // Each has written what it delivered, and nothing of the other's.
        let written = fs::read_to_string(format!("{}.{worker}", messages.display()))?;
        let lines: Vec<Value> = written.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        assert!(lines.iter().all(|line| line["channel"] == name), "of another channel than {name}");
        let delivered = lines.iter().filter(|line| line["message"].is_string()).count() as u64;
        assert_eq!(delivered, number(&account, &format!("/channels/{worker}/messages")));
    }
    assert_eq!(number(&account, "/latency_ns/count"), packets_sent(&one) + packets_sent(&two));
    network.is_clean()
}

#[test]
fn what_cannot_be_parted_is_refused() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    for (lines, words) in [
        // A and B over both interfaces.
        (["itch/A=rx1", "itch/B=rx2"], "itch by rx1 and rx2"),
        // Two channels on one.
        (["one/A=rx1", "two/A=rx1"], "one and two by rx1"),
    ] {
        let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
        command.args(["run", "--protocol", "moldudp64/itch50", "--workers", "2"]);
        for (line, group) in lines.iter().zip(GROUPS) {
            command.arg("--line").arg(format!("{line},{group}"));
        }
        let finished = feed::finish(&mut command)?;
        assert_eq!(finished.status.code(), Some(3), "{finished:?}");
        let said = finished.stderr.trim_end();
        assert_eq!(said.lines().count(), 1, "not one sentence: {said}");
        assert!(said.contains(words) && said.contains("Leave --workers out"), "{said}");
    }
    network.is_clean()
}

#[test]
fn lines_come_and_go_with_the_worker_of_their_interface() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    let receiver = feed::receiver(run(&network, &[])?.arg("--control").arg(&control))?;
    // Worker 1 has three channels then, worker 0 one.
    let [fresh, other] = ["239.8.1.1:5000", "239.8.1.2:5000"];
    ctl(&control, &["add-line", &format!("fresh/A=rx2,{fresh}"), &format!("other/A=rx2,{other}")])?;
    for (line, words) in
        [("one/B=rx2", "channel one is worker 0's, and rx2 is worker 1's"), ("fresh/B=rx1", "worker 1's")]
    {
        let refused = ctl(&control, &["add-line", &format!("{line},239.8.1.3:5000")]).err();
        let said = refused.context("was not refused")?.to_string();
        assert!(said.contains(words) && said.contains("fewer --workers"), "{said}");
    }
    // The index of a line of one worker is the other's afterwards.
    ctl(&control, &["remove-line", "other/A"])?;
    ctl(&control, &["add-line", &format!("mine/A=rx1,{other}")])?;

    let sends = ["--rate", "5000", "--packets", "2000"];
    let one = feed::truth(&mut publish(&network, 0, &sends)?)?;
    let two = feed::truth(&mut publish(&network, 1, &sends)?)?;
    let on = |sender: &str, group: &str| -> Result<Value> {
        let mut command = network.publisher.command(e2e::xdpfeed_binary()?);
        feed::truth(command.args(["publish", "--line", &format!("A={sender},{group}")]).args(sends))
    };
    let (fresh, mine) = (on("tx2", fresh)?, on("tx1", other)?);

    let stats: Value = serde_json::from_str(&ctl(&control, &["stats", "--json"])?)?;
    feed::assert_balanced(&stats);
    assert_eq!(stats["workers"][1]["channels"], serde_json::json!(["two", "fresh", "other"]), "{stats:#}");
    assert_eq!(stats["workers"][0]["channels"], serde_json::json!(["one", "mine"]));
    assert!(ctl(&control, &["stats"])?.contains("worker      1: "));
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let channels = [("one", &one), ("two", &two), ("fresh", &fresh)];
    for (channel, (name, truth)) in channels.into_iter().enumerate() {
        assert_eq!(account["channels"][channel]["name"], name);
        assert_exact(&account["channels"][channel], truth);
    }
    assert_exact(&account["channels"][4], &mine);
    assert_eq!(packets(&account, 0), packets_sent(&one) + packets_sent(&mine));
    assert_eq!(packets(&account, 1), packets_sent(&two) + packets_sent(&fresh));
    network.is_clean()
}

#[test]
fn an_interface_that_comes_back_is_its_worker_s_again() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let mut receiver = feed::receiver(&mut run(&network, &[])?)?;
    let sends = ["--rate", "5000", "--packets", "2000", "--session"];
    let before = feed::truth(publish(&network, 1, &sends)?.arg("BEFORE"))?;
    network.receiver.ip("link delete rx2")?;
    receiver.wait_for_words("interface rx2 is gone: goes on with rx1")?;
    let one = feed::truth(publish(&network, 0, &sends)?.arg("ONE"))?;
    let _anew = VethPair::new(&network.publisher, &network.receiver, 2, VethOptions::default())?;
    receiver.wait_for("receiving on rx2 (native-copy, 1 queue, worker 1)")?;
    let since = feed::truth(publish(&network, 1, &sends)?.arg("SINCE"))?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_exact(&account["channels"][0], &one);
    let two = &account["channels"][1];
    let sent = number(&before, "/sent/messages") + number(&since, "/sent/messages");
    assert_eq!((number(two, "/messages"), number(two, "/messages_lost")), (sent, 0), "{account:#}");
    assert_eq!(packets(&account, 0), packets_sent(&one));
    assert_eq!(packets(&account, 1), packets_sent(&before) + packets_sent(&since));
    assert_eq!(number(&account, "/interfaces/1/link/bound_again"), 1);
    network.is_clean()
}

#[test]
fn each_worker_has_its_channel_recovered() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let servers = ["10.77.1.1:17010", "10.77.2.1:17010"];
    let [one, two] = [("one", servers[0]), ("two", servers[1])]
        .map(|(channel, server)| format!("{channel}=moldudp64:{server}"));
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    let mut command = run(&network, &["--recover", &one, "--recover", &two])?;
    let receiver = feed::receiver(command.arg("--control").arg(&control))?;
    let publish = |channel: usize, lossy: &[&str]| -> Result<Command> {
        let mut command = publish(&network, channel, &["--rate", "5000", "--packets", "10000"])?;
        command.args(["--retransmit", servers[channel]]).args(lossy);
        Ok(command)
    };
    let one = Process::start("channel one", &mut publish(0, &["--lose-a", "1"])?)?;
    let two = Process::start("channel two", &mut publish(1, &["--lose-a", "2", "--seed", "7"])?)?;
    let stats = || -> Result<Value> { Ok(serde_json::from_str(&ctl(&control, &["stats", "--json"])?)?) };
    // While it is at work: two seconds.
    for _ in 0..20 {
        feed::assert_balanced(&stats()?);
        thread::sleep(Duration::from_millis(100));
    }
    let [one, two] = [one.finish(feed::LONGEST)?.json()?, two.finish(feed::LONGEST)?.json()?];
    let stats = stats()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&stats);
    feed::assert_balanced(&account);
    for (channel, truth) in [&one, &two].into_iter().enumerate() {
        let answers = format!("/channels/{channel}/recovery/answers");
        assert!((1..=number(&account, &answers)).contains(&number(&stats, &answers)), "{stats:#}");
        let channel = &account["channels"][channel];
        assert_eq!(number(channel, "/messages"), number(truth, "/sent/messages"), "{account:#}");
        assert_eq!(number(channel, "/messages_lost"), 0);
        let lost = number(truth, "/messages_lost_on_all_lines");
        assert!(lost > 0 && number(channel, "/messages_recovered") >= lost, "{channel:#}");
        assert!(number(channel, "/recovery/answers") > 0 && number(truth, "/retransmit/answered") > 0);
    }
    assert!(
        number(&account, "/channels/0/messages_recovered")
            != number(&account, "/channels/1/messages_recovered")
    );
    network.is_clean()
}

#[test]
fn a_number_of_packets_is_of_all_and_a_kill_leaves_nothing() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let endless = ["--rate", "2000", "--seconds", "600"];
    let one = Process::start("channel one", &mut publish(&network, 0, &endless)?)?;
    let two = Process::start("channel two", &mut publish(&network, 1, &endless)?)?;
    let account =
        feed::receiver(&mut run(&network, &["--packets", "4000"])?)?.finish(feed::LONGEST)?.json()?;
    feed::assert_balanced(&account);
    assert!(packets(&account, 0) + packets(&account, 1) >= 4000);
    assert!(packets(&account, 0) > 0 && packets(&account, 1) > 0, "{account:#}");
    assert_eq!(number(&account, "/channels/0/messages_lost"), 0, "nothing is lost by stopping");
    assert_eq!(number(&account, "/channels/1/messages_lost"), 0);
    network.is_clean()?;

    let killed = feed::receiver(&mut run(&network, &[])?)?;
    killed.signal(Signal::SIGKILL)?;
    killed.finish(feed::LONGEST)?;
    network.is_clean()?;
    feed::assert_balanced(&feed::receiver(&mut run(&network, &[])?)?.interrupt()?.json()?);
    one.interrupt()?;
    two.interrupt()?;
    network.is_clean()
}
