//! An AF_XDP socket straight from xsk-rs: for what xdpfeed never does, so that it is seen what a driver makes of it.
#![allow(unsafe_code, reason = "the rings are shared with the kernel; each block says why it may touch them")]

use std::error::Error;
use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::os::fd::{AsRawFd, RawFd};

use anyhow::{Context as _, Result, bail};
use xdpfeed::xsk::{BoundMode, bound_mode};
use xsk_rs::config::{BindFlags, FrameSize, LibxdpFlags, QueueSize, SocketConfig, UmemConfig};
use xsk_rs::{CompQueue, FillQueue, FrameDesc, RxQueue, Socket, TxQueue, Umem};

/// Frames of the UMEM, and descriptors of each ring.
pub(crate) const FRAMES: u32 = 256;

/// A bound socket. Its fill ring is empty.
pub(crate) struct Ring {
    umem: Umem,
    /// Frames that are ours.
    free: Vec<FrameDesc>,
    tx: TxQueue,
    rx: RxQueue,
    fill: FillQueue,
    completion: CompQueue,
    pub(crate) mode: BoundMode,
    /// Why it is not bound for zero-copy.
    pub(crate) refused: Option<io::Error>,
}

impl Ring {
    /// Binds a queue, for zero-copy if the driver will.
    pub(crate) fn bind(interface: &str, queue: u32) -> Result<Self> {
        match Self::bind_with(interface, queue, BindFlags::XDP_ZEROCOPY) {
            Ok(ring) => Ok(ring),
            Err(error) => {
                let why = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
                let why = why.and_then(io::Error::raw_os_error).map(io::Error::from_raw_os_error);
                let mut ring = Self::bind_with(interface, queue, BindFlags::XDP_COPY)?;
                ring.refused = Some(why.context(error)?);
                Ok(ring)
            }
        }
    }

    fn bind_with(interface: &str, queue: u32, copy: BindFlags) -> Result<Self> {
        let size = QueueSize::new(FRAMES)?;
        let config = UmemConfig::builder()
            .frame_size(FrameSize::new(2048)?)
            .fill_queue_size(size)
            .comp_queue_size(size)
            .build()?;
        let (umem, free) = Umem::new(config, NonZeroU32::new(FRAMES).context("no frames")?, false)?;
        let config = SocketConfig::builder()
            .rx_queue_size(size)
            .tx_queue_size(size)
            .bind_flags(copy | BindFlags::XDP_USE_NEED_WAKEUP)
            .libxdp_flags(LibxdpFlags::XSK_LIBXDP_FLAGS_INHIBIT_PROG_LOAD)
            .build();
        // SAFETY: the UMEM is new, so no other socket is bound from it, and libxdp is kept from loading a program.
        let bound = unsafe { Socket::new(config, &umem, &interface.parse()?, queue) };
        let (tx, rx, rings) =
            bound.map_err(|error| match error.source().and_then(|e| e.downcast_ref::<io::Error>()) {
                Some(io) => {
                    anyhow::Error::from(io::Error::from_raw_os_error(io.raw_os_error().unwrap_or_default()))
                }
                None => anyhow::Error::from(error),
            })?;
        let (fill, completion) = rings.context("a new UMEM came without fill ring")?;
        let mode = bound_mode(rx.fd())?;
        Ok(Self { umem, free, tx, rx, fill, completion, mode, refused: None })
    }

    /// Whether the driver asks to be woken when there are frames for it.
    pub(crate) fn fill_needs_wakeup(&self) -> bool {
        self.fill.needs_wakeup()
    }

    /// Gives the kernel all our frames, without waking it.
    pub(crate) fn fill(&mut self) {
        // SAFETY: the descriptors are of this UMEM and ours: they leave `free` here.
        let given = unsafe { self.fill.produce(&self.free) };
        self.free.truncate(if given > 0 { 0 } else { self.free.len() });
    }

    /// Wakes the kernel.
    pub(crate) fn wake(&mut self) -> Result<()> {
        self.rx.poll(0).context("poll")?;
        Ok(())
    }

    /// Shows each packet that has come, and gives its frame back.
    pub(crate) fn receive(&mut self, mut each: impl FnMut(&[u8])) {
        let mut taken = vec![FrameDesc::default(); FRAMES as usize];
        // SAFETY: the descriptors received are of this UMEM, and go into `free` once each.
        let count = unsafe { self.rx.consume(&mut taken) };
        for desc in &taken[..count] {
            // SAFETY: the kernel handed the frame over, and nothing writes to it until it is given back below.
            each(unsafe { self.umem.data(desc) }.contents());
        }
        self.free.extend_from_slice(&taken[..count]);
        self.fill();
    }

    /// Puts a packet into a frame of ours and gives it to the kernel to send.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Result<()> {
        let Some(mut desc) = self.free.pop() else { bail!("no frame is free") };
        // SAFETY: the frame is ours: it was in `free`, and nothing else refers to it.
        let mut data = unsafe { self.umem.data_mut(&mut desc) };
        data.cursor().write_all(packet)?;
        // SAFETY: the frame is ours and leaves us here; `complete` takes it back when it was sent.
        let given = unsafe { self.tx.produce_one(&desc) };
        if given == 0 {
            bail!("the TX ring is full");
        }
        Ok(())
    }

    /// Has the kernel send, if it asks for that.
    pub(crate) fn kick(&mut self) -> Result<()> {
        if self.tx.needs_wakeup() {
            self.tx.wakeup().context("cannot wake the TX ring")?;
        }
        Ok(())
    }

    /// Takes back the frames that were sent; how many.
    pub(crate) fn complete(&mut self) -> usize {
        let mut sent = vec![FrameDesc::default(); FRAMES as usize];
        // SAFETY: the descriptors are of this UMEM, and go into `free` once each.
        let count = unsafe { self.completion.consume(&mut sent) };
        self.free.extend_from_slice(&sent[..count]);
        count
    }

    /// The bind for zero-copy, as reported: `ok`, or the error's name.
    pub(crate) fn outcome(&self) -> String {
        let Some(error) = &self.refused else { return "ok".into() };
        error
            .raw_os_error()
            .map_or_else(|| error.to_string(), |errno| format!("{:?}", nix::errno::Errno::from_raw(errno)))
    }
}

impl AsRawFd for Ring {
    fn as_raw_fd(&self) -> RawFd {
        self.rx.fd().as_raw_fd()
    }
}
