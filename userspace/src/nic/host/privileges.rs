//! What this process may do (capabilities(7)).

use std::fs;

use serde::Serialize;

/// A capability that receiving needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Capability {
    /// Attaching a program to an interface.
    NetAdmin,
    /// Opening an AF_XDP socket.
    NetRaw,
    /// Locking memory beyond the limit.
    IpcLock,
    /// All that `CAP_BPF` and `CAP_PERFMON` allow.
    SysAdmin,
    /// Loading a program that calculates with the addresses of packets.
    Perfmon,
    /// Loading a program.
    Bpf,
}

impl Capability {
    /// Its number (`linux/capability.h`).
    const fn number(self) -> u32 {
        match self {
            Self::NetAdmin => 12,
            Self::NetRaw => 13,
            Self::IpcLock => 14,
            Self::SysAdmin => 21,
            Self::Perfmon => 38,
            Self::Bpf => 39,
        }
    }
}

/// The capabilities in effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Privileges {
    /// A bit each.
    pub effective: u64,
    /// They hold in a user namespace (a rootless container) only.
    pub in_user_namespace: bool,
}

impl Privileges {
    pub(super) fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        Self { effective: effective(&status).unwrap_or_default(), in_user_namespace: !is_whole(&map) }
    }

    /// Whether it is in effect.
    #[must_use]
    pub const fn has(&self, capability: Capability) -> bool {
        self.effective >> capability.number() & 1 == 1
    }

    /// What receiving needs and is not there, by name. `CAP_SYS_ADMIN` stands for `CAP_BPF` and `CAP_PERFMON`.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let or_admin = |capability| self.has(capability) || self.has(Capability::SysAdmin);
        let needed = [
            (or_admin(Capability::Bpf), "CAP_BPF"),
            (or_admin(Capability::Perfmon), "CAP_PERFMON"),
            (self.has(Capability::NetAdmin), "CAP_NET_ADMIN"),
            (self.has(Capability::NetRaw), "CAP_NET_RAW"),
        ];
        needed.into_iter().filter(|(held, _)| !held).map(|(_, name)| name).collect()
    }
}

/// `/proc/self/status`.
fn effective(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

/// Whether `/proc/self/uid_map` maps every user to itself, as only the first user namespace does. Where there is no
/// such file there are no user namespaces.
fn is_whole(map: &str) -> bool {
    map.trim().is_empty() || map.split_whitespace().eq(["0", "0", "4294967295"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(effective: u64) -> Privileges {
        Privileges { effective, in_user_namespace: false }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(of(0).missing(), ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_NET_RAW"]);
        assert_eq!(of(1 << 39 | 1 << 38 | 1 << 12 | 1 << 13).missing(), [""; 0]);
        assert_eq!(of(1 << 21 | 1 << 12).missing(), ["CAP_NET_RAW"]);
        let status = "Name:\txdpfeed\nCapPrm:\t0000000000000000\nCapEff:\t000001fffeffffff\n";
        assert_eq!(of(effective(status).unwrap()).missing(), [""; 0]);
        assert_eq!(effective("Name: x"), None);
    }

    #[test]
    fn a_rootless_container_is_seen() {
        assert!(is_whole("         0          0 4294967295\n") && is_whole(""));
        assert!(!is_whole("         0       1000          1\n"));
    }
}
