//! apt: installing packages on the host, and fetching some without installing them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{privilege, step};

/// Installs packages on the host, refreshing apt's lists when they lack one of them or are out of date.
///
/// # Errors
/// apt-get failed, or there is no way to become root.
pub(crate) fn install<'a>(packages: impl Iterator<Item = &'a str>) -> Result<()> {
    let packages: Vec<_> = packages.collect();
    let install = || -> Result<()> {
        step::say(format_args!("installing {}", packages.join(" ")));
        let mut apt = apt_get()?;
        step::run_silently(apt.args(["install", "-y", "--no-install-recommends"]).args(&packages))
    };
    let simulated = Command::new("apt-get").args(["install", "-s", "-qq"]).args(&packages).output();
    if simulated.is_ok_and(|output| output.status.success()) && install().is_ok() {
        return Ok(());
    }
    step::say("refreshing apt's package lists: they lack a package, or name one that is no longer there");
    step::run(apt_get()?.arg("update"))?;
    install()
}

/// apt-get as root, asking nothing and waiting its turn.
fn apt_get() -> Result<Command> {
    let mut apt = privilege::as_root("env")?;
    apt.args([
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
        "-o",
        "Dpkg::Use-Pty=0",
    ]);
    Ok(apt)
}

/// A package as apt would fetch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Archive {
    /// The package's name.
    pub(crate) name: String,
    /// Size of the download in bytes.
    pub(crate) bytes: u64,
}

/// An apt of our own: its lists, cache and state lie in a private directory, its idea of what is installed is
/// empty, and it changes nothing on the host. Needs no root.
#[derive(Debug)]
pub(crate) struct PrivateApt {
    config: PathBuf,
}

impl PrivateApt {
    /// Makes one in `dir` for suites of Debian's archive, and fetches their package lists. Where several have a
    /// package, the one of `prefer` is taken, or else the newest (of backports none, unless it is alone).
    ///
    /// # Errors
    /// No file can be written there, or the lists cannot be fetched.
    pub(crate) fn new(dir: &Path, mirror: &Mirror, suites: &[&str], prefer: Option<&str>) -> Result<Self> {
        for sub in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(dir.join(sub))?;
        }
        let architecture = step::output(Command::new("dpkg").arg("--print-architecture"))?;
        let d = dir.display();
        let config = dir.join("apt.conf");
        fs::write(dir.join("status"), "")?;
        fs::write(
            dir.join("sources.list"),
            suites.iter().map(|suite| mirror.source(suite)).collect::<String>(),
        )?;
        fs::write(
            &config,
            format!(
                r#"APT::Architecture "{0}"; APT::Architectures {{ "{0}"; }};
Dir::State "{d}"; Dir::State::lists "{d}/lists"; Dir::State::status "{d}/status";
Dir::Cache "{d}/cache"; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "{d}/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
APT::Install-Recommends "false"; APT::Sandbox::User ""; Debug::NoLocking "true";
APT::Default-Release "{1}";
Acquire::Languages "none"; Acquire::GzipIndexes "true"; Acquire::Retries "3";
"#,
                architecture.trim(),
                prefer.unwrap_or_default(),
            ),
        )?;
        let apt = Self { config };
        step::run(apt.get().args(["-qq", "update"]))?;
        Ok(apt)
    }

    /// Everything that installing `packages` on an empty system would fetch.
    ///
    /// # Errors
    /// A package is not there.
    pub(crate) fn closure(&self, packages: &[&str]) -> Result<Vec<Archive>> {
        let lines = step::output(self.get().args(["install", "-qq", "-y", "--print-uris"]).args(packages))?;
        Ok(lines.lines().filter_map(parse_uri).collect())
    }

    /// The names of all packages that begin with `prefix`.
    ///
    /// # Errors
    /// apt-cache failed.
    pub(crate) fn names(&self, prefix: &str) -> Result<Vec<String>> {
        let mut cache = Command::new("apt-cache");
        cache.env("APT_CONFIG", &self.config).args(["pkgnames", prefix]);
        Ok(step::output(&mut cache)?.lines().map(str::to_owned).collect())
    }

    /// Packages by their names, without what they depend on.
    ///
    /// # Errors
    /// One is not there.
    pub(crate) fn archives(&self, packages: &[String]) -> Result<Vec<Archive>> {
        let mut uris = self.get();
        let lines = step::output(uris.args(["download", "-qq", "--print-uris"]).args(packages))?;
        Ok(lines.lines().filter_map(parse_uri).collect())
    }

    /// Downloads packages and unpacks them, so that `root` is there whole or not at all. What an interrupted run
    /// has downloaded is not fetched again.
    ///
    /// # Errors
    /// Downloading or unpacking failed.
    pub(crate) fn unpack(&self, packages: &[Archive], root: &Path) -> Result<()> {
        let megabytes = packages.iter().map(|archive| archive.bytes).sum::<u64>() / 1_000_000;
        step::say(format_args!(
            "fetching {} packages, {megabytes} MB, to {}",
            packages.len(),
            root.display()
        ));
        let (debs, partial) = (root.with_added_extension("debs"), root.with_added_extension("partial"));
        fs::create_dir_all(&debs)?;
        let names = packages.iter().map(|package| &package.name);
        step::run(self.get().args(["download", "-qq"]).args(names).current_dir(&debs))?;
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir(&partial)?;
        for deb in fs::read_dir(&debs)? {
            let deb = deb?.path();
            if deb.extension().is_some_and(|extension| extension == "deb") {
                step::run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(&partial))?;
            }
        }
        fs::rename(&partial, root).with_context(|| format!("cannot move {} into place", root.display()))?;
        fs::remove_dir_all(&debs).context("cannot delete the downloaded packages")
    }

    fn get(&self) -> Command {
        let mut apt = Command::new("apt-get");
        apt.env("APT_CONFIG", &self.config);
        apt
    }
}

/// One line of `--print-uris`: 'URI' FILE SIZE HASH, with FILE starting with the package's name.
fn parse_uri(line: &str) -> Option<Archive> {
    let mut fields = line.split_whitespace().skip(1);
    let name = fields.next()?.split('_').next()?.to_string();
    Some(Archive { name, bytes: fields.next()?.parse().ok()? })
}

/// Debian's public keys, as every Debian has them; Ubuntu has a package of the same name.
pub(crate) const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where Debian's packages are fetched from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mirror {
    archive: String,
    security: String,
}

impl Mirror {
    /// The one at `archive`, its security suites beside it, as they lie on Debian's own mirrors.
    pub(crate) fn at(archive: &str) -> Self {
        let archive = archive.trim_end_matches('/');
        Self { archive: archive.to_owned(), security: format!("{archive}-security") }
    }

    /// The host's own, which is one of Debian's release `codename`.
    ///
    /// # Errors
    /// apt names none.
    pub(crate) fn of_host(codename: &str) -> Result<Self> {
        let format = "$(REPO_URI) $(CODENAME) $(COMPONENT)";
        let targets = step::output(Command::new("apt-get").args(["indextargets", "--format", format]))
            .context("cannot ask apt for its sources")?;
        Self::among(&targets, codename)
            .with_context(|| format!("apt has no source for {codename} main: add one"))
    }

    fn among(targets: &str, codename: &str) -> Option<Self> {
        let uri = |suite: &str| {
            targets.lines().find_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
                [uri, code, "main"] if code == suite => Some(uri.to_owned()),
                _ => None,
            })
        };
        let mut mirror = Self::at(&uri(codename)?);
        if let Some(security) = uri(&format!("{codename}-security")) {
            mirror.security = security;
        }
        Some(mirror)
    }

    /// A line of sources.list.
    fn source(&self, suite: &str) -> String {
        let uri = if suite.ends_with("-security") { &self.security } else { &self.archive };
        format!("deb [signed-by={KEYRING}] {uri} {suite} main\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_print_uris() {
        let line = "'http://mirror.example/pool/x/libllvm22_22.1.1-1_amd64.deb' libllvm22_22.1.1-1_amd64.deb 29378692 SHA256:00";
        assert_eq!(parse_uri(line), Some(Archive { name: "libllvm22".into(), bytes: 29_378_692 }));
        assert_eq!(parse_uri("E: something"), None);
    }

    #[test]
    fn the_security_suite_lies_where_the_host_says_or_beside_the_archive() {
        let both = "http://a.example/debian/ bookworm main\nhttp://s.example/sec/ bookworm-security main\n";
        let mirror = Mirror::among(both, "bookworm").unwrap();
        assert_eq!(
            mirror.source("bookworm-backports"),
            format!("deb [signed-by={KEYRING}] http://a.example/debian bookworm-backports main\n")
        );
        assert_eq!(
            mirror.source("bullseye-security"),
            format!("deb [signed-by={KEYRING}] http://s.example/sec/ bullseye-security main\n")
        );
        let one = Mirror::among(both.lines().next().unwrap(), "bookworm").unwrap();
        assert_eq!(one.security, "http://a.example/debian-security");
        assert_eq!(Mirror::among(both, "trixie"), None);
    }
}
