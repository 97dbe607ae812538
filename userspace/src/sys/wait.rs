//! Waiting on many descriptors without allocating: nix's `PollFd` borrows, so it could not be kept.

use std::{
    io,
    os::fd::{BorrowedFd, RawFd},
};

use nix::sys::socket::{getsockopt, sockopt::SocketError};

/// Descriptors to wait on, prepared once.
#[derive(Clone, Debug, Default)]
pub struct Readable {
    fds: Vec<libc::pollfd>,
}

impl Readable {
    /// Adds a descriptor. It must stay open for as long as this value is used; a closed one only makes
    /// [`Readable::wait`] return at once.
    pub fn add(&mut self, fd: RawFd) {
        self.fds.push(libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.fds.reserve(more);
    }

    /// Takes a descriptor out.
    pub fn remove(&mut self, fd: RawFd) {
        self.fds.retain(|waiting| waiting.fd != fd);
    }

    /// Sleeps until one is readable, or `most_ms` milliseconds have passed, or a signal came. A socket's error (a packet
    /// socket's interface was down for a moment) is taken off it: as long as it stood there, no later call would sleep.
    ///
    /// # Errors
    /// What `poll` says.
    pub fn wait(&mut self, most_ms: i32) -> io::Result<()> {
        // SAFETY: the pointer and the length are the vector's own, and it lives through the call.
        let result = unsafe { libc::poll(self.fds.as_mut_ptr(), self.fds.len() as libc::nfds_t, most_ms) };
        if result >= 0 {
            let failed = self.fds.iter().filter(|waiting| waiting.revents & libc::POLLERR != 0);
            failed.for_each(|waiting| take_error(waiting.fd));
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() == io::ErrorKind::Interrupted { Ok(()) } else { Err(error) }
    }
}

/// Asking is what takes it off. What it was shows elsewhere: reading a socket for good that is broken fails by itself.
fn take_error(fd: RawFd) {
    // SAFETY: `poll` has just found the descriptor open, and who added it keeps it open for as long as it is waited for.
    let socket = unsafe { BorrowedFd::borrow_raw(fd) };
    let _told_elsewhere = getsockopt(&socket, SocketError);
}

#[cfg(test)]
mod tests {
    use std::{net::UdpSocket, os::fd::AsRawFd as _, time::Instant};

    use super::*;

    #[test]
    fn an_error_is_taken_off_its_socket() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let nobody = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        socket.connect(nobody).unwrap();
        // The answer, that nobody is there, comes within the call.
        socket.send(b"?").unwrap();
        let mut waits = Readable::default();
        waits.add(socket.as_raw_fd());
        let longest = 60_000;
        let begun = Instant::now();
        waits.wait(longest).unwrap();
        assert!(begun.elapsed().as_millis() < longest as u128, "the error is what woke it");
        waits.wait(0).unwrap();
        assert_eq!(waits.fds[0].revents, 0);
        assert!(socket.take_error().unwrap().is_none());
    }
}
