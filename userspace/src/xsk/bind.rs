//! Making a socket: UMEM, bind, first fill.

use std::{ffi::CString, io, num::NonZeroU32};

use xsk_rs::{
    FrameDesc, Umem,
    config::{
        BindFlags, FrameSize, Interface, LibxdpFlags, QueueSize, SocketConfig as XskConfig, UmemConfig,
    },
};

use super::{Socket, bound_mode};

/// Descriptors of the TX and completion rings, which a receiver never uses: the least xsk-rs accepts without
/// wasting memory on them.
const UNUSED_RING: u32 = 64;

/// What a socket is made with.
#[derive(Clone, Copy, Debug)]
pub struct SocketConfig {
    /// Frames in the UMEM; a power of two, since all of them must fit the fill ring.
    pub frames: u32,
    /// Bytes of a frame, 2048 or 4096; 256 of them and the header are not for the packet.
    pub frame_size: u32,
    /// Descriptors of the RX ring; a power of two. With as many as there are frames it cannot overrun.
    pub rx_ring: u32,
    /// Most descriptors taken off the RX ring at once.
    pub batch: usize,
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

impl Socket {
    /// Makes a UMEM and a socket, binds it to `queue` of `interface` and fills the fill ring.
    ///
    /// # Errors
    /// [`BindError`], with the kernel's error number where there is one.
    pub fn bind(
        interface: &str,
        queue: u32,
        zero_copy: bool,
        config: SocketConfig,
    ) -> Result<Self, BindError> {
        let sizes = |what: &str, error: &dyn std::error::Error| BindError::Sizes(format!("{what}: {error}"));
        let ring = QueueSize::new(config.frames).map_err(|e| sizes("number of frames", &e))?;
        let rx_ring = QueueSize::new(config.rx_ring).map_err(|e| sizes("size of the RX ring", &e))?;
        let unused = QueueSize::new(UNUSED_RING).map_err(|e| sizes("ring size", &e))?;
        let frame_size = FrameSize::new(config.frame_size).map_err(|e| sizes("frame size", &e))?;
        let frames = NonZeroU32::new(config.frames)
            .ok_or_else(|| BindError::Sizes("a UMEM needs at least one frame".into()))?;
        let umem_config = UmemConfig::builder()
            .frame_size(frame_size)
            .fill_queue_size(ring)
            .comp_queue_size(unused)
            .build()
            .map_err(|e| sizes("UMEM", &e))?;
        let bytes = u64::from(config.frames) * u64::from(config.frame_size);
        let (umem, mut free) = Umem::new(umem_config, frames, false)
            .map_err(|error| BindError::Umem { bytes, source: os_error(&error) })?;

        let copy = if zero_copy { BindFlags::XDP_ZEROCOPY } else { BindFlags::XDP_COPY };
        let socket_config = XskConfig::builder()
            .rx_queue_size(rx_ring)
            .tx_queue_size(unused)
            .bind_flags(copy | BindFlags::XDP_USE_NEED_WAKEUP)
            .libxdp_flags(LibxdpFlags::XSK_LIBXDP_FLAGS_INHIBIT_PROG_LOAD)
            .build();
        let interface = CString::new(interface)
            .map(Interface::new)
            .map_err(|e| BindError::Sizes(format!("interface name: {e}")))?;
        // SAFETY: the UMEM is new, so no other socket is bound to this interface and queue from it, and the
        // flag that inhibits libxdp's own program is set.
        let bound = unsafe { xsk_rs::Socket::new(socket_config, &umem, &interface, queue) };
        let (tx, rx, rings) = bound.map_err(|error| BindError::Bind(os_error(&error)))?;
        let Some((fill, completion)) = rings else {
            return Err(BindError::Bind(io::Error::other("a new UMEM came without fill ring")));
        };
        let mode = bound_mode(rx.fd()).map_err(BindError::Bind)?;
        // Lowest addresses first out of the end of the list.
        free.reverse();
        let mut socket = Self {
            rx,
            fill,
            umem,
            _tx: tx,
            _completion: completion,
            scratch: vec![FrameDesc::default(); config.batch],
            held: 0,
            max_held: free.len() / 2,
            free,
            mode,
        };
        socket.refill();
        Ok(socket)
    }
}

/// The kernel's error behind one of xsk-rs's, whose own text does not say it.
fn os_error(error: &(dyn std::error::Error + 'static)) -> io::Error {
    error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
        .and_then(io::Error::raw_os_error)
        .map_or_else(|| io::Error::other(error.to_string()), io::Error::from_raw_os_error)
}
