//! What cannot be received is said in one sentence, with an exit code by meaning, and nothing stays attached.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use anyhow::Result;
use e2e::{Network, VethOptions};

use crate::feed::{self, GROUPS};
use crate::network;

/// Runs a command that must fail, and checks how.
#[track_caller]
fn refused(network: &Network, command: &mut Command, code: i32, words: &[&str]) -> Result<()> {
    let finished = feed::finish(command)?;
    assert_eq!(finished.status.code(), Some(code), "{finished:?}");
    assert_eq!(finished.stdout, "", "nothing is a result here");
    let said = finished.stderr.trim_end();
    assert!(said.starts_with("xdpfeed: ") && said.lines().count() == 1, "not one sentence: {said}");
    for word in words {
        assert!(said.contains(word), "'{word}' is not in: {said}");
    }
    network.is_clean()
}

fn run_on(network: &Network, interface: &str) -> Result<Command> {
    let mut run = feed::run_without_lines(network, &["--protocol", "moldudp64/itch50"])?;
    run.arg("--line").arg(format!("itch/A={interface},{}", GROUPS[0]));
    Ok(run)
}

#[test]
fn no_such_interface() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    refused(&network, &mut run_on(&network, "nope0")?, 2, &["nope0", "rx1"])
}

#[test]
fn an_interface_that_is_down() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    network.receiver.ip("link set rx1 down")?;
    refused(&network, &mut run_on(&network, "rx1")?, 1, &["rx1", "down", "ip link set"])
}

#[test]
fn a_program_is_attached_already() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let first = feed::receiver(&mut feed::run(&network, &[])?)?;
    let second = feed::finish(&mut run_on(&network, "rx1")?)?;
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    // With what can be done, and the way without XDP, which is not taken unasked.
    for words in ["another xdpfeed receives on rx1", "--source recvmmsg"] {
        assert!(second.stderr.contains(words), "{second:?}");
    }
    // The first did not notice.
    let truth = feed::truth(&mut feed::publish(&network, &["--rate", "20000", "--packets", "1000"])?)?;
    feed::assert_all_received(&first.interrupt()?.json()?, &truth);
    network.is_clean()
}

#[test]
fn no_privilege() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    // Where nobody may read it: the target directory can lie in a home that others cannot enter.
    let directory = tempfile::tempdir()?;
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755))?;
    let binary = directory.path().join("xdpfeed");
    std::fs::copy(e2e::xdpfeed_binary()?, &binary)?;
    for jumbo in ["auto", "on"] {
        let mut run = network.receiver.command("setpriv");
        run.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&binary);
        run.args(["run", "--protocol", "moldudp64/itch50", "--line", &format!("itch/A=rx1,{}", GROUPS[0])]);
        refused(&network, run.args(["--jumbo", jumbo]), 1, &["root"])?;
    }
    Ok(())
}

/// Whatever mode is required: it is not the mode that is lacking.
#[test]
fn no_memory() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for mode in [&["--jumbo", "auto"][..], &["--jumbo", "on"], &["--require", "zero-copy"]] {
        let mut run = network.receiver.command("prlimit");
        run.args(["--memlock=65536", "setpriv", "--bounding-set", "-ipc_lock"]).arg(e2e::xdpfeed_binary()?);
        run.args(["run", "--protocol", "moldudp64/itch50", "--line", &format!("itch/A=rx1,{}", GROUPS[0])]);
        refused(&network, run.args(mode), 1, &["no memory for the UMEM"])?;
    }
    Ok(())
}

#[test]
fn zero_copy_that_is_required_and_not_there() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut run = run_on(&network, "rx1")?;
    refused(&network, run.args(["--require", "zero-copy"]), 3, &["zero-copy"])
}

/// What it answers is told before anything is changed, and probe says the same.
#[test]
fn steering_where_the_driver_has_no_rules() -> Result<()> {
    let Some(network) = network(1, VethOptions { queues: 4, ..VethOptions::default() })? else {
        return Ok(());
    };
    let directory = tempfile::tempdir()?;
    let journals = directory.path().join("journals");
    let mut run = run_on(&network, "rx1")?;
    run.arg("--steer").arg("--state-dir").arg(&journals);
    refused(&network, &mut run, 3, &["--steer: rx1", "Operation not supported", "leave --steer out"])?;
    assert!(!journals.exists(), "nothing was to be undone");
    let mut probe = network.receiver.command(e2e::xdpfeed_binary()?);
    let said = feed::finish(probe.args(["probe", "rx1"]))?;
    assert!(said.stdout.contains("no ntuple rules: not for --steer"), "{said:?}");
    Ok(())
}

#[test]
fn a_protocol_nobody_knows() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut run = feed::run_without_lines(&network, &["--protocol", "morse"])?;
    run.arg("--line").arg(format!("itch/A=rx1,{}", GROUPS[0]));
    let finished = feed::finish(&mut run)?;
    assert_eq!(finished.status.code(), Some(2), "{finished:?}");
    assert!(finished.stderr.contains("morse"), "{finished:?}");
    network.is_clean()
}
