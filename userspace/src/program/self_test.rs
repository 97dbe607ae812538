//! A packet of our own through program, map, socket and rings, as if it had come on a queue.
//!
//! The kernel runs the loaded program on it (`BPF_PROG_TEST_RUN`). As on a live frame (Linux 5.18), it also does what the
//! program says, but has such frames come on queue 0 whatever the context names; for the other queues it tells the
//! verdict alone. The packet is to an address that no wire carries. What this does not show is that the NIC hands
//! packets over, and on which queue.

use std::io;

use anyhow::{Context, Result, anyhow};
use aya::{
    TestRunAttrs, TestRunOptions,
    maps::{HashMap, MapData},
    programs::{ProgramError, TestRun as _},
};
use etherparse::PacketBuilder;
use xdp_prog::{Group, GroupV4, map};

use super::Program;

/// What the header of the test's packets says in place of a line.
pub const SELF_TEST_GROUP: u16 = Group::NONE - 1;

/// The loopback address and the discard port (RFC 863).
const ADDRESS: [u8; 4] = [127, 0, 0, 1];
const PORT: u16 = 9;

/// `enum xdp_action` of `linux/bpf.h`.
const XDP_REDIRECT: u32 = 4;

/// A program that matches the test's packets; when it goes, they are not matched any more.
#[derive(Debug)]
pub struct SelfTest<'a> {
    program: &'a mut Program,
    packet: Vec<u8>,
}

impl<'a> SelfTest<'a> {
    /// Has the program match the test's packets. Its table must have room for one destination more.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn begin(program: &'a mut Program) -> Result<Self> {
        let mut packet = Vec::new();
        PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv4(ADDRESS, ADDRESS, 1)
            .udp(PORT, PORT)
            .write(&mut packet, b"xdpfeed self-test")
            .context("cannot build a packet")?;
        let group =
            Group { index: SELF_TEST_GROUP, generation: 0, sourced: 0, vlan: Group::ANY_VLAN, zero: 0 };
        groups(program)?
            .insert(key(), group.to_bytes(), 0)
            .context("cannot match the self-test's packets")?;
        Ok(Self { program, packet })
    }

    /// Has a packet come on the first queue of the interface with that index.
    ///
    /// # Errors
    /// What the kernel says: `EINVAL` before Linux 5.18.
    pub fn send(&mut self, interface: u32) -> Result<()> {
        let context = context(interface, 0, self.packet.len());
        let options = TestRunOptions {
            data_in: Some(&self.packet),
            ctx_in: Some(&context),
            repeat: 1,
            attrs: TestRunAttrs::new().xdp_live_frames(1),
            ..TestRunOptions::new()
        };
        match self.program.xdp()?.test_run(options) {
            Ok(_) => Ok(()),
            Err(ProgramError::SyscallError(call)) if call.io_error.raw_os_error() == Some(libc::EINVAL) => {
                let why = "the kernel runs no program on live frames (Linux 5.18 and newer do)";
                Err(anyhow!(io::Error::from_raw_os_error(libc::EINVAL)).context(why))
            }
            Err(error) => Err(anyhow!(error).context("the kernel did not run the program")),
        }
    }

    /// Whether the program would hand a packet on that queue to a socket. It counts it, too.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn redirects(&mut self, interface: u32, queue: u32) -> Result<bool> {
        let context = context(interface, queue, self.packet.len());
        let options =
            TestRunOptions { data_in: Some(&self.packet), ctx_in: Some(&context), ..TestRunOptions::new() };
        let ran = self.program.xdp()?.test_run(options).context("the kernel did not run the program")?;
        Ok(ran.return_value == XDP_REDIRECT)
    }
}

/// `struct xdp_md`: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex.
fn context(interface: u32, queue: u32, len: usize) -> Vec<u8> {
    let fields = [0, len as u32, 0, interface, queue, 0];
    fields.iter().flat_map(|field| field.to_ne_bytes()).collect()
}

impl Drop for SelfTest<'_> {
    fn drop(&mut self) {
        // It was put in by `begin`. Should it stay, it matches what no wire carries.
        let _gone = groups(self.program).map(|mut groups| groups.remove(&key()));
    }
}

fn key() -> [u8; 8] {
    GroupV4 { address: ADDRESS, port: PORT.to_be_bytes(), zero: [0; 2] }.to_bytes()
}

fn groups(program: &mut Program) -> Result<HashMap<&mut MapData, [u8; 8], [u8; 8]>> {
    Ok(HashMap::try_from(program.map_mut(map::GROUPS_V4)?)?)
}
