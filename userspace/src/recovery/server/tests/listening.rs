//! The listener by itself.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::*;
use crate::recovery::fault::Fault;

/// Says what it hears.
struct Echo;

impl Session for Echo {
    fn feed(&mut self, bytes: &[u8], _: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        out.extend_from_slice(bytes);
        if bytes.ends_with(b"!") { Err(Hangup::Done) } else { Ok(()) }
    }

    fn poll(&mut self, _: u64, _: &mut Vec<u8>) -> Result<u64, Hangup> {
        Ok(u64::MAX)
    }
}

fn echo(fault: Fault) -> Listening {
    Listening::start(listener(), fault, |_| Echo).unwrap()
}

/// What comes back of `said`, up to the end of the connection or as many bytes.
fn heard(server: &Listening, said: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(STUCK)).unwrap();
    stream.write_all(said).unwrap();
    let mut heard = Vec::new();
    stream.take(said.len() as u64).read_to_end(&mut heard).unwrap();
    heard
}

#[test]
fn what_is_said_last_is_still_sent() {
    let server = echo(Fault::None);
    assert_eq!(heard(&server, b"bye!"), b"bye!");
    assert_eq!(heard(&server, b"again"), b"again");
}

#[test]
fn a_server_dies_once_after_as_many_bytes() {
    let server = echo(Fault::Die(8));
    assert_eq!(heard(&server, b"1234"), b"1234");
    assert_eq!(heard(&server, b"567890"), b"5678");
    assert_eq!(heard(&server, b"567890"), b"567890");
}

#[test]
fn a_server_that_is_stopped_closes_its_connections_and_listens_no_more() {
    let server = echo(Fault::None);
    let address = server.address();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(STUCK)).unwrap();
    stream.write_all(b"a").unwrap();
    stream.read_exact(&mut [0]).unwrap();
    server.stop();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert!(TcpStream::connect(address).is_err());
}

/// Counts how often it is fed and polled.
struct Silent(Arc<[AtomicU64; 2]>);

impl Session for Silent {
    fn feed(&mut self, _: &[u8], _: u64, _: &mut Vec<u8>) -> Result<(), Hangup> {
        self.0[0].fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn poll(&mut self, _: u64, _: &mut Vec<u8>) -> Result<u64, Hangup> {
        self.0[1].fetch_add(1, Ordering::Relaxed);
        Ok(u64::MAX)
    }
}

#[test]
fn nothing_received_is_not_fed() {
    let counts = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let session = Arc::clone(&counts);
    let server = Listening::start(listener(), Fault::None, move |_| Silent(Arc::clone(&session))).unwrap();
    let _silent = TcpStream::connect(server.address()).unwrap();
    until(|_| counts[1].load(Ordering::Relaxed) >= 3);
    assert_eq!(counts[0].load(Ordering::Relaxed), 0);
}

#[test]
fn connections_beyond_the_bound_are_closed() {
    let server = echo(Fault::None);
    let mut served = Vec::new();
    for _ in 0..16 {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(b"a").unwrap();
        stream.read_exact(&mut [0]).unwrap();
        served.push(stream);
    }
    let mut too_many = TcpStream::connect(server.address()).unwrap();
    too_many.set_read_timeout(Some(STUCK)).unwrap();
    assert_eq!(too_many.read(&mut [0]).unwrap(), 0);
    served.clear();
    until(|_| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(b"a").is_ok() && stream.read_exact(&mut [0]).is_ok()
    });
}
