//! Which XDP program an interface has (`bpf_xdp_query` of libbpf).

use std::io;

/// Id of the program attached to the interface with index `interface`, in whatever mode.
///
/// # Errors
/// What netlink says.
pub fn attached_program(interface: u32) -> io::Result<Option<u32>> {
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
    Ok(ids.into_iter().find(|id| *id != 0))
}
