//! A server, and a client that follows it.

use super::{session::login, *};
use crate::recovery::{fault::Fault, server::Session as _, stream::Hangup};

/// Messages `1`, `2`, … up to a number.
struct Count(u64);

impl Source for Count {
    fn message(&mut self, sequence: u64, into: &mut Vec<u8>) -> bool {
        let there = (1..self.next()).contains(&sequence);
        if there {
            into.extend_from_slice(sequence.to_string().as_bytes());
        }
        there
    }

    fn next(&self) -> u64 {
        self.0 + 1
    }

    fn is_over(&self) -> bool {
        self.0 >= 1_000
    }
}

fn server(messages: u64) -> Server<Count> {
    Server::new(
        Config { credentials: credentials(), session: SESSION, fault: Fault::None },
        Count(messages),
        0,
    )
}

/// What a server says to a login.
fn told(messages: u64, credentials: Credentials, session: &[u8; 10], sequence: &str) -> Vec<(char, Vec<u8>)> {
    let Credentials { username, password } = credentials;
    let login = [&username[..], &password, session, format!("{sequence:>20}").as_bytes()].concat();
    let mut server = server(messages);
    let mut out = Vec::new();
    if server.feed(&packet(kind::LOGIN_REQUEST, &login), 0, &mut out).is_ok() {
        server.poll(0, &mut out).unwrap();
    }
    packets(&out)
}

#[test]
fn a_server_goes_on_from_the_message_asked_for() {
    let any = b"          ";
    let said = told(5, credentials(), any, "4");
    let expected =
        [('A', b"   SESSION                   4".to_vec()), ('S', b"4".to_vec()), ('S', b"5".to_vec())];
    assert_eq!(said, expected);
    assert_eq!(told(5, credentials(), b"SESSION   ", "4"), expected);
    let at_the_end = [('A', b"   SESSION                   6".to_vec())];
    assert_eq!(told(5, credentials(), any, "0"), at_the_end);
    assert_eq!(told(5, credentials(), any, "99"), at_the_end);
    assert_eq!(told(1_000, credentials(), any, "1000").last(), Some(&('Z', vec![])));
}

#[test]
fn a_server_rejects_what_it_does_not_know() {
    let other = Credentials::new("user", "other").unwrap();
    assert_eq!(told(5, other, b"          ", "1"), [('J', b"A".to_vec())]);
    assert_eq!(told(5, credentials(), b"   ANOTHER", "1"), [('J', b"S".to_vec())]);
    assert_eq!(told(5, Credentials::new("USER", "SECRET").unwrap(), b"          ", "5")[0].0, 'A');
}

#[test]
fn a_server_says_that_it_lives_and_notices_when_the_client_does_not() {
    let mut server = server(0);
    let mut out = Vec::new();
    let mut client = Client::new(credentials());
    server.feed(&login(&mut client, 0), 0, &mut out).unwrap();
    out.clear();
    assert_eq!(server.poll(0, &mut out), Ok(SECOND_NS));
    assert_eq!(server.poll(SECOND_NS, &mut out), Ok(2 * SECOND_NS));
    assert_eq!(packets(&out), [('H', vec![])]);
    assert_eq!(server.poll(15 * SECOND_NS, &mut out), Err(Hangup::Silent));
    assert_eq!(server.feed(&packet(kind::LOGOUT_REQUEST, b""), 0, &mut out), Err(Hangup::Done));
}

#[test]
fn client_and_server_get_through_a_session_with_broken_connections() {
    let mut client = Client::new(credentials());
    let mut numbers = Vec::new();
    for connection in 1..=10 {
        let mut server = server(if connection < 10 { 900 } else { 1_000 });
        let (mut to_server, mut to_client) = (login(&mut client, 0), Vec::new());
        server.feed(&std::mem::take(&mut to_server), 0, &mut to_client).unwrap();
        server.poll(0, &mut to_client).unwrap();
        // All but the last connection break somewhere.
        let cut = if connection < 10 { to_client.len().min(33 + connection * 137) } else { to_client.len() };
        let fed = client.feed(&to_client[..cut], 0, |heard| {
            if let Heard::Sequenced { sequence, message } = heard {
                assert_eq!(sequence.to_string().as_bytes(), message);
                numbers.push(sequence);
            }
            Ok(())
        });
        assert_eq!(fed.is_err(), connection == 10, "the end of the session");
        client.closed();
    }
    assert_eq!(numbers, (1..=1_000).collect::<Vec<u64>>());
}
