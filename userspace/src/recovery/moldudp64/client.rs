//! The socket under a [`Requester`].

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    os::fd::{AsFd, BorrowedFd},
};

use super::{Request, Requester, Unused};
use crate::recovery::{ANSWER_BYTES, Answers, Client, MessageRange, Tally};

/// Datagrams read in one call, so that there is room for all of them on the way to the worker.
const AT_ONCE: usize = 32;

/// A client of MoldUDP64 re-request servers.
#[derive(Debug)]
pub struct MoldUdp64Client {
    requester: Requester,
    servers: Vec<SocketAddr>,
    socket: UdpSocket,
    bytes: Box<[u8]>,
}

impl MoldUdp64Client {
    /// Asks `servers` in turn, all of one address family, from a port of its own; for a range for `patience_ns` at
    /// most.
    ///
    /// # Errors
    /// There is no socket to be had.
    pub fn open(servers: &[SocketAddr], patience_ns: u64) -> io::Result<Self> {
        let six = servers.iter().any(SocketAddr::is_ipv6);
        let any: SocketAddr =
            if six { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
        let socket = UdpSocket::bind(any)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            requester: Requester::new(servers.len(), patience_ns),
            servers: servers.to_vec(),
            socket,
            // One byte more than is of use, so that what is longer shows.
            bytes: vec![0; ANSWER_BYTES + 1].into_boxed_slice(),
        })
    }

    fn receive(&mut self, now_ns: u64, answers: &mut dyn Answers) {
        for _ in 0..AT_ONCE {
            let (len, from) = match self.socket.recv_from(&mut self.bytes) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                // Nothing there; or word of an earlier request that found nobody, which is asked again in its time.
                Err(_) => return,
            };
            self.requester.tally_mut().received += 1;
            let Some(server) = self.servers.iter().position(|server| *server == from) else {
                self.requester.unused(Unused::Stranger);
                continue;
            };
            let Some(datagram) = self.bytes.get(..len).filter(|_| len <= ANSWER_BYTES) else {
                self.requester.unused(Unused::TooLong);
                continue;
            };
            if self.requester.answer(server, datagram, now_ns).is_ok() {
                answers.datagram(datagram);
            }
        }
    }
}

impl Client for MoldUdp64Client {
    fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        self.requester.wanted(range, now_ns);
    }

    fn filled(&mut self, range: MessageRange) {
        self.requester.filled(range);
    }

    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        self.receive(now_ns, answers);
        while let Some((range, cause)) = self.requester.give_up(now_ns) {
            answers.gave_up(range, cause);
        }
        while let Some(request) = self.requester.request(now_ns) {
            let Request { server, .. } = request;
            // What cannot be sent now is asked for again in its time, as if it had been lost on the way.
            let sent = self.servers.get(server).map(|server| self.socket.send_to(request.bytes(), server));
            let sent = sent.is_some_and(|sent| sent.is_ok());
            self.requester.tally_mut().unsent += u64::from(!sent);
        }
        self.requester.due_ns()
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        Some(self.socket.as_fd())
    }

    fn tally(&self) -> Tally {
        *self.requester.tally()
    }
}
