//! Making sockets: UMEM, fill ring, bind, in this order.

use std::{
    ffi::CString,
    io,
    os::fd::{AsRawFd, RawFd},
    sync::Arc,
};

use xsk_rs::{
    FrameDesc,
    config::{BindFlags, Interface, LibxdpFlags, QueueSize, SocketConfig as XskConfig},
};

use super::{
    Memory, Socket, bound_mode,
    join::Joiner,
    region::Region,
    rings::{FillRing, RxRing},
    umem::{UNUSED_RING, Umem, alone},
};

/// What a socket is made with.
#[derive(Clone, Copy, Debug)]
pub struct SocketConfig {
    /// Frames the socket has; a power of two, since all of them must fit the fill ring.
    pub frames: u32,
    /// Bytes of a frame, 2048 or 4096; 256 of them and the header are not for the packet.
    pub frame_size: u32,
    /// Descriptors of the RX ring; a power of two. With as many as there are frames it cannot overrun.
    pub rx_ring: u32,
    /// Most descriptors taken off the RX ring at once.
    pub batch: usize,
}

/// How sockets are bound.
#[derive(Clone, Copy, Debug, Default)]
pub struct BindMode {
    /// The driver is to write into the UMEM, or the kernel to copy.
    pub zero_copy: bool,
    /// Take packets that are spread over several frames (`XDP_USE_SG`), with datagrams of up to so many bytes of
    /// payload. `None`: a packet that no frame can take is dropped.
    pub multi_buffer: Option<usize>,
    /// Where the frames lie.
    pub memory: Memory,
}

/// Why a socket could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The sizes are not ones AF_XDP takes.
    #[error("{0}")]
    Sizes(String),
    /// No memory for the UMEM, or the kernel refused to register it.
    #[error("cannot create a UMEM of {bytes} bytes: {source}")]
    Umem {
        /// Its size.
        bytes: u64,
        /// What the kernel said.
        source: io::Error,
    },
    /// The kernel refused the bind.
    #[error("cannot bind an AF_XDP socket: {0}")]
    Bind(io::Error),
}

impl BindError {
    /// The kernel's error number, if it was the kernel that refused.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::Sizes(_) => None,
            Self::Umem { source, .. } | Self::Bind(source) => source.raw_os_error(),
        }
    }
}

/// Sockets, one a queue.
#[derive(Debug)]
pub struct Sockets {
    /// In the order of the queues.
    pub sockets: Vec<Socket>,
    /// What could not be had as asked for, but does no harm, in sentences.
    pub remarks: Vec<String>,
}

impl Socket {
    /// Makes a UMEM and a socket, its fill ring full, and binds it to `queue` of `interface`.
    ///
    /// # Errors
    /// [`BindError`], with the kernel's error number where there is one.
    pub fn bind(
        interface: &str,
        queue: u32,
        zero_copy: bool,
        config: SocketConfig,
    ) -> Result<Self, BindError> {
        let mode = BindMode { zero_copy, ..BindMode::default() };
        let mut bound = Self::bind_all(interface, &[queue], mode, config).map_err(|(_, error)| error)?;
        bound.sockets.pop().ok_or_else(|| BindError::Sizes("no queue to bind to".into()))
    }

    /// Makes a socket for each of `queues`, all in one mode.
    ///
    /// Every fill ring is full before its socket is bound, but those of a shared UMEM's second and further sockets:
    /// libxdp makes and binds them in one call. They are filled right behind it.
    ///
    /// # Errors
    /// The first queue that could not be bound, and why. None stays bound.
    pub fn bind_all(
        interface: &str,
        queues: &[u32],
        mode: BindMode,
        config: SocketConfig,
    ) -> Result<Sockets, (u32, BindError)> {
        let _alone = alone();
        let mut remarks = Vec::new();
        let mut sockets = Vec::new();
        let share = if mode.memory.shared { queues.len().max(1) } else { 1 };
        for queues in queues.chunks(share) {
            let at = |queue: u32| move |error| (queue, error);
            let umem = Umem::new(config, queues.len() as u32, mode.memory, &mut remarks);
            let Umem { xsk, frames, fd } = umem.map_err(at(queues[0]))?;
            let own = frames.chunks(config.frames as usize);
            let bytes = frames.len() as u64 * u64::from(config.frame_size);
            for (place, (queue, frames)) in queues.iter().zip(own).enumerate() {
                let umem = Registered { umem: &xsk, bytes, fd: (place == 0).then_some(fd) };
                sockets.push(umem.bind(interface, *queue, mode, (config, frames)).map_err(at(*queue))?);
            }
        }
        remarks.dedup();
        Ok(Sockets { sockets, remarks })
    }
}

/// A UMEM to bind from.
struct Registered<'a> {
    umem: &'a xsk_rs::Umem,
    /// All of it.
    bytes: u64,
    /// The socket it was registered with, if that is still to be bound.
    fd: Option<RawFd>,
}

impl Registered<'_> {
    fn bind(
        &self,
        interface: &str,
        queue: u32,
        mode: BindMode,
        (config, frames): (SocketConfig, &[FrameDesc]),
    ) -> Result<Socket, BindError> {
        let mut free: Vec<u64> = frames.iter().map(|frame| frame.addr() as u64).collect();
        let ring = |fd| FillRing::of(fd, config.frames).map_err(BindError::Bind);
        let filled = match self.fd.map(ring).transpose()? {
            Some(mut ring) if ring.is_new() => {
                // A driver that finds it empty at the bind may never look again.
                ring.give(&mut free);
                Some(ring)
            }
            Some(_) => return Err(BindError::Bind(io::Error::from_raw_os_error(libc::EEXIST))),
            None => None,
        };
        let rx_ring = QueueSize::new(config.rx_ring)
            .map_err(|e| BindError::Sizes(format!("size of the RX ring: {e}")))?;
        let unused = QueueSize::new(UNUSED_RING).map_err(|e| BindError::Sizes(e.to_string()))?;
        let copy = if mode.zero_copy { BindFlags::XDP_ZEROCOPY } else { BindFlags::XDP_COPY };
        let spread = mode.multi_buffer.map_or(BindFlags::empty(), |_| BindFlags::XDP_USE_SG);
        let socket_config = XskConfig::builder()
            .rx_queue_size(rx_ring)
            .tx_queue_size(unused)
            .bind_flags(copy | spread | BindFlags::XDP_USE_NEED_WAKEUP)
            .libxdp_flags(LibxdpFlags::XSK_LIBXDP_FLAGS_INHIBIT_PROG_LOAD)
            .build();
        let interface = CString::new(interface)
            .map(Interface::new)
            .map_err(|e| BindError::Sizes(format!("interface name: {e}")))?;
        // SAFETY: the flag that inhibits libxdp's own program is set.
        let bound = unsafe { xsk_rs::Socket::new(socket_config, self.umem, &interface, queue) };
        let (tx, rx, rings) = bound.map_err(|error| BindError::Bind(os_error(&error)))?;
        let Some((fill, completion)) = rings else {
            return Err(BindError::Bind(io::Error::from_raw_os_error(libc::EBUSY)));
        };
        let fd = rx.fd().as_raw_fd();
        if self.fd.is_some_and(|filled| filled != fd) {
            return Err(BindError::Bind(io::Error::other("another socket's fill ring was filled")));
        }
        let mut socket = Socket {
            mode: bound_mode(rx.fd()).map_err(BindError::Bind)?,
            rx_ring: RxRing::of(fd, config.rx_ring).map_err(BindError::Bind)?,
            fill_ring: filled.map_or_else(|| ring(fd), Ok)?,
            region: Region::of(self.umem, &frames[0], self.bytes),
            rx,
            _fill: fill,
            _tx: tx,
            _completion: completion,
            batch: config.batch,
            held: 0,
            max_held: frames.len() / 2,
            free,
            joiner: mode.multi_buffer.map(|payload| Joiner::new(config.batch, payload)),
            wakeups: 0,
            self_tested: 0,
            polling: Arc::default(),
            preferred: false,
        };
        socket.refill();
        Ok(socket)
    }
}

/// The kernel's error behind one of xsk-rs's, whose own text does not say it.
pub(super) fn os_error(error: &(dyn std::error::Error + 'static)) -> io::Error {
    error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
        .and_then(io::Error::raw_os_error)
        .map_or_else(|| io::Error::other(error.to_string()), io::Error::from_raw_os_error)
}
