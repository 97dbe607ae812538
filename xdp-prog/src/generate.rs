//! The sender of `xdpfeed bench`: a feed made out of live frames, in the kernel from end to end; and what takes
//! nothing in at the other end. With maps, which `ip` would not load: hence not in `send.rs`.
#![cfg_attr(target_arch = "bpf", no_std)]
#![cfg_attr(target_arch = "bpf", no_main)]
#![cfg_attr(target_arch = "bpf", feature(asm_experimental_arch))]
#![allow(unsafe_code, reason = "packet memory is reached by pointer, and the xdp macro names a link section")]
#![allow(missing_docs, unreachable_pub, reason = "the xdp macro adds a public entry point of its own")]
#![allow(clippy::needless_pass_by_value, reason = "the xdp macro passes the context by value")]

#[path = "load.rs"]
#[allow(dead_code, reason = "the receive program reads fields; this one only writes")]
mod load;

use aya_ebpf::{
    bindings::xdp_action,
    helpers::{bpf_ktime_get_ns, bpf_xdp_store_bytes},
    macros::{map, xdp},
    maps::{Array, PerCpuArray},
    programs::XdpContext,
};
use xdp_prog::sender::{
    Flow, LATE_NS, MESSAGES_LEN, MESSAGES_OFFSET, SEQUENCE_OFFSET, STAMP_OFFSET, VARIANTS,
};

#[map]
static FLOW: Array<Flow> = Array::with_max_entries(1, 0);
#[map]
static MESSAGES: Array<[u8; MESSAGES_LEN]> = Array::with_max_entries(VARIANTS, 0);
#[map]
static DROPPED: PerCpuArray<u64> = PerCpuArray::with_max_entries(1, 0);

/// Drops everything, counted: what a receiver costs that takes nothing in.
#[xdp]
pub fn discard(_: XdpContext) -> u32 {
    if let Some(dropped) = DROPPED.get_ptr_mut(0) {
        // SAFETY: the pointer is this CPU's own element, and the kernel runs one XDP program a CPU at a time.
        unsafe { *dropped += 1 };
    }
    xdp_action::XDP_DROP
}

/// Makes the next packet of a feed out of a live frame, if it is time for it, and sends it out of the interface its context names;
/// drops the frame if not. So whoever runs it often enough sends at the rate the flow says, to within one run.
#[xdp]
pub fn generate(ctx: XdpContext) -> u32 {
    if next(&ctx).is_some() { xdp_action::XDP_TX } else { xdp_action::XDP_DROP }
}

#[inline(always)]
fn next(ctx: &XdpContext) -> Option<()> {
    // SAFETY: the pointer is the array's only element. One CPU at a time sends, and userspace writes it before.
    let flow = unsafe { &mut *FLOW.get_ptr_mut(0)? };
    // SAFETY: the helper takes nothing and reads a clock.
    let now_ns = unsafe { bpf_ktime_get_ns() };
    if now_ns < flow.due_ns {
        return None;
    }
    // Masked, for the verifier; then compared, for the array's elements are shorter than the mask allows.
    let len = flow.messages_len & (MESSAGES_LEN.next_power_of_two() as u64 - 1);
    if len == 0 || len > MESSAGES_LEN as u64 {
        return None;
    }
    // Any order will do that a processor cannot learn: multiplied by 2^32 / phi, the upper bits look like chance.
    let variant = (flow.packets as u32).wrapping_mul(0x9E37_79B9) >> 16;
    let messages = MESSAGES.get_ptr(variant & (VARIANTS - 1))?;
    copy(ctx, messages.cast(), len)?;
    put(ctx, SEQUENCE_OFFSET, flow.sequence.to_be())?;
    // 48 bits, and a tracking number of 0 in front.
    put(ctx, STAMP_OFFSET - 2, (now_ns & 0xFFFF_FFFF_FFFF).to_be())?;
    flow.sequence += flow.messages;
    if flow.packets == 0 {
        flow.first_ns = now_ns;
    }
    flow.last_ns = now_ns;
    flow.packets += 1;
    flow.in_burst += 1;
    // What was missed for long is not made up for: it would be a burst that nobody asked for.
    let due_ns = if now_ns - flow.due_ns > LATE_NS { now_ns } else { flow.due_ns };
    flow.due_ns = due_ns + flow.interval_ns;
    if flow.in_burst == flow.burst {
        flow.in_burst = 0;
        flow.due_ns = now_ns + flow.pause_ns;
    }
    Some(())
}

/// Words that are copied one by one; more are left to the kernel, for a call costs as much as these.
const WORDS: usize = 8;

/// Copies `len` bytes of messages into the packet, a multiple of 8.
#[inline(always)]
fn copy(ctx: &XdpContext, messages: *const u64, len: u64) -> Option<()> {
    if len > WORDS as u64 * 8 {
        let messages = messages.cast_mut().cast();
        // SAFETY: the context is the one the kernel called us with, and `messages` is as long as `len` at least.
        let stored = unsafe { bpf_xdp_store_bytes(ctx.ctx, MESSAGES_OFFSET as u32, messages, len as u32) };
        return (stored == 0).then_some(());
    }
    for word in 0..WORDS {
        if len <= word as u64 * 8 {
            break;
        }
        // SAFETY: it is longer than these words, whatever `len` says.
        let at = unsafe { messages.add(word) };
        // SAFETY: as above, and userspace writes them before.
        put(ctx, MESSAGES_OFFSET + word * 8, unsafe { at.read() })?;
    }
    Some(())
}

/// Writes a word, as it is, into the packet.
#[inline(always)]
fn put(ctx: &XdpContext, offset: usize, word: u64) -> Option<()> {
    let at = ctx.data() + offset;
    if at + 8 > load::unknown(ctx.data_end()) {
        return None;
    }
    load::Header(at).write_word::<0>(word);
    Some(())
}

#[cfg(target_arch = "bpf")]
#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// The kernel lends its clock to GPL-compatible programs only.
#[unsafe(no_mangle)]
#[unsafe(link_section = "license")]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

#[cfg(not(target_arch = "bpf"))]
fn main() {}
