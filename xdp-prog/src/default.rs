//! What an AF_XDP socket gets by default, where it brings no program of its own: libxdp's redirects every packet to the
//! socket of its queue, unless a word that userspace may set to zero says that no socket is left. The receive program's
//! cost is measured against this one's (`cargo bench -p xdpfeed --bench program`).
#![cfg_attr(target_arch = "bpf", no_std)]
#![cfg_attr(target_arch = "bpf", no_main)]
#![allow(unsafe_code, reason = "the xdp macro names a link section")]
#![allow(missing_docs, unreachable_pub, reason = "the xdp macro adds a public entry point of its own")]
#![allow(clippy::needless_pass_by_value, reason = "the xdp macro passes the context by value")]

use core::cell::UnsafeCell;

use aya_ebpf::{
    bindings::xdp_action,
    macros::{map, xdp},
    maps::XskMap,
    programs::XdpContext,
};
use xdp_prog::DEFAULT_QUEUES;

#[map]
static SOCKETS: XskMap = XskMap::with_max_entries(DEFAULT_QUEUES, 0);

/// Sockets that use the program. Not a constant to the verifier, so that each packet reads it.
#[unsafe(no_mangle)]
static USERS: Word = Word(UnsafeCell::new(1));

/// A word in a map of its own, which userspace may write at any time.
#[repr(transparent)]
struct Word(UnsafeCell<u32>);

// SAFETY: one aligned word; the program only reads it, in one load.
unsafe impl Sync for Word {}

/// Redirects everything into the socket of its queue.
#[xdp]
pub fn default(ctx: XdpContext) -> u32 {
    // SAFETY: the word is valid and aligned; volatile, because userspace may write it.
    if unsafe { USERS.0.get().read_volatile() } == 0 {
        return xdp_action::XDP_PASS;
    }
    // The flags are the verdict for an empty slot.
    match SOCKETS.redirect(ctx.rx_queue_index(), u64::from(xdp_action::XDP_PASS)) {
        Ok(action) | Err(action) => action,
    }
}

#[cfg(target_arch = "bpf")]
#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[cfg(not(target_arch = "bpf"))]
fn main() {}
