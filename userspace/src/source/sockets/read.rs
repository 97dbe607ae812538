//! The calls a socket can be read by.

use std::{
    io::IoSliceMut,
    os::fd::{AsFd as _, AsRawFd as _, OwnedFd},
};

use nix::{
    errno::Errno,
    sys::socket::{MsgFlags, recv, recvmsg},
};

use super::super::{Received, buffers::Buffers};
use crate::sys::receive::Many;

/// By which call datagrams are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `recv`: one a call.
    Recv,
    /// `recvmsg`, scattered: the first 20 bytes (MoldUDP64's header) apart from the rest. Both lie side by side in one buffer, so that
    /// the datagram is in one piece again for the pipeline, which reads headers of many lengths.
    RecvMsg,
    /// `recvmmsg`: a batch a call.
    RecvMmsg,
}

/// Bytes that a scattered read puts first: MoldUDP64's header.
const HEADER: usize = 20;

/// What came of reading a socket.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) read: usize,
    /// Of these, longer than their buffers.
    pub(super) truncated: usize,
    /// Bytes of the longest of these.
    pub(super) longest: usize,
    /// Nothing was left in it.
    pub(super) empty: bool,
}

/// Reads sockets by one call or another.
#[derive(Debug)]
pub(super) struct Reader {
    reading: Reading,
    many: Many,
}

impl Reader {
    pub(super) fn new(reading: Reading, batch: usize) -> Self {
        let most = if reading == Reading::RecvMmsg { batch } else { 0 };
        Self { reading, many: Many::new(most) }
    }

    /// Whether a call brings one datagram.
    pub(super) fn is_single(&self) -> bool {
        self.reading != Reading::RecvMmsg
    }

    /// Reads at most `limit` datagrams of line `line`. With `sleeps`, waits for the first, and then takes only what one
    /// call brings.
    #[inline]
    pub(super) fn read<M: Buffers>(
        &mut self,
        (socket, line): (&OwnedFd, u16),
        memory: &mut M,
        (limit, sleeps): (usize, bool),
        (batch, stamp_ns): (&mut Vec<Received<M::Frame>>, u64),
    ) -> Result<Found, Errno> {
        let waits = if sleeps { MsgFlags::empty() } else { MsgFlags::MSG_DONTWAIT };
        let into = (memory, batch);
        let of = (line, stamp_ns);
        match self.reading {
            Reading::Recv => one_by_one(into, of, limit, |buffer| {
                // With MSG_TRUNC it says how long the datagram is, also if that is more than there was room for.
                recv(socket.as_raw_fd(), buffer, waits | MsgFlags::MSG_TRUNC)
            }),
            Reading::RecvMsg => one_by_one(into, of, limit, |buffer| {
                let (header, rest) = buffer.split_at_mut(HEADER.min(buffer.len()));
                let mut scattered = [IoSliceMut::new(header), IoSliceMut::new(rest)];
                let flags = waits | MsgFlags::MSG_TRUNC;
                recvmsg::<()>(socket.as_raw_fd(), &mut scattered, None, flags).map(|read| read.bytes)
            }),
            Reading::RecvMmsg => self.many(socket, into, of, (limit, sleeps)),
        }
    }

    fn many<M: Buffers>(
        &mut self,
        socket: &OwnedFd,
        (memory, batch): (&mut M, &mut Vec<Received<M::Frame>>),
        (line, stamp_ns): (u16, u64),
        (limit, sleeps): (usize, bool),
    ) -> Result<Found, Errno> {
        let limit = limit.min(memory.free());
        let flags = libc::MSG_TRUNC | if sleeps { libc::MSG_WAITFORONE } else { libc::MSG_DONTWAIT };
        let read = match self.many.receive(socket.as_fd(), memory.unused().take(limit), flags) {
            Ok(read) => read,
            Err(error) => return nothing(Errno::from_raw(error.raw_os_error().unwrap_or_default())),
        };
        let (before, mut truncated, mut longest) = (batch.len(), 0, 0);
        for datagram in 0..read {
            let length = self.many.length(datagram);
            if length.is_none() {
                truncated += 1;
                longest = longest.max(self.many.whole_length(datagram));
            }
            let Some(frame) = memory.take(length.unwrap_or_default()) else { break };
            batch.push(Received { line, stamp_ns, frame });
        }
        if truncated > 0 {
            for datagram in (0..read).rev().filter(|datagram| self.many.length(*datagram).is_none()) {
                memory.release(batch.remove(before + datagram).frame);
            }
        }
        Ok(Found { read, truncated, longest, empty: read < limit })
    }
}

/// Reads one datagram after the other by `read`, which says how long each is.
#[inline(always)]
fn one_by_one<M: Buffers>(
    (memory, batch): (&mut M, &mut Vec<Received<M::Frame>>),
    (line, stamp_ns): (u16, u64),
    limit: usize,
    mut read: impl FnMut(&mut [u8]) -> Result<usize, Errno>,
) -> Result<Found, Errno> {
    let mut found = Found::default();
    while found.read < limit {
        let Some(buffer) = memory.unused().next() else { break };
        let room = buffer.len();
        let len = match read(buffer) {
            Ok(len) => len,
            Err(errno) => {
                found.empty = nothing(errno)?.empty;
                break;
            }
        };
        found.read += 1;
        if len > room {
            found.truncated += 1;
            found.longest = found.longest.max(len);
        } else if let Some(frame) = memory.take(len) {
            batch.push(Received { line, stamp_ns, frame });
        }
    }
    Ok(found)
}

/// What it means that a call brought nothing.
fn nothing(errno: Errno) -> Result<Found, Errno> {
    match errno {
        Errno::EAGAIN => Ok(Found { empty: true, ..Found::default() }),
        // A signal, which is another thread's to handle.
        Errno::EINTR => Ok(Found::default()),
        other => Err(other),
    }
}
