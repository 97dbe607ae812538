//! xdpfeed as a child process: started, waited for, signalled, and never left running.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context as _, Result, anyhow, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::cleanup;

/// Longest wait for a child to say something. No test depends on it: it ends one that would hang. Too short and
/// a busy machine fails tests that are right; longer only delays the report of a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at whether a child has ended.
const LOOK: Duration = Duration::from_millis(5);

/// How a child ended, and all it said.
#[derive(Debug)]
pub struct Finished {
    /// Its exit status.
    pub status: ExitStatus,
    /// Everything on standard output.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
}

impl Finished {
    /// The one JSON object on standard output.
    ///
    /// # Errors
    /// It did not succeed, or printed something else.
    pub fn json(&self) -> Result<Value> {
        if !self.status.success() {
            bail!("ended with {}: {}", self.status, self.stderr.trim());
        }
        serde_json::from_str(&self.stdout).with_context(|| format!("not one JSON object: {:?}", self.stdout))
    }
}

/// A running child. Killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    heard: Finished,
    echo: bool,
}

impl Process {
    /// Starts `command`, without input, in a process group of its own: Ctrl-C is for us, and we say when it is
    /// for the child. `name` is for messages.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        cleanup::add_process(pid(&child));
        let stdout = lines(child.stdout.take().context("no stdout")?);
        let stderr = lines(child.stderr.take().context("no stderr")?);
        let heard = Finished { status: ExitStatus::default(), stdout: String::new(), stderr: String::new() };
        Ok(Self { name: name.into(), child, stdout, stderr, heard, echo: false })
    }

    /// From here on its standard error is shown on ours as well, as it comes.
    pub fn echo(&mut self) {
        self.echo = true;
    }

    /// Waits until a line on standard error begins with `beginning`, and returns it.
    ///
    /// # Errors
    /// The child ended, or stayed silent for a minute; with what it said instead.
    pub fn wait_for(&mut self, beginning: &str) -> Result<String> {
        self.wait_until(beginning, |line| line.starts_with(beginning))
    }

    /// Waits until a line on standard error has `words` in it, and returns it.
    ///
    /// # Errors
    /// As for [`Process::wait_for`].
    pub fn wait_for_words(&mut self, words: &str) -> Result<String> {
        self.wait_until(words, |line| line.contains(words))
    }

    fn wait_until(&mut self, what: &str, is_it: impl Fn(&str) -> bool) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.next_line(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if is_it(&line) => return Ok(line),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => bail!("{} did not say '{what}'", self.describe()),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended before '{what}'", self.describe())
                }
            }
        }
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// It has ended already.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        kill(pid(&self.child), signal).with_context(|| format!("cannot signal {}", self.describe()))
    }

    /// Stops it where it is (SIGSTOP), and returns once none of its threads runs any more.
    ///
    /// # Errors
    /// It has ended, or does not stop.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::SIGSTOP)?;
        let deadline = Instant::now() + PATIENCE;
        while !self.stands_still()? {
            if Instant::now() > deadline {
                bail!("{} does not stop", self.describe());
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// It has ended.
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::SIGCONT)
    }

    /// Whether the kernel has every thread of it stopped: state T in `/proc/PID/task/TID/stat`, behind the name.
    fn stands_still(&self) -> Result<bool> {
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let stat = fs::read_to_string(task?.path().join("stat"))?;
            if !stat.rsplit(')').next().is_some_and(|state| state.trim_start().starts_with('T')) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// The kernel does not say.
    pub fn has_ended(&mut self) -> Result<bool> {
        while let Ok(line) = self.next_line(Duration::ZERO) {
            drop(line);
        }
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It takes longer than a minute, or than `longest` when that is more. It is killed then.
    pub fn finish(mut self, longest: Duration) -> Result<Finished> {
        let deadline = Instant::now() + longest.max(PATIENCE);
        while !self.has_ended()? {
            if Instant::now() > deadline {
                bail!("{} does not end", self.describe());
            }
            thread::sleep(LOOK);
        }
        self.heard.status = self.child.wait()?;
        while self.next_line(PATIENCE).is_ok() {}
        self.heard.stdout = self.stdout.iter().collect();
        let nothing =
            Finished { status: ExitStatus::default(), stdout: String::new(), stderr: String::new() };
        Ok(std::mem::replace(&mut self.heard, nothing))
    }

    /// Sends SIGINT and waits for its end.
    ///
    /// # Errors
    /// As for [`Process::signal`] and [`Process::finish`].
    pub fn interrupt(self) -> Result<Finished> {
        self.signal(Signal::SIGINT)?;
        self.finish(PATIENCE)
    }

    fn next_line(&mut self, wait: Duration) -> Result<String, RecvTimeoutError> {
        let line = self.stderr.recv_timeout(wait)?;
        if self.echo {
            eprint!("{line}");
        }
        self.heard.stderr += &line;
        Ok(line)
    }

    fn describe(&self) -> String {
        format!("{} (it said: {:?})", self.name, self.heard.stderr.trim())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended; then both do nothing.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        cleanup::remove_process(pid(&self.child));
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("Linux's process ids are below 2^22"))
}

/// Reads lines, ends included, on a thread of its own: a child whose pipe is full would wait for us.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
            line.clear();
        }
    });
    receiver
}

/// Where the xdpfeed binary is: `$XDPFEED_BIN`, or the newest that cargo built in the target directory the running
/// executable lies in.
///
/// # Errors
/// It is not there; with what to do.
pub fn xdpfeed_binary() -> Result<PathBuf> {
    if let Some(binary) = env::var_os("XDPFEED_BIN").map(PathBuf::from) {
        return if binary.is_file() {
            Ok(binary)
        } else {
            Err(anyhow!("XDPFEED_BIN={}: no such file", binary.display()))
        };
    }
    // target/PROFILE/deps/e2e-HASH
    let here = env::current_exe()?;
    let target = here.ancestors().nth(3).context("no target directory above the running executable")?;
    let candidates = ["release", "debug"].map(|profile| target.join(profile).join("xdpfeed"));
    let built =
        candidates.into_iter().filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)));
    built.max().map(|(_, path)| path).with_context(|| {
        format!("no xdpfeed below {}: build it with `cargo build --release`", target.display())
    })
}
