//! The counters a driver keeps for itself (`ethtool -S`), and whether it merges packets.

use std::io;

use super::ethtool::{GSSET_INFO, GSTRINGS, STRING_WORDS, ethtool, string};

const GSTATS: u32 = 0x1d;
const GGRO: u32 = 0x2b;
/// `ETH_SS_STATS`, the set of names of the counters.
const STATISTICS: u32 = 1;

/// A driver may have more counters by the time it is asked for their values, of queues added meanwhile, and kernels
/// before 6.18 write all of them: room for so many times as many as it said. Queues would have to be multiplied by
/// this between two calls to overrun it.
const ROOM: usize = 16;

/// The driver's counters by name, in its order. None where it keeps none.
///
/// # Errors
/// What the ioctl says: `ENODEV` for no such interface.
pub fn read(interface: &str) -> io::Result<Vec<(String, u64)>> {
    // cmd, reserved, the sets asked for (64 bits), and the count of the one there is.
    let mut info = [GSSET_INFO, 0, 1 << STATISTICS, 0, 0];
    ethtool(interface, &mut info)?;
    let count = info[4] as usize;
    if info[2] == 0 || count == 0 {
        return Ok(Vec::new());
    }
    let mut names = vec![0; 3 + count * STRING_WORDS * ROOM];
    names[..3].copy_from_slice(&[GSTRINGS, STATISTICS, count as u32]);
    ethtool(interface, &mut names)?;
    let mut values = vec![0; 2 + count * 2 * ROOM];
    values[..2].copy_from_slice(&[GSTATS, count as u32]);
    ethtool(interface, &mut values)?;
    let values = values[2..].chunks_exact(2).map(|words| u64::from(words[0]) | u64::from(words[1]) << 32);
    Ok(names[3..].chunks_exact(STRING_WORDS).map(string).zip(values).take(count).collect())
}

/// Whether the kernel merges this interface's packets (GRO), which has a veth poll its rings without any program.
///
/// # Errors
/// As for [`read`].
pub fn merges_packets(interface: &str) -> io::Result<bool> {
    let mut value = [GGRO, 0];
    ethtool(interface, &mut value)?;
    Ok(value[1] != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loopback interface keeps none of its own, on every kernel there is.
    #[test]
    fn an_interface_without_counters_has_none() {
        match read("lo") {
            Ok(counters) => assert_eq!(counters, []),
            Err(error) => assert_eq!(error.raw_os_error(), Some(libc::EOPNOTSUPP), "{error}"),
        }
        assert_eq!(read("nosuch0").unwrap_err().raw_os_error(), Some(libc::ENODEV));
    }
}
