//! qemu and the kernels, unpacked beside the private tools.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::matrix::{Case, Kernel};
use crate::setup::Tools;
use crate::setup::apt::{self, Archive, Mirror, PrivateApt};
use crate::setup::distribution::Distribution;
use crate::{privilege, step};

/// Names Debian's archive where the host's own apt does not; `none` says that there is none to be had.
const MIRROR: &str = "XDPFEED_DEBIAN_MIRROR";

/// qemu 10 of bookworm's backports has igb, and boots every kernel here. (Bookworm's own, 7.2, has not, and lets
/// kernels panic early in one boot of three.) `ip` in the guest is busybox's.
const QEMU_SUITES: &[&str] = &["bookworm", "bookworm-backports"];
const QEMU_PACKAGES: &[&str] = &["qemu-system-x86", "busybox-static"];

/// What is unpacked.
#[derive(Debug)]
pub(super) struct Store {
    dir: PathBuf,
}

impl Store {
    /// Fetches what these guests need and is not there. `None`, said aloud, where there is no archive to fetch from
    /// and the user knows.
    ///
    /// # Errors
    /// It cannot be fetched or unpacked.
    pub(super) fn open(cases: &[&Case], refresh: bool) -> Result<Option<Self>> {
        let tools = Tools::open()?;
        let store = Self { dir: tools.dir.join("vm") };
        fs::create_dir_all(&store.dir)?;
        let mut missing: Vec<&Kernel> = Vec::new();
        for Case { kernel, .. } in cases {
            if (refresh || !store.kernel(kernel).is_dir()) && !missing.contains(&kernel) {
                missing.push(kernel);
            }
        }
        let qemu_is_missing = refresh || !store.qemu().is_dir();
        if missing.is_empty() && !qemu_is_missing {
            return Ok(Some(store));
        }
        let Some(mirror) = mirror()? else { return Ok(None) };
        if qemu_is_missing {
            store.fetch_qemu(&mirror)?;
        }
        for kernel in missing {
            store.fetch_kernel(kernel, &mirror)?;
        }
        Ok(Some(store))
    }

    /// The root of the unpacked qemu, with every library it needs.
    pub(super) fn qemu(&self) -> PathBuf {
        self.dir.join("qemu")
    }

    /// The root of a kernel.
    pub(super) fn kernel(&self, kernel: &Kernel) -> PathBuf {
        self.dir.join(kernel.name)
    }

    fn fetch_qemu(&self, mirror: &Mirror) -> Result<()> {
        step::say("fetching Debian's qemu, to unpack and not to install");
        let apt = self.apt(mirror, QEMU_SUITES)?;
        let wanted = apt.closure(QEMU_PACKAGES)?;
        self.replace(&apt, &wanted, &self.qemu())
    }

    fn fetch_kernel(&self, kernel: &Kernel, mirror: &Mirror) -> Result<()> {
        let Kernel { name, suite, series, flavour } = kernel;
        let apt = self.apt(mirror, &[suite])?;
        let images = apt.names("linux-image-")?;
        let version = newest_of(images.iter().map(String::as_str), *series, flavour)
            .with_context(|| format!("{suite} has no kernel {} {flavour}", series.unwrap_or_default()))?;
        // From 7.3 on an image's parts are packages of their own.
        let parts: HashSet<String> =
            ["image", "binary", "modules"].map(|part| format!("linux-{part}-{version}-{flavour}")).into();
        let packages: Vec<String> =
            apt.names("linux-")?.into_iter().filter(|package| parts.contains(package)).collect();
        step::say(format_args!("kernel {name} is {version} of {suite}"));
        self.replace(&apt, &apt.archives(&packages)?, &self.kernel(kernel))
    }

    fn apt(&self, mirror: &Mirror, suites: &[&str]) -> Result<PrivateApt> {
        PrivateApt::new(&self.dir.join("apt"), mirror, suites, suites.last().copied())
    }

    /// Unpacks packages to `root`, in place of what is there. The apt they came by is not needed any more.
    fn replace(&self, apt: &PrivateApt, packages: &[Archive], root: &Path) -> Result<()> {
        if root.is_dir() {
            fs::remove_dir_all(root)?;
        }
        apt.unpack(packages, root)?;
        fs::remove_dir_all(self.dir.join("apt")).context("cannot delete apt's lists")
    }
}

/// The newest version among packages named `linux-image-VERSION-FLAVOUR`.
fn newest_of<'a>(
    images: impl Iterator<Item = &'a str>,
    series: Option<&str>,
    flavour: &str,
) -> Option<&'a str> {
    let version = |name: &'a str| {
        let version = name.strip_prefix("linux-image-")?.strip_suffix(flavour)?.strip_suffix('-')?;
        let whole = version.starts_with(|c: char| c.is_ascii_digit());
        let other = ["cloud", "rt", "unsigned"].iter().any(|flavour| version.ends_with(flavour));
        let ours = series.is_none_or(|series| {
            version.strip_prefix(series).is_some_and(|rest| rest.starts_with(['.', '-']))
        });
        (whole && !other && ours && version.contains(['+', '-'])).then_some(version)
    };
    images.filter_map(version).max_by_key(|version| numbers(version))
}

/// 6.12.90+deb12.1 is above 6.12.90+deb12, and below 6.12.95+deb12.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Where Debian's packages come from.
fn mirror() -> Result<Option<Mirror>> {
    if !privilege::on_path("apt-get") || !privilege::on_path("dpkg-deb") {
        bail!("qemu and the kernels are fetched by apt-get and unpacked by dpkg-deb: install apt and dpkg");
    }
    let distribution = Distribution::of_this_host();
    let mirror = match env::var(MIRROR) {
        Ok(none) if none == "none" => {
            eprintln!("skipped: {MIRROR}=none, so there are no kernels to boot");
            return Ok(None);
        }
        Ok(archive) if !archive.is_empty() => Mirror::at(&archive),
        _ if distribution.is_debian() => Mirror::of_host(&distribution.codename)?,
        _ => bail!(
            "the kernels are Debian's, and {} does not say where its archive is: set {MIRROR} to the address of a \
             mirror",
            distribution.name
        ),
    };
    if !Path::new(apt::KEYRING).exists() {
        step::say("debian-archive-keyring is missing: it tells Debian's packages from forged ones");
        apt::install(["debian-archive-keyring"].into_iter())?;
    }
    Ok(Some(mirror))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_newest_of_a_series_and_a_flavour() {
        let names = [
            "linux-image-amd64",
            "linux-image-cloud-amd64",
            "linux-image-6.1-cloud-amd64",
            "linux-image-6.1.0-9-cloud-amd64",
            "linux-image-6.1.0-50-cloud-amd64",
            "linux-image-6.1.0-50-cloud-amd64-dbg",
            "linux-image-6.1.0-50-cloud-amd64-unsigned",
            "linux-image-6.12.90+deb12.1-cloud-amd64",
            "linux-image-6.12.95+deb12-amd64",
            "linux-image-6.12.95+deb12-rt-amd64",
        ];
        let newest = |series, flavour| newest_of(names.into_iter(), series, flavour);
        assert_eq!(newest(Some("6.1"), "cloud-amd64"), Some("6.1.0-50"));
        assert_eq!(newest(None, "cloud-amd64"), Some("6.12.90+deb12.1"));
        assert_eq!(newest(None, "amd64"), Some("6.12.95+deb12"));
        assert_eq!(newest(Some("5.10"), "amd64"), None);
        assert!(numbers("6.12.90+deb12.1") > numbers("6.12.90+deb12"));
        assert!(numbers("6.12.90+deb12.1") < numbers("6.12.95+deb12"));
    }
}
