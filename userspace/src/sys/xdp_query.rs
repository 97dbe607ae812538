//! Which XDP program an interface has, and what its driver can do (`bpf_xdp_query` of libbpf).

use std::io;

/// `XDP_ATTACHED_SKB` of `linux/if_link.h`.
const XDP_ATTACHED_SKB: u8 = 2;

/// What netlink says of an interface's XDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Xdp {
    /// Id of the program attached, in whatever mode.
    pub program: Option<u32>,
    /// It runs behind the driver (SKB mode).
    pub generic: bool,
    /// Buffers a packet may be spread over in zero-copy mode; 1 for none but one, 0 where the kernel does not say.
    pub zero_copy_buffers: u32,
}

/// Asks for the interface with index `interface`.
///
/// # Errors
/// What netlink says.
pub fn xdp(interface: u32) -> io::Result<Xdp> {
    let index = i32::try_from(interface).map_err(|_| io::Error::from_raw_os_error(libc::ENODEV))?;
    let mut opts = libbpf_sys::bpf_xdp_query_opts {
        sz: size_of::<libbpf_sys::bpf_xdp_query_opts>() as libbpf_sys::size_t,
        ..Default::default()
    };
    // SAFETY: `opts` carries its own size and lives through the call.
    let result = unsafe { libbpf_sys::bpf_xdp_query(index, 0, &raw mut opts) };
    if result < 0 {
        return Err(io::Error::from_raw_os_error(-result));
    }
    let ids = [opts.prog_id, opts.drv_prog_id, opts.skb_prog_id, opts.hw_prog_id];
    Ok(Xdp {
        program: ids.into_iter().find(|id| *id != 0),
        generic: opts.attach_mode == XDP_ATTACHED_SKB,
        zero_copy_buffers: opts.xdp_zc_max_segs,
    })
}

/// Id of the program attached to the interface with index `interface`, in whatever mode.
///
/// # Errors
/// What netlink says.
pub fn attached_program(interface: u32) -> io::Result<Option<u32>> {
    Ok(xdp(interface)?.program)
}
