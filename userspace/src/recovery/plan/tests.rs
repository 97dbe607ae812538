//! A plan against a model that keeps every sequence by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::framing::StreamKey;

const LIMITS: Limits = Limits {
    count: 10,
    outstanding: 4,
    pieces: 64,
    tries: 3,
    retry_ns: 100,
    longest_retry_ns: 250,
    patience_ns: 10_000,
};

fn range(first: u64, count: u64) -> MessageRange {
    MessageRange { key: StreamKey([1; 16]), first, count }
}

fn asks(plan: &mut Plan, now_ns: u64) -> Vec<(u64, u64, bool)> {
    std::iter::from_fn(|| plan.ask(now_ns)).map(|a| (a.range.first, a.range.count, a.again)).collect()
}

#[test]
fn a_gap_is_split_by_what_a_request_may_ask_for() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(5, 25), 0);
    assert_eq!(asks(&mut plan, 0), [(5, 10, false), (15, 10, false), (25, 5, false)]);
    assert_eq!(plan.ask_ns(), 100);
}

#[test]
fn no_more_requests_are_out_than_allowed() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(0, 100), 0);
    assert_eq!(asks(&mut plan, 0).len(), 4);
    assert_eq!(plan.ask_ns(), 100, "the first repetition");
    plan.filled(range(10, 10));
    assert_eq!(plan.ask_ns(), 0);
    assert_eq!(asks(&mut plan, 1), [(40, 10, false)]);
}

#[test]
fn what_was_filled_is_not_asked_for() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(0, 30), 0);
    plan.filled(range(5, 10));
    assert_eq!(asks(&mut plan, 0), [(0, 5, false), (15, 10, false), (25, 5, false)]);
    plan.filled(range(0, 4));
    plan.filled(range(16, 100));
    assert_eq!(asks(&mut plan, 100), [(4, 1, true), (15, 1, true)]);
    plan.filled(range(0, u64::MAX));
    assert_eq!((plan.ask_ns(), plan.give_up_ns()), (u64::MAX, u64::MAX));
}

#[test]
fn an_empty_range_is_nothing() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(5, 0), 0);
    assert_eq!(asks(&mut plan, 0), []);
    plan.wanted(range(0, 10), 0);
    plan.filled(range(5, 0));
    assert_eq!(asks(&mut plan, 0), [(0, 10, false)]);
}

#[test]
fn what_is_wanted_already_is_not_wanted_twice() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(10, 10), 0);
    assert_eq!(asks(&mut plan, 0), [(10, 10, false)]);
    plan.wanted(range(5, 20), 1);
    assert_eq!(asks(&mut plan, 1), [(5, 5, false), (20, 5, false)]);
}

#[test]
fn repetitions_back_off_and_end() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 1), 0);
    assert_eq!(asks(&mut plan, 0), [(1, 1, false)]);
    assert_eq!(plan.ask_ns(), 100);
    assert_eq!(asks(&mut plan, 99), []);
    assert_eq!(asks(&mut plan, 100), [(1, 1, true)]);
    assert_eq!(plan.ask_ns(), 300, "doubled");
    assert_eq!(asks(&mut plan, 300), [(1, 1, true)]);
    assert_eq!((plan.ask_ns(), plan.give_up_ns()), (u64::MAX, 550), "bounded, and the last");
    assert_eq!(plan.give_up(549, Lost::Quota), None);
    assert_eq!(plan.give_up(550, Lost::Quota), Some((range(1, 1), Lost::Unanswered)));
    assert_eq!(plan.give_up(u64::MAX, Lost::Quota), None);
}

#[test]
fn what_could_not_be_asked_for_in_time_is_given_up_for_the_caller_s_reason() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 100), 0);
    assert_eq!(plan.give_up(9_999, Lost::Unreachable), None);
    assert_eq!(plan.give_up(10_000, Lost::Unreachable), Some((range(1, 100), Lost::Unreachable)));
}

#[test]
fn a_postponed_request_does_not_count() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 1), 0);
    for now_ns in [0, 1_000, 2_000, 3_000, 4_000] {
        assert_eq!(asks(&mut plan, now_ns), [(1, 1, false)]);
        plan.postpone(range(1, 1), now_ns + 1_000);
        assert_eq!(asks(&mut plan, now_ns + 999), []);
    }
    assert_eq!(plan.give_up_ns(), 10_000);
}

#[test]
fn the_last_request_postponed_is_not_the_last() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 1), 0);
    for now_ns in [0, 100, 300] {
        assert_eq!(asks(&mut plan, now_ns).len(), 1);
    }
    plan.postpone(range(1, 1), 5_000);
    assert_eq!((plan.ask_ns(), plan.give_up_ns()), (5_000, 10_000));
    assert_eq!(asks(&mut plan, 5_000), [(1, 1, true)]);
}

#[test]
fn a_refusal_that_passed_is_not_why() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 1), 0);
    assert_eq!(asks(&mut plan, 0).len(), 1);
    plan.refused(range(1, 1), Lost::OutOfRange, 0);
    assert_eq!(asks(&mut plan, 100).len() + asks(&mut plan, 300).len(), 2);
    assert_eq!(plan.give_up(550, Lost::Quota), Some((range(1, 1), Lost::Unanswered)));
}

#[test]
fn a_refusal_is_why_something_is_given_up() {
    let mut plan = Plan::new(LIMITS);
    plan.wanted(range(1, 20), 0);
    for now_ns in [0, 100, 300] {
        assert_eq!(asks(&mut plan, now_ns).len(), 2);
        plan.refused(range(1, 10), Lost::OutOfRange, now_ns);
    }
    assert_eq!(plan.give_up(300, Lost::Quota), Some((range(1, 10), Lost::OutOfRange)), "no use in waiting");
    assert_eq!(plan.give_up(549, Lost::Quota), None);
    assert_eq!(plan.give_up(550, Lost::Quota), Some((range(11, 10), Lost::Unanswered)));
}

#[test]
fn what_there_is_no_room_for_is_given_up() {
    let mut plan = Plan::new(Limits { pieces: 2, ..LIMITS });
    for first in [10, 20, 30] {
        plan.wanted(range(first, 5), 0);
    }
    assert_eq!(plan.give_up_ns(), 0);
    assert_eq!(plan.give_up(0, Lost::Quota), Some((range(30, 5), Lost::Overflow)));
    plan.filled(range(12, 1));
    assert_eq!(plan.give_up(0, Lost::Quota), Some((range(13, 2), Lost::Overflow)));
    assert_eq!(asks(&mut plan, 0), [(10, 2, false), (20, 5, false)]);
}

/// One step of a random history: what is done, where, how much, and after how long.
type Step = (u8, u8, u8, u16);

#[test]
fn every_sequence_wanted_is_filled_or_given_up_and_none_is_asked_for_in_vain() {
    bolero::check!().with_type::<Vec<Step>>().for_each(|steps| {
        let mut plan = Plan::new(LIMITS);
        // What is missing, and until when.
        let mut missing: BTreeMap<u64, u64> = BTreeMap::new();
        let mut now_ns = 0;
        for &(what, first, count, later) in steps {
            now_ns += u64::from(later);
            let some = range(u64::from(first), u64::from(count));
            match what % 5 {
                0 => {
                    plan.wanted(some, now_ns);
                    for sequence in some.first..some.end() {
                        missing.entry(sequence).or_insert(now_ns + LIMITS.patience_ns);
                    }
                }
                1 => {
                    plan.filled(some);
                    missing.retain(|sequence, _| !(some.first..some.end()).contains(sequence));
                }
                2 => plan.postpone(some, now_ns + u64::from(count)),
                3 => plan.refused(some, Lost::OutOfRange, now_ns),
                _ => {}
            }
            while let Some((gone, _)) = plan.give_up(now_ns, Lost::Quota) {
                for sequence in gone.first..gone.end() {
                    assert!(missing.remove(&sequence).is_some(), "{sequence} was given up and not missing");
                }
            }
            assert!(missing.values().all(|until_ns| *until_ns > now_ns), "wanted for too long");
            let mut asked = BTreeSet::new();
            while let Some(ask) = plan.ask(now_ns) {
                assert!((1..=LIMITS.count).contains(&ask.range.count));
                for sequence in ask.range.first..ask.range.end() {
                    assert!(missing.contains_key(&sequence), "{sequence} was asked for and not missing");
                    assert!(asked.insert(sequence), "{sequence} was asked for twice at once");
                }
            }
            assert!(plan.ask_ns() > now_ns && plan.give_up_ns() > now_ns);
        }
        now_ns += LIMITS.patience_ns;
        while let Some((gone, _)) = plan.give_up(now_ns, Lost::Quota) {
            (gone.first..gone.end()).for_each(|sequence| {
                missing.remove(&sequence);
            });
        }
        assert!(missing.is_empty(), "forgotten: {missing:?}");
    });
}
