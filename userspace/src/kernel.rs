//! The kernel this runs on, and the oldest it can be.

use std::{fmt, fs};

use anyhow::{Result, bail};

/// The oldest kernel `xdpfeed run` works on: the first with a `bpf_link` for XDP. On an older one the program would
/// outlive a crash, and go on redirecting packets to nobody.
pub const OLDEST: Release = Release { major: 5, minor: 9 };

/// A kernel's version, as far as its features go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u32,
    minor: u32,
}

impl Release {
    /// Reads `6.1.0-50-cloud-amd64`, `6.12.95+deb12-amd64`, `7.3-rc1`; `None` for what begins otherwise.
    fn parse(name: &str) -> Option<Self> {
        let mut numbers = name.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().ok());
        Some(Self { major: numbers.next()??, minor: numbers.next()?? })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Refuses a kernel that is too old to receive on. One whose name says nothing is given a try.
///
/// # Errors
/// It is older than [`OLDEST`].
pub fn require_oldest() -> Result<()> {
    fs::read_to_string("/proc/sys/kernel/osrelease").map_or(Ok(()), |name| judge(name.trim()))
}

fn judge(name: &str) -> Result<()> {
    if Release::parse(name).is_some_and(|release| release < OLDEST) {
        bail!(
            "Linux {name} is too old to receive on: xdpfeed needs {OLDEST} or newer, whose XDP programs go with the \
             process that attached them (captures can be read on any: `xdpfeed inspect`)"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_kernel_is_refused_in_words() {
        for old in ["5.8.18", "5.4.0-150-generic", "4.19.0-27-amd64", "3.10.0-1160.el7.x86_64"] {
            let said = judge(old).unwrap_err().to_string();
            assert!(said.contains(old) && said.contains("needs 5.9 or newer"), "{said}");
        }
    }

    #[test]
    fn others_are_not() {
        for name in [
            "5.9.0",
            "5.10.0-46-amd64",
            "6.1.0-50-cloud-amd64",
            "6.12.95+deb12-amd64",
            "7.3-rc1",
            "10.0",
            "custom",
            "",
        ] {
            assert!(judge(name).is_ok(), "{name}");
        }
    }
}
