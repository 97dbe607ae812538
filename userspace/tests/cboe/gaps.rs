//! Two lines that lose the same datagrams, a Gap Request Proxy, and the group on which it sends again.

use std::{
    collections::BTreeMap,
    fs,
    net::{TcpListener, UdpSocket},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::Value;
use xdpfeed::recovery::{
    cboe::{Credentials, key, quota::Quotas},
    fault::Fault,
    server::{Grp, GrpConfig, Listening},
    store::History,
};

use crate::bed::{Receiver, datagram, in_a_namespace, number, time};

/// Lines A and B.
const LINES: [&str; 2] = ["239.1.1.1:5001", "239.1.1.2:5002"];
const GAP_GROUP: &str = "239.1.1.3:5003";
const UNITS: u8 = 2;
/// Datagrams of each unit, with two messages each.
const DATAGRAMS: u32 = 1_500;
const MESSAGES: u64 = DATAGRAMS as u64 * 2 * UNITS as u64;
/// Datagrams on the gap group that are no answers: of each kind so many.
const NOISE: u64 = DATAGRAMS as u64 / 100;

#[test]
fn what_both_lines_lost_comes_on_the_gap_group() {
    for fault in [Fault::None, Fault::Partial] {
        in_a_namespace(move || {
            let (account, messages) = receive(fault);
            let lost = in_order(&messages);
            assert_eq!(lost, 0, "{account:#}");
            assert_eq!(number(&account, "/channels/0/messages"), MESSAGES);
            assert_eq!(number(&account, "/channels/0/messages_lost"), 0);
            assert!(number(&account, "/channels/0/gaps") > 0);
            assert_eq!(number(&account, "/channels/0/gaps"), number(&account, "/channels/0/gaps_recovered"));
            assert_eq!(number(&account, "/channels/0/messages_recovered"), on_no_line());
            assert!(number(&account, "/channels/0/recovery/first") >= on_no_line());
        });
    }
}

#[test]
fn what_the_proxy_refuses_is_told_to_be_lost() {
    in_a_namespace(|| {
        let (account, messages) = receive(Fault::Refuse);
        assert_eq!(in_order(&messages), on_no_line(), "{account:#}");
        assert_eq!(number(&account, "/channels/0/messages_lost"), on_no_line());
        assert!(number(&account, "/channels/0/recovery/refused") > 0);
        assert_eq!(number(&account, "/channels/0/messages_recovered"), 0);
    });
}

/// Receives the whole feed beside a server with this fault. The account, once what it says of any such feed was looked
/// at, and what was delivered.
fn receive(fault: Fault) -> (Value, Vec<Value>) {
    let store = Arc::new(History::new(100_000));
    let server = proxy(fault, Arc::clone(&store));
    let directory = tempfile::tempdir().unwrap();
    let messages = directory.path().join("messages");
    let timeout = if fault == Fault::Refuse { "500" } else { "10000" };
    let mut receiver = Receiver::start(&[
        "--line",
        &format!("x/A=rx0,{}", LINES[0]),
        "--line",
        &format!("x/B=rx0,{}", LINES[1]),
        "--recover",
        &format!("grp:{},session=0001,user=ME01,password=word,gap=rx0,{GAP_GROUP}", server.address()),
        "--recover-timeout",
        timeout,
        "--messages",
        messages.to_str().unwrap(),
    ]);
    let on_lines = send(&store);
    receiver.wait_for_all(MESSAGES);
    let account = receiver.end();
    server.stop();

    assert_eq!(account["ledger"]["balanced"], true, "{account:#}");
    let channel = &account["channels"][0];
    assert_eq!(channel["lines"].as_array().unwrap().len(), 2, "the gap group is no line");
    let on_group = number(channel, "/recovery/group_packets");
    assert_eq!(number(&account, "/packets/received"), on_lines + on_group);
    assert_eq!(number(&account, "/ledger/entries/framing_datagrams"), on_lines);
    assert_eq!(number(&account, "/ledger/entries/recovery_group_datagrams"), on_group);
    assert_eq!(number(channel, "/recovery/unsequenced"), 2 * NOISE);
    assert_eq!(number(&account, "/ledger/entries/recovery_framing_malformed_short_header"), NOISE);
    assert_eq!((number(channel, "/unsequenced"), number(channel, "/heartbeats")), (0, 0));
    assert_eq!(number(&account, "/packets/malformed"), 0);
    let told = fs::read_to_string(&messages).unwrap();
    (account, told.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn proxy(fault: Fault, store: Arc<History>) -> Listening {
    let credentials = Credentials::new("0001", "ME01", "word").unwrap();
    let quotas = Quotas { second: 320, minute: 1_500, day: 100_000 };
    let config = GrpConfig { credentials, count: 100, quotas, fault };
    Listening::start(TcpListener::bind("127.0.0.1:0").unwrap(), fault, move |now_ns| {
        let socket = UdpSocket::bind("10.9.1.1:0").unwrap();
        let group = move |datagram: &[u8]| {
            socket.send_to(datagram, GAP_GROUP).unwrap();
        };
        Grp::new(config.clone(), Arc::clone(&store), group, now_ns)
    })
    .unwrap()
}

/// A datagram that no line brings.
fn lost_on_both(number: u32) -> bool {
    number % 50 == 25
}

/// A datagram that line `line` does not bring.
fn lost(number: u32, line: usize) -> bool {
    lost_on_both(number) || (number % 10 == line as u32 + 1)
}

/// Messages that no line brings.
fn on_no_line() -> u64 {
    (0..DATAGRAMS).filter(|number| lost_on_both(*number)).count() as u64 * 2 * u64::from(UNITS)
}

/// Sends the feed, and noise on the gap group. Returns how many datagrams the lines brought.
fn send(store: &History) -> u64 {
    let socket = UdpSocket::bind("10.9.1.1:0").unwrap();
    let mut sent = 0;
    for number in 0..DATAGRAMS {
        for unit in 1..=UNITS {
            let first = number * 2 + 1;
            let messages = [time(first), time(first + 1)];
            for (sequence, message) in (u64::from(first)..).zip(&messages) {
                store.push(key(unit), sequence, message);
            }
            for (line, to) in LINES.iter().enumerate().filter(|(line, _)| !lost(number, *line)) {
                socket
                    .send_to(&datagram(unit, first, &messages), to)
                    .unwrap_or_else(|e| panic!("{line}: {e}"));
                sent += 1;
            }
        }
        if number % 100 == 50 {
            for noise in [
                datagram(0, 0, &[]),
                datagram(1, 0, &[time(0)]),
                // It says nothing of the unit: what was sent, the lines say.
                datagram(1, 1_000_000, &[]),
                vec![0; 7],
            ] {
                socket.send_to(&noise, GAP_GROUP).unwrap();
            }
        }
        thread::sleep(Duration::from_micros(300));
    }
    sent
}

/// Fails unless every unit's messages come in order, each once, with nothing missing but what is told to be. Returns
/// how many were told to be lost.
fn in_order(messages: &[Value]) -> u64 {
    let (mut next, mut lost) = (BTreeMap::new(), 0);
    for line in messages {
        let next = next.entry(number(line, "/stream")).or_insert(1);
        match line["event"].as_str() {
            None => {
                assert_eq!(number(line, "/sequence"), *next, "{line}");
                *next += 1;
            }
            Some("gap") => {
                assert_eq!(number(line, "/first"), *next, "{line}");
                *next += number(line, "/count");
                lost += number(line, "/count");
            }
            Some("recovered") => assert_eq!(number(line, "/first"), *next, "{line}"),
            Some(_) => assert_eq!(number(line, "/next"), *next, "{line}"),
        }
    }
    let end = u64::from(DATAGRAMS) * 2 + 1;
    assert_eq!(next.into_values().collect::<Vec<u64>>(), vec![end; usize::from(UNITS)]);
    lost
}
