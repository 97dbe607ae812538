//! Bytes at random, and packets damaged at random: the program decides as the oracle does.

use std::{cell::RefCell, panic::AssertUnwindSafe};

use bolero::{TypeGenerator, check, produce};

use crate::kernel::{CONFIG, Kernel, MIN_LEN, in_namespace};
use crate::kinds::{all, matches, tag_stacks, tagged};

/// Longer than an Ethernet frame, within what a test run takes in one buffer.
const MAX_LEN: usize = 1600;

/// About a second each.
const ITERATIONS: usize = 10_000;

fn checked(test: impl Fn(&mut Kernel) + Send + 'static) {
    in_namespace(move || test(&mut Kernel::new(CONFIG, &matches())));
}

#[test]
fn bytes() {
    checked(|kernel| {
        let kernel = AssertUnwindSafe(RefCell::new(kernel));
        check!()
            .with_iterations(ITERATIONS)
            .with_generator(produce::<Vec<u8>>().with().len(MIN_LEN..=MAX_LEN))
            .for_each(|packet: &Vec<u8>| kernel.borrow_mut().check("bytes", packet));
    });
}

/// One way of damaging a packet.
#[derive(Clone, Debug, TypeGenerator)]
enum Damage {
    /// A byte replaced.
    Byte { at: u8, value: u8 },
    /// A bit turned.
    Bit { at: u8, bit: u8 },
    /// A 16-bit field that says a little more or less.
    Off { at: u8, by: i8 },
    /// Cut.
    Cut { to: u8 },
    /// Bytes inserted: everything behind is out of place.
    Insert { at: u8, bytes: [u8; 4] },
    /// Bytes behind.
    Padded { bytes: u8 },
}

impl Damage {
    fn apply(&self, packet: &mut Vec<u8>) {
        let within = |at: u8| usize::from(at) % packet.len();
        match *self {
            Self::Byte { at, value } => {
                let at = within(at);
                packet[at] = value;
            }
            Self::Bit { at, bit } => {
                let at = within(at);
                packet[at] ^= 1 << (bit % 8);
            }
            Self::Off { at, by } => {
                let at = within(at).min(packet.len() - 2);
                let says = u16::from_be_bytes([packet[at], packet[at + 1]]).wrapping_add_signed(by.into());
                packet[at..at + 2].copy_from_slice(&says.to_be_bytes());
            }
            Self::Cut { to } => packet.truncate(usize::from(to).max(MIN_LEN)),
            Self::Insert { at, bytes } => {
                let at = within(at);
                packet.splice(at..at, bytes);
            }
            Self::Padded { bytes } => packet.resize(packet.len() + usize::from(bytes), 0xee),
        }
    }
}

#[test]
fn damaged_packets() {
    let kinds = all();
    let stacks = tag_stacks();
    checked(move |kernel| {
        let kernel = AssertUnwindSafe(RefCell::new(kernel));
        let (kinds, stacks) = (&kinds, &stacks);
        check!().with_iterations(ITERATIONS).with_type::<(u8, u8, Vec<Damage>)>().for_each(
            |(kind, tags, damages): &(u8, u8, Vec<Damage>)| {
                let (name, packet) = &kinds[usize::from(*kind) % kinds.len()];
                let mut packet = tagged(packet, &stacks[usize::from(*tags) % stacks.len()]);
                damages.iter().take(4).for_each(|damage| damage.apply(&mut packet));
                packet.truncate(MAX_LEN);
                kernel.borrow_mut().check(name, &packet);
            },
        );
    });
}
