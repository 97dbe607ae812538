//! A sender's programs. They only return a verdict; the kernel does the sending.
#![cfg_attr(target_arch = "bpf", no_std)]
#![cfg_attr(target_arch = "bpf", no_main)]
#![allow(unsafe_code, reason = "the xdp macro names a link section")]
#![allow(missing_docs, unreachable_pub, reason = "the xdp macro adds a public entry point of its own")]
#![allow(clippy::needless_pass_by_value, reason = "the xdp macro passes the context by value")]

use aya_ebpf::{bindings::xdp_action, macros::xdp, programs::XdpContext};

/// Sends the packet out of the interface it came from. Run on live frames (`BPF_F_TEST_XDP_LIVE_FRAMES`) whose
/// context names an interface, it sends them from there.
#[xdp]
pub fn transmit(_: XdpContext) -> u32 {
    xdp_action::XDP_TX
}

/// Passes everything. A veth end needs a program before live frames leave through it; and this is what the cost of
/// another program is measured against.
#[xdp]
pub fn pass(_: XdpContext) -> u32 {
    xdp_action::XDP_PASS
}

#[cfg(target_arch = "bpf")]
#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[cfg(not(target_arch = "bpf"))]
fn main() {}
