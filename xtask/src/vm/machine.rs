//! One guest, from power-on to power-off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::Process;

use super::guest::{self, Programs};
use super::matrix::{Case, Nic};
use super::report::{self, Report};
use super::store::Store;
use crate::step;

/// What ends a guest that hangs. The slowest takes a third of it on two busy cores; longer only delays the report of
/// a hang.
const LONGEST: Duration = Duration::from_secs(240);

/// Twice this and the guest's two processors would starve each other on a host of two cores.
const PROCESSORS: &str = "2";

/// The largest UMEM, two of them, the root file system and the kernel need half of it.
const MEGABYTES: &str = "768";

/// Hardware addresses by which the guest knows its NICs: the one that receives, the one that sends.
const ADDRESSES: [&str; 2] = ["52:54:00:00:02:01", "52:54:00:00:02:02"];

/// Boots a guest, and returns what it reported.
///
/// A kernel that dies before the guest says anything is booted again once: no test has begun. A test is never run
/// again.
///
/// # Errors
/// It cannot be started.
pub(super) fn run(case: &Case, store: &Store, programs: &Programs, logs: &Path) -> Result<Report> {
    step::say(format_args!("booting {case}"));
    let files = Files::new(case, logs);
    fs::write(&files.root, guest::root(case, store, programs)?)?;
    let mut report = boot(case, store, &files)?;
    if report.kernel.is_none() && report.ended.is_none() {
        step::say(format_args!(
            "{case} died before it said anything (its console is {}): booting it once more",
            files.console.display()
        ));
        report = boot(case, store, &files)?;
    }
    fs::remove_file(&files.root)?;
    Ok(report)
}

/// What a guest is given and what it leaves.
struct Files {
    root: PathBuf,
    console: PathBuf,
    report: PathBuf,
}

impl Files {
    fn new(case: &Case, logs: &Path) -> Self {
        let name = case.to_string().replace(' ', "-");
        let file = |what: &str| logs.join(format!("{name}.{what}"));
        Self { root: file("cpio"), console: file("console"), report: file("report") }
    }
}

fn boot(case: &Case, store: &Store, files: &Files) -> Result<Report> {
    // qemu truncates neither.
    for old in [&files.console, &files.report] {
        fs::write(old, "")?;
    }
    let ended = Process::start("qemu", &mut qemu(case, store, files)?)?.finish(LONGEST);
    let mut report = Report::parse(&String::from_utf8_lossy(&fs::read(&files.report)?));
    report.complaints = report::complaints(&String::from_utf8_lossy(&fs::read(&files.console)?));
    // It ends with success whether the guest powered off or its kernel panicked: only the report tells.
    report.ended = match ended {
        Ok(ended) if ended.status.success() => None,
        Ok(ended) => Some(format!("qemu ended with {}: {}", ended.status, ended.stderr.trim())),
        Err(error) => Some(format!("{error:#}")),
    };
    Ok(report)
}

/// qemu with two NICs of a kind, back to back on a hub of their own: nothing leaves the guest.
///
/// It runs by the C library it was unpacked with, whatever the host's is, and is killed when we end, however that
/// comes.
fn qemu(case: &Case, store: &Store, files: &Files) -> Result<Command> {
    let root = store.qemu();
    let usr = root.join("usr");
    let libraries = "lib/x86_64-linux-gnu";
    let mut qemu = Command::new("setpriv");
    // Not by the link in lib64, which is absolute: it leads to the host's.
    let loader = root.join(libraries).join("ld-linux-x86-64.so.2");
    qemu.args(["--pdeathsig", "KILL"]).arg(loader).arg("--library-path");
    qemu.arg(format!("{}:{}", root.join(libraries).display(), usr.join(libraries).display()));
    qemu.arg(usr.join("bin/qemu-system-x86_64"));
    qemu.env_remove("LD_LIBRARY_PATH").env("QEMU_MODULE_DIR", usr.join(libraries).join("qemu"));
    for firmware in ["share/qemu", "share/seabios", "lib/ipxe/qemu"] {
        qemu.arg("-L").arg(usr.join(firmware));
    }
    qemu.args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35"]);
    qemu.args(["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", PROCESSORS, "-m", MEGABYTES]);
    qemu.arg("-kernel").arg(vmlinuz(&store.kernel(&case.kernel))?).arg("-initrd").arg(&files.root);
    qemu.args(["-append", "console=ttyS0,115200 panic=-1 loglevel=5 ipv6.disable=1"]);
    for serial in [&files.console, &files.report] {
        qemu.arg("-serial").arg(format!("file:{}", serial.display()));
    }
    for (index, address) in ADDRESSES.iter().enumerate() {
        qemu.arg("-netdev").arg(format!("hubport,id=n{index},hubid=1"));
        // Each behind a port of its own: igb's virtual functions want the slots beside it.
        let bus = match case.nic {
            Nic::Igb => {
                qemu.arg("-device").arg(format!("pcie-root-port,id=p{index},chassis={index},slot={index}"));
                format!("bus=p{index},")
            }
            Nic::Virtio | Nic::VirtioPlain | Nic::E1000e => String::new(),
        };
        qemu.arg("-device").arg(format!("{},{bus}netdev=n{index},mac={address}", case.nic.device()));
    }
    Ok(qemu)
}

/// The kernel of an unpacked package: in `boot`, from 7.3 on beside its modules.
fn vmlinuz(root: &Path) -> Result<PathBuf> {
    let below = |dir: &str| fs::read_dir(root.join(dir)).into_iter().flatten().flatten();
    let in_boot = below("boot").map(|entry| entry.path());
    let beside = ["lib/modules", "usr/lib/modules"].into_iter().flat_map(below);
    let mut candidates = in_boot.chain(beside.map(|entry| entry.path().join("vmlinuz")));
    let named =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz"));
    candidates
        .find(|path| named(path) && path.is_file())
        .with_context(|| format!("no vmlinuz below {}", root.display()))
}
