//! Rules and journal over a driver that is played: what drivers are known to do, from a script.

mod played;

use std::path::PathBuf;

use super::*;
use crate::nic::journal::restore_with;
use played::{Played, rule, spec};

const A: &str = "233.54.12.111:26477";
const B: &str = "233.54.12.101:26400";

fn interface() -> Interface {
    Interface { name: "eth0".into(), index: played::DEVICE, queues: 4, mtu: Some(1500) }
}

/// A directory for journals, and the names of those in it.
struct Journals(tempfile::TempDir);

impl Journals {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal")
    }

    fn start(&self, driver: &Played) -> Result<Steering<Played>, Failure> {
        Steering::start(&interface(), &self.path(), driver.clone())
    }

    fn count(&self) -> usize {
        std::fs::read_dir(self.path()).map_or(0, Iterator::count)
    }

    /// Has the journals say that their process is no more.
    fn crash(&self, steering: Steering<Played>) {
        std::mem::forget(steering);
        for entry in std::fs::read_dir(self.path()).unwrap() {
            let path = entry.unwrap().path();
            let mut record: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            record["started"] = 1.into();
            std::fs::write(&path, record.to_string()).unwrap();
        }
    }
}

#[track_caller]
fn refused<T>(refused: Result<T, Failure>, words: &[&str]) {
    let refused = refused.err().expect("it is to be refused");
    assert_eq!(refused.exit_code(), 3);
    for word in words.iter().chain(&["--steer", "eth0"]) {
        assert!(refused.to_string().contains(word), "'{word}' is not in: {refused}");
    }
}

#[test]
fn channels_are_dealt_over_the_queues_that_are_bound() {
    let queues: Vec<u32> = (0..5).map(|channel| queue_of(channel, &[0, 2, 3])).collect();
    assert_eq!(queues, [0, 2, 3, 0, 2]);
    assert_eq!(queue_of(7, &[]), 0);
}

#[test]
fn rules_are_put_in_from_the_end_and_taken_out_with_their_journal() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    driver.put(7, spec("10.0.0.1:53", 0));
    let mut steering = journals.start(&driver).unwrap();
    steering.add(&[rule(A, None, 0), rule(B, Some("10.0.0.1"), 1)]).unwrap();
    assert_eq!(
        driver.rules(),
        [(5, rule(B, Some("10.0.0.1"), 1).spec()), (6, spec(A, 0)), (7, spec("10.0.0.1:53", 0))]
    );
    assert_eq!(steering.account(), Steered { lines: 2, found: 0, queues: [0, 1].into() });
    assert_eq!(journals.count(), 1);
    drop(steering);
    assert_eq!(driver.rules(), [(7, spec("10.0.0.1:53", 0))]);
    assert_eq!(journals.count(), 0);
}

#[test]
fn a_line_that_goes_takes_its_rule_along_and_leaves_the_others() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    steering.add(&[rule(A, None, 0)]).unwrap();
    steering.add(&[rule(B, None, 1)]).unwrap();
    steering.remove(A.parse().unwrap(), None).unwrap();
    assert_eq!(driver.rules(), [(6, spec(B, 1))]);
    // Its place is free again; and what was taken out is not undone a second time.
    steering.add(&[rule(A, None, 2)]).unwrap();
    assert_eq!(driver.rules(), [(6, spec(B, 1)), (7, spec(A, 2))]);
    steering.remove("233.54.12.1:1".parse().unwrap(), None).unwrap();
    drop(steering);
    assert_eq!((driver.rules(), journals.count()), (vec![], 0));
}

/// The switch goes back, but not while others have rules: some NICs lose them by it.
#[test]
fn the_switch_is_thrown_and_thrown_back() {
    let (driver, journals) = (Played::switched_off(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    assert!(driver.is_on());
    steering.add(&[rule(A, None, 0)]).unwrap();
    drop(steering);
    assert_eq!((driver.is_on(), driver.rules(), journals.count()), (false, vec![], 0));
    let steering = journals.start(&driver).unwrap();
    driver.put(0, spec(B, 1));
    drop(steering);
    assert!(driver.is_on());
    assert_eq!((driver.rules(), journals.count()), (vec![(0, spec(B, 1))], 0));
}

#[test]
fn a_rule_that_is_there_is_taken_as_it_is_and_stays() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    driver.put(3, spec(A, 1));
    let mut steering = journals.start(&driver).unwrap();
    steering.add(&[rule(A, None, 1), rule(B, None, 2)]).unwrap();
    assert_eq!(steering.account(), Steered { lines: 2, found: 1, queues: [1, 2].into() });
    steering.remove(A.parse().unwrap(), None).unwrap();
    drop(steering);
    assert_eq!(driver.rules(), [(3, spec(A, 1))]);
}

#[test]
fn a_rule_that_contradicts_is_named_with_what_takes_it_out() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    // Of the whole net, to another queue.
    let mut wide = spec(A, 2);
    wide.round();
    driver.put(3, wide);
    let mut steering = journals.start(&driver).unwrap();
    refused(steering.add(&[rule(A, None, 1)]), &["rule 3", "leads to queue 2", "`ethtool -N eth0 delete 3`"]);
    // To the same queue it is no matter.
    steering.add(&[rule(A, None, 2)]).unwrap();
    drop(steering);
    assert_eq!(driver.rules(), [(3, wide)]);
}

#[test]
fn lines_that_one_packet_can_be_for_go_to_one_queue() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    let (any, one) = (rule(A, None, 0), rule(A, Some("10.0.0.1"), 1));
    refused(steering.add(&[any, one]), &["two queues", "in one channel"]);
    steering.add(&[any]).unwrap();
    refused(steering.add(&[one]), &["two queues"]);
    steering.add(&[Rule { queue: 0, ..one }]).unwrap();
    assert_eq!(driver.rules().len(), 2);
}

#[test]
fn a_driver_without_rules_is_refused_with_what_it_answered() {
    let (driver, journals) = (Played::without_rules(), Journals::new());
    refused(check(&interface(), &driver), &["Operation not supported", "leave --steer out"]);
    refused(journals.start(&driver), &["Operation not supported"]);
    // One that is to be switched on first is not refused before.
    let driver = Played::switched_off(8);
    driver.fail("table", libc::EOPNOTSUPP);
    check(&interface(), &driver).unwrap();
}

/// Whatever stands in the way of the second rule: nothing is left of the first.
#[test]
fn what_a_driver_does_not_take_leaves_nothing() {
    for (errno, words) in [
        (libc::EOPNOTSUPP, "cannot tell packets by address and port"),
        (libc::EINVAL, "do not go together"),
        (libc::ENOSPC, "its table is full"),
        (libc::EEXIST, "for the same packets"),
        (libc::EIO, "the driver refused it"),
    ] {
        for driver in [Played::with_size(8), Played::that_places(8), Played::switched_off(8)] {
            let journals = Journals::new();
            let was_on = driver.is_on();
            let mut steering = journals.start(&driver).unwrap();
            driver.fail_after("insert", 1, errno);
            let added = steering.add(&[rule(A, None, 0), rule(B, None, 1)]);
            refused(added, &[words, B, "ethtool -n eth0"]);
            assert_eq!((driver.rules(), steering.account().lines), (vec![], 0));
            // What comes later works.
            steering.add(&[rule(A, None, 0)]).unwrap();
            drop(steering);
            assert_eq!((driver.rules(), driver.is_on(), journals.count()), (vec![], was_on, 0));
        }
    }
}

#[test]
fn a_table_without_room_is_told_before_anything_is_put_in() {
    let (driver, journals) = (Played::with_size(2), Journals::new());
    driver.put(0, spec("10.0.0.1:53", 0));
    let mut steering = journals.start(&driver).unwrap();
    refused(steering.add(&[rule(A, None, 0), rule(B, None, 1)]), &["2 rules are needed, but 1 of the 2"]);
    assert_eq!(driver.rules().len(), 1);
    let driver = Played::with_size(0);
    refused(journals.start(&driver).unwrap().add(&[rule(A, None, 0)]), &["does not say how many"]);
}

#[test]
fn a_driver_that_is_busy_is_asked_again() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    driver.fail("insert", libc::EBUSY);
    driver.fail("insert", libc::EBUSY);
    steering.add(&[rule(A, None, 0)]).unwrap();
    assert_eq!(driver.rules(), [(7, spec(A, 0))]);
    // As it is after the program was detached.
    driver.fail("delete", libc::EBUSY);
    drop(steering);
    assert_eq!((driver.rules(), journals.count()), (vec![], 0));
}

#[test]
fn a_driver_that_makes_another_rule_of_it_is_refused_and_the_rule_taken_out() {
    for driver in [Played::with_size(8), Played::that_places(8)] {
        driver.round();
        let journals = Journals::new();
        let mut steering = journals.start(&driver).unwrap();
        refused(steering.add(&[rule(A, None, 0)]), &["made another rule", "taken out again", A]);
        assert_eq!(driver.rules(), []);
    }
}

#[test]
fn what_a_crash_left_is_undone_by_the_next() {
    for driver in [Played::with_size(8), Played::that_places(8), Played::switched_off(8)] {
        let (journals, was_on) = (Journals::new(), driver.is_on());
        let mut steering = journals.start(&driver).unwrap();
        driver.put(2, spec("10.0.0.1:53", 0));
        steering.add(&[rule(A, None, 0), rule(B, Some("10.0.0.1"), 1)]).unwrap();
        let alive = restore_with(&journals.path(), &driver).unwrap();
        assert_eq!((alive.restored.len(), driver.rules().len()), (0, 3), "{alive:?}");
        driver.take(2);
        journals.crash(steering);
        let report = restore_with(&journals.path(), &driver).unwrap();
        assert!(report.restored.contains(&"eth0: 2 rules taken out".to_owned()), "{report:?}");
        assert_eq!((driver.rules(), driver.is_on(), journals.count()), (vec![], was_on, 0));
        assert_eq!(report.left, [""; 0]);
    }
}

/// Written down and not done yet: nothing is to be undone. Done, but the driver's answer not written down: it is found.
#[test]
fn a_crash_between_journal_and_rule_is_undone_too() {
    for (driver, put_in) in
        [(Played::with_size(8), false), (Played::that_places(8), false), (Played::that_places(8), true)]
    {
        let journals = Journals::new();
        let mut steering = journals.start(&driver).unwrap();
        let location = if driver.table(played::DEVICE).unwrap().places { ANY_LOCATION } else { 7 };
        let change = steering.change(rule(A, None, 0), location);
        steering.journal.add([change]).unwrap();
        driver.put(1, spec(B, 0));
        if put_in {
            let mut anywhere = spec(A, 0);
            anywhere.location = ANY_LOCATION;
            driver.insert(played::DEVICE, &anywhere).unwrap();
        }
        journals.crash(steering);
        let report = restore_with(&journals.path(), &driver).unwrap();
        assert_eq!((report.restored.len(), report.left.len()), (usize::from(put_in), 0), "{report:?}");
        assert_eq!((driver.rules(), journals.count()), (vec![(1, spec(B, 0))], 0));
    }
}

#[test]
fn what_somebody_else_has_changed_since_stays() {
    let (driver, journals) = (Played::with_size(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    steering.add(&[rule(A, None, 0), rule(B, None, 1)]).unwrap();
    driver.put(7, spec(A, 3));
    driver.take(6);
    journals.crash(steering);
    let report = restore_with(&journals.path(), &driver).unwrap();
    assert_eq!(report.restored, [""; 0]);
    assert!(report.left.len() == 1 && report.left[0].contains("rule 7 is another"), "{report:?}");
    assert_eq!((driver.rules(), journals.count()), (vec![(7, spec(A, 3))], 0));
}

#[test]
fn a_device_that_is_gone_has_taken_its_rules_along() {
    let (driver, journals) = (Played::switched_off(8), Journals::new());
    let mut steering = journals.start(&driver).unwrap();
    steering.add(&[rule(A, None, 0)]).unwrap();
    driver.fail_always(libc::ENODEV);
    journals.crash(steering);
    let report = restore_with(&journals.path(), &driver).unwrap();
    assert_eq!((report, journals.count()), (journal::Report::default(), 0));
}

/// It has no index that a device has.
#[test]
fn the_host_has_no_device_of_an_index_that_is_none() {
    let error = HostDrivers.table(u32::MAX >> 1).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ENODEV));
}

#[test]
fn what_is_steered_is_told_in_a_sentence() {
    let steered = Steered { lines: 3, found: 1, queues: [0, 2].into() };
    assert_eq!(
        steered.sentence("eth0"),
        "steered 3 lines on eth0 to queues 0, 2, 1 of them by rules that were there"
    );
    let steered = Steered { lines: 1, found: 0, queues: [2].into() };
    assert_eq!(steered.sentence("eth0"), "steered 1 line on eth0 to queue 2");
}
