//! A guest that finds all it must, and what each deviation is called.

use serde_json::{Value, json};

use super::super::matrix::{BACKPORTED, Best, Case, NEWEST, Nic};
use super::super::report::Report;
use super::Row;

const ZERO_COPY: Case = Case { kernel: NEWEST, nic: Nic::Virtio, best: Best::ZeroCopy, always: true };
const COPY: Case =
    Case { kernel: BACKPORTED, nic: Nic::Virtio, best: Best::Copy("EOPNOTSUPP"), always: true };

fn report(mode: &str, bind: &str) -> Report {
    let steps_down = match bind {
        "ok" => json!([]),
        errno => json!([format!("copy instead of zero-copy: queue 0 of eth0: no ({errno})")]),
    };
    let exchange = |mode: &str| json!({"mode": mode, "steps_down": steps_down, "packets": 1760, "by_queue": [1760], "polled": 9});
    let socket = mode.strip_prefix("native-").unwrap_or(mode);
    let checks = [
        ("nic", json!({"driver": "virtio_net", "queues": 1})),
        ("programs", json!({"verified": ["pass", "transmit"]})),
        ("auto", exchange(mode)),
        ("traced", exchange(mode)),
        ("poll", exchange(mode)),
        ("busy-poll", exchange(mode)),
        ("copy", exchange("native-copy")),
        ("generic", exchange("generic-copy")),
        ("required", json!({"exit": if bind == "ok" { 0 } else { 3 }, "said": ""})),
        ("killed", json!({"put_off": "2", "put_back": "0"})),
        (
            "dry",
            json!({
                "mode": mode, "arrived": 1024, "dropped_at_socket": 1986, "meanwhile": 3010, "afterwards": 210, "fill_ring_empty": 1
            }),
        ),
        ("empty", json!({"bind": bind, "mode": socket, "need_wakeup": true, "sent": 60, "received": 60})),
        ("transmit", json!({"bind": bind, "mode": socket, "packets": 128})),
    ];
    Report {
        kernel: Some("7.0".into()),
        checks: checks.into_iter().map(|(check, found)| (check.to_owned(), Ok(found))).collect(),
        complete: true,
        ended: None,
        complaints: Vec::new(),
    }
}

fn faults_when(check: &str, found: Option<Value>) -> Vec<String> {
    let mut report = report("native-zero-copy", "ok");
    match found {
        Some(found) => report.checks.insert(check.into(), Ok(found)),
        None => report.checks.remove(check),
    };
    Row::of(&ZERO_COPY, &report).faults
}

#[test]
fn a_guest_that_finds_all_it_must_has_no_fault() {
    let row = Row::of(&ZERO_COPY, &report("native-zero-copy", "ok"));
    assert_eq!(row.faults, [""; 0]);
    assert_eq!(row.packets, 6 * 1760 + 128 + 210);
    let row = Row::of(&COPY, &report("native-copy", "EOPNOTSUPP"));
    assert_eq!(row.faults, [""; 0]);
}

#[test]
fn zero_copy_that_silently_copies_fails() {
    let faults = Row::of(&ZERO_COPY, &report("native-copy", "ok")).faults;
    assert!(faults.contains(&"auto: the mode is native-copy, not native-zero-copy".into()), "{faults:?}");
    assert!(faults.contains(&"transmit: the mode is copy, not zero-copy".into()), "{faults:?}");
}

#[test]
fn another_error_or_none_told_fails() {
    let faults = Row::of(&COPY, &report("native-copy", "EINVAL")).faults;
    assert!(faults.contains(&"empty: the bind is EINVAL, not EOPNOTSUPP".into()), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.starts_with("auto: the steps down")), "{faults:?}");
}

#[test]
fn a_check_that_was_skipped_fails() {
    for check in ["auto", "transmit", "dry", "empty", "programs", "busy-poll", "killed", "required", "nic"] {
        assert_eq!(faults_when(check, None), [format!("{check}: it was not run")]);
    }
}

#[test]
fn a_queue_without_packets_fails() {
    let found = json!({"mode": "native-zero-copy", "packets": 1760, "by_queue": [1760, 0]});
    assert_eq!(faults_when("poll", Some(found)).len(), 1);
}

#[test]
fn refusing_what_this_kernel_and_nic_can_fails() {
    for check in ["copy", "busy-poll", "auto"] {
        let faults = faults_when(check, Some(json!({"refused": "no"})));
        assert_eq!(faults, [format!("{check}: it was refused: no")]);
    }
}

#[test]
fn a_kernel_that_complains_fails() {
    let mut report = report("native-zero-copy", "ok");
    report.complaints.push("BUG: bad".into());
    assert_eq!(Row::of(&ZERO_COPY, &report).faults, ["its kernel says: BUG: bad"]);
}

#[test]
fn packets_that_nobody_dropped_and_nobody_received_fail() {
    let mut report = report("native-copy", "EOPNOTSUPP");
    let found = json!({
        "mode": "native-copy", "arrived": 1024, "dropped_at_socket": 1985, "meanwhile": 3010, "fill_ring_empty": 1
    });
    report.checks.insert("dry".into(), Ok(found));
    assert_eq!(Row::of(&COPY, &report).faults, ["dry: 3009 of 3010 packets are accounted for"]);
}

#[test]
fn a_report_that_does_not_end_fails() {
    let mut report = report("native-zero-copy", "ok");
    report.complete = false;
    assert_eq!(Row::of(&ZERO_COPY, &report).faults, ["its report does not end"]);
    assert_eq!(Row::of(&ZERO_COPY, &Report::default()).faults, ["it did not come up"]);
}
