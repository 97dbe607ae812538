//! Reads and writes of packet memory: one instruction each, whatever the alignment.
//!
//! A packet's fields lie at odd multiples of two, so for Rust every read of one is unaligned, and for those the
//! compiler assembles bytes: it does not know that eBPF allows them wherever the machine does (x86, arm64). Written in
//! eBPF's own assembly they are what the machine has. Where it has no unaligned access, the verifier refuses the
//! program at load; nothing is ever read wrongly.

#[cfg(target_arch = "bpf")]
use core::arch::asm;

/// Address of a header that lies wholly inside the packet: only `Packet::at` makes one.
#[derive(Clone, Copy)]
pub(crate) struct Header(pub(crate) usize);

macro_rules! field {
    ($name:ident, $type:literal) => {
        /// The field `OFFSET` bytes into the header, as it lies there.
        #[cfg(target_arch = "bpf")]
        #[inline(always)]
        pub(crate) fn $name<const OFFSET: usize>(self) -> $name {
            let field: u64;
            // SAFETY: only reads, and the verifier loads no program that could read outside of the packet.
            unsafe {
                asm!(
                    concat!("{field} = *(", $type, " *)({header} + {offset})"),
                    field = lateout(reg) field,
                    header = in(reg) self.0,
                    offset = const OFFSET,
                    options(readonly, nostack, preserves_flags),
                );
            }
            // SAFETY: eBPF's loads fill the upper bits with zeros.
            unsafe { core::hint::assert_unchecked(field <= $name::MAX as u64) };
            field as $name
        }

        #[cfg(not(target_arch = "bpf"))]
        pub(crate) fn $name<const OFFSET: usize>(self) -> $name {
            unreachable!("runs in the kernel alone: offset {OFFSET} of {:#x}", self.0)
        }
    };
}

impl Header {
    field!(u8, "u8");
    field!(u16, "u16");
    field!(u32, "u32");
    field!(u64, "u64");

    /// Writes two words, as they are, over the first 16 bytes of the header.
    #[inline(always)]
    pub(crate) fn write(self, words: [u64; 2]) {
        self.write_word::<0>(words[0]);
        self.write_word::<8>(words[1]);
    }

    /// Writes a word, as it is, `OFFSET` bytes into the header.
    #[inline(always)]
    pub(crate) fn write_word<const OFFSET: usize>(self, word: u64) {
        #[cfg(target_arch = "bpf")]
        // SAFETY: the verifier loads no program that could write outside of the packet, and no Rust reference points
        // into it.
        unsafe {
            asm!(
                "*(u64 *)({header} + {offset}) = {word}",
                header = in(reg) self.0,
                offset = const OFFSET,
                word = in(reg) word,
                options(nostack, preserves_flags),
            );
        }
        #[cfg(not(target_arch = "bpf"))]
        unreachable!("runs in the kernel alone: {word} to {OFFSET} of {:#x}", self.0)
    }
}

/// `value`, of which the compiler no longer knows anything.
#[cfg(target_arch = "bpf")]
#[inline(always)]
pub(crate) fn unknown(value: usize) -> usize {
    let unknown: usize;
    // A copy, because an assembly of no instruction would make two lines of one and the kernel takes no such line
    // information.
    // SAFETY: copies one register to another.
    unsafe {
        asm!(
            "{unknown} = {value}",
            unknown = lateout(reg) unknown,
            value = in(reg) value,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    unknown
}

#[cfg(not(target_arch = "bpf"))]
pub(crate) fn unknown(value: usize) -> usize {
    value
}
