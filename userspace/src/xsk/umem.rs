//! The memory of one or more sockets, and where it lies.

use std::{
    fs, io,
    num::NonZeroU32,
    os::fd::RawFd,
    sync::{Mutex, MutexGuard, PoisonError},
};

use xsk_rs::{
    FrameDesc,
    config::{FrameSize, QueueSize, UmemConfig},
};

use super::{BindError, SocketConfig, bind::os_error, descriptors};
use crate::sys::numa;

/// Descriptors of the TX and completion rings, which a receiver never uses: the least xsk-rs accepts without
/// wasting memory on them.
pub(super) const UNUSED_RING: u32 = 64;

/// Held while UMEMs and sockets are made: which descriptor is the new UMEM's is seen by comparing.
static MAKING: Mutex<()> = Mutex::new(());

/// What memory sockets are to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// One UMEM for all of them rather than one each.
    pub shared: bool,
    /// In huge pages, where the host has some to spare.
    pub huge_pages: bool,
    /// On this NUMA node, where it has room.
    pub node: Option<u32>,
}

/// A registered UMEM that no socket is bound from yet.
#[derive(Debug)]
pub(super) struct Umem {
    pub(super) xsk: xsk_rs::Umem,
    /// Its frames, lowest address first.
    pub(super) frames: Vec<FrameDesc>,
    /// The socket it is registered with: the one the first bind is made on.
    pub(super) fd: RawFd,
}

/// Nobody else makes sockets until it goes.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    MAKING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Umem {
    /// Maps and registers a UMEM for `sockets` sockets. What could not be had as asked for, but does no harm, is
    /// added to `remarks`.
    ///
    /// # Errors
    /// [`BindError::Sizes`] and [`BindError::Umem`].
    pub(super) fn new(
        config: SocketConfig,
        sockets: u32,
        memory: Memory,
        remarks: &mut Vec<String>,
    ) -> Result<Self, BindError> {
        let sizes = |what: &str, error: &dyn std::error::Error| BindError::Sizes(format!("{what}: {error}"));
        let ring = QueueSize::new(config.frames).map_err(|e| sizes("number of frames", &e))?;
        let unused = QueueSize::new(UNUSED_RING).map_err(|e| sizes("ring size", &e))?;
        let frame_size = FrameSize::new(config.frame_size).map_err(|e| sizes("frame size", &e))?;
        let frames = config.frames.checked_mul(sockets).and_then(NonZeroU32::new).ok_or_else(|| {
            BindError::Sizes(format!("a UMEM of {sockets} times {} frames is none", config.frames))
        })?;
        let umem_config = UmemConfig::builder()
            .frame_size(frame_size)
            .fill_queue_size(ring)
            .comp_queue_size(unused)
            .build()
            .map_err(|e| sizes("UMEM", &e))?;
        let bytes = u64::from(frames.get()) * u64::from(config.frame_size);
        // The kernel takes the pages, and those of the rings, for the thread that asks.
        let preferred = memory.node.map(numa::prefer).transpose();
        let _here = preferred.unwrap_or_else(|error| {
            remarks.push(format!("the UMEM lies on any NUMA node: the kernel takes no preference ({error})"));
            None
        });
        let before = descriptors::af_xdp()?;
        let made = match memory.huge_pages.then(|| huge(umem_config, frames, bytes)) {
            Some(Ok(made)) => Ok(made),
            Some(Err(why)) => {
                remarks.push(format!("ordinary pages instead of huge ones: {why}"));
                xsk_rs::Umem::new(umem_config, frames, false)
            }
            None => xsk_rs::Umem::new(umem_config, frames, false),
        };
        let (xsk, frames) = made.map_err(|error| BindError::Umem { bytes, source: os_error(&error) })?;
        let fd = descriptors::new_since(&before)?;
        let umem = Self { xsk, frames, fd };
        remarks.extend(memory.node.and_then(|node| umem.elsewhere(node)));
        Ok(umem)
    }

    /// Says so if the memory does not lie where it was to.
    fn elsewhere(&self, wanted: u32) -> Option<String> {
        let frame = self.frames.first()?;
        // SAFETY: no frame was given to the kernel yet, and the slice is of length 0: only its address is used.
        let data = unsafe { self.xsk.data(frame) };
        let node = numa::node_of(data.contents()).ok()?;
        (node != wanted)
            .then(|| format!("the UMEM lies on NUMA node {node}: the NIC's, {wanted}, has no room"))
    }
}

/// A UMEM in huge pages, or why not.
fn huge(
    config: UmemConfig,
    frames: NonZeroU32,
    bytes: u64,
) -> Result<(xsk_rs::Umem, Vec<FrameDesc>), String> {
    let meminfo = fs::read_to_string("/proc/meminfo").map_err(|error| format!("/proc/meminfo: {error}"))?;
    let size = huge_page_bytes(&meminfo).ok_or("this kernel has none")?;
    // The kernel unmaps huge pages whole, and not at all when asked for a part.
    if !bytes.is_multiple_of(size) {
        return Err(format!(
            "a UMEM of {bytes} bytes is no multiple of the {size} bytes of a huge page: raise --frames"
        ));
    }
    xsk_rs::Umem::new(config, frames, true).map_err(|error| {
        let pages = bytes / size;
        let error: io::Error = os_error(&error);
        format!(
            "{pages} are needed and not free ({error}): reserve them with `sysctl vm.nr_hugepages={pages}`"
        )
    })
}

/// `Hugepagesize` of `/proc/meminfo`, in bytes.
fn huge_page_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("Hugepagesize:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_huge_page_is_read() {
        let meminfo = "HugePages_Free:        0\nHugepagesize:       2048 kB\nHugetlb:               0 kB\n";
        assert_eq!(huge_page_bytes(meminfo), Some(2 << 20));
        assert_eq!(huge_page_bytes("MemTotal: 1 kB\n"), None);
    }
}
