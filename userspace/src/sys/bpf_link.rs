//! Links and programs of others, by their id: aya opens neither, and does not say what a link it made has become.

use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
};

/// `BPF_F_REPLACE` of `linux/bpf.h`: only if the program is still the one expected.
const BPF_F_REPLACE: u32 = 1 << 2;

/// What an XDP link stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XdpLinkInfo {
    /// Id of its program.
    pub program: u32,
    /// Index of its interface; 0 when it was detached, or the interface is gone.
    pub interface: u32,
}

/// Opens a link. It lives as long as somebody has it open.
///
/// # Errors
/// `ENOENT` when it is gone; `EPERM` without `CAP_SYS_ADMIN`.
pub fn open(id: u32) -> io::Result<OwnedFd> {
    // SAFETY: takes a number and returns a descriptor or an error.
    owned(unsafe { libbpf_sys::bpf_link_get_fd_by_id(id) })
}

/// Opens a program.
///
/// # Errors
/// As for [`open`].
pub fn open_program(id: u32) -> io::Result<OwnedFd> {
    // SAFETY: takes a number and returns a descriptor or an error.
    owned(unsafe { libbpf_sys::bpf_prog_get_fd_by_id(id) })
}

/// Puts `new` in the place of `old`: each packet is seen by one of them.
///
/// # Errors
/// `EPERM` when the link has another program than `old` by now, or was detached; what the driver says of `new`.
pub fn replace(link: BorrowedFd<'_>, new: BorrowedFd<'_>, old: BorrowedFd<'_>) -> io::Result<()> {
    let opts = libbpf_sys::bpf_link_update_opts {
        sz: size_of::<libbpf_sys::bpf_link_update_opts>() as libbpf_sys::size_t,
        flags: BPF_F_REPLACE,
        old_prog_fd: old.as_raw_fd() as u32,
        ..Default::default()
    };
    // SAFETY: the descriptors are open as long as they are borrowed; `opts` carries its own size and lives through
    // the call.
    done(unsafe { libbpf_sys::bpf_link_update(link.as_raw_fd(), new.as_raw_fd(), &raw const opts) })
}

/// Asks what became of an XDP link.
///
/// # Errors
/// What the kernel says.
pub fn info(link: BorrowedFd<'_>) -> io::Result<XdpLinkInfo> {
    let mut info = libbpf_sys::bpf_link_info::default();
    let mut len = size_of::<libbpf_sys::bpf_link_info>() as u32;
    // SAFETY: `info` and `len` live through the call, and `len` says how many bytes may be written.
    done(unsafe {
        libbpf_sys::bpf_obj_get_info_by_fd(link.as_raw_fd(), (&raw mut info).cast(), &raw mut len)
    })?;
    // SAFETY: the link is an XDP link, for which the kernel fills this member; any bytes are a valid u32.
    let interface = unsafe { info.__bindgen_anon_1.xdp.ifindex };
    Ok(XdpLinkInfo { program: info.prog_id, interface })
}

/// Detaches a program that was attached by netlink, if it is still the one expected. `flags` name the mode.
///
/// # Errors
/// `EEXIST` when another program is there by now; `EBUSY` when a link holds it.
pub fn detach_netlink(interface: u32, flags: u32, old: BorrowedFd<'_>) -> io::Result<()> {
    let index = i32::try_from(interface).map_err(|_| io::Error::from_raw_os_error(libc::ENODEV))?;
    let opts = libbpf_sys::bpf_xdp_attach_opts {
        sz: size_of::<libbpf_sys::bpf_xdp_attach_opts>() as libbpf_sys::size_t,
        old_prog_fd: old.as_raw_fd(),
        ..Default::default()
    };
    // SAFETY: `opts` carries its own size and lives through the call; its descriptor is open as long as borrowed.
    done(unsafe { libbpf_sys::bpf_xdp_detach(index, flags, &raw const opts) })
}

fn owned(fd: i32) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(-fd));
    }
    // SAFETY: the kernel opened it for us just now, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn done(result: i32) -> io::Result<()> {
    if result < 0 { Err(io::Error::from_raw_os_error(-result)) } else { Ok(()) }
}
