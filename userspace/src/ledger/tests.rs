use super::*;

/// What a receiver of one queue counts of a packet's way to the worker.
fn counted(received: u64, dropped: u64) -> Ledger {
    let (interface, queue) = (Scope::Interface("eth0".into()), Scope::Queue("eth0".into(), 0));
    let mut ledger = Ledger::default();
    ledger.add(&interface, "xdp_redirected", 10);
    ledger.add(&queue, "queue_redirected", 10);
    for (name, value) in
        [("socket_received", received), ("socket_rx_dropped", dropped), ("socket_rx_ring_full", 1)]
    {
        ledger.add(&queue, name, value);
    }
    passed_on(&mut ledger, &queue, received);
    ledger
}

/// What came out of the socket went to a channel whole.
fn passed_on(ledger: &mut Ledger, queue: &Scope, received: u64) {
    for name in [
        "source_self_test",
        "source_foreign",
        "source_line_removed",
        "source_other_worker",
        "source_unjoined",
    ] {
        ledger.add(queue, name, 0);
    }
    for (name, value) in [
        ("worker_received", received),
        ("framing_datagrams", received),
        ("recovery_group_datagrams", 0),
        ("recognition_waiting", 0),
    ] {
        ledger.add(&Scope::Whole, name, value);
    }
}

#[test]
fn a_difference_is_named_with_its_numbers() {
    let balanced = counted(7, 2);
    assert!(balanced.balanced(), "{:?}", balanced.broken());
    let broken: Vec<String> = counted(7, 1).broken().iter().map(ToString::to_string).collect();
    assert_eq!(
        broken,
        [
            "eth0, queue 0: what the program redirected reached the queue's socket, was dropped there, or was the \
              self-test's: queue_redirected 10 = 10, but socket_received 7 + socket_rx_dropped 1 + \
              socket_rx_ring_full 1 + source_self_test 0 = 9"
        ]
    );
    let json = counted(7, 1).to_json();
    assert_eq!((&json["balanced"], &json["entries"]["xdp_redirected"]), (&json!(false), &json!(10)));
    let row = json["identities"].as_array().unwrap().iter().find(|row| row["holds"] == false).unwrap();
    assert_eq!((&row["left"]["queue_redirected"], &row["right"]["socket_received"]), (&json!(10), &json!(7)));
}

#[test]
fn what_came_on_another_worker_s_queue_is_accounted_for_by_its_name() {
    let queue = Scope::Queue("eth0".into(), 1);
    let mut ledger = counted(7, 2);
    ledger.add(&Scope::Interface("eth0".into()), "xdp_redirected", 4);
    ledger.add(&queue, "queue_redirected", 4);
    ledger.add(&queue, "socket_received", 4);
    for name in ["socket_rx_dropped", "socket_rx_ring_full", "source_self_test"] {
        ledger.add(&queue, name, 0);
    }
    assert_eq!(ledger.broken().len(), 1, "{:?}", ledger.broken());
    ledger.add(&queue, "source_other_worker", 4);
    assert!(ledger.balanced(), "{:?}", ledger.broken());
}

#[test]
fn a_term_that_nobody_counts_breaks_its_identity() {
    let mut ledger = counted(7, 2);
    ledger.add(&Scope::Channel("itch".into()), "framing_units", 3);
    let broken: Vec<String> = ledger.broken().iter().map(ToString::to_string).collect();
    assert_eq!(broken.len(), 1);
    assert!(
        broken[0].ends_with("nobody counts arbiter_units; nobody counts framing_after_stop_units"),
        "{broken:?}"
    );
}

#[test]
fn while_running_so_much_may_be_on_its_way_and_no_more() {
    for (in_ring, holds) in [(3, true), (2, false)] {
        let mut ledger = counted(4, 2);
        ledger.running(InFlight { frames: in_ring, ..InFlight::default() });
        assert_eq!(ledger.balanced(), holds, "{in_ring} packets may be in the ring, 3 are");
    }
    // More on the right than ever came in is never explained by what is on its way.
    let mut ledger = counted(12, 0);
    ledger.running(InFlight { frames: 1000, ..InFlight::default() });
    assert!(!ledger.balanced());
}

/// The program went on counting while the sockets were read: what it had counted before must be there, and no more
/// than it had counted after.
#[test]
fn a_counter_that_moves_is_read_before_and_after() {
    for (read, received, holds) in
        [((8, 15), 7, true), ((8, 15), 12, true), ((8, 15), 6, false), ((8, 15), 16, false)]
    {
        let queue = Scope::Queue("eth0".into(), 0);
        let mut ledger = Ledger::default();
        ledger.running(InFlight { frames: 1, ..InFlight::default() });
        ledger.add_twice(&queue, "queue_redirected", read);
        for (name, value) in
            [("socket_received", received), ("socket_rx_dropped", 0), ("socket_rx_ring_full", 0)]
        {
            ledger.add(&queue, name, value);
        }
        passed_on(&mut ledger, &queue, received);
        assert_eq!(ledger.balanced(), holds, "{received} of {read:?}");
    }
}

#[test]
fn causes_and_reasons_are_families() {
    let mut ledger = Ledger::default();
    for (name, value) in [
        ("capture_packets", 10),
        ("capture_matched", 4),
        ("capture_no_match", 3),
        ("capture_wrong_vlan", 2),
        ("capture_malformed", 1),
        ("capture_unread_link", 0),
        ("capture_files_cut_short", 1),
        ("worker_received", 4),
        ("framing_datagrams", 4),
        ("recovery_group_datagrams", 0),
        ("recognition_waiting", 0),
    ] {
        ledger.add(&Scope::Whole, name, value);
    }
    assert!(ledger.balanced(), "{:?}", ledger.broken());
}

/// The document lists the identities as they are here.
#[test]
fn every_identity_is_documented() {
    let document = include_str!("../../../docs/ledger.md");
    for rule in IDENTITIES {
        let terms =
            |terms: &[&str]| terms.iter().map(|term| format!("`{term}`")).collect::<Vec<_>>().join(" + ");
        let row = format!("| {} | {} | {} |", rule.says, terms(rule.left), terms(rule.right));
        assert!(document.contains(&row), "docs/ledger.md lacks the row:\n{row}");
    }
}

/// What came while the channels were written down is in none of them yet.
#[test]
fn channels_may_be_behind_by_what_came_meanwhile() {
    for (meanwhile, holds) in [(2, true), (1, false)] {
        let mut ledger = Ledger::default();
        ledger.running(InFlight { datagrams: meanwhile, ..InFlight::default() });
        for (name, value) in [
            ("worker_received", 10),
            ("framing_datagrams", 5),
            ("recovery_group_datagrams", 1),
            ("recognition_waiting", 2),
        ] {
            ledger.add(&Scope::Whole, name, value);
        }
        assert_eq!(ledger.balanced(), holds, "{meanwhile} came meanwhile, 2 are nowhere yet");
        assert_eq!(ledger.to_json()["in_flight_most"]["datagrams"], json!(meanwhile));
    }
}
