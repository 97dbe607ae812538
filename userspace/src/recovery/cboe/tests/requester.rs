//! What the GRP client makes of each answer.

use super::{
    grp::{Config, Requester},
    quota::Quotas,
    units::Units,
    wire::{GapRequest, GapResponse, Layout},
    *,
};
use crate::recovery::{
    Lost, MessageRange,
    plan::Limits,
    stream::{Malformed, Protocol},
    testing::{Event, Kept},
};

const LIMITS: Limits = Limits {
    count: 10,
    outstanding: 8,
    pieces: 64,
    tries: 3,
    retry_ns: SECOND_NS / 10,
    longest_retry_ns: SECOND_NS,
    patience_ns: 5 * SECOND_NS,
};

pub(super) const QUOTAS: Quotas = Quotas { second: 100, minute: 1_000, day: 10_000 };

pub(super) fn range(first: u64, count: u64) -> MessageRange {
    MessageRange { key: key(1), first, count }
}

pub(super) fn client(quotas: Quotas) -> Requester {
    Requester::new(Config { credentials: credentials(), limits: LIMITS, quotas })
}

/// The requests in what a client said.
fn requests(bytes: &[u8]) -> Vec<(u64, u64)> {
    let mut requests = Vec::new();
    Units::default()
        .feed(bytes, |unit| {
            units::messages(unit, |message| {
                if message[1] == GapRequest::KIND {
                    let request = units::layout::<GapRequest>(message)?;
                    requests.push((request.sequence.get().into(), request.count.get().into()));
                }
                Ok::<_, Malformed>(())
            })
        })
        .unwrap();
    requests
}

/// A client that is logged in, and what it hands back.
struct Scene {
    client: Requester,
    kept: Kept,
}

impl Scene {
    fn new(quotas: Quotas) -> Self {
        let mut scene = Self { client: client(quotas), kept: Kept::default() };
        scene.client.opened(0, &mut Vec::new());
        scene.hears(&accepted(), 0);
        scene
    }

    fn hears(&mut self, bytes: &[u8], now_ns: u64) {
        self.client.feed(bytes, now_ns, &mut self.kept, &mut Vec::new()).unwrap();
    }

    fn answered(&mut self, range: MessageRange, status: u8, now_ns: u64) {
        let response = GapResponse {
            header: GapResponse::header(),
            unit: unit(range.key).unwrap(),
            sequence: (range.first as u32).into(),
            count: (range.count as u16).into(),
            status,
        };
        self.hears(&said(&response), now_ns);
    }

    /// What it asks for at that time.
    fn asks(&mut self, now_ns: u64) -> Vec<(u64, u64)> {
        let mut out = Vec::new();
        self.client.poll(now_ns, &mut self.kept, &mut out).unwrap();
        requests(&out)
    }

    fn gave_up(&mut self) -> Vec<(u64, u64, Lost)> {
        let lost = self.kept.0.drain(..).map(|event| match event {
            Event::GaveUp(range, cause) => (range.first, range.count, cause),
            other => panic!("{other:?}"),
        });
        lost.collect()
    }
}

#[test]
fn nothing_is_asked_for_before_the_login_is_accepted() {
    let mut client = client(QUOTAS);
    let (mut kept, mut out) = (Kept::default(), Vec::new());
    client.wanted(range(1, 5), 0);
    client.opened(0, &mut out);
    client.poll(0, &mut kept, &mut out).unwrap();
    assert_eq!(out, said(&credentials().login()));
    out.clear();
    client.feed(&accepted(), 1, &mut kept, &mut out).unwrap();
    client.poll(1, &mut kept, &mut out).unwrap();
    assert_eq!(requests(&out), [(1, 5)]);
}

#[test]
fn a_refused_login_is_why_things_are_given_up() {
    for (status, cause) in
        [(b'N', Lost::NotAuthorised), (b'S', Lost::NotAuthorised), (b'B', Lost::Unreachable)]
    {
        let mut client = client(QUOTAS);
        let mut kept = Kept::default();
        client.opened(0, &mut Vec::new());
        let response = wire::LoginResponse { header: wire::LoginResponse::header(), status };
        client.feed(&said(&response), 0, &mut kept, &mut Vec::new()).unwrap_err();
        assert!(!client.closed(0));
        client.wanted(range(1, 5), 0);
        let next = client.poll(0, &mut kept, &mut Vec::new()).unwrap();
        client.poll(next, &mut kept, &mut Vec::new()).unwrap();
        assert_eq!(kept.0, [Event::GaveUp(range(1, 5), cause)]);
    }
}

#[test]
fn refusals_that_last_end_a_request_and_those_that_may_pass_do_not() {
    let mut scene = Scene::new(QUOTAS);
    scene.client.wanted(range(1, 30), 0);
    assert_eq!(scene.asks(0), [(1, 10), (11, 10), (21, 10)]);
    scene.answered(range(1, 10), b'I', 1);
    scene.answered(range(11, 10), b'O', 1);
    scene.answered(range(21, 10), b'U', 1);
    assert_eq!(scene.asks(1), []);
    assert_eq!(scene.gave_up(), [(1, 10, Lost::NoSuchStream)]);
    assert_eq!(scene.asks(SECOND_NS / 10), [(11, 10), (21, 10)]);
    assert_eq!(scene.asks(SECOND_NS), [(11, 10), (21, 10)]);
    scene.answered(range(11, 10), b'O', SECOND_NS);
    scene.answered(range(21, 10), b'U', SECOND_NS);
    assert_eq!(scene.asks(SECOND_NS), []);
    assert_eq!(scene.gave_up(), [(11, 10, Lost::OutOfRange), (21, 10, Lost::NoSuchStream)]);
}

#[test]
fn a_quota_of_the_server_is_waited_for_without_using_up_tries() {
    for (status, renewed_ns) in [(b'S', SECOND_NS), (b'M', 60 * SECOND_NS)] {
        let mut scene = Scene::new(QUOTAS);
        let patience_ns = 1_000 * SECOND_NS;
        let limits = Limits { patience_ns, ..LIMITS };
        scene.client = Requester::new(Config { credentials: credentials(), limits, quotas: QUOTAS });
        scene.client.opened(0, &mut Vec::new());
        scene.hears(&accepted(), 0);
        scene.client.wanted(range(1, 5), 0);
        let mut now_ns = 0;
        for _ in 0..2 * LIMITS.tries {
            assert_eq!(scene.asks(now_ns), [(1, 5)]);
            scene.answered(range(1, 5), status, now_ns);
            scene.client.wanted(range(100, 5), now_ns);
            scene.hears(&[8, 0, 0, 0, 0, 0, 0, 0], now_ns + renewed_ns - 1);
            assert_eq!(scene.asks(now_ns + renewed_ns - 1), [], "neither this nor anything else");
            scene.client.filled(range(100, 5));
            now_ns += renewed_ns;
        }
        assert_eq!(scene.gave_up(), []);
    }
}

#[test]
fn when_the_day_is_over_nothing_is_asked_for_and_everything_given_up() {
    let mut scene = Scene::new(QUOTAS);
    scene.client.wanted(range(1, 20), 0);
    assert_eq!(scene.asks(0), [(1, 10), (11, 10)]);
    scene.answered(range(1, 10), b'A', 1);
    scene.answered(range(11, 10), b'D', 1);
    assert_eq!(scene.asks(1), []);
    assert_eq!(scene.gave_up(), [(11, 10, Lost::Quota)], "the other one may still come");
    scene.client.wanted(range(50, 1), 2);
    assert_eq!(scene.asks(2), []);
    assert_eq!(scene.gave_up(), [(50, 1, Lost::Quota)]);
    assert_eq!(scene.asks(SECOND_NS), []);
    assert_eq!(scene.gave_up(), [(1, 10, Lost::Quota)]);
    let later = 3_601 * SECOND_NS;
    scene.hears(&[8, 0, 0, 0, 0, 0, 0, 0], later);
    scene.client.wanted(range(60, 1), later);
    assert_eq!(scene.asks(later), [(60, 1)]);
}

#[test]
fn our_own_quotas_are_kept_within() {
    let mut scene = Scene::new(Quotas { second: 2, minute: 3, day: 10 });
    scene.client.wanted(range(1, 50), 0);
    assert_eq!(scene.asks(0), [(1, 10), (11, 10)]);
    scene.client.filled(range(1, 20));
    assert_eq!(scene.asks(SECOND_NS - 1), []);
    assert_eq!(scene.asks(SECOND_NS), [(21, 10)]);
    scene.client.filled(range(21, 10));
    assert_eq!(scene.asks(2 * SECOND_NS), []);
    assert_eq!(scene.asks(5 * SECOND_NS), []);
    assert_eq!(scene.gave_up(), [(31, 20, Lost::Quota)]);
}

#[test]
fn a_lower_count_limit_is_found_out() {
    let mut scene = Scene::new(QUOTAS);
    scene.client.wanted(range(1, 10), 0);
    assert_eq!(scene.asks(0), [(1, 10)]);
    scene.answered(range(1, 10), b'C', 0);
    assert_eq!(scene.asks(0), [(1, 5), (6, 5)]);
    scene.answered(range(1, 5), b'C', 0);
    scene.answered(range(6, 5), b'C', 0);
    assert_eq!(scene.asks(0), [(1, 2), (3, 2), (5, 1), (6, 2), (8, 2), (10, 1)]);
}

#[test]
fn an_old_refusal_does_not_raise_the_count_limit_again() {
    let mut scene = Scene::new(QUOTAS);
    scene.client.wanted(range(1, 20), 0);
    assert_eq!(scene.asks(0), [(1, 10), (11, 10)]);
    scene.answered(range(1, 10), b'C', 0);
    assert_eq!(scene.asks(0), [(1, 5), (6, 5)]);
    scene.answered(range(1, 5), b'C', 0);
    scene.answered(range(11, 10), b'C', 0);
    assert_eq!(scene.asks(0), [(1, 2), (3, 2), (5, 1), (11, 2), (13, 2), (15, 2), (17, 2)]);
}

#[test]
fn a_request_says_as_well_as_a_heartbeat_that_the_client_lives() {
    let mut scene = Scene::new(QUOTAS);
    scene.client.wanted(range(1, 1), 0);
    let mut out = Vec::new();
    scene.client.poll(SECOND_NS / 2, &mut scene.kept, &mut out).unwrap();
    assert_eq!(requests(&out), [(1, 1)]);
    scene.client.filled(range(1, 1));
    out.clear();
    assert_eq!(scene.client.poll(SECOND_NS, &mut scene.kept, &mut out), Ok(SECOND_NS * 3 / 2));
    assert!(out.is_empty());
    scene.client.poll(SECOND_NS * 3 / 2, &mut scene.kept, &mut out).unwrap();
    assert_eq!(out, [8, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn what_cannot_be_said_in_the_protocol_is_given_up() {
    let mut scene = Scene::new(QUOTAS);
    let strange = MessageRange { key: StreamKey([b'x'; 16]), first: 1, count: 1 };
    scene.client.wanted(strange, 0);
    scene.client.wanted(range(u64::from(u32::MAX), 2), 0);
    scene.client.wanted(range(u64::from(u32::MAX), 1), 0);
    assert_eq!(scene.asks(0), [(u64::from(u32::MAX), 1)]);
    let lost = scene.gave_up();
    assert_eq!(lost, [(u64::from(u32::MAX), 2, Lost::OutOfRange), (1, 1, Lost::NoSuchStream)]);
}
