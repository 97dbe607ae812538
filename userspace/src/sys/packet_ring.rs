//! A packet socket's receive ring (`PACKET_RX_RING`, `TPACKET_V3`): memory the kernel writes packets to, block by block.
//!
//! A block is the kernel's or ours. It becomes ours when its status says so, and the kernel's when it is given back;
//! in between the kernel writes nothing to it (`Documentation/networking/packet_mmap.rst`).

use std::{
    io,
    os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd},
    ptr::{self, NonNull},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use super::packet_filter;

/// `PACKET_IGNORE_OUTGOING` of `linux/if_packet.h`.
const PACKET_IGNORE_OUTGOING: i32 = 23;
/// Where a block's status is: behind two numbers of its descriptor (`struct tpacket_block_desc`).
const STATUS: usize = 8;
/// Bytes of a frame in the arithmetic of the ring. Version 3 packs packets without regard to it.
const FRAME_BYTES: u32 = 2048;

/// What a packet socket has counted since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PacketStatistics {
    /// Packets its filter took, those dropped included (`tp_packets`).
    pub packets: u64,
    /// Of these, packets for which no block was free (`tp_drops`).
    pub drops: u64,
    /// Times the kernel stopped writing for want of a block (`tp_freeze_q_cnt`): evidence, no packets.
    pub freezes: u64,
}

/// The count of one packet socket, by whomever it is read.
#[derive(Debug, Default)]
pub struct Statistics {
    /// The kernel forgets what it has told.
    told: Mutex<PacketStatistics>,
}

impl Statistics {
    /// What was counted so far. The kernel counts in 32 bits from one call to the next, which are to come before these
    /// are full: seven minutes at 10 million packets a second.
    ///
    /// # Errors
    /// What getsockopt(2) says.
    pub fn read(&self, socket: BorrowedFd<'_>) -> io::Result<PacketStatistics> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut said = libc::tpacket_stats_v3 { tp_packets: 0, tp_drops: 0, tp_freeze_q_cnt: 0 };
        get(socket, libc::PACKET_STATISTICS, &mut said)?;
        told.packets += u64::from(said.tp_packets);
        told.drops += u64::from(said.tp_drops);
        told.freezes += u64::from(said.tp_freeze_q_cnt);
        Ok(*told)
    }
}

/// Rings among which the packets of an interface are dealt out: an id of this network namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FanoutGroup(u16);

/// A packet socket and its ring.
#[derive(Debug)]
pub struct PacketRing {
    socket: OwnedFd,
    memory: NonNull<u8>,
    block_bytes: usize,
    /// By block: whether it is ours.
    ours: Box<[bool]>,
    next: usize,
    statistics: Arc<Statistics>,
}

// SAFETY: the mapping is this value's alone and goes where it goes: no other thread has the pointer.
unsafe impl Send for PacketRing {}

impl PacketRing {
    /// Opens a ring of `blocks` blocks of `block_bytes` each for packets that come in on interface `interface`: none until
    /// [`PacketRing::take_in`]. A block that has packets and is not full is handed over after `retire_ms` milliseconds.
    ///
    /// # Errors
    /// What the kernel says: `EPERM` without CAP_NET_RAW, `ENOMEM`, `EINVAL` for sizes that are no multiple of a page.
    pub fn open(interface: u32, (blocks, block_bytes): (u32, u32), retire_ms: u32) -> io::Result<Self> {
        use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
        // Without a protocol it receives nothing until it is bound.
        let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, None)?;
        set(&socket, libc::PACKET_VERSION, &libc::tpacket_versions::TPACKET_V3)?;
        set(&socket, PACKET_IGNORE_OUTGOING, &1i32)?;
        packet_filter::attach(socket.as_fd(), &packet_filter::NOTHING)?;
        let request = libc::tpacket_req3 {
            tp_block_size: block_bytes,
            tp_block_nr: blocks,
            tp_frame_size: FRAME_BYTES,
            tp_frame_nr: block_bytes / FRAME_BYTES * blocks,
            tp_retire_blk_tov: retire_ms,
            tp_sizeof_priv: 0,
            tp_feature_req_word: 0,
        };
        set(&socket, libc::PACKET_RX_RING, &request)?;
        let (blocks, block_bytes) = (blocks as usize, block_bytes as usize);
        // SAFETY: the kernel chooses the address, so that no other memory is mapped over; the socket's ring has just this
        // size, and the descriptor is open.
        let memory = unsafe {
            libc::mmap(
                ptr::null_mut(),
                blocks * block_bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_POPULATE,
                socket.as_raw_fd(),
                0,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory = NonNull::new(memory.cast()).ok_or_else(|| io::Error::other("mapped at 0"))?;
        let ours = vec![false; blocks].into_boxed_slice();
        // From here on dropping it unmaps the ring.
        let ring = Self { socket, memory, block_bytes, ours, next: 0, statistics: Arc::default() };
        bind(&ring.socket, interface)?;
        Ok(ring)
    }

    /// From here on each packet goes to one ring of `group` alone, by the queue it came on (`PACKET_FANOUT_QM`); without
    /// one, of a new group, which is returned. Before any of its rings takes packets in: one that is not in it yet would take
    /// those of all.
    ///
    /// # Errors
    /// What setsockopt(2) says: `EINVAL` where the interface is down, `ENOSPC` beyond 256 rings.
    pub fn share(&self, group: Option<FanoutGroup>) -> io::Result<FanoutGroup> {
        let which = group.map_or(libc::PACKET_FANOUT_FLAG_UNIQUEID << 16, |FanoutGroup(id)| id.into());
        set(&self.socket, libc::PACKET_FANOUT, &(which | libc::PACKET_FANOUT_QM << 16))?;
        let mut said = 0_u32;
        get(self.socket.as_fd(), libc::PACKET_FANOUT, &mut said)?;
        Ok(FanoutGroup(said as u16))
    }

    /// Has the ring take in what `filter` takes. Another filter takes its place in one step.
    ///
    /// # Errors
    /// What setsockopt(2) says.
    pub fn take_in(&self, filter: &[libc::sock_filter]) -> io::Result<()> {
        packet_filter::attach(self.socket.as_fd(), filter)
    }

    /// The next block that has packets, if the kernel is done with it: ours from now on.
    #[inline]
    pub fn take(&mut self) -> Option<usize> {
        let block = self.next;
        if self.ours[block] || self.status(block).load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        self.ours[block] = true;
        self.next = (block + 1) % self.ours.len();
        Some(block)
    }

    /// A block's bytes; none if it is not ours.
    #[must_use]
    #[inline]
    pub fn block(&self, block: usize) -> &[u8] {
        if !self.ours.get(block).is_some_and(|ours| *ours) {
            return &[];
        }
        // SAFETY: the offset lies within the mapping, for there are as many blocks as `ours` has entries.
        let start = unsafe { self.memory.add(block * self.block_bytes) };
        // SAFETY: the block is `block_bytes` of the mapping, which lives as long as `self`. It is ours, so that the kernel
        // writes nothing to it; giving it back needs `&mut self`, which ends this borrow. Its status word is written by
        // `give_back` alone, and mapped memory is initialised.
        unsafe { std::slice::from_raw_parts(start.as_ptr(), self.block_bytes) }
    }

    /// Gives a block back to the kernel.
    #[inline]
    pub fn give_back(&mut self, block: usize) {
        if let Some(ours) = self.ours.get_mut(block)
            && std::mem::replace(ours, false)
        {
            self.status(block).store(libc::TP_STATUS_KERNEL, Ordering::Release);
        }
    }

    /// What its socket counts, to be read by another thread, too.
    #[must_use]
    pub fn statistics(&self) -> Arc<Statistics> {
        Arc::clone(&self.statistics)
    }

    /// `block` is the number of one.
    #[inline]
    fn status(&self, block: usize) -> &AtomicU32 {
        debug_assert!(block < self.ours.len(), "the callers have looked");
        // SAFETY: the offset lies within the mapping, for there are as many blocks as `ours` has entries, and a block is
        // longer than its descriptor.
        let status = unsafe { self.memory.add(block * self.block_bytes + STATUS) };
        // SAFETY: the word is aligned, for blocks begin at pages, lives as long as `self`, and while the block is the
        // kernel's, both sides access it as one word.
        unsafe { AtomicU32::from_ptr(status.as_ptr().cast()) }
    }
}

impl Drop for PacketRing {
    fn drop(&mut self) {
        // SAFETY: it was mapped with this size, and nothing that was borrowed from it outlives `self`.
        let _unmapped =
            unsafe { libc::munmap(self.memory.as_ptr().cast(), self.ours.len() * self.block_bytes) };
    }
}

impl AsFd for PacketRing {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for PacketRing {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

fn bind(socket: &OwnedFd, interface: u32) -> io::Result<()> {
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as libc::sa_family_t,
        sll_protocol: (libc::ETH_P_ALL as u16).to_be(),
        sll_ifindex: interface.try_into().map_err(io::Error::other)?,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let len = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the descriptor is open for as long as `socket` is borrowed, and `address` is an initialised
    // `sockaddr_ll` of `len` bytes that lives past the call; the kernel copies it (bind(2), packet(7)).
    let result = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), len) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Options that are read, all of them plain numbers: any bytes are a value.
trait Said {}
impl Said for u32 {}
impl Said for libc::tpacket_stats_v3 {}

fn get<T: Said>(socket: BorrowedFd<'_>, option: i32, said: &mut T) -> io::Result<()> {
    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: getsockopt(2) writes at most `len` bytes to `said`, which has that many and for which any bytes are a value,
    // and a length to `len`; both live through the call. The descriptor is open.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            option,
            ptr::from_mut(said).cast(),
            &raw mut len,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn set<T>(socket: &OwnedFd, option: i32, value: &T) -> io::Result<()> {
    // SAFETY: `value` is an int or one of the plain structures above, lives through the call, and its size is given.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            option,
            ptr::from_ref(value).cast(),
            size_of::<T>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
