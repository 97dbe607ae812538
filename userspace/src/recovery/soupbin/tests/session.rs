//! A client over its connections.

use super::*;
use crate::recovery::{Lost, stream::Hangup};

/// What a client heard, in words.
fn hear(client: &mut Client, bytes: &[u8], now_ns: u64) -> (Vec<String>, Result<(), Hangup>) {
    let mut words = Vec::new();
    let fed = client.feed(bytes, now_ns, |heard| {
        words.push(match heard {
            Heard::Accepted { session, next } => {
                format!("accepted {} {next}", String::from_utf8_lossy(session.0.trim_ascii()))
            }
            Heard::Sequenced { sequence, message } => {
                format!("{sequence} {}", String::from_utf8_lossy(message))
            }
            Heard::Unsequenced(message) => format!("aside {}", String::from_utf8_lossy(message)),
            Heard::Unexpected => "unexpected".to_owned(),
        });
        Ok(())
    });
    (words, fed)
}

pub(super) fn login(client: &mut Client, now_ns: u64) -> Vec<u8> {
    let mut out = Vec::new();
    client.opened(now_ns, &mut out);
    out
}

#[test]
fn the_first_login_asks_for_the_session_that_runs_from_its_beginning() {
    let mut client = Client::new(credentials());
    let expected = b"\x00\x2fLuser  secret                                 1";
    assert_eq!(login(&mut client, 0), expected);
}

#[test]
fn messages_are_numbered_from_the_login_on() {
    let mut client = Client::new(credentials());
    login(&mut client, 0);
    let bytes = [
        packet(kind::DEBUG, b"hello"),
        accepted(SESSION, 41),
        packet(kind::SEQUENCED, b"a"),
        packet(kind::SERVER_HEARTBEAT, b""),
        packet(kind::UNSEQUENCED, b"note"),
        packet(kind::SEQUENCED, b""),
        packet(kind::LOGIN_ACCEPTED, b"again"),
        packet(kind::CLIENT_HEARTBEAT, b""),
        packet(kind::SEQUENCED, b"c"),
    ];
    let expected = ["accepted SESSION 41", "41 a", "aside note", "42 ", "unexpected", "unexpected", "43 c"];
    assert_eq!(hear(&mut client, &bytes.concat(), 0), (expected.map(str::to_owned).to_vec(), Ok(())));
}

#[test]
fn nothing_counts_before_the_login_is_accepted() {
    let mut client = Client::new(credentials());
    login(&mut client, 0);
    let bytes = [packet(kind::SEQUENCED, b"a"), packet(kind::END_OF_SESSION, b""), accepted(SESSION, 1)];
    let expected = ["unexpected", "unexpected", "accepted SESSION 1"].map(str::to_owned);
    assert_eq!(hear(&mut client, &bytes.concat(), 0), (expected.to_vec(), Ok(())));
}

#[test]
fn a_new_connection_goes_on_where_the_last_one_broke() {
    let mut client = Client::new(credentials());
    login(&mut client, 0);
    let bytes = [accepted(SESSION, 1), packet(kind::SEQUENCED, b"a"), packet(kind::SEQUENCED, b"b")].concat();
    // The third message is cut off: it never came.
    let cut = [&bytes[..], &packet(kind::SEQUENCED, b"c")[..3]].concat();
    assert!(hear(&mut client, &cut, 0).1.is_ok());
    assert!(client.closed());
    let again = login(&mut client, 1);
    assert_eq!(again, b"\x00\x2fLuser  secret       SESSION                   3");
    let bytes = [accepted(SESSION, 3), packet(kind::SEQUENCED, b"c")].concat();
    assert_eq!(hear(&mut client, &bytes, 1).0[1], "3 c");
}

#[test]
fn a_session_that_is_gone_is_not_asked_for_again() {
    let mut client = Client::new(credentials());
    login(&mut client, 0);
    hear(&mut client, &[accepted(SESSION, 1), packet(kind::SEQUENCED, b"a")].concat(), 0).1.unwrap();
    client.closed();
    login(&mut client, 0);
    let rejected = packet(kind::LOGIN_REJECTED, b"S");
    assert_eq!(hear(&mut client, &rejected, 0), (vec![], Err(Hangup::Refused)));
    assert_eq!(client.obstacle(), Some(Lost::Unreachable));
    client.closed();
    assert_eq!(login(&mut client, 0), login(&mut Client::new(credentials()), 0));
    assert_eq!(hear(&mut client, &packet(kind::LOGIN_REJECTED, b"A"), 0).1, Err(Hangup::Refused));
    assert_eq!(client.obstacle(), Some(Lost::NotAuthorised));
}

#[test]
fn the_end_of_a_session_and_what_is_no_protocol_end_the_connection() {
    let ends = [
        (packet(kind::END_OF_SESSION, b""), Hangup::EndOfSession),
        (vec![0, 0], Malformed::ShortFrame.into()),
    ];
    for (bytes, why) in ends {
        let mut client = Client::new(credentials());
        login(&mut client, 0);
        assert_eq!(hear(&mut client, &[accepted(SESSION, 1), bytes].concat(), 0).1, Err(why));
    }
    let mut wrong_number = accepted(SESSION, 1);
    *wrong_number.last_mut().unwrap() = b'x';
    for (bytes, cause) in
        [(wrong_number, Malformed::Number), (packet(kind::LOGIN_ACCEPTED, b"short"), Malformed::ShortMessage)]
    {
        let mut client = Client::new(credentials());
        login(&mut client, 0);
        assert_eq!(hear(&mut client, &bytes, 0).1, Err(cause.into()));
    }
}

#[test]
fn a_client_says_that_it_lives_and_notices_when_the_server_does_not() {
    let mut client = Client::new(credentials());
    login(&mut client, 0);
    let mut out = Vec::new();
    assert_eq!(client.beat(5 * SECOND_NS, &mut out), Ok(15 * SECOND_NS), "not before the login");
    hear(&mut client, &accepted(SESSION, 1), 5 * SECOND_NS).1.unwrap();
    assert_eq!(client.beat(5 * SECOND_NS, &mut out), Ok(6 * SECOND_NS));
    assert_eq!(client.beat(6 * SECOND_NS - 1, &mut out), Ok(6 * SECOND_NS));
    assert_eq!(packets(&out), [('R', vec![])]);
    hear(&mut client, &packet(kind::SERVER_HEARTBEAT, b"")[..2], 10 * SECOND_NS).1.unwrap();
    assert!(client.beat(25 * SECOND_NS - 1, &mut out).is_ok());
    assert_eq!(client.beat(25 * SECOND_NS, &mut out), Err(Hangup::Silent));
    client.closed();
    assert_eq!(client.beat(99 * SECOND_NS, &mut out), Ok(u64::MAX));
}
