//! Which XDP program an interface has, and what its driver can do (`bpf_xdp_query` of libbpf).

use std::io;

/// An interface's XDP state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct XdpState {
    /// Id of the program attached, in whatever mode.
    pub program: Option<u32>,
    /// `NETDEV_XDP_ACT_*` bits; 0 before Linux 6.3, which does not tell.
    pub features: u64,
}

/// Asks the kernel about the interface with index `interface`.
///
/// # Errors
/// What netlink says.
pub fn query(interface: u32) -> io::Result<XdpState> {
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
    Ok(XdpState { program: ids.into_iter().find(|id| *id != 0), features: opts.feature_flags })
}
