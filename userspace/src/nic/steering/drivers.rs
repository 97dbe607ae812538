//! The layer beneath: what drivers are asked, and told.

use std::{
    io, thread,
    time::{Duration, Instant},
};

use nix::errno::Errno;

use crate::{
    nic::name_of,
    sys::ethtool::{
        self, Feature,
        rules::{self, RuleSpec, Table},
    },
};

/// The drivers of this host's devices; a device by the kernel's index of it, for names can change. Each errs as the
/// ioctl does: `ENODEV` when the device is gone, `EOPNOTSUPP` when its driver has no such thing.
pub trait Drivers {
    /// The device's table of rules.
    ///
    /// # Errors
    /// As said above.
    fn table(&self, device: u32) -> io::Result<Table>;

    /// Where there are rules, and how many there is room for (0: not said).
    ///
    /// # Errors
    /// As said above.
    fn locations(&self, device: u32) -> io::Result<(Vec<u32>, u32)>;

    /// The rule at a location.
    ///
    /// # Errors
    /// As said above; `ENOENT` or `EINVAL` where there is none.
    fn rule(&self, device: u32, location: u32) -> io::Result<RuleSpec>;

    /// Puts a rule in. Returns where it went.
    ///
    /// # Errors
    /// As said above; `EINVAL` for a rule the NIC cannot have, `ENOSPC` when the table is full, `EBUSY` while the NIC
    /// is set up anew.
    fn insert(&self, device: u32, spec: &RuleSpec) -> io::Result<u32>;

    /// Takes a rule out.
    ///
    /// # Errors
    /// As said above.
    fn delete(&self, device: u32, location: u32) -> io::Result<()>;

    /// The switch that has the NIC heed rules: whether it is on, and whether it can be thrown.
    ///
    /// # Errors
    /// As said above.
    fn switch(&self, device: u32) -> io::Result<Feature>;

    /// Throws that switch.
    ///
    /// # Errors
    /// As said above.
    fn heed(&self, device: u32, on: bool) -> io::Result<()>;
}

/// How long a driver may be busy: attaching a program and throwing the switch have many set up the NIC anew, and refuse
/// rules meanwhile. Lower: a start fails that a moment later would not. Higher delays the refusal.
pub(crate) const BUSY: Duration = Duration::from_secs(2);

/// Between two attempts at a busy driver.
const BUSY_LOOK: Duration = Duration::from_millis(20);

/// Does what a driver may be too busy for, until it is not, or that moment has come.
pub(super) fn when_free<T>(until: Instant, mut ask: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match ask() {
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) && Instant::now() < until => {
                thread::sleep(BUSY_LOOK);
            }
            answer => return answer,
        }
    }
}

/// As `ethtool -k` names the switch.
pub(crate) const SWITCH: &str = "rx-ntuple-filter";

/// The real ones.
#[derive(Clone, Copy, Debug)]
pub struct HostDrivers;

fn name(device: u32) -> io::Result<String> {
    name_of(device)?.ok_or_else(|| Errno::ENODEV.into())
}

impl Drivers for HostDrivers {
    fn table(&self, device: u32) -> io::Result<Table> {
        rules::table(&name(device)?)
    }

    fn locations(&self, device: u32) -> io::Result<(Vec<u32>, u32)> {
        rules::locations(&name(device)?)
    }

    fn rule(&self, device: u32, location: u32) -> io::Result<RuleSpec> {
        rules::rule(&name(device)?, location)
    }

    fn insert(&self, device: u32, spec: &RuleSpec) -> io::Result<u32> {
        rules::insert(&name(device)?, spec)
    }

    fn delete(&self, device: u32, location: u32) -> io::Result<()> {
        rules::delete(&name(device)?, location)
    }

    fn switch(&self, device: u32) -> io::Result<Feature> {
        let features = ethtool::features(&name(device)?)?;
        let switch = features.into_iter().find(|feature| feature.name == SWITCH);
        Ok(switch.unwrap_or(Feature { name: SWITCH.into(), on: false, fixed: true }))
    }

    fn heed(&self, device: u32, on: bool) -> io::Result<()> {
        rules::heed(&name(device)?, on)
    }
}
