//! The counts in the repository, and what has become of them.

use std::{cell::RefCell, fmt, fs, path::PathBuf, process::Command};

/// Growth that fails, in per cent. Lower: a compiler's next patch, or a C library's other `memcpy`, is taken for a
/// change of ours. Higher: a change of that size slips in unseen, again and again. Runs on one machine do not differ at
/// all; `docs/performance.md` says what was found to make a difference.
pub(crate) const TOLERANCE_PERCENT: f64 = 2.0;

/// What a row took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) instructions: u64,
    pub(crate) packets: u64,
    pub(crate) messages: u64,
}

impl Counted {
    pub(crate) fn a_packet(self) -> f64 {
        self.instructions as f64 / self.packets as f64
    }

    pub(crate) fn a_message(self) -> f64 {
        self.instructions as f64 / self.messages as f64
    }
}

/// What `counts.txt` says.
pub(crate) struct Kept {
    compiler: String,
    /// Each row's instructions a packet.
    rows: Vec<(String, f64)>,
    judged: RefCell<Vec<String>>,
}

/// What has become of a count.
pub(crate) enum Judged {
    /// By so many per cent.
    Changed(f64),
    /// There is none to compare with.
    New,
}

impl Judged {
    pub(crate) fn fails(&self) -> bool {
        match self {
            Self::Changed(percent) => *percent > TOLERANCE_PERCENT,
            Self::New => true,
        }
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(percent) => {
                write!(f, "{percent:>+7.2} %")?;
                if self.fails() {
                    write!(f, "  more than the {TOLERANCE_PERCENT} % allowed")?;
                } else if *percent < -TOLERANCE_PERCENT {
                    write!(f, "  less: --update, or as much may come back unseen")?;
                }
                Ok(())
            }
            Self::New => write!(f, "     new  --update keeps it"),
        }
    }
}

impl Kept {
    /// Reads the file. One that is not there has no rows.
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(path()).unwrap_or_default();
        let compiler =
            text.lines().find_map(|line| line.strip_prefix(COMPILER)).unwrap_or_default().to_owned();
        let rows = text.lines().filter_map(|line| {
            let (name, numbers) = line.split_once('|')?;
            Some((name.trim().to_owned(), numbers.split('|').next()?.trim().parse().ok()?))
        });
        Self { compiler, rows: rows.collect(), judged: RefCell::default() }
    }

    /// What has become of a row.
    pub(crate) fn judge(&self, name: &str, counted: Counted) -> Judged {
        self.judged.borrow_mut().push(name.to_owned());
        let Some((_, kept)) = self.rows.iter().find(|(kept, _)| kept == name) else { return Judged::New };
        Judged::Changed(100.0 * (counted.a_packet() / kept - 1.0))
    }

    /// Rows that were not judged.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        let judged = self.judged.borrow();
        let names = self.rows.iter().map(|(name, _)| name.as_str());
        names.filter(|name| !judged.iter().any(|judged| judged == name)).collect()
    }

    /// What to do about counts that have grown.
    pub(crate) fn advice(&self) -> String {
        let (compiler, update) = (compiler(), "`cargo bench -p xdpfeed --bench instructions -- --update`");
        if compiler == self.compiler {
            format!("find out what takes more; if it is worth it, {update} keeps the new counts")
        } else {
            format!(
                "the counts are those of {}, this is {compiler}: if they are the same as those of the last commit built \
                 with it, {update} keeps them",
                self.compiler
            )
        }
    }
}

/// Keeps what was counted.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(counted: &[(&str, Counted)]) -> Result<(), String> {
    let mut text = format!(
        "# Instructions by callgrind, a packet | a message. Written by\n\
         # cargo bench -p xdpfeed --bench instructions -- --update\n\
         {COMPILER}{}\n",
        compiler()
    );
    for (name, counted) in counted {
        text += &format!("{name:<40} | {:>8.2} | {:>8.2}\n", counted.a_packet(), counted.a_message());
    }
    print!("{text}");
    fs::write(path(), text).map_err(|e| format!("cannot write {}: {e}", path().display()))
}

const COMPILER: &str = "# compiler: ";

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "benches/instructions/counts.txt"].iter().collect()
}

/// The compiler in use, as it names itself.
fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").current_dir(env!("CARGO_MANIFEST_DIR")).output();
    said.map_or_else(
        |_| "an unknown compiler".into(),
        |said| String::from_utf8_lossy(&said.stdout).trim().into(),
    )
}
