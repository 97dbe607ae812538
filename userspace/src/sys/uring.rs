//! An io_uring that receives: multishot receives of many sockets into one ring of buffers given to the kernel
//! (io_uring(7), io_uring_register_buf_ring(3)).
//!
//! The ring is made so that the kernel does its work, and so writes to buffers, only within a call of
//! [`Uring::enter`] (`IORING_SETUP_DEFER_TASKRUN`), which needs `&mut self`.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error},
    io,
    os::fd::RawFd,
    ptr::NonNull,
    sync::atomic::{AtomicU16, Ordering},
};

use io_uring::{
    IoUring, cqueue, opcode,
    types::{BufRingEntry, Fd, SubmitArgs, Timespec},
};

/// The number of the one group of buffers.
const GROUP: u16 = 0;

/// Where the kernel wants rings to begin.
const PAGE: usize = 4096;

/// Most buffers the kernel takes in one ring.
pub const MOST_BUFFERS: u16 = 1 << 15;

/// What became of one receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the receive was armed with.
    pub socket: u16,
    /// Bytes there were, or an error's negated number.
    pub result: i32,
    /// The buffer they are in: the caller's until it is given back.
    pub buffer: Option<u16>,
    /// The socket goes on being received from; else it is to be armed again.
    pub more: bool,
}

/// The ring, its buffers, and who has which.
pub struct Uring {
    /// First, so that it goes first: the buffers stay until the kernel has let go of them.
    ring: IoUring,
    buffers: Buffers,
    /// By buffer: whether it is the caller's.
    lent: Box<[bool]>,
    tail: u16,
    enabled: bool,
    unsubmitted: bool,
}

/// Memory that the kernel knows: a ring of entries, and what they point to.
struct Buffers {
    entries: NonNull<BufRingEntry>,
    memory: NonNull<u8>,
    count: u16,
    bytes: usize,
}

// SAFETY: both allocations are this value's alone and go where it goes.
unsafe impl Send for Buffers {}

impl std::fmt::Debug for Uring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Uring").field("buffers", &self.buffers.count).finish_non_exhaustive()
    }
}

impl Uring {
    /// Makes a ring for `sockets` sockets and `count` buffers, a power of two up to [`MOST_BUFFERS`], of `bytes` each.
    ///
    /// # Errors
    /// `EINVAL` before Linux 6.1, `EPERM` where io_uring is switched off (`kernel.io_uring_disabled`), `ENOMEM`.
    pub fn new(sockets: u16, count: u16, bytes: usize) -> io::Result<Self> {
        if !count.is_power_of_two() || count > MOST_BUFFERS || bytes == 0 || u32::try_from(bytes).is_err() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        // Each buffer is in at most one completion, and each socket's end in one.
        let completions = u32::from(count) + u32::from(sockets);
        let ring = IoUring::builder()
            .setup_single_issuer()
            .setup_defer_taskrun()
            .setup_taskrun_flag()
            .setup_r_disabled()
            .setup_clamp()
            .setup_cqsize(completions.next_power_of_two())
            .build(u32::from(sockets).next_power_of_two())?;
        let buffers = Buffers::new(count, bytes);
        // SAFETY: the entries are as many as is said, begin at a page, and live until after the ring is gone: they are
        // behind it in this structure, and fields are dropped in their order.
        unsafe {
            ring.submitter().register_buf_ring_with_flags(
                buffers.entries.addr().get() as u64,
                count,
                GROUP,
                0,
            )?;
        }
        let lent = vec![true; usize::from(count)].into_boxed_slice();
        let mut uring = Self { ring, buffers, lent, tail: 0, enabled: false, unsubmitted: false };
        for buffer in 0..count {
            uring.give_back(buffer);
        }
        uring.publish();
        Ok(uring)
    }

    /// Has a socket received from until its completions say otherwise. `false` if there is no room to say so: enter first.
    pub fn arm(&mut self, socket: RawFd, number: u16) -> bool {
        // With MSG_TRUNC the result says how long a datagram is, also if that is more than its buffer.
        let receive = opcode::RecvMulti::new(Fd(socket), GROUP).flags(libc::MSG_TRUNC).build();
        // SAFETY: the entry points to no memory: what it receives to are the group's buffers, which live as long as the
        // ring. A descriptor that is none is an error in its completion.
        let pushed = unsafe { self.ring.submission().push(&receive.user_data(number.into())) };
        self.unsubmitted |= pushed.is_ok();
        pushed.is_ok()
    }

    /// Whether the kernel has work to do for us, or we have said something it has not heard.
    #[must_use]
    #[inline]
    pub fn has_work(&mut self) -> bool {
        self.unsubmitted || self.ring.submission().taskrun()
    }

    /// Has the kernel do its work; with `most_ms`, waits so many milliseconds at most for a completion. To be called by
    /// one thread, always the same.
    ///
    /// # Errors
    /// What io_uring_enter(2) says, but for an interruption and the end of the time.
    pub fn enter(&mut self, most_ms: Option<u32>) -> io::Result<()> {
        if !self.enabled {
            self.ring.submitter().register_enable_rings()?;
            self.enabled = true;
        }
        self.unsubmitted = false;
        let entered = match most_ms {
            // With nothing to wait for it goes there all the same when the kernel has work.
            None => self.ring.submit_and_wait(0),
            Some(most_ms) => {
                let most = Timespec::new().nsec(most_ms * 1_000_000);
                self.ring.submitter().submit_with_args(1, &SubmitArgs::new().timespec(&most))
            }
        };
        match entered.map_err(|error| (error.raw_os_error(), error)) {
            Ok(_) | Err((Some(libc::ETIME | libc::EINTR | libc::EBUSY | libc::EAGAIN), _)) => Ok(()),
            Err((_, error)) => Err(error),
        }
    }

    /// The next completion that is there.
    #[inline]
    pub fn completion(&mut self) -> Option<Completion> {
        let entry = self.ring.completion().next()?;
        let buffer = cqueue::buffer_select(entry.flags()).filter(|buffer| *buffer < self.buffers.count);
        if let Some(buffer) = buffer {
            self.lent[usize::from(buffer)] = true;
        }
        Some(Completion {
            socket: entry.user_data() as u16,
            result: entry.result(),
            buffer,
            more: cqueue::more(entry.flags()),
        })
    }

    /// The first `len` bytes of a buffer; none if it is not the caller's, or has not so many.
    #[must_use]
    #[inline]
    pub fn bytes(&self, buffer: u16, len: usize) -> &[u8] {
        if !self.lent.get(usize::from(buffer)).is_some_and(|lent| *lent) || len > self.buffers.bytes {
            return &[];
        }
        let start = self.buffers.start(buffer);
        // SAFETY: the buffer is `len` bytes or more, was zeroed when it was allocated, and lives as long as `self`. It is not
        // among those given to the kernel, which needs `&mut self` to change, and so ends this borrow.
        unsafe { std::slice::from_raw_parts(start.as_ptr(), len) }
    }

    /// Gives a buffer back; the kernel knows with [`Uring::publish`].
    #[inline]
    pub fn give_back(&mut self, buffer: u16) {
        let Some(lent) = self.lent.get_mut(usize::from(buffer)) else { return };
        if !std::mem::replace(lent, false) {
            return;
        }
        let Buffers { entries, count, bytes, .. } = self.buffers;
        let address = self.buffers.start(buffer).addr().get() as u64;
        // SAFETY: the index is below `count`, which is how many entries there are.
        let mut entry = unsafe { entries.add(usize::from(self.tail & (count - 1))) };
        // SAFETY: the entry is in the allocation, aligned and initialised. The kernel reads it, within `enter` alone, and
        // only up to the tail it was told, beyond which this one is: no more are given than there are.
        let entry = unsafe { entry.as_mut() };
        entry.set_addr(address);
        entry.set_len(bytes as u32);
        entry.set_bid(buffer);
        self.tail = self.tail.wrapping_add(1);
    }

    /// Tells the kernel of the buffers that were given back.
    #[inline]
    pub fn publish(&mut self) {
        // SAFETY: it is the address of the first entry, which is initialised.
        let tail = unsafe { BufRingEntry::tail(self.buffers.entries.as_ptr()) };
        // SAFETY: the tail lies in the first entry, aligned, where no field of a buffer is; it lives as long as `self`, and
        // is written here alone.
        unsafe { AtomicU16::from_ptr(tail.cast_mut()) }.store(self.tail, Ordering::Release);
    }
}

impl Buffers {
    fn new(count: u16, bytes: usize) -> Self {
        let [entries, memory] = Self::layouts(count, bytes).map(|layout| {
            // SAFETY: neither layout is empty: there is at least one buffer of at least one byte.
            let memory = unsafe { alloc_zeroed(layout) };
            NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
        });
        // Zeroed memory of this size is not there before it is touched; the data path is not to wait for that.
        // SAFETY: it is so many bytes, and nobody else's yet.
        unsafe { memory.write_bytes(u8::MAX, usize::from(count) * bytes) };
        Self { entries: entries.cast(), memory, count, bytes }
    }

    fn layouts(count: u16, bytes: usize) -> [Layout; 2] {
        let count = usize::from(count);
        [count * size_of::<BufRingEntry>(), count * bytes].map(|size| {
            Layout::from_size_align(size, PAGE).expect("at most 2^15 buffers of less than 2^32 bytes")
        })
    }

    /// `buffer` is the number of one.
    #[inline]
    fn start(&self, buffer: u16) -> NonNull<u8> {
        debug_assert!(buffer < self.count, "the callers have looked");
        // SAFETY: the offset is within the allocation, which has `count` buffers.
        unsafe { self.memory.add(usize::from(buffer) * self.bytes) }
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        let [entries, memory] = Self::layouts(self.count, self.bytes);
        // SAFETY: allocated with this layout. The ring is gone, and with it the one way into the kernel by which it would
        // write to buffers or read entries.
        unsafe { dealloc(self.entries.as_ptr().cast(), entries) };
        // SAFETY: as above.
        unsafe { dealloc(self.memory.as_ptr(), memory) };
    }
}
