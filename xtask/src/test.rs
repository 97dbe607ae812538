//! `cargo xtask test`: builds as the user, runs as root, and counts.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, io, thread};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::build::{self, Build};
use crate::{privilege, step};

/// Set up, build, and run every test.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Run only tests whose name contains this.
    filter: Option<String>,
}

/// What ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// Tests that said they cannot run here; they count as passed too.
    skipped: u64,
    /// Test programs that ended without a result: a crash.
    crashed: u64,
}

/// A test program.
#[derive(Debug)]
struct Program {
    name: String,
    executable: PathBuf,
    /// The package's directory: tests run in it.
    directory: PathBuf,
}

impl Test {
    /// Runs every test.
    ///
    /// # Errors
    /// A test failed, or there was nothing to run it with.
    pub(crate) fn run(&self) -> Result<()> {
        // With what else is measured or compared in release, so that the steps after this one build nothing.
        let binary = Build { release: true }.run_with(&["--test", "agreement", "--bench", "instructions"])?;
        step::say("building the tests");
        let programs = programs()?;
        // Ctrl-C is for the test programs, which clean up; then it is for us.
        e2e::cleanup::hold_signals();
        let mut totals = Totals::default();
        for program in &programs {
            step::say(format_args!("running {}", program.name));
            let mut command = self.command(program, &binary)?;
            totals.add(run(&mut command).with_context(|| format!("running {}", program.name))?);
            stop_if_interrupted()?;
        }
        step::say("running the examples in the documentation");
        let mut doc = build::cargo();
        doc.args(["test", "--doc", "--workspace", "--locked", "--quiet", "--"]).args(&self.filter);
        totals.add(run(&mut doc)?);
        stop_if_interrupted()?;
        totals.conclude()
    }

    fn command(&self, program: &Program, binary: &std::path::Path) -> Result<Command> {
        let mut variables: Vec<_> = env::vars_os().filter(|(name, _)| concerns_tests(name)).collect();
        variables.push(("XDPFEED_BIN".into(), binary.into()));
        variables.push(("CARGO_MANIFEST_DIR".into(), program.directory.clone().into()));
        // A test that returns an error says which; the way there is in its text.
        variables.push(("RUST_LIB_BACKTRACE".into(), "0".into()));
        // Snapshots that differ fail; root leaves no files in the sources.
        variables.push(("INSTA_UPDATE".into(), "no".into()));
        let mut command = privilege::as_root_with(&program.executable, &variables)?;
        command.args(&self.filter).current_dir(&program.directory);
        Ok(command)
    }
}

/// Variables a test may read. sudo clears the environment, so they are named.
fn concerns_tests(name: &OsString) -> bool {
    let Some(name) = name.to_str() else { return false };
    let prefixes = ["XDPFEED_", "RUST_", "BOLERO_"];
    matches!(name, "CI" | "PATH" | "TMPDIR") || prefixes.iter().any(|p| name.starts_with(p))
}

/// Builds every test program of the workspace.
fn programs() -> Result<Vec<Program>> {
    let mut cargo = build::cargo();
    cargo.args(["test", "--workspace", "--locked", "--no-run", "--message-format=json-render-diagnostics"]);
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("building the tests failed");
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut programs: Vec<_> = messages.filter_map(|message| program(&message)).collect();
    // What takes a second before what takes a minute.
    programs.sort_by_key(|program| program.name.ends_with("(test)"));
    Ok(programs)
}

/// The test program a message of cargo's tells of.
fn program(message: &Value) -> Option<Program> {
    if message.pointer("/profile/test")? != true {
        return None;
    }
    let manifest = PathBuf::from(message["manifest_path"].as_str()?);
    let (name, kind) =
        (message.pointer("/target/name")?.as_str()?, message.pointer("/target/kind/0")?.as_str()?);
    Some(Program {
        name: format!("{name} ({kind})"),
        executable: message["executable"].as_str()?.into(),
        directory: manifest.parent()?.into(),
    })
}

/// Runs a test program, shows what it says, and counts its results.
fn run(command: &mut Command) -> Result<Totals> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stderr = child.stderr.take().context("no stderr")?;
    let skipped = thread::spawn(move || {
        let mut skipped = 0;
        show(stderr, io::stderr(), |line| skipped += u64::from(line.starts_with("skipped: ")));
        skipped
    });
    let mut totals = Totals::default();
    show(child.stdout.take().context("no stdout")?, io::stdout(), |line| totals.read(line));
    totals.skipped = skipped.join().unwrap_or_default();
    let status = child.wait()?;
    if !status.success() && totals.failed == 0 {
        step::say(format_args!("it ended with {status}"));
        totals.crashed = 1;
    }
    Ok(totals)
}

/// Passes a stream on, line by line.
fn show(from: impl Read, mut to: impl io::Write, mut line: impl FnMut(&str)) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        line(&String::from_utf8_lossy(&bytes));
        // Nobody reads any more: the tests still count.
        let _gone = to.write_all(&bytes);
        bytes.clear();
    }
}

fn stop_if_interrupted() -> Result<()> {
    if e2e::cleanup::signalled() {
        bail!("interrupted");
    }
    Ok(())
}

impl Totals {
    /// Reads libtest's `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn read(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        let count = |what: &str| {
            let mut parts = counts.split(['.', ';']).filter_map(|part| part.trim().strip_suffix(what));
            parts.find_map(|number| number.trim().parse::<u64>().ok()).unwrap_or_default()
        };
        self.passed += count(" passed");
        self.failed += count(" failed");
        self.ignored += count(" ignored");
    }

    fn add(&mut self, other: Self) {
        let Self { passed, failed, ignored, skipped, crashed } = other;
        self.passed += passed;
        self.failed += failed;
        self.ignored += ignored;
        self.skipped += skipped;
        self.crashed += crashed;
    }

    /// Says it, last of all.
    fn conclude(self) -> Result<()> {
        let Self { passed, failed, ignored, skipped, crashed } = self;
        let mut text = format!("{passed} passed, {failed} failed");
        for (count, what) in [
            (ignored, "ignored"),
            (skipped, "could not run here (their reasons are above, after \"skipped:\")"),
            (crashed, "test programs ended without a result"),
        ] {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        println!("{text}");
        io::stdout().flush()?;
        if failed + crashed > 0 {
            bail!("tests failed");
        }
        if passed == 0 {
            bail!("no test ran");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_results() {
        let mut totals = Totals::default();
        totals.read("running 4 tests\n");
        totals.read(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.00s\n",
        );
        totals.read("test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n");
        assert_eq!(totals, Totals { passed: 3, failed: 2, ignored: 1, skipped: 0, crashed: 0 });
    }

    #[test]
    fn finds_test_programs() {
        let message = serde_json::json!({
            "manifest_path": "/w/tests/Cargo.toml", "executable": "/w/target/debug/deps/e2e-1",
            "profile": {"test": true}, "target": {"name": "e2e", "kind": ["test"]},
        });
        let program = program(&message).unwrap();
        assert_eq!((program.name.as_str(), program.directory.to_str()), ("e2e (test)", Some("/w/tests")));
        assert!(super::program(&serde_json::json!({"profile": {"test": false}})).is_none());
        assert!(super::program(&serde_json::json!({"reason": "build-finished"})).is_none());
    }
}
