//! Units joined late: each with a Spin server of its own, and one without any.

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::Value;
use xdpfeed::recovery::{
    cboe::{Credentials, key},
    fault::Fault,
    server::{Listening, Spin, SpinConfig},
    snapshots::{Snapshot, Snapshots},
};

use crate::bed::{Receiver, datagram, in_a_namespace, number, time};

const LINE: &str = "239.1.1.1:5001";
/// Units with a server, and the last sequence of their images.
const IMAGES: [(u8, u32); 2] = [(1, 150), (2, 170)];
/// A unit without.
const ALONE: u8 = 3;
/// Sequences at hand of every unit.
const LIVE: std::ops::Range<u32> = 101..301;
/// Messages of an image.
const IMAGE_MESSAGES: usize = 5;

#[test]
fn every_unit_begins_with_the_image_of_its_own_server() {
    in_a_namespace(|| {
        let servers = IMAGES.map(|(unit, through)| server(unit, through));
        let directory = tempfile::tempdir().unwrap();
        let messages = directory.path().join("messages");
        let line = format!("x/A=rx0,{LINE}");
        let spins: Vec<String> = IMAGES
            .iter()
            .zip(&servers)
            .map(|((unit, _), server)| {
                format!("spin:{},unit={unit},session=0001,user=ME01,password=word", server.address())
            })
            .collect();
        let to = messages.to_str().unwrap();
        let mut receiver = Receiver::start(&[
            "--line",
            &line,
            "--recover",
            &spins[0],
            "--recover",
            &spins[1],
            "--messages",
            to,
        ]);
        send();
        let live: u32 = IMAGES.iter().map(|(_, through)| LIVE.end - 1 - through).sum();
        receiver.wait_for_all(u64::from(live) + LIVE.len() as u64);
        let account = receiver.end();
        servers.into_iter().for_each(Listening::stop);

        assert_eq!(account["ledger"]["balanced"], true, "{account:#}");
        assert_eq!(number(&account, "/channels/0/recovery/snapshots"), IMAGES.len() as u64);
        assert_eq!(number(&account, "/channels/0/messages_lost"), 0);
        let told = fs::read_to_string(&messages).unwrap();
        let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for (stream, (_, through)) in (0..).zip(IMAGES) {
            assert_eq!(
                of_stream(&told, stream),
                (IMAGE_MESSAGES, sequences(through + 1..LIVE.end)),
                "{stream}"
            );
        }
        assert_eq!(of_stream(&told, 2), (0, sequences(LIVE)));
    });
}

fn server(unit: u8, through: u32) -> Listening {
    let message = time(u32::from(unit)).into_boxed_slice();
    let image = Snapshot { through: through.into(), orders: 0, messages: vec![message; IMAGE_MESSAGES] };
    let snapshots = Arc::new(Snapshots::default());
    snapshots.set(key(unit), image);
    let credentials = Credentials::new("0001", "ME01", "word").unwrap();
    let config = SpinConfig { credentials, key: key(unit), fault: Fault::None };
    Listening::start(TcpListener::bind("127.0.0.1:0").unwrap(), Fault::None, move |now_ns| {
        Spin::new(config.clone(), Arc::clone(&snapshots), now_ns)
    })
    .unwrap()
}

fn send() {
    let socket = UdpSocket::bind("10.9.1.1:0").unwrap();
    for sequence in LIVE {
        for unit in [IMAGES[0].0, IMAGES[1].0, ALONE] {
            socket.send_to(&datagram(unit, sequence, &[time(sequence)]), LINE).unwrap();
        }
        thread::sleep(Duration::from_micros(300));
    }
}

fn sequences(range: std::ops::Range<u32>) -> Vec<u64> {
    range.map(u64::from).collect()
}

/// How many messages of a snapshot a stream began with, and the sequences that followed.
fn of_stream(told: &[Value], stream: u64) -> (usize, Vec<u64>) {
    let messages = || told.iter().filter(|line| line["stream"] == stream && line["event"].is_null());
    let in_image = messages().take_while(|line| line["sequence"].is_null()).count();
    (in_image, messages().skip(in_image).map(|line| number(line, "/sequence")).collect())
}
