//! The counters a driver keeps for itself (`ethtool -S`), and whether it merges packets.

use std::io;

use super::ethtool::{SIOCETHTOOL, ask, request};

const GSTRINGS: u32 = 0x1b;
const GSTATS: u32 = 0x1d;
const GGRO: u32 = 0x2b;
const GSSET_INFO: u32 = 0x37;
/// `ETH_SS_STATS`, the set of names of the counters.
const STATISTICS: u32 = 1;
/// `ETH_GSTRING_LEN`, in words.
const STRING_WORDS: usize = 8;

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
    Ok(names[3..].chunks_exact(STRING_WORDS).map(text).zip(values).take(count).collect())
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

/// The text in some words, up to its terminating zero.
fn text(words: &[u32]) -> String {
    let bytes = words.iter().flat_map(|word| word.to_ne_bytes()).take_while(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
}

/// Asks with a command in the first word of its structure, which `structure` must hold in full. Its 64-bit values
/// stand at even words behind a header of two.
fn ethtool(interface: &str, structure: &mut [u32]) -> io::Result<()> {
    let mut request = request(interface)?;
    request.ifr_ifru.ifru_data = structure.as_mut_ptr().cast();
    ask(SIOCETHTOOL, &mut request)
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
