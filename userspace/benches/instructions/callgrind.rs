//! One row, counted: this program again, under callgrind, which counts while [`counted_from_here`] runs.

use std::{
    env, fs,
    process::{Command, ExitCode, Stdio},
};

use crate::{kept::Counted, rows};

/// The argument that names the row to run.
pub(crate) const ROW: &str = "--row";

/// Counts a row.
///
/// # Errors
/// valgrind is not there, or the row did not do what it is there for.
pub(crate) fn count(name: &str) -> Result<Counted, String> {
    let out = tempfile::NamedTempFile::new().map_err(|e| format!("cannot make a temporary file: {e}"))?;
    let this = env::current_exe().map_err(|e| format!("cannot find this program: {e}"))?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--toggle-collect=*counted_from_here*"]);
    valgrind.arg(format!("--callgrind-out-file={}", out.path().display()));
    let ran = valgrind.arg(this).args([ROW, name]).stdin(Stdio::null()).output().map_err(|e| {
        format!("cannot run valgrind ({e}): `cargo xtask setup` installs it, or your distribution's package")
    })?;
    let (said, told) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    if !ran.status.success() {
        return Err(format!("{name}, under valgrind, ended with {}:\n{}", ran.status, told.trim()));
    }
    let profile = fs::read_to_string(out.path()).map_err(|e| format!("callgrind's output: {e}"))?;
    let instructions = profile.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
    let mut numbers = said.split_whitespace().map_while(|word| word.parse().ok());
    match (instructions, numbers.next(), numbers.next()) {
        (Some(instructions), Some(packets), Some(messages)) if instructions > 0 => {
            Ok(Counted { instructions, packets, messages })
        }
        _ => Err(format!("{name}: callgrind counted nothing:\n{}", told.trim())),
    }
}

/// Runs a row, and prints how many packets and messages it takes.
pub(crate) fn run(name: &str) -> ExitCode {
    let Some(row) = rows::ALL.iter().find(|row| row.name == name) else {
        eprintln!("error: no row {name:?}");
        return ExitCode::from(2);
    };
    let mut prepared = (row.prepare)();
    let done = counted_from_here(&mut *prepared.run);
    assert_eq!(done, prepared.expected, "{name} did something else");
    println!("{} {}", prepared.packets, prepared.messages);
    ExitCode::SUCCESS
}

/// What callgrind counts, from its first instruction to its last: known to it by this name.
#[inline(never)]
fn counted_from_here(run: &mut dyn FnMut() -> u64) -> u64 {
    run()
}
