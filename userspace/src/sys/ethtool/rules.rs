//! Rules by which a NIC puts packets on receive queues (ntuple rules): `ETHTOOL_*RXCLSR*`.

mod spec;

pub use spec::RuleSpec;

use std::io;

use zerocopy::{FromBytes, FromZeros as _, Immutable, IntoBytes, KnownLayout};

use super::ethtool;

const GFLAGS: u32 = 0x25;
const SFLAGS: u32 = 0x26;
const GRXCLSRLCNT: u32 = 0x2e;
const GRXCLSRULE: u32 = 0x2f;
const GRXCLSRLALL: u32 = 0x30;
const SRXCLSRLDEL: u32 = 0x31;
const SRXCLSRLINS: u32 = 0x32;

/// `ETH_FLAG_NTUPLE`.
const NTUPLE: u32 = 1 << 27;
/// `RX_CLS_LOC_SPECIAL`: the driver has the last word on where a rule goes.
const SPECIAL: u32 = 1 << 31;
/// `RX_CLS_LOC_ANY`: anywhere.
pub const ANY_LOCATION: u32 = u32::MAX;

/// Rules of one device at most. The largest tables of NICs have some 32,768. Lower: a full table could not be read.
/// Higher: a driver that miscounts could have us ask for gigabytes.
const MOST_RULES: u32 = 65_536;

/// How often the locations are asked for again when rules came in between.
const ATTEMPTS: usize = 4;

/// A device's table of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Table {
    /// Rules in it.
    pub rules: u32,
    /// Rules it has room for, as far as the driver says; 0 where it does not.
    pub size: u32,
    /// The driver decides where a rule goes: it is given [`ANY_LOCATION`].
    pub places: bool,
}

/// `struct ethtool_rxnfc`, with the first of the locations behind it.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
struct Request {
    cmd: u32,
    flow_type: u32,
    data: u64,
    spec: RuleSpec,
    rule_count: u32,
    first_location: u32,
}

const _: () = assert!(size_of::<RuleSpec>() == 168 && size_of::<Request>() == 192);

/// Words of a request up to the locations.
const HEAD_WORDS: usize = std::mem::offset_of!(Request, first_location) / 4;

impl Request {
    fn new(cmd: u32) -> Self {
        Self { cmd, ..Self::new_zeroed() }
    }

    /// Asks, with room for `locations` behind. What came back, and the locations.
    fn ask(mut self, interface: &str, locations: u32) -> io::Result<(Self, Vec<u32>)> {
        self.rule_count = locations;
        let mut words = vec![0_u32; size_of::<Self>() / 4 + locations as usize];
        words.as_mut_bytes()[..size_of::<Self>()].copy_from_slice(self.as_bytes());
        ethtool(interface, &mut words)?;
        self.as_mut_bytes().copy_from_slice(&words.as_bytes()[..size_of::<Self>()]);
        let there = self.rule_count.min(locations) as usize;
        Ok((self, words[HEAD_WORDS..][..there].to_vec()))
    }

    fn of(cmd: u32, location: u32) -> Self {
        let mut request = Self::new(cmd);
        request.spec.location = location;
        request
    }
}

/// The table of `interface`.
///
/// # Errors
/// What the ioctl says: `EOPNOTSUPP` where the driver has none.
pub fn table(interface: &str) -> io::Result<Table> {
    let (answer, _) = Request::new(GRXCLSRLCNT).ask(interface, 0)?;
    let said = answer.data as u32;
    Ok(Table { rules: answer.rule_count, size: said & !SPECIAL, places: said & SPECIAL != 0 })
}

/// Where there are rules, and how many the table has room for (0: not said).
///
/// # Errors
/// As for [`table`].
pub fn locations(interface: &str) -> io::Result<(Vec<u32>, u32)> {
    for _ in 0..ATTEMPTS {
        let rules = table(interface)?.rules;
        if rules > MOST_RULES {
            return Err(io::Error::other(format!("the driver says that it has {rules} rules")));
        }
        match Request::new(GRXCLSRLALL).ask(interface, rules) {
            // More than there were a moment ago.
            Err(error) if error.raw_os_error() == Some(libc::EMSGSIZE) => {}
            Err(error) => return Err(error),
            Ok((answer, locations)) => return Ok((locations, answer.data as u32 & !SPECIAL)),
        }
    }
    Err(io::Error::other("the rules change all the time"))
}

/// The rule at `location`.
///
/// # Errors
/// What the ioctl says: `ENOENT` or `EINVAL` where there is none.
pub fn rule(interface: &str, location: u32) -> io::Result<RuleSpec> {
    Ok(Request::of(GRXCLSRULE, location).ask(interface, 0)?.0.spec)
}

/// Puts a rule in the table, in the place of one that is at its location. Returns where it went.
///
/// # Errors
/// What the ioctl says: `EOPNOTSUPP` where the driver has no rules, `EINVAL` where it has none of this kind, `ENOSPC`
/// when the table is full.
pub fn insert(interface: &str, spec: &RuleSpec) -> io::Result<u32> {
    let request = Request { spec: *spec, ..Request::new(SRXCLSRLINS) };
    Ok(request.ask(interface, 0)?.0.spec.location)
}

/// Takes the rule at `location` out.
///
/// # Errors
/// As for [`rule`].
pub fn delete(interface: &str, location: u32) -> io::Result<()> {
    Request::of(SRXCLSRLDEL, location).ask(interface, 0).map(drop)
}

/// Has the NIC heed rules, or not (`rx-ntuple-filter`).
///
/// # Errors
/// What the ioctl says: `EOPNOTSUPP` or `EINVAL` where that cannot be changed.
pub fn heed(interface: &str, on: bool) -> io::Result<()> {
    let mut value = [GFLAGS, 0];
    ethtool(interface, &mut value)?;
    let flags = if on { value[1] | NTUPLE } else { value[1] & !NTUPLE };
    ethtool(interface, &mut [SFLAGS, flags])
}

#[cfg(test)]
mod tests;
