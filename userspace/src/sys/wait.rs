//! Waiting on many descriptors without allocating: nix's `PollFd` borrows, so it could not be kept.

use std::{io, os::fd::RawFd};

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

    /// Sleeps until one is readable, or `most_ms` milliseconds have passed, or a signal came.
    ///
    /// # Errors
    /// What `poll` says.
    pub fn wait(&mut self, most_ms: i32) -> io::Result<()> {
        // SAFETY: the pointer and the length are the vector's own, and it lives through the call.
        let result = unsafe { libc::poll(self.fds.as_mut_ptr(), self.fds.len() as libc::nfds_t, most_ms) };
        if result >= 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() == io::ErrorKind::Interrupted { Ok(()) } else { Err(error) }
    }
}
