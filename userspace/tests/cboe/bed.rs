//! A network of its own, the receiver as a user starts it, and datagrams of Cboe's framing.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    process::{Child, ChildStderr, Command, Stdio},
    thread,
};

use nix::{
    sched::{CloneFlags, unshare},
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

/// Runs `test` on a thread with a network of its own, where this host lets us have one.
pub(crate) fn in_a_namespace(test: impl FnOnce() + Send + 'static) {
    let outcome = thread::spawn(move || -> Result<(), String> {
        unshare(CloneFlags::CLONE_NEWNET).map_err(|e| format!("cannot make a network namespace: {e}"))?;
        for command in [
            "link set lo up",
            "link add rx0 type veth peer name tx0",
            "addr add 10.9.1.1/24 dev tx0",
            "link set rx0 up",
            "link set tx0 up",
            "route add 239.0.0.0/8 dev tx0",
        ] {
            let done = Command::new("ip").args(command.split(' ')).status();
            assert!(done.is_ok_and(|status| status.success()), "ip {command}");
        }
        test();
        Ok(())
    });
    if let Err(reason) = outcome.join().unwrap() {
        assert!(env::var_os("CI").is_none(), "{reason}");
        // Not `eprintln!`: the test runner hides that of tests that pass.
        let _told = writeln!(std::io::stderr(), "skipped: {reason}: run as root");
    }
}

/// A Time message (0x20).
pub(crate) fn time(second: u32) -> Vec<u8> {
    [&[6, 0x20][..], &second.to_le_bytes()].concat()
}

/// A Sequenced Unit Header and its messages.
pub(crate) fn datagram(unit: u8, sequence: u32, messages: &[Vec<u8>]) -> Vec<u8> {
    let messages_bytes = messages.concat();
    let length = u16::try_from(8 + messages_bytes.len()).unwrap();
    let count = u8::try_from(messages.len()).unwrap();
    [&length.to_le_bytes()[..], &[count, unit], &sequence.to_le_bytes(), &messages_bytes].concat()
}

/// A number in a JSON object, by its path.
pub(crate) fn number(object: &Value, path: &str) -> u64 {
    object.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no number {path} in {object:#}"))
}

/// `xdpfeed run`, killed when dropped.
pub(crate) struct Receiver {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

impl Receiver {
    /// Starts it, and waits until it receives.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xdpfeed"));
        command.args(["run", "--json", "--progress", "--protocol", "cboe/pitch", "--wait", "poll"]);
        command.args(["--reorder-window", "8192,50000", "--frames", "16384"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut receiver = Self { child, said };
        receiver.wait_for(|line| line.starts_with("receiving"));
        receiver
    }

    /// Waits until every message was delivered or is lost: what comes while it stops is not arbitrated.
    pub(crate) fn wait_for_all(&mut self, all: u64) {
        self.wait_for(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let before = |what: &str| {
                let place = words.iter().position(|word| *word == what)?;
                words.get(place.checked_sub(1)?)?.parse::<u64>().ok()
            };
            before("messages").zip(before("lost")).is_some_and(|(told, lost)| told + lost >= all)
        });
    }

    fn wait_for(&mut self, good: impl Fn(&str) -> bool) {
        let mut so_far = String::new();
        for line in self.said.by_ref() {
            let line = line.unwrap();
            if good(&line) {
                return;
            }
            so_far = so_far + &line + "\n";
        }
        panic!("it ended: {so_far}");
    }

    /// Ends it as a user does: its account.
    pub(crate) fn end(&mut self) -> Value {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGINT).unwrap();
        let mut account = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut account).unwrap();
        assert!(self.child.wait().unwrap().success(), "{account}");
        serde_json::from_str(&account).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It may have ended; then both do nothing.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
