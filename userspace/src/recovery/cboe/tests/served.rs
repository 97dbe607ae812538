//! What the GRP server answers.

use std::sync::{Arc, Mutex};

use super::{
    quota::Quotas,
    units::Units,
    wire::{GapRequest, GapResponse, Layout},
    *,
};
use crate::recovery::{
    fault::Fault,
    server::{Grp, GrpConfig, Session},
    store::History,
    stream::{Hangup, Malformed},
};

type Datagrams = Arc<Mutex<Vec<Vec<u8>>>>;

/// A server of messages 10..=200 of unit 1 of 100 bytes each, with a client logged in, and its gap group.
fn server(quotas: Quotas) -> (impl Session, Datagrams) {
    let store = Arc::new(History::new(1_000));
    let mut message = [0; 100];
    message[0] = 100;
    (10..=200).for_each(|sequence| store.push(key(1), sequence, &message));
    let group = Datagrams::default();
    let to_group = Arc::clone(&group);
    let send = move |datagram: &[u8]| to_group.lock().unwrap().push(datagram.to_vec());
    let config = GrpConfig { credentials: credentials(), count: 100, quotas, fault: Fault::None };
    let mut server = Grp::new(config, store, send, 0);
    let mut out = Vec::new();
    server.feed(&said(&credentials().login()), 0, &mut out).unwrap();
    assert_eq!(out, accepted());
    (server, group)
}

fn asked(server: &mut impl Session, unit: u8, sequence: u32, count: u16, now_ns: u64) -> char {
    let header = GapRequest::header();
    let request = GapRequest { header, unit, sequence: sequence.into(), count: count.into() };
    server.feed(&said(&request), now_ns, &mut Vec::new()).unwrap();
    let mut out = Vec::new();
    server.poll(now_ns, &mut out).unwrap();
    let mut status = '-';
    let fed = Units::default().feed(&out, |whole| {
        units::messages(whole, |message| {
            let response = units::layout::<GapResponse>(message)?;
            assert_eq!(
                (response.unit, response.sequence.get(), response.count.get()),
                (unit, sequence, count)
            );
            status = response.status.into();
            Ok::<_, Malformed>(())
        })
    });
    assert_eq!(fed, Ok(()));
    status
}

#[test]
fn every_request_gets_the_status_it_deserves() {
    let (mut server, group) = server(Quotas { second: 4, minute: 6, day: 7 });
    assert_eq!(asked(&mut server, 2, 10, 1, 0), 'I');
    assert_eq!(asked(&mut server, 1, 10, 101, 0), 'C');
    assert_eq!(asked(&mut server, 1, 10, 0, 0), 'C');
    assert_eq!(asked(&mut server, 1, 9, 1, 0), 'O');
    assert_eq!(asked(&mut server, 1, 200, 2, 0), 'O');
    assert_eq!(asked(&mut server, 1, u32::MAX, 100, 0), 'O');
    assert!(group.lock().unwrap().is_empty());
    assert_eq!(asked(&mut server, 1, 200, 1, 0), 'A');
    assert_eq!(asked(&mut server, 1, 10, 1, 0), 'S');
    assert_eq!(asked(&mut server, 1, 10, 1, SECOND_NS), 'A');
    assert_eq!(asked(&mut server, 1, 10, 1, SECOND_NS), 'A');
    assert_eq!(asked(&mut server, 1, 10, 1, SECOND_NS), 'M');
    assert_eq!(group.lock().unwrap().len(), 3);
}

#[test]
fn answers_are_datagrams_of_a_size_that_fits() {
    let (mut server, group) = server(Quotas { second: 10, minute: 10, day: 10 });
    assert_eq!(asked(&mut server, 1, 50, 31, 0), 'A');
    let mut next = 50;
    for datagram in group.lock().unwrap().iter() {
        assert!(datagram.len() <= 1472 && datagram.len() == 8 + 100 * usize::from(datagram[2]));
        assert_eq!(usize::from(u16::from_le_bytes([datagram[0], datagram[1]])), datagram.len());
        assert_eq!(u32::from_le_bytes(datagram[4..8].try_into().unwrap()), next);
        next += u32::from(datagram[2]);
    }
    assert_eq!(next, 81);
}

#[test]
fn what_is_no_login_is_not_let_in() {
    let config = GrpConfig {
        credentials: credentials(),
        count: 100,
        quotas: Quotas { second: 1, minute: 1, day: 1 },
        fault: Fault::None,
    };
    let told = |login: &[u8]| {
        let store = Arc::new(History::new(1));
        let mut server = Grp::new(config.clone(), store, |_: &[u8]| {}, 0);
        let mut out = Vec::new();
        (server.feed(login, 0, &mut out), out.last().copied())
    };
    let login =
        |sub_id, username, password| said(&Credentials::new(sub_id, username, password).unwrap().login());
    assert_eq!(told(&login("0001", "FIRM", "secret")), (Ok(()), Some(b'A')));
    assert_eq!(told(&login("0001", "FIRM", "Secret")), (Err(Hangup::Refused), Some(b'N')));
    assert_eq!(told(&login("0002", "FIRM", "secret")), (Err(Hangup::Refused), Some(b'S')));
    let header = GapRequest::header();
    let request = GapRequest { header, unit: 1, sequence: 1.into(), count: 1.into() };
    assert_eq!(told(&said(&request)), (Err(Hangup::Refused), None));
}
