//! What a driver says of its interface: `SIOCETHTOOL` (`linux/ethtool.h`) and `SIOCGIFMTU`. What changes something is
//! in [`rules`], and one call here.

mod answers;
pub mod rules; // which queue a packet goes to

pub use answers::{Channels, Driver, Feature, Pause, Rings, Stamps};

use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

const SIOCETHTOOL: libc::c_ulong = 0x8946;
const SIOCGIFMTU: libc::c_ulong = 0x8921;

/// Commands, each with the words of its structure, its own included.
const GDRVINFO: (u32, usize) = (0x03, 49);
const GRINGPARAM: (u32, usize) = (0x10, 9);
const GPAUSEPARAM: (u32, usize) = (0x12, 4);
const GCHANNELS: (u32, usize) = (0x3c, 9);
const GET_TS_INFO: (u32, usize) = (0x41, 11);
/// `struct ethtool_value`.
const SGRO: u32 = 0x2c;
/// Of these the length is asked for first.
pub(super) const GSTRINGS: u32 = 0x1b;
pub(super) const GSSET_INFO: u32 = 0x37;
const GFEATURES: u32 = 0x3a;

/// `ETH_SS_FEATURES`: the set of strings that names the features.
const FEATURES: u32 = 4;
/// `ETH_GSTRING_LEN`, in words.
pub(super) const STRING_WORDS: usize = 8;

/// Receive queues in use on `interface`.
///
/// # Errors
/// What the ioctl says: `EOPNOTSUPP` where the driver has no such call, `ENODEV` for no such interface.
pub fn receive_queues(interface: &str) -> io::Result<u32> {
    channels(interface).map(|channels| channels.rx + channels.combined)
}

/// The queues of `interface`.
///
/// # Errors
/// As for [`receive_queues`].
pub fn channels(interface: &str) -> io::Result<Channels> {
    let [_, max_rx, max_tx, _, max_combined, rx, tx, _, combined] = fixed(interface, GCHANNELS)?;
    Ok(Channels { rx, tx, combined, max_rx, max_tx, max_combined })
}

/// The rings of `interface`.
///
/// # Errors
/// As for [`receive_queues`].
pub fn rings(interface: &str) -> io::Result<Rings> {
    let [_, max_rx, _, _, max_tx, rx, _, _, tx] = fixed(interface, GRINGPARAM)?;
    Ok(Rings { rx, tx, max_rx, max_tx })
}

/// Flow control on `interface`.
///
/// # Errors
/// As for [`receive_queues`].
pub fn pause(interface: &str) -> io::Result<Pause> {
    let [_, autoneg, rx, tx] = fixed(interface, GPAUSEPARAM)?;
    Ok(Pause { autoneg: autoneg != 0, rx: rx != 0, tx: tx != 0 })
}

/// The driver of `interface`.
///
/// # Errors
/// As for [`receive_queues`].
pub fn driver(interface: &str) -> io::Result<Driver> {
    let words: [u32; GDRVINFO.1] = fixed(interface, GDRVINFO)?;
    let field = |number: usize| string(&words[1 + number * STRING_WORDS..][..STRING_WORDS]);
    Ok(Driver { name: field(0), version: field(1), firmware: field(2), bus: field(3) })
}

/// The time stamps `interface` can make.
///
/// # Errors
/// As for [`receive_queues`].
pub fn stamps(interface: &str) -> io::Result<Stamps> {
    let words: [u32; GET_TS_INFO.1] = fixed(interface, GET_TS_INFO)?;
    // A clock's number is signed: -1 is none.
    Ok(Stamps {
        flags: words[1],
        clock: i32::try_from(words[2]).ok().map(i32::cast_unsigned),
        filters: words[7],
    })
}

/// Has the kernel put the packets of `interface` together, or not (`generic-receive-offload`).
///
/// # Errors
/// As for [`receive_queues`].
pub fn set_receive_offload(interface: &str, on: bool) -> io::Result<()> {
    ethtool(interface, &mut [SGRO, u32::from(on)])
}

/// The offloads of `interface`.
///
/// # Errors
/// As for [`receive_queues`].
pub fn features(interface: &str) -> io::Result<Vec<Feature>> {
    // cmd, reserved, mask (64 bits), and the count of the one set in the mask.
    let mut info = [GSSET_INFO, 0, 1 << FEATURES, 0, 0];
    ethtool(interface, &mut info)?;
    let count = info[4] as usize;
    let mut strings = vec![0; 3 + count * STRING_WORDS];
    strings[..3].copy_from_slice(&[GSTRINGS, FEATURES, count as u32]);
    ethtool(interface, &mut strings)?;
    let blocks = count.div_ceil(32);
    let mut states = vec![0; 2 + blocks * FeatureBlock::WORDS];
    states[..2].copy_from_slice(&[GFEATURES, blocks as u32]);
    ethtool(interface, &mut states)?;
    Ok(named(&strings[3..], &states[2..]))
}

/// `struct ethtool_get_features_block`: available, requested, active, never_changed.
struct FeatureBlock;

impl FeatureBlock {
    const WORDS: usize = 4;
}

/// The features by name: 32 of them in each block of states.
fn named(strings: &[u32], states: &[u32]) -> Vec<Feature> {
    let names = strings.chunks_exact(STRING_WORDS).map(string);
    let features = names.enumerate().filter_map(|(bit, name)| {
        let block = states.chunks_exact(FeatureBlock::WORDS).nth(bit / 32)?;
        let is = |word: u32| word >> (bit % 32) & 1 == 1;
        let (available, active, never_changed) = (is(block[0]), is(block[2]), is(block[3]));
        Some(Feature { name, on: active, fixed: !available || never_changed })
    });
    features.filter(|feature| !feature.name.is_empty()).collect()
}

/// The text in some words, up to its terminating zero.
pub(super) fn string(words: &[u32]) -> String {
    let bytes: Vec<u8> =
        words.iter().flat_map(|word| word.to_ne_bytes()).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Asks with a command whose structure is of a fixed size.
fn fixed<const N: usize>(interface: &str, (command, words): (u32, usize)) -> io::Result<[u32; N]> {
    debug_assert_eq!(N, words);
    let mut structure = [0; N];
    structure[0] = command;
    ethtool(interface, &mut structure)?;
    Ok(structure)
}

/// Asks with a command in the first word of its structure, which `structure` must hold in full. 64-bit values of
/// `GSTATS` stand at even words behind a header of two.
pub(super) fn ethtool(interface: &str, structure: &mut [u32]) -> io::Result<()> {
    let mut request = request(interface)?;
    request.ifr_ifru.ifru_data = structure.as_mut_ptr().cast();
    ask(SIOCETHTOOL, &mut request)
}

/// Largest packet behind the Ethernet header, in bytes.
///
/// # Errors
/// What the ioctl says: `ENODEV` for no such interface.
pub fn mtu(interface: &str) -> io::Result<u32> {
    let mut request = request(interface)?;
    ask(SIOCGIFMTU, &mut request)?;
    // SAFETY: the kernel answers this request in that member, and any bytes are a valid int.
    let mtu = unsafe { request.ifr_ifru.ifru_mtu };
    u32::try_from(mtu).map_err(io::Error::other)
}

fn request(interface: &str) -> io::Result<libc::ifreq> {
    // SAFETY: an all-zero ifreq is valid: it holds integers, bytes and a pointer.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    // One byte is left for the terminating zero.
    if interface.len() >= request.ifr_name.len() {
        return Err(io::Error::from_raw_os_error(libc::ENODEV));
    }
    for (to, from) in request.ifr_name.iter_mut().zip(interface.bytes()) {
        *to = from as libc::c_char;
    }
    Ok(request)
}

fn ask(what: libc::c_ulong, request: &mut libc::ifreq) -> io::Result<()> {
    let socket: OwnedFd = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: the request names an interface with a terminating zero and lives through the call. Where its
    // command has the kernel follow the pointer, that is at a borrowed slice of words as long as the command's
    // structure: of fixed length, with the length the kernel gave (the features and their names are the kernel's own,
    // their number does not change while it runs), or with the length that the structure itself says (the locations
    // of rules: the kernel has room for as many itself, and copies no more back).
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), what as _, std::ptr::from_mut(request)) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u32> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(STRING_WORDS * 4, 0);
        bytes.chunks_exact(4).map(|four| u32::from_ne_bytes(four.try_into().unwrap())).collect()
    }

    #[test]
    fn features_are_named_by_their_bit() {
        let strings: Vec<u32> =
            (0..34).flat_map(|bit| words(if bit == 33 { "rx-lro" } else { "rx-gro" })).collect();
        // Bit 0 is on and may be changed; bit 33, the second of the second block, is on for good.
        let states = [0b01, 0, 0b01, 0, 0b10, 0, 0b10, 0b10];
        let named = named(&strings, &states);
        assert_eq!(named.len(), 34);
        assert_eq!(named[0], Feature { name: "rx-gro".into(), on: true, fixed: false });
        assert!(!named[1].on && named[1].fixed);
        assert_eq!(named[33], Feature { name: "rx-lro".into(), on: true, fixed: true });
    }

    /// Loopback is everywhere, and needs no privilege to be asked.
    #[test]
    fn loopback_says_what_it_is() {
        assert!(mtu("lo").unwrap() >= 1280);
        let features = features("lo").unwrap();
        assert!(features.iter().any(|feature| feature.name == "rx-gro"), "{features:?}");
        assert_eq!(rings("lo").unwrap_err().raw_os_error(), Some(libc::EOPNOTSUPP));
        assert_eq!(driver("nosuch0").unwrap_err().raw_os_error(), Some(libc::ENODEV));
    }
}
