//! What `probe` says is true: held against `ip`, against sysfs, and against what `run` then does.

mod devices; // every kind of software device

use std::fs;
use std::net::UdpSocket;
use std::os::fd::OwnedFd;
use std::process::{self, Command};
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::{Network, Process, VethOptions};
use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};
use serde_json::Value;

use crate::feed::{self, GROUPS, number};
use crate::network;

fn probe(network: &Network, arguments: &[&str]) -> Result<Command> {
    let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
    command.arg("probe").args(arguments);
    Ok(command)
}

/// What `probe --json` prints, whatever its exit code.
fn report(command: &mut Command) -> Result<(Option<i32>, Value)> {
    let finished = feed::finish(command.arg("--json"))?;
    let report = serde_json::from_str(&finished.stdout).with_context(|| format!("{finished:?}"))?;
    Ok((finished.status.code(), report))
}

/// The one line on a topic.
#[track_caller]
fn line<'a>(said: &'a Value, topic: &str) -> &'a Value {
    let mut lines = said["lines"].as_array().into_iter().flatten().filter(|line| line["topic"] == topic);
    let found = lines.next();
    assert!(found.is_some(), "nothing on {topic} in {said:#}");
    found.unwrap_or(&Value::Null)
}

/// The words that matter most are tried: `run` gets what probe says it can have, and not what it says it cannot.
/// Its program, the link that holds it, and the process; and nothing of it once that has ended.
#[test]
fn a_receiver_that_runs_is_named() -> Result<()> {
    let Some(network) = network(1, VethOptions { queues: 4, ..VethOptions::default() })? else {
        return Ok(());
    };
    let receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    let (code, said) = report(&mut probe(&network, &["rx1"])?)?;
    assert_eq!(code, Some(3), "one program an interface: {said:#}");
    let said = &said["interfaces"][0];
    assert_eq!(line(said, "xdp-program")["status"], "bad");
    let program = &said["facts"]["programs"][0];
    let shown: Value = serde_json::from_str(&network.receiver.ip("-json -details link show dev rx1")?)?;
    assert_eq!(Some(&program["id"]), shown.pointer("/0/xdp/prog/id"));
    assert_eq!((&program["name"], &program["mode"]), (&"xdpfeed".into(), &"native".into()));
    assert!(program["link"].is_u64(), "{program:#}");
    let pid = number(program, "/processes/0/pid");
    assert_eq!(fs::read_link(format!("/proc/{pid}/exe"))?, fs::canonicalize(e2e::xdpfeed_binary()?)?);
    // Where the kernel does not list sockets, the process that has some is told.
    let sockets = line(said, "af-xdp-sockets");
    assert_ne!(sockets["status"], "good", "four are bound: {sockets:#}");
    assert!(sockets.to_string().contains(&format!("(pid {pid})")), "{sockets:#}");
    // The fix is to stop that process.
    let fix = line(said, "xdp-program")["fix"].as_str().context("a fix")?;
    assert!(fix.starts_with(&format!("kill -INT {pid}")), "{fix}");
    receiver.interrupt()?;
    let (code, said) = report(&mut probe(&network, &["rx1"])?)?;
    assert_eq!(code, Some(0), "{said:#}");
    assert_eq!(line(&said["interfaces"][0], "xdp-program")["finding"], "none attached");
    Ok(())
}

/// Both say who loses the feed, and he does.
#[test]
fn who_else_wants_the_lines_is_named() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let spec = format!("A=rx1,{}", GROUPS[0]);
    let (code, said) = report(probe(&network, &["--line", &spec])?.arg("rx1"))?;
    assert_eq!((code, &line(&said["interfaces"][0], "bystanders")["status"]), (Some(0), &"good".into()));

    let bystander = network.receiver.inside(|| UdpSocket::bind("0.0.0.0:26477"))??;
    bystander.join_multicast_v4(&"233.54.12.111".parse()?, &"10.77.1.2".parse()?)?;
    bystander.set_read_timeout(Some(Duration::from_secs(10)))?;
    let listener: OwnedFd = network.receiver.inside(|| {
        let flags = SockFlag::SOCK_CLOEXEC;
        socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll)
    })??;
    let own = format!("(pid {})", process::id());
    let (_, said) = report(probe(&network, &["--line", &spec])?.arg("rx1"))?;
    let said = line(&said["interfaces"][0], "bystanders");
    let finding = said["finding"].as_str().context("a finding")?;
    assert_eq!(said["status"], "warning");
    for word in ["on UDP 0.0.0.0:26477", "captures packets", &own] {
        assert!(finding.contains(word), "'{word}' is not in {finding}");
    }

    let sender = network.publisher.inside(|| UdpSocket::bind("10.77.1.1:0"))??;
    network.publisher.ip("route add 233.54.12.0/24 dev tx1")?;
    sender.send_to(b"before", GROUPS[0])?;
    let mut buffer = [0; 16];
    assert_eq!(bystander.recv(&mut buffer).context("not even before")?, 6);
    let mut receiver = Process::start("xdpfeed run", &mut feed::run(&network, &[])?)?;
    let told = receiver.wait_for("xdpfeed: packets of these lines no longer reach")?;
    assert!(told.contains(&own) && told.contains("captures packets"), "{told}");
    receiver.wait_for("receiving")?;
    sender.send_to(b"during", GROUPS[0])?;
    let account = receiver.interrupt()?.json()?;
    assert_eq!(number(&account, "/packets/received"), 1, "{account:#}");
    bystander.set_nonblocking(true)?;
    assert!(bystander.recv(&mut buffer).is_err(), "it reached the bystander too");
    sender.send_to(b"after", GROUPS[0])?;
    bystander.set_nonblocking(false)?;
    assert_eq!(bystander.recv(&mut buffer).context("not after either")?, 5);
    drop(listener);
    Ok(())
}

/// What it is told to do for an interface that is down helps.
#[test]
fn an_interface_that_is_down_is_mended_as_said() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    network.receiver.ip("link set rx1 down")?;
    let finished = feed::finish(&mut probe(&network, &["rx1"])?)?;
    assert_eq!(finished.status.code(), Some(3), "{finished:?}");
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    assert!(finished.stdout.contains("bad      state"), "{}", finished.stdout);
    // Unless it is asked about, it is no failure.
    let (code, said) = report(&mut probe(&network, &[])?)?;
    assert_eq!(code, Some(0));
    let said = said["interfaces"].as_array().into_iter().flatten().find(|said| said["name"] == "rx1");
    let fix = line(said.context("all are listed")?, "state")["fix"].as_str().unwrap_or_default().to_owned();
    network.receiver.ip(fix.strip_prefix("ip ").context("a command of ip")?)?;
    assert_eq!(report(&mut probe(&network, &["rx1"])?)?.0, Some(0));
    let none = feed::finish(&mut probe(&network, &["nope0"])?)?;
    assert_eq!(none.status.code(), Some(2), "{none:?}");
    Ok(())
}

/// What is missing is named; and the least that is said to be enough is enough.
#[test]
fn privileges_are_what_run_needs() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let binary = directory.path().join("xdpfeed");
    fs::copy(e2e::xdpfeed_binary()?, &binary)?;
    let nobody = |capabilities: &str, arguments: &[&str]| {
        let mut command = network.receiver.command("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command
            .args(["--inh-caps", capabilities, "--ambient-caps", capabilities])
            .arg(&binary)
            .args(arguments);
        command
    };
    let (code, said) = report(&mut nobody("-all", &["probe", "rx1"]))?;
    assert_eq!(code, Some(3));
    let missing = line(&said["host"], "privileges")["finding"].as_str().unwrap_or_default().to_owned();
    assert_eq!(missing, "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_NET_RAW missing");

    let least = "-all,+bpf,+perfmon,+net_admin,+net_raw";
    let (code, said) = report(&mut nobody(least, &["probe", "rx1"]))?;
    assert_eq!((code, &line(&said["host"], "privileges")["status"]), (Some(0), &"good".into()), "{said:#}");
    let flags = said["interfaces"][0]["recommended"]["flags"].as_array().context("flags")?.clone();
    let flags = flags.iter().filter_map(|flag| flag["flag"].as_str()).flat_map(str::split_whitespace);
    let mut run = nobody(least, &["run", "--protocol", "auto", "--line", &format!("A=rx1,{}", GROUPS[0])]);
    let receiver = feed::receiver(run.args(flags))?;
    assert!(receiver.interrupt()?.status.success());
    network.is_clean()
}

#[test]
fn nothing_is_changed() -> Result<()> {
    let Some(network) = network(1, VethOptions { queues: 4, ..VethOptions::default() })? else {
        return Ok(());
    };
    network.receiver.ip("tuntap add dev tap1 mode tap")?;
    let state = || -> Result<Vec<(&str, String)>> {
        let mut state = vec![("links", network.receiver.ip("-json -details link show")?)];
        state.push(("addresses", network.receiver.ip("address show")?));
        for file in ["/proc/net/dev_mcast", "/proc/net/igmp", "/proc/net/packet", "/proc/modules"] {
            state.push((file, feed::finish(network.receiver.command("cat").arg(file))?.stdout));
        }
        let mut settings = network.receiver.command("grep");
        settings.args([
            "-rs",
            ".",
            "/proc/sys/net/core",
            "/proc/sys/net/ipv4/conf",
            "/proc/sys/kernel/bpf_stats_enabled",
        ]);
        state.push(("settings", feed::finish(&mut settings)?.stdout));
        Ok(state)
    };
    let before = state()?;
    let (code, said) = report(&mut probe(&network, &[])?)?;
    assert_eq!(code, Some(0));
    assert_eq!(said["interfaces"].as_array().map(Vec::len), Some(3), "lo, rx1, tap1: {said:#}");
    for ((what, before), (_, after)) in before.iter().zip(state()?) {
        assert_eq!(*before, after, "{what}");
    }
    Ok(())
}
