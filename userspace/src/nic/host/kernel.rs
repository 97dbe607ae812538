//! The kernel: its version, how it was configured, what is set.

use std::{collections::BTreeMap, fs, io::Read};

use flate2::read::GzDecoder;
use serde::Serialize;

/// The kernel that runs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Kernel {
    /// As `uname -r` says it.
    pub release: String,
    /// How it was built; `None` where neither `/proc/config.gz` nor `/boot` says.
    pub config: Option<Config>,
    /// AF_XDP is among the protocols it has; `None` where `/proc` does not say.
    pub has_af_xdp: Option<bool>,
    /// `net.core.bpf_jit_enable`; `None` inside a network namespace, where it cannot be seen.
    pub jit: Option<u32>,
    /// `kernel.bpf_stats_enabled`.
    pub stats: Option<u32>,
    /// Modules that are loaded, and parts of the kernel that have settings.
    #[serde(skip)]
    pub has_xdp_diag_module: bool,
}

/// The kernel's configuration, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Config {
    /// Where it was read.
    pub from: String,
    /// Option, without its prefix → `y` or `m`. What is not set is not in it.
    pub set: BTreeMap<String, String>,
}

impl Config {
    /// What is kept: the rest is long and says nothing about receiving.
    const KEPT: [&str; 11] = [
        "BPF",
        "BPF_SYSCALL",
        "BPF_JIT",
        "BPF_JIT_ALWAYS_ON",
        "XDP_SOCKETS",
        "XDP_SOCKETS_DIAG",
        "IP_MULTICAST",
        "IPV6",
        "NET_RX_BUSY_POLL",
        "HUGETLBFS",
        "VLAN_8021Q",
    ];

    /// Whether an option is set, built in or as a module.
    #[must_use]
    pub fn has(&self, option: &str) -> bool {
        self.set.contains_key(option)
    }

    fn parse(from: &str, text: &str) -> Self {
        let options = text.lines().filter_map(|line| line.strip_prefix("CONFIG_")?.split_once('='));
        let kept = options.filter(|(option, _)| Self::KEPT.contains(option));
        let set = kept.map(|(option, value)| (option.to_owned(), value.trim().to_owned())).collect();
        Self { from: from.to_owned(), set }
    }

    fn read(release: &str) -> Option<Self> {
        const COMPRESSED: &str = "/proc/config.gz";
        if let Ok(file) = fs::File::open(COMPRESSED) {
            let mut text = String::new();
            GzDecoder::new(file).read_to_string(&mut text).ok()?;
            return Some(Self::parse(COMPRESSED, &text));
        }
        let places = [format!("/boot/config-{release}"), format!("/lib/modules/{release}/config")];
        places.iter().find_map(|place| Some(Self::parse(place, &fs::read_to_string(place).ok()?)))
    }
}

impl Kernel {
    pub(super) fn read() -> Self {
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned();
        let protocols = fs::read_to_string("/proc/net/protocols").ok();
        Self {
            config: Config::read(&release),
            has_af_xdp: protocols.map(|text| has_protocol(&text, "XDP")),
            jit: setting("net/core/bpf_jit_enable"),
            stats: setting("kernel/bpf_stats_enabled"),
            has_xdp_diag_module: fs::exists("/sys/module/xsk_diag").unwrap_or(false),
            release,
        }
    }

    /// Major and minor version.
    #[must_use]
    pub fn version(&self) -> Option<(u32, u32)> {
        let mut parts = self.release.split(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }

    /// Whether it can be asked for AF_XDP sockets without having it load a module.
    #[must_use]
    pub fn lists_xdp_sockets(&self) -> bool {
        let built_in = |config: &Config| config.set.get("XDP_SOCKETS_DIAG").is_some_and(|value| value == "y");
        self.has_xdp_diag_module || self.config.as_ref().is_some_and(built_in)
    }
}

fn setting(path: &str) -> Option<u32> {
    fs::read_to_string(format!("/proc/sys/{path}")).ok()?.trim().parse().ok()
}

/// `/proc/net/protocols`: one a line, its name first.
fn has_protocol(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.split_whitespace().next() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_keeps_what_matters() {
        let text = "# BPF subsystem\nCONFIG_BPF_SYSCALL=y\nCONFIG_XDP_SOCKETS_DIAG=m\n# CONFIG_XDP_SOCKETS is not set\n\
                    CONFIG_HZ=250\n";
        let config = Config::parse("/boot/config-6.1", text);
        assert!(config.has("BPF_SYSCALL") && config.has("XDP_SOCKETS_DIAG"));
        assert!(!config.has("XDP_SOCKETS") && !config.has("HZ"));
    }

    #[test]
    fn versions_are_read_from_releases() {
        for (release, version) in [
            ("6.1.0-31-cloud-amd64", Some((6, 1))),
            ("5.14.0-503.el9.x86_64", Some((5, 14))),
            ("7.2-rc3", Some((7, 2))),
            ("", None),
            ("strange", None),
        ] {
            assert_eq!(
                Kernel { release: release.into(), ..Kernel::default() }.version(),
                version,
                "{release}"
            );
        }
    }

    #[test]
    fn sockets_are_asked_for_only_where_that_loads_nothing() {
        let config = |value: &str| {
            let config = Config::parse("", &format!("CONFIG_XDP_SOCKETS_DIAG={value}\n"));
            Kernel { config: Some(config), ..Kernel::default() }
        };
        assert!(config("y").lists_xdp_sockets());
        assert!(!config("m").lists_xdp_sockets());
        assert!(Kernel { has_xdp_diag_module: true, ..config("m") }.lists_xdp_sockets());
        assert!(!Kernel::default().lists_xdp_sockets());
    }

    #[test]
    fn a_protocol_is_a_whole_name() {
        let text = "protocol  size sockets\nPACKET    1600      0\nXDP       1088      0\n";
        assert!(has_protocol(text, "XDP"));
        assert!(!has_protocol("protocol  size\nXDPX 1\n", "XDP"));
    }
}
