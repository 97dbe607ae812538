//! Which kernels, which NICs, and what each pair must report.

use std::fmt;

/// A kernel of Debian's, by what stays the same: its newest version is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kernel {
    /// Its name here, and of its directory.
    pub(super) name: &'static str,
    /// The suite of Debian's archive that has it.
    pub(super) suite: &'static str,
    /// `6.1`; `None` for the newest of the suite.
    pub(super) series: Option<&'static str>,
    /// What the packages' names end in: `cloud-amd64`, small, with virtio alone; `amd64`, with every NIC's driver.
    pub(super) flavour: &'static str,
}

pub(super) const BULLSEYE: Kernel =
    Kernel { name: "5.10", suite: "bullseye-security", series: Some("5.10"), flavour: "amd64" };
pub(super) const BOOKWORM: Kernel =
    Kernel { name: "6.1-cloud", suite: "bookworm", series: Some("6.1"), flavour: "cloud-amd64" };
pub(super) const BACKPORTED: Kernel =
    Kernel { name: "6.12-cloud", suite: "bookworm-backports", series: Some("6.12"), flavour: "cloud-amd64" };
pub(super) const LONGTERM: Kernel =
    Kernel { name: "6.18", suite: "trixie-backports", series: Some("6.18"), flavour: "amd64" };
pub(super) const NEWEST_CLOUD: Kernel =
    Kernel { name: "newest-cloud", suite: "trixie-backports", series: None, flavour: "cloud-amd64" };
pub(super) const NEWEST: Kernel =
    Kernel { name: "newest", suite: "trixie-backports", series: None, flavour: "amd64" };

/// An emulated NIC. Two of it, back to back, are in each guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nic {
    /// virtio-net as modern hosts offer it: buffers reached through an IOMMU, which the driver's zero-copy needs.
    Virtio,
    /// virtio-net as qemu has it by default.
    VirtioPlain,
    /// Intel 82576: two queues.
    Igb,
    /// Intel 82574: its driver runs no XDP program.
    E1000e,
}

impl Nic {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Virtio => "virtio-net",
            Self::VirtioPlain => "virtio-net plain",
            Self::Igb => "igb",
            Self::E1000e => "e1000e",
        }
    }

    /// qemu's device and its properties.
    pub(super) const fn device(self) -> &'static str {
        match self {
            Self::Virtio => "virtio-net-pci,disable-legacy=on,iommu_platform=on,romfile=",
            Self::VirtioPlain => "virtio-net-pci,romfile=",
            Self::Igb => "igb,romfile=",
            Self::E1000e => "e1000e,romfile=",
        }
    }

    /// Kernel modules, besides those they depend on.
    pub(super) const fn modules(self) -> &'static [&'static str] {
        match self {
            Self::Virtio | Self::VirtioPlain => &["virtio_pci", "virtio_net"],
            Self::Igb => &["igb"],
            Self::E1000e => &["e1000e"],
        }
    }

    /// What the kernel calls its driver.
    pub(super) const fn driver(self) -> &'static str {
        match self {
            Self::Virtio | Self::VirtioPlain => "virtio_net",
            Self::Igb => "igb",
            Self::E1000e => "e1000e",
        }
    }

    /// Receive queues it must have: as many as the guest has processors, where it can have more than one.
    pub(super) const fn queues(self) -> u64 {
        match self {
            Self::Igb => 2,
            Self::Virtio | Self::VirtioPlain | Self::E1000e => 1,
        }
    }
}

/// The best mode that must be achieved, and nothing below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Best {
    /// Zero-copy, both ways.
    ZeroCopy,
    /// Native XDP; the bind for zero-copy fails with this error.
    Copy(&'static str),
    /// The driver runs no program.
    Generic,
}

impl Best {
    /// As `xdpfeed run --json` says it.
    pub(super) const fn mode(self) -> &'static str {
        match self {
            Self::ZeroCopy => "native-zero-copy",
            Self::Copy(_) => "native-copy",
            Self::Generic => "generic-copy",
        }
    }
}

/// One guest.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) kernel: Kernel,
    pub(super) nic: Nic,
    pub(super) best: Best,
    /// Not only with `--all`.
    pub(super) always: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kernel.name, self.nic.name())
    }
}

const fn case(kernel: Kernel, nic: Nic, best: Best, always: bool) -> Case {
    Case { kernel, nic, best, always }
}

pub(super) const CASES: &[Case] = &[
    case(BOOKWORM, Nic::Virtio, Best::Copy("EOPNOTSUPP"), true),
    case(BACKPORTED, Nic::Virtio, Best::Copy("EOPNOTSUPP"), true),
    case(NEWEST_CLOUD, Nic::Virtio, Best::ZeroCopy, true),
    case(NEWEST_CLOUD, Nic::VirtioPlain, Best::Copy("EINVAL"), true),
    case(BULLSEYE, Nic::Virtio, Best::Copy("EOPNOTSUPP"), false),
    case(BULLSEYE, Nic::Igb, Best::Copy("EOPNOTSUPP"), false),
    case(LONGTERM, Nic::Virtio, Best::ZeroCopy, false),
    case(LONGTERM, Nic::Igb, Best::ZeroCopy, false),
    case(NEWEST, Nic::Virtio, Best::ZeroCopy, false),
    case(NEWEST, Nic::Igb, Best::ZeroCopy, false),
    case(NEWEST, Nic::E1000e, Best::Generic, false),
];
