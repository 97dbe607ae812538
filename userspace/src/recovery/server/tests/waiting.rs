//! When a client connects again, in a time of our own over real connections.

use super::*;
use crate::recovery::{
    Client,
    cboe::{
        Credentials,
        grp::{Config, Requester},
    },
    fault::Fault,
    stream::Connection,
    testing::Kept,
};

const MS_NS: u64 = 1_000_000;

fn client(server: SocketAddr) -> Connection<Requester> {
    Connection::new(Requester::new(Config::new(Credentials::new("0001", "FIRM", "secret").unwrap())), server)
}

/// Services `client` at the same time over and over, until what it waits for on the wire has happened.
fn at(
    client: &mut Connection<Requester>,
    now_ns: u64,
    mut happened: impl FnMut(&Connection<Requester>) -> bool,
) {
    until(|_| {
        client.service(now_ns, &mut Kept::default());
        happened(client)
    });
}

#[test]
fn attempts_in_vain_come_further_and_further_apart() {
    let mut client = client(nobody());
    let mut attempts_ms = Vec::new();
    for now_ms in (0..20_000).step_by(10) {
        let before = client.tally().not_connected;
        client.service(now_ms * MS_NS, &mut Kept::default());
        if client.tally().not_connected > before {
            attempts_ms.push(now_ms);
        }
    }
    assert_eq!(attempts_ms, [0, 100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300]);
}

/// Accepts or refuses a login, and hangs up.
struct Curt(u8);

impl Session for Curt {
    fn feed(&mut self, _: &[u8], _: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        out.extend([11, 0, 1, 0, 0, 0, 0, 0, 3, 2, self.0]);
        Err(Hangup::Done)
    }

    fn poll(&mut self, _: u64, _: &mut Vec<u8>) -> Result<u64, Hangup> {
        Ok(u64::MAX)
    }
}

fn curt(status: u8) -> Listening {
    Listening::start(listener(), Fault::None, move |_| Curt(status)).unwrap()
}

#[test]
fn after_every_login_the_wait_is_short_again() {
    let server = curt(b'A');
    let mut client = client(server.address());
    for connection in 0..5 {
        let now_ns = connection * 100 * MS_NS;
        at(&mut client, now_ns, |client| client.tally().disconnected == connection + 1);
        client.service(now_ns + 99 * MS_NS, &mut Kept::default());
        assert_eq!(client.tally().connected, connection + 1);
    }
}

#[test]
fn after_a_login_refused_the_wait_is_long() {
    let server = curt(b'N');
    let mut client = client(server.address());
    at(&mut client, 0, |client| client.tally().login_refused == 1);
    client.service(4_999 * MS_NS, &mut Kept::default());
    assert_eq!(client.tally().connected, 1);
    at(&mut client, 5_000 * MS_NS, |client| client.tally().login_refused == 2);
    assert_eq!((client.tally().connected, client.tally().disconnected), (2, 0));
}
