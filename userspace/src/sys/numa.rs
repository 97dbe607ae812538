//! On which NUMA node memory is taken: `set_mempolicy` and `get_mempolicy`, which libc knows by number alone.

use std::{io, ptr};

/// `MPOL_PREFERRED`, `MPOL_F_NODE` and `MPOL_F_ADDR` of `linux/mempolicy.h`.
const MPOL_PREFERRED: libc::c_int = 1;
const MPOL_F_NODE: libc::c_ulong = 1;
const MPOL_F_ADDR: libc::c_ulong = 2;

/// Bits of a node mask. Fewer than the kernel has nodes (`CONFIG_NODES_SHIFT`, at most 10) and it refuses to say what
/// the policy was; more cost bytes.
const NODES: usize = 1024;

type Mask = [libc::c_ulong; NODES / libc::c_ulong::BITS as usize];

/// What the thread's policy was before; it is again when this goes.
#[derive(Debug)]
pub struct Preference {
    mode: libc::c_int,
    mask: Mask,
}

/// Has this thread's memory taken from `node` as long as the result lives: what is taken already stays where it is.
///
/// # Errors
/// What the kernel says: `ENOSYS` where it knows no nodes. `EINVAL` for a number that no node can have; one that is
/// merely not there is preferred in vain.
pub fn prefer(node: u32) -> io::Result<Preference> {
    let before = policy()?;
    let mut mask: Mask = [0; _];
    let bits = libc::c_ulong::BITS;
    let Some(word) = mask.get_mut((node / bits) as usize) else {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    };
    *word = 1 << (node % bits);
    set(MPOL_PREFERRED, &mask)?;
    Ok(before)
}

impl Drop for Preference {
    fn drop(&mut self) {
        // What was in force is valid.
        let _restored = set(self.mode, &self.mask);
    }
}

/// The node on which memory begins.
///
/// # Errors
/// What the kernel says.
pub fn node_of(memory: &[u8]) -> io::Result<u32> {
    let mut node: libc::c_int = 0;
    // SAFETY: the kernel writes an int to `node`, no mask is asked for, and the address is only looked up.
    let result = unsafe {
        libc::syscall(
            libc::SYS_get_mempolicy,
            &raw mut node,
            ptr::null_mut::<libc::c_ulong>(),
            0usize,
            memory.as_ptr(),
            MPOL_F_NODE | MPOL_F_ADDR,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    u32::try_from(node).map_err(io::Error::other)
}

fn policy() -> io::Result<Preference> {
    let mut policy = Preference { mode: 0, mask: [0; _] };
    // SAFETY: the kernel writes an int to `mode` and at most NODES bits to `mask`.
    let result = unsafe {
        libc::syscall(
            libc::SYS_get_mempolicy,
            &raw mut policy.mode,
            policy.mask.as_mut_ptr(),
            NODES,
            ptr::null::<u8>(),
            0 as libc::c_ulong,
        )
    };
    if result == 0 {
        return Ok(policy);
    }
    // Never in force, so not to be restored.
    std::mem::forget(policy);
    Err(io::Error::last_os_error())
}

fn set(mode: libc::c_int, mask: &Mask) -> io::Result<()> {
    let nobody = mask.iter().all(|word| *word == 0);
    let (mask, bits) = if nobody { (ptr::null(), 0) } else { (mask.as_ptr(), NODES) };
    // SAFETY: the kernel reads at most `bits` bits of `mask`, which lives through the call.
    let result = unsafe { libc::syscall(libc::SYS_set_mempolicy, mode, mask, bits) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_ends_with_its_value() {
        let before = match policy() {
            Ok(before) => before,
            Err(error) if error.raw_os_error() == Some(libc::ENOSYS) => return, // a kernel without nodes
            Err(error) => panic!("{error}"),
        };
        {
            let _here = prefer(0).unwrap();
            let now = policy().unwrap();
            assert_eq!((now.mode, now.mask[0]), (MPOL_PREFERRED, 1));
            std::mem::forget(now);
            let memory = vec![1u8; 1 << 20];
            assert_eq!(node_of(&memory).unwrap(), 0);
        }
        let after = policy().unwrap();
        assert_eq!((after.mode, after.mask), (before.mode, before.mask));
        assert_eq!(prefer(NODES as u32).unwrap_err().raw_os_error(), Some(libc::EINVAL));
    }
}
