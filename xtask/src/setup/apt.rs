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
pub(super) fn install<'a>(packages: impl Iterator<Item = &'a str>) -> Result<()> {
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
pub(super) struct Archive {
    /// The package's name.
    pub(super) name: String,
    /// Size of the download in bytes.
    pub(super) bytes: u64,
}

/// An apt of our own: its lists, cache and state lie in a private directory, its idea of what is installed is
/// empty, and it changes nothing on the host. Needs no root.
#[derive(Debug)]
pub(super) struct PrivateApt {
    config: PathBuf,
}

impl PrivateApt {
    /// Makes one in `dir` for one release of Debian, and fetches the package lists.
    ///
    /// # Errors
    /// No file can be written there, or the lists cannot be fetched.
    pub(super) fn new(dir: &Path, codename: &str) -> Result<Self> {
        for sub in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(dir.join(sub))?;
        }
        let architecture = step::output(Command::new("dpkg").arg("--print-architecture"))?;
        let d = dir.display();
        let config = dir.join("apt.conf");
        fs::write(dir.join("status"), "")?;
        fs::write(dir.join("sources.list"), sources(codename)?)?;
        fs::write(
            &config,
            format!(
                r#"APT::Architecture "{0}"; APT::Architectures {{ "{0}"; }};
Dir::State "{d}"; Dir::State::lists "{d}/lists"; Dir::State::status "{d}/status";
Dir::Cache "{d}/cache"; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "{d}/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
APT::Install-Recommends "false"; APT::Sandbox::User ""; Debug::NoLocking "true";
Acquire::Languages "none"; Acquire::GzipIndexes "true"; Acquire::Retries "3";
"#,
                architecture.trim()
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
    pub(super) fn closure(&self, packages: &[&str]) -> Result<Vec<Archive>> {
        let lines = step::output(self.get().args(["install", "-qq", "-y", "--print-uris"]).args(packages))?;
        Ok(lines.lines().filter_map(parse_uri).collect())
    }

    /// Downloads packages into `dir`, without their dependencies.
    ///
    /// # Errors
    /// apt-get failed.
    pub(super) fn download(&self, packages: &[Archive], dir: &Path) -> Result<()> {
        fs::create_dir_all(dir)?;
        step::run(
            self.get().args(["download", "-qq"]).args(packages.iter().map(|p| &p.name)).current_dir(dir),
        )
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

/// The archive and its security suite, from the host's own mirrors. Where the host names none for the security suite,
/// it is taken to lie beside the archive, as it does on Debian's own mirrors.
fn sources(codename: &str) -> Result<String> {
    const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
    let format = "$(REPO_URI) $(CODENAME) $(RELEASE) $(COMPONENT)";
    let targets = step::output(Command::new("apt-get").args(["indextargets", "--format", format]))
        .context("cannot ask apt for its sources")?;
    let mirror = |suite: &str| {
        targets.lines().find_map(|line| {
            let fields: Vec<_> = line.split(' ').collect();
            let [uri, code, release, "main"] = fields[..] else { return None };
            (code == suite).then(|| (uri.to_owned(), release.to_owned()))
        })
    };
    let security = format!("{codename}-security");
    let (archive, release) =
        mirror(codename).with_context(|| format!("apt has no source for {codename} main: add one"))?;
    let (beside, security) = mirror(&security)
        .unwrap_or_else(|| (format!("{}-security", archive.trim_end_matches('/')), security));
    Ok(format!(
        "deb [signed-by={KEYRING}] {archive} {release} main\ndeb [signed-by={KEYRING}] {beside} {security} main\n"
    ))
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
}
