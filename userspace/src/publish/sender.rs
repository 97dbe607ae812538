//! A line's socket: hands datagrams to the kernel, and knows of each whether the kernel took it.

use std::{
    io::{self, IoSlice},
    net::UdpSocket,
    thread,
    time::Duration,
};

use nix::errno::Errno;

use super::{pace::BATCH, packer::Batch, truth::Fate};
use crate::sys::datagrams;

const _: () = assert!(BATCH as usize <= datagrams::MOST, "a batch is one call");

/// How long the kernel gets to find room for more before it is asked again.
const ROOM_WAIT: Duration = Duration::from_micros(50);

/// Refusals in a row after which a datagram counts as unsent: about a second of [`ROOM_WAIT`]s. Fewer, and a
/// slow link's queue, full for a moment, costs datagrams; more, and a link that is stuck takes the other
/// lines with it.
const PATIENCE: u32 = 10_000;

/// What to do about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    /// Nothing was wrong with this datagram.
    Again,
    /// There was no room for it.
    Wait,
    /// It will not be sent.
    GiveUp,
}

fn remedy(errno: Errno) -> Remedy {
    match errno {
        // A connected socket is told here that an earlier datagram found nobody at the (unicast) destination.
        Errno::EINTR | Errno::ECONNREFUSED => Remedy::Again,
        // A full queue: the device's (ENOBUFS) or the socket's.
        Errno::ENOBUFS | Errno::EAGAIN | Errno::ENOMEM => Remedy::Wait,
        _ => Remedy::GiveUp,
    }
}

/// The sending end of a line.
#[derive(Debug)]
pub(crate) struct Sender {
    socket: UdpSocket,
    /// Refusals left until a datagram is given up. Only success restores it: a dead line delays the others once.
    patience: u32,
    refusal: Option<Errno>,
}

impl Sender {
    /// A sender on a connected socket.
    pub(crate) fn new(socket: UdpSocket) -> Self {
        Self { socket, patience: PATIENCE, refusal: None }
    }

    /// Sends the packets of `batch` whose fate is to be sent; those that can't be become [`Fate::Unsent`].
    pub(crate) fn send(&mut self, batch: &Batch, fates: &mut [Fate]) {
        let mut wanted = [0; BATCH as usize];
        let mut payloads = [IoSlice::new(&[]); BATCH as usize];
        let mut count = 0;
        for packet in (0..batch.len()).filter(|packet| fates[*packet] == Fate::Sent) {
            wanted[count] = packet;
            payloads[count] = IoSlice::new(batch.payload(packet));
            count += 1;
        }
        let mut next = 0;
        while next < count {
            match datagrams::send(&self.socket, &payloads[next..count]) {
                Ok(taken) => {
                    next += taken;
                    self.patience = PATIENCE;
                }
                Err(error) if self.bears(&error) => {}
                Err(_) => {
                    fates[wanted[next]] = Fate::Unsent;
                    next += 1;
                }
            }
        }
    }

    /// Sends one datagram; whether the kernel took it.
    pub(crate) fn send_one(&mut self, payload: &[u8]) -> bool {
        loop {
            match self.socket.send(payload) {
                Ok(_) => {
                    self.patience = PATIENCE;
                    return true;
                }
                Err(error) if self.bears(&error) => {}
                Err(_) => return false,
            }
        }
    }

    /// Why datagrams were refused for good; the first reason, if there was any.
    pub(crate) fn refusal(&self) -> Option<Errno> {
        self.refusal
    }

    /// Whether to try again after a refusal; if so, the time for that has come.
    fn bears(&mut self, error: &io::Error) -> bool {
        let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
        let remedy = if self.patience == 0 { Remedy::GiveUp } else { remedy(errno) };
        match remedy {
            Remedy::Again => {}
            Remedy::Wait => thread::sleep(ROOM_WAIT),
            Remedy::GiveUp => {
                self.refusal.get_or_insert(errno);
                return false;
            }
        }
        self.patience -= 1;
        true
    }
}
