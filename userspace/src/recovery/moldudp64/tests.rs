//! Requester and server by themselves, and joined by a network that loses, delays and repeats.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use zerocopy::IntoBytes as _;

use super::*;
use crate::{
    framing::{Framing, Kind, StreamKey},
    recovery::{Lost, MessageRange, fault::Fault, store::History},
};

const SESSION: [u8; 10] = *b"SESSION001";
const KEY: StreamKey = StreamKey::new(SESSION);
const PATIENCE_NS: u64 = 10_000_000_000;
const MS: u64 = 1_000_000;

fn range(first: u64, count: u64) -> MessageRange {
    MessageRange { key: KEY, first, count }
}

fn header(session: [u8; 10], first: u64, count: u16) -> Vec<u8> {
    let sequence = first.into();
    crate::framing::moldudp64::Header { session, sequence, count: count.into() }.as_bytes().to_vec()
}

fn packet(first: u64, count: u16) -> Vec<u8> {
    let mut packet = header(SESSION, first, count);
    for _ in 0..count {
        packet.extend([0, 1, b'x']);
    }
    packet
}

/// Every request that is due, as (server, first, count).
fn requests(requester: &mut Requester, now_ns: u64) -> Vec<(usize, u64, u16)> {
    std::iter::from_fn(|| requester.request(now_ns))
        .map(|Request { server, packet }| {
            assert_eq!(packet.session, SESSION);
            (server, packet.sequence.get(), packet.count.get())
        })
        .collect()
}

#[test]
fn a_request_is_laid_out_as_specified() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(0x0102_0304_0506_0708, 9), 0);
    let request = requester.request(0).unwrap();
    assert_eq!(request.bytes(), b"SESSION001\x01\x02\x03\x04\x05\x06\x07\x08\x00\x09");
}

#[test]
fn an_answer_that_comes_up_short_is_gone_on_with_at_once() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(1, 20), 0);
    assert_eq!(requests(&mut requester, 0), [(0, 1, 20)]);
    assert_eq!(requester.answer(0, &packet(1, 8), 1), Ok(()));
    assert_eq!(requests(&mut requester, 1), [(0, 9, 8), (0, 17, 4)], "eight fit a datagram");
    assert_eq!(requester.answer(0, &packet(9, 8), 2), Ok(()));
    assert_eq!(requester.answer(0, &packet(17, 4), 3), Ok(()));
    assert_eq!(requester.due_ns(), u64::MAX);
    let tally = requester.tally();
    assert_eq!((tally.requests, tally.repeated, tally.datagrams), (3, 0, 3));
}

#[test]
fn what_fits_a_datagram_is_learned_upwards_too() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(1, 2000), 0);
    let first: Vec<_> = requests(&mut requester, 0);
    assert!(first.iter().all(|(_, _, count)| *count == 20));
    for (_, first, count) in first {
        assert_eq!(requester.answer(0, &packet(first, count), 1), Ok(()));
    }
    assert_eq!(requests(&mut requester, 1)[0].2, 40);
}

#[test]
fn what_came_meanwhile_is_not_asked_for_again() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(1, 10), 0);
    assert_eq!(requests(&mut requester, 0), [(0, 1, 10)]);
    requester.filled(range(1, 4));
    requester.filled(range(9, 2));
    assert_eq!(requests(&mut requester, 50 * MS), [(0, 5, 4)]);
    requester.filled(range(0, u64::MAX));
    assert_eq!(requester.due_ns(), u64::MAX);
    assert_eq!(requester.answer(0, &packet(1, 10), 60 * MS), Err(Unused::Late));
    assert_eq!((requester.tally().requests, requester.tally().repeated), (2, 1));
}

#[test]
fn servers_are_tried_in_turn_and_the_one_that_answers_is_kept() {
    let mut requester = Requester::new(3, PATIENCE_NS);
    requester.wanted(range(1, 1), 0);
    let mut now_ns = 0;
    let mut asked = Vec::new();
    for _ in 0..2 {
        asked.extend(requests(&mut requester, now_ns));
        now_ns = requester.due_ns();
    }
    asked.extend(requests(&mut requester, now_ns));
    assert_eq!(asked, [(0, 1, 1), (1, 1, 1), (2, 1, 1)]);
    assert_eq!(requester.answer(2, &packet(1, 1), now_ns), Ok(()));
    requester.wanted(range(7, 1), now_ns);
    assert_eq!(requests(&mut requester, now_ns), [(2, 7, 1)]);
}

#[test]
fn a_server_without_it_sends_us_to_the_next() {
    let mut requester = Requester::new(2, PATIENCE_NS);
    requester.wanted(range(5, 2), 0);
    assert_eq!(requests(&mut requester, 0), [(0, 5, 2)]);
    assert_eq!(requester.answer(0, &packet(5, 0), 1), Err(Unused::Empty));
    assert_eq!(requests(&mut requester, 1), [(1, 5, 2)]);
    // The next sequence of the second server lies below: it has nothing of this yet.
    assert_eq!(requester.answer(1, &packet(3, 0), 2), Err(Unused::Empty));
    assert_eq!(requests(&mut requester, 2), [], "no server has it: asked again in its time");
    let due_ns = requester.due_ns();
    assert_eq!(requests(&mut requester, due_ns), [(0, 5, 2)]);
    assert_eq!(requester.tally().refused, 2);
}

#[test]
fn the_end_of_the_session_is_no_count() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(5, 2), 0);
    let mut now_ns = 0;
    let lost = loop {
        for (server, ..) in requests(&mut requester, now_ns) {
            assert_eq!(requester.answer(server, &header(SESSION, 5, 0xFFFF), now_ns), Err(Unused::Empty));
        }
        if let Some(lost) = requester.give_up(now_ns) {
            break lost;
        }
        now_ns = requester.due_ns();
    };
    assert_eq!(lost, (range(5, 2), Lost::OutOfRange));
    assert_eq!(requester.tally().gave_up[Lost::OutOfRange.index()], 2);
    assert_eq!(requester.tally().unused[Unused::Empty.index()], 5);
}

#[test]
fn nobody_answers_and_the_range_is_given_up() {
    let mut requester = Requester::new(2, PATIENCE_NS);
    requester.wanted(range(1, 30), 0);
    let (mut now_ns, mut gone, mut asked) = (0, 0, 0);
    while gone < 30 {
        asked += requests(&mut requester, now_ns).len();
        while let Some((range, cause)) = requester.give_up(now_ns) {
            assert_eq!(cause, Lost::Unanswered);
            gone += range.count;
        }
        now_ns = requester.due_ns();
    }
    assert_eq!(
        (asked, requester.tally().gave_up[Lost::Unanswered.index()]),
        (20, 30),
        "two requests, ten times"
    );
    assert_eq!(requester.due_ns(), u64::MAX);
}

#[test]
fn what_is_no_answer_is_counted_by_cause() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(1, 1), 0);
    assert_eq!(requests(&mut requester, 0).len(), 1);
    for (datagram, cause) in [
        (b"short".to_vec(), Unused::Malformed),
        (header(SESSION, 1, 1), Unused::Malformed),
        (header(*b"SESSION002", 1, 0), Unused::WrongSession),
        (packet(2, 5), Unused::Late),
    ] {
        assert_eq!(requester.answer(0, &datagram, 1), Err(cause));
    }
    for (cause, count) in Unused::ALL.into_iter().zip(requester.tally().unused) {
        let expected = match cause {
            Unused::Malformed => 2,
            Unused::WrongSession | Unused::Late => 1,
            Unused::Stranger | Unused::TooLong | Unused::Empty => 0,
        };
        assert_eq!(count, expected, "{}", cause.name());
    }
    assert_eq!(requester.due_ns(), 50 * MS, "still wanted");
}

#[test]
fn a_great_loss_keeps_to_its_bounds() {
    let mut requester = Requester::new(1, PATIENCE_NS);
    requester.wanted(range(1, u64::MAX - 1), 0);
    assert_eq!(requests(&mut requester, 0).len(), 32);
    assert_eq!(requests(&mut requester, 1).len(), 0);
    for first in 0..70_000_u64 {
        requester.wanted(MessageRange { key: StreamKey([2; 16]), first: 2 * first, count: 1 }, 1);
    }
    let overflow = std::iter::from_fn(|| requester.give_up(1)).filter(|(_, cause)| *cause == Lost::Overflow);
    assert!(overflow.count() > 4_000);
}

fn history(messages: u64) -> History {
    let history = History::new(usize::try_from(messages).unwrap());
    for sequence in 1..=messages {
        history.push(KEY, sequence, format!("message {sequence}").as_bytes());
    }
    history
}

/// One request, one answer.
fn ask(server: &mut Server<'_>, first: u64, count: u16) -> Option<(Kind, u64, u64)> {
    let request = RequestPacket { session: SESSION, sequence: first.into(), count: count.into() };
    let mut answer = Vec::new();
    let served = server.serve(request.as_bytes(), &mut answer);
    let segment = (served == Served::Answer).then(|| Framing::MoldUdp64.segment(&answer))?.ok()?;
    Framing::MoldUdp64.messages(&answer, 0, u64::MAX, |message| {
        assert!(message.starts_with(b"message "));
    });
    Some((segment.kind, segment.first, segment.count))
}

#[test]
fn a_server_answers_what_it_has_and_what_fits() {
    let history = history(100);
    let mut server = Server::new(&history, Fault::None, 20 + 3 * 12);
    assert_eq!(ask(&mut server, 10, 2), Some((Kind::Data, 10, 2)));
    assert_eq!(ask(&mut server, 10, 50), Some((Kind::Data, 10, 3)), "three fit");
    assert_eq!(ask(&mut server, 100, 5), Some((Kind::Data, 100, 1)));
    assert_eq!(ask(&mut server, 101, 5), Some((Kind::Heartbeat, 101, 0)));
    assert_eq!(ask(&mut server, 5, 0), Some((Kind::Heartbeat, 5, 0)));
    assert_eq!(ask(&mut server, u64::MAX, 5), Some((Kind::Heartbeat, u64::MAX, 0)));
    assert_eq!(server.serve(b"what?", &mut Vec::new()), Served::Nothing);
    assert_eq!(server.serve(&[0; 21], &mut Vec::new()), Served::Nothing);
    let tally = server.tally();
    assert_eq!((tally.requests, tally.answered, tally.refused, tally.malformed), (8, 3, 3, 2));
    assert_eq!(tally.messages, 6);
}

#[test]
fn a_server_fails_as_it_is_told() {
    let history = history(100);
    let serve = |fault| Server::new(&history, fault, 1400);
    assert_eq!(ask(&mut serve(Fault::Refuse), 1, 9), Some((Kind::Heartbeat, 1, 0)));
    assert_eq!(ask(&mut serve(Fault::Partial), 1, 9), Some((Kind::Data, 1, 5)));
    assert_eq!(ask(&mut serve(Fault::Partial), 1, 1), Some((Kind::Data, 1, 1)));
    let mut dying = serve(Fault::Die(50));
    assert_eq!(ask(&mut dying, 1, 9), None, "cut short, so it is malformed");
    assert_eq!(ask(&mut dying, 1, 9), Some((Kind::Data, 1, 9)));
    assert_eq!(dying.tally().faults, 1);
    let mut silent = serve(Fault::Die(0));
    assert_eq!(
        silent.serve(RequestPacket::new_zeroed_session().as_bytes(), &mut Vec::new()),
        Served::Nothing
    );
}

impl RequestPacket {
    fn new_zeroed_session() -> Self {
        Self { session: SESSION, sequence: 1.into(), count: 1.into() }
    }
}

/// Requester and servers with a network between them, which loses `loss` of a thousand datagrams, delays each by up
/// to 80 ms, and brings some twice. What is missing comes by and by; some of it is filled by a line.
struct Network {
    rng: Pcg64Mcg,
    loss: u32,
    requester: Requester,
    /// (When, server, bytes): to the servers, and back.
    out: Vec<(u64, usize, Vec<u8>)>,
    back: Vec<(u64, usize, Vec<u8>)>,
    missing: BTreeSet<u64>,
    given_up: BTreeMap<u64, Lost>,
}

impl Network {
    fn carry(rng: &mut Pcg64Mcg, loss: u32, now_ns: u64) -> Vec<u64> {
        let copies = if rng.random_range(0..20) == 0 { 2 } else { 1 };
        let arrives: Vec<u64> = (0..copies).map(|_| now_ns + rng.random_range(0..80) * MS).collect();
        arrives.into_iter().filter(|_| rng.random_range(0..1000) >= loss).collect()
    }

    fn due(queue: &mut Vec<(u64, usize, Vec<u8>)>, now_ns: u64) -> Vec<(usize, Vec<u8>)> {
        let (due, later) = queue.drain(..).partition(|(when, ..)| *when <= now_ns);
        *queue = later;
        let due: Vec<(u64, usize, Vec<u8>)> = due;
        due.into_iter().map(|(_, server, bytes)| (server, bytes)).collect()
    }

    fn step(&mut self, servers: &mut [Server<'_>], now_ns: u64) {
        for (server, datagram) in Self::due(&mut self.back, now_ns) {
            if self.requester.answer(server, &datagram, now_ns).is_ok() {
                let segment = Framing::MoldUdp64.segment(&datagram).unwrap();
                let brought = (segment.first..segment.first + segment.count)
                    .filter(|sequence| self.missing.remove(sequence))
                    .count();
                assert!(brought > 0, "what is handed on brings something that is missing");
            }
        }
        while let Some((range, cause)) = self.requester.give_up(now_ns) {
            for sequence in range.first..range.end() {
                assert!(self.missing.remove(&sequence), "given up twice, or after it came: {sequence}");
                self.given_up.insert(sequence, cause);
            }
        }
        while let Some(request) = self.requester.request(now_ns) {
            let RequestPacket { sequence, count, .. } = request.packet;
            let asked = sequence.get()..sequence.get() + u64::from(count.get());
            assert!(asked.clone().all(|sequence| self.missing.contains(&sequence)), "in vain: {asked:?}");
            for when in Self::carry(&mut self.rng, self.loss, now_ns) {
                self.out.push((when, request.server, request.bytes().to_vec()));
            }
        }
        for (index, request) in Self::due(&mut self.out, now_ns) {
            let mut answer = Vec::new();
            if servers[index].serve(&request, &mut answer) == Served::Answer {
                for when in Self::carry(&mut self.rng, self.loss, now_ns) {
                    self.back.push((when, index, answer.clone()));
                }
            }
        }
    }
}

/// Runs until nothing is missing any more; what was given up.
fn recover(seed: u64, loss: u32, faults: &[Fault]) -> (BTreeMap<u64, Lost>, Requester) {
    let history = history(2_000);
    let mut servers: Vec<Server<'_>> =
        faults.iter().map(|fault| Server::new(&history, *fault, 400)).collect();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut wanted: Vec<(u64, MessageRange)> = Vec::new();
    let mut next = 1;
    while next < 1_900 {
        let count = rng.random_range(1..60);
        wanted.push((rng.random_range(0..2_000) * MS, range(next, count)));
        next += count + rng.random_range(1..20);
    }
    let (out, back, missing, given_up) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeMap::new());
    let requester = Requester::new(servers.len(), PATIENCE_NS);
    let mut network = Network { rng, loss, requester, out, back, missing, given_up };
    let mut now_ns = 0;
    while !(wanted.is_empty() && network.missing.is_empty()) {
        for (_, range) in wanted.extract_if(.., |(when, _)| *when <= now_ns) {
            network.requester.wanted(range, now_ns);
            network.missing.extend(range.first..range.end());
        }
        if network.rng.random_range(0..50) == 0 {
            let filled = range(network.rng.random_range(0..2_000), network.rng.random_range(0..50));
            network.requester.filled(filled);
            network.missing.retain(|sequence| !(filled.first..filled.end()).contains(sequence));
        }
        network.step(&mut servers, now_ns);
        now_ns += MS;
        assert!(now_ns < 60_000 * MS, "it never ends: {:?}", network.missing);
    }
    assert_eq!(network.requester.due_ns(), u64::MAX);
    (network.given_up, network.requester)
}

#[test]
fn everything_is_recovered_over_a_bad_network() {
    for seed in 0..8 {
        for faults in
            [&[Fault::None][..], &[Fault::Refuse, Fault::None], &[Fault::Partial], &[Fault::Die(1_000)]]
        {
            let (given_up, requester) = recover(seed, 20, faults);
            assert!(given_up.is_empty(), "{seed} {faults:?}: {given_up:?}");
            assert!(requester.tally().datagrams > 0 && requester.tally().repeated > 0);
        }
    }
}

#[test]
fn what_no_server_has_is_given_up_for_that_reason() {
    let (given_up, requester) = recover(3, 0, &[Fault::Refuse, Fault::Refuse]);
    assert!(!given_up.is_empty());
    // Where the network is slower than the repetition, a refusal is of a request before the last.
    let (refused, unanswered): (Vec<&Lost>, Vec<&Lost>) =
        given_up.values().partition(|cause| **cause == Lost::OutOfRange);
    assert!(unanswered.iter().all(|cause| **cause == Lost::Unanswered));
    assert!(refused.len() > unanswered.len(), "{given_up:?}");
    assert_eq!(requester.tally().datagrams, 0);
}

#[test]
fn whatever_comes_every_range_ends() {
    bolero::check!().with_type::<(u64, u16, [u8; 3])>().for_each(|&(seed, loss, faults)| {
        let faults = faults.map(|fault| match fault % 4 {
            0 => Fault::None,
            1 => Fault::Refuse,
            2 => Fault::Partial,
            _ => Fault::Die(u64::from(fault) * 10),
        });
        // `recover` itself checks; whether all is recovered depends on the loss.
        let (given_up, requester) = recover(seed, u32::from(loss) % 1001, &faults[..1 + seed as usize % 3]);
        let causes: u64 = requester.tally().gave_up.iter().sum();
        assert_eq!(causes, given_up.len() as u64);
    });
}

#[test]
fn arbitrary_answers_break_nothing() {
    bolero::check!().with_type::<Vec<(bool, u8, Vec<u8>)>>().for_each(|answers| {
        let mut requester = Requester::new(2, PATIENCE_NS);
        requester.wanted(range(1, 100), 0);
        let mut asked = 0;
        for (number, (wild, first, bytes)) in answers.iter().enumerate() {
            asked += requests(&mut requester, number as u64).len();
            let mut datagram = if *wild { Vec::new() } else { header(SESSION, u64::from(*first), 1) };
            datagram.extend(bytes);
            let _counted = requester.answer(number % 2, &datagram, number as u64);
        }
        let tally = requester.tally();
        assert_eq!(tally.datagrams + tally.unused.iter().sum::<u64>(), answers.len() as u64);
        assert_eq!(tally.requests, asked as u64);
    });
}
