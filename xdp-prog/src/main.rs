//! The receive program: redirects the datagrams asked for into the socket of their queue, with the
//! [`FrameHeader`] in front; passes everything else untouched; counts every packet under one [`Reason`].
#![cfg_attr(target_arch = "bpf", no_std)]
#![cfg_attr(target_arch = "bpf", no_main)]
#![cfg_attr(target_arch = "bpf", feature(asm_experimental_arch))]
#![allow(unsafe_code, reason = "packet memory is reached by pointer; each block says why it is in bounds")]
#![allow(missing_docs, unreachable_pub, reason = "the xdp macro adds a public entry point of its own")]
#![allow(clippy::needless_pass_by_value, reason = "the xdp macro passes the context by value")]

mod load;
mod packet;

use aya_ebpf::{
    Global,
    bindings::xdp_action,
    helpers::{bpf_ktime_get_ns, bpf_ktime_get_tai_ns, bpf_xdp_adjust_head},
    macros::{map, xdp},
    maps::{Array, HashMap, PerCpuArray, XskMap},
    programs::XdpContext,
};
use aya_log_ebpf::debug;
use packet::{Addresses, Datagram, Packet};
use xdp_prog::{
    DEFAULT_FRONT_SHIFT, DEFAULT_GROUPS, DEFAULT_QUEUES, FrameHeader, Front, FrontKey, Group, GroupV4,
    GroupV6, QueueCounters, Reason, SourceV4, SourceV6, front_places, stamps,
};

/// The keys in words. The kernel's map reads them so, and would have to wait for smaller writes to reach the cache.
type GroupV4Words = [u32; size_of::<GroupV4>() / 4];
type GroupV6Words = [u32; size_of::<GroupV6>() / 4];
type SourceV4Words = [u32; size_of::<SourceV4>() / 4];
type SourceV6Words = [u32; size_of::<SourceV6>() / 4];

#[map]
static GROUPS_V4: HashMap<GroupV4Words, Group> = HashMap::with_max_entries(DEFAULT_GROUPS, 0);
#[map]
static GROUPS_V6: HashMap<GroupV6Words, Group> = HashMap::with_max_entries(DEFAULT_GROUPS, 0);
#[map]
static SOURCES_V4: HashMap<SourceV4Words, Group> = HashMap::with_max_entries(DEFAULT_GROUPS, 0);
#[map]
static SOURCES_V6: HashMap<SourceV6Words, Group> = HashMap::with_max_entries(DEFAULT_GROUPS, 0);
#[map]
static FRONT: Array<Front> = Array::with_max_entries(front_places(DEFAULT_GROUPS), 0);
#[map]
static SOCKETS: XskMap = XskMap::with_max_entries(DEFAULT_QUEUES, 0);
#[map]
static VERDICTS: PerCpuArray<u64> = PerCpuArray::with_max_entries(Reason::ALL.len() as u32, 0);
#[map]
static QUEUES: PerCpuArray<QueueCounters> = PerCpuArray::with_max_entries(DEFAULT_QUEUES, 0);

/// How matched packets are stamped. Set at load; the verifier drops the branch not taken.
#[unsafe(no_mangle)]
static TIMESTAMPS: Global<u8> = Global::new(stamps::MONOTONIC);

/// 1: ask the source maps first. Set at load, like the above.
#[unsafe(no_mangle)]
static SOURCES_FIRST: Global<u8> = Global::new(0);

/// Leads from a hash to a place in `FRONT`. Set at load, like the above.
#[unsafe(no_mangle)]
static FRONT_SHIFT: Global<u8> = Global::new(DEFAULT_FRONT_SHIFT);

/// Looks at one packet, which lies in one buffer.
#[xdp]
pub fn xdpfeed(ctx: XdpContext) -> u32 {
    decide::<false>(&ctx)
}

/// Looks at one packet, which may lie in several buffers, its headers in the first. Drivers refuse the program above
/// where the MTU does not fit one buffer, and pass this one larger packets whole.
#[xdp(frags)]
pub fn xdpfeed_frags(ctx: XdpContext) -> u32 {
    decide::<true>(&ctx)
}

#[inline(always)]
fn decide<const SPREAD: bool>(ctx: &XdpContext) -> u32 {
    match redirect::<SPREAD>(ctx) {
        Ok(()) => xdp_action::XDP_REDIRECT,
        Err(reason) => {
            count(ctx, reason);
            // Off unless userspace sets the log level at load: then it says why each packet was passed.
            debug!(ctx, "queue {}: passed, {}", ctx.rx_queue_index(), reason.name());
            xdp_action::XDP_PASS
        }
    }
}

#[inline(always)]
fn redirect<const SPREAD: bool>(ctx: &XdpContext) -> Result<(), Reason> {
    let datagram = packet::walk::<SPREAD>(ctx)?;
    let group = wanted(&datagram).ok_or(Reason::NoMatch)?;
    if group.vlan != Group::ANY_VLAN && group.vlan != datagram.vlan {
        return Err(Reason::WrongVlan);
    }
    let queue = ctx.rx_queue_index();
    // The flags are the verdict for an empty slot.
    if SOCKETS.redirect(queue, u64::from(xdp_action::XDP_PASS)) != Ok(xdp_action::XDP_REDIRECT) {
        return Err(Reason::NoSocket);
    }
    let stamp_ns = match TIMESTAMPS.load() {
        // SAFETY: the helper takes nothing and reads a clock.
        stamps::MONOTONIC => unsafe { bpf_ktime_get_ns() },
        // SAFETY: as above. Where a kernel has no such helper, the verifier looks at this only when it is to be called.
        stamps::TAI => unsafe { bpf_ktime_get_tai_ns() },
        _ => 0,
    };
    prepend(
        ctx,
        FrameHeader {
            stamp_ns,
            group: group.index,
            payload_offset: (FrameHeader::LEN + datagram.payload_offset) as u16,
            payload_len: datagram.payload_len as u16,
            version: FrameHeader::VERSION,
            generation: group.generation,
        },
    )?;
    // The queue is one of the map's: it has a socket, and both maps are of one size.
    count_queue(queue, |counters| counters.redirected += 1);
    Ok(())
}

/// The line that takes this datagram.
#[inline(always)]
fn wanted(datagram: &Datagram) -> Option<Group> {
    let port = datagram.port;
    // In the keys of the maps, zeros are behind it in memory.
    let words = u32::from(port);
    match datagram.addresses {
        Addresses::V4 { source, destination } => of_source_or_any(
            || {
                front::<true, false>(FrontKey::v4(destination, port, source))
                    .or_else(|| copy(SOURCES_V4.get_ptr([destination, words, source])))
            },
            || {
                front::<false, false>(FrontKey::v4(destination, port, 0))
                    .or_else(|| copy(GROUPS_V4.get_ptr([destination, words])))
            },
        ),
        Addresses::V6 { source, destination } => {
            let ([d0, d1, d2, d3], [s0, s1, s2, s3]) = (quarters(destination), quarters(source));
            of_source_or_any(
                || {
                    front::<true, true>(FrontKey::v6(destination, port, source))
                        .or_else(|| copy(SOURCES_V6.get_ptr([d0, d1, d2, d3, words, s0, s1, s2, s3])))
                },
                || {
                    front::<false, true>(FrontKey::v6(destination, port, [0; 2]))
                        .or_else(|| copy(GROUPS_V6.get_ptr([d0, d1, d2, d3, words])))
                },
            )
        }
    }
}

/// The address in words of 4 bytes, in the order of memory.
#[inline(always)]
fn quarters([a, b]: [u64; 2]) -> [u32; 4] {
    [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32]
}

/// A line that names the source goes before one that takes any: it is more exact. Look-ups are most of what the
/// program costs, so the second map is asked only where the first leaves the question open.
#[inline(always)]
fn of_source_or_any(of_source: impl Fn() -> Option<Group>, any: impl Fn() -> Option<Group>) -> Option<Group> {
    let sources_first = SOURCES_FIRST.load() == 1;
    if sources_first && let Some(line) = of_source() {
        return Some(line);
    }
    let group = any()?;
    if !sources_first
        && group.sourced == 1
        && let Some(line) = of_source()
    {
        return Some(line);
    }
    if group.index == Group::NONE { None } else { Some(group) }
}

/// What stands in front of the map that is asked first. The kernel has an array's look-up done in the program itself,
/// where a hash's is a call, which costs more than all the rest of it.
#[inline(always)]
fn front<const OF_SOURCES: bool, const V6: bool>(key: FrontKey) -> Option<Group> {
    if OF_SOURCES != (SOURCES_FIRST.load() == 1) {
        return None;
    }
    let entry = FRONT.get_ptr((key.hash() >> (FRONT_SHIFT.load() & 63)) as u32)?;
    // SAFETY: the kernel gave the pointer, valid for this program run, so that the fields have addresses: here and below.
    let first = unsafe { &raw const (*entry).first };
    // SAFETY: as above.
    let address = unsafe { &raw const (*entry).address };
    // SAFETY: as above.
    let source = unsafe { &raw const (*entry).source };
    // SAFETY: as above.
    let group = unsafe { &raw const (*entry).group };
    // This one comes first: an entry that holds was written after the others (see `Front`).
    let is_of = volatile(first) == key.first
        && !(V6 && volatile(address) != key.address)
        && !(OF_SOURCES && volatile(source) != key.source);
    is_of.then(|| volatile(group))
}

/// Reads a field of an entry that userspace may be writing, in the order it is asked for.
#[inline(always)]
fn volatile<T: Copy>(field: *const T) -> T {
    // SAFETY: `front` alone calls it, with fields of the kernel's entry; each word is read in one load.
    unsafe { field.read_volatile() }
}

#[inline(always)]
fn copy(value: Option<*const Group>) -> Option<Group> {
    // SAFETY: the kernel gave the pointer, valid for this program run, and the value is one aligned word. Userspace
    // writes it before it can be found; an entry it takes out or replaces is used for another destination no earlier
    // than a millisecond later.
    value.map(|group| unsafe { *group })
}

/// Moves the packet's head down and writes `header` there.
#[inline(always)]
fn prepend(ctx: &XdpContext, header: FrameHeader) -> Result<(), Reason> {
    // SAFETY: the context is the one the kernel called us with.
    let moved = unsafe { bpf_xdp_adjust_head(ctx.ctx, -(FrameHeader::LEN as i32)) };
    if moved != 0 {
        return Err(Reason::NoHeadroom);
    }
    let head = Packet::<false>::of(ctx).at(0, FrameHeader::LEN).map_err(|_| Reason::NoHeadroom)?;
    head.write(header.to_words());
    Ok(())
}

/// Counts a packet that is passed: under its queue if it matched, as those redirected are, else under the reason.
#[inline(always)]
fn count(ctx: &XdpContext, reason: Reason) {
    if reason == Reason::NoSocket && count_queue(ctx.rx_queue_index(), |counters| counters.no_socket += 1) {
        return;
    }
    if let Some(counter) = VERDICTS.get_ptr_mut(reason as u32) {
        // SAFETY: the pointer is this CPU's own element, and the kernel runs one XDP program a CPU at a time: with
        // softirqs off, or, on PREEMPT_RT, under its per-CPU softirq lock.
        unsafe { *counter += 1 };
    }
}

/// Whether the queue has counters: false beyond those the maps were made for.
#[inline(always)]
fn count_queue(queue: u32, add: impl FnOnce(&mut QueueCounters)) -> bool {
    let Some(counters) = QUEUES.get_ptr_mut(queue) else { return false };
    // SAFETY: as in `count`.
    add(unsafe { &mut *counters });
    true
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
