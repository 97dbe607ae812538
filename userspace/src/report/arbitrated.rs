//! What goes into the ledger between framing and sink, channel by channel.

use super::accounts::named;
use crate::{arbiter::LineCounters, codec::Unread, framing::Unit, ledger::Ledger, pipeline::ChannelAccount};

pub(super) fn enter_arbitration(ledger: &mut Ledger, name: &str, channel: &ChannelAccount) {
    let (framed, counters, recovered) = (&channel.framed, &channel.counters, &channel.recovery);
    let lines = |of: fn(&LineCounters) -> u64| {
        channel.lines.iter().map(|line| of(&line.counters)).sum::<u64>() + of(&channel.retired)
    };
    let packets = lines(|line| line.packets);
    let units = lines(|line| line.units);
    let overruns = lines(|line| line.overruns);
    let first = lines(|line| line.first);
    let terms = [
        ("arbiter_first", first),
        ("arbiter_duplicates", lines(|line| line.duplicates)),
        ("arbiter_late", lines(|line| line.late)),
        ("arbiter_discarded_stream_refused", lines(|line| line.discarded.stream_refused)),
        ("arbiter_discarded_jump_refused", lines(|line| line.discarded.jump_refused)),
        ("arbiter_discarded_not_held", lines(|line| line.discarded.not_held)),
        ("arbiter_doubted", lines(|line| line.doubted)),
    ];
    let recovered_terms = [
        ("recovery_first", recovered.first),
        ("recovery_duplicates", recovered.duplicates),
        ("recovery_late", recovered.late),
        ("recovery_discarded_unasked", recovered.discarded.unasked),
    ];
    ledger.add("arbiter_packets", packets);
    ledger.add("arbiter_units", units);
    ledger.add("arbiter_delivered", counters.delivered);
    ledger.add("arbiter_lost", counters.units_lost);
    ledger.add("arbiter_let_go", counters.let_go);
    ledger.add("arbiter_passed_over", counters.passed_over);
    ledger.add("arbiter_waiting", counters.waiting);
    ledger.add("recovery_units", recovered.units);
    for (term, count) in terms.into_iter().chain(recovered_terms) {
        ledger.add(term, count);
    }
    // Evidence, in no identity: datagrams, holes and events rather than units.
    for (evidence, count) in [
        ("arbiter_overruns", overruns),
        ("arbiter_streams_refused", counters.streams_refused),
        ("arbiter_jumps_refused", counters.jumps_refused),
        ("arbiter_streams_evicted", counters.streams_evicted),
        ("arbiter_gaps_wanted", counters.gaps_wanted),
        ("arbiter_windows_full", counters.windows_full),
        ("arbiter_windows_unheld", counters.windows_unheld),
        ("arbiter_end_packets", counters.end_packets),
        ("arbiter_line_fallbacks", lines(|line| line.fallbacks)),
        ("arbiter_line_rejoins", lines(|line| line.rejoins)),
    ] {
        ledger.add(evidence, count);
    }
    ledger.identity(
        format!("{name}: every accepted datagram was arbitrated, stands outside the sequence, or came after the stop"),
        [("framing_accepted", framed.accepted)],
        [
            ("arbiter_packets", packets),
            ("framing_unsequenced", framed.unsequenced),
            ("framing_after_stop", framed.after_stop),
        ],
    );
    ledger.identity(
        format!("{name}: every framed unit was arbitrated, or came after the stop"),
        [("framing_units", framed.units)],
        [("arbiter_units", units), ("framing_after_stop_units", framed.after_stop_units)],
    );
    ledger.identity(
        format!("{name}: every unit was first, a duplicate, late, discarded or is in doubt"),
        [("arbiter_units", units)],
        terms,
    );
    ledger.identity(
        format!("{name}: every recovered unit was first, a duplicate, late or unasked"),
        [("recovery_units", recovered.units)],
        recovered_terms,
    );
    ledger.identity(
        format!("{name}: every unit brought first was delivered, let go for a snapshot, or waits"),
        [("arbiter_first", first), ("recovery_first", recovered.first)],
        [
            ("arbiter_delivered", counters.delivered),
            ("arbiter_let_go", counters.let_go),
            ("arbiter_waiting", counters.waiting),
        ],
    );
    ledger.identity(
        format!("{name}: what the streams moved on by was delivered, lost or in a snapshot"),
        [("arbiter_passed", channel.passed)],
        [
            ("arbiter_delivered", counters.delivered),
            ("arbiter_lost", counters.units_lost),
            ("arbiter_passed_over", counters.passed_over),
        ],
    );
    ledger.identity(
        format!("{name}: every gap was recovered or lost, or is open"),
        [("arbiter_gaps", counters.gaps)],
        [
            ("arbiter_gaps_recovered", counters.gaps_recovered),
            ("arbiter_gaps_lost", counters.gaps_lost),
            ("arbiter_gaps_open", counters.gaps_open),
        ],
    );
}

pub(super) fn enter_delivery(ledger: &mut Ledger, name: &str, channel: &ChannelAccount) {
    let (framed, counters, counted) = (&channel.framed, &channel.counters, &channel.counted);
    let unread: u64 = counted.unread.iter().sum();
    ledger.add("sink_messages", counted.messages());
    for (cause, count) in named(Unread::ALL.map(Unread::name), counted.unread) {
        ledger.add(format!("sink_messages_{cause}"), count);
    }
    ledger.identity(
        format!("{name}: every message outside the sequence reached the sink"),
        [("framing_unsequenced_messages", framed.unsequenced_messages)],
        [("sink_unsequenced", counted.unsequenced)],
    );
    if channel.protocol.is_some_and(|protocol| protocol.framing.facts().unit == Unit::Message) {
        ledger.identity(
            format!("{name}: every delivered message reached the sink"),
            [
                ("arbiter_delivered", counters.delivered),
                ("framing_unsequenced_messages", framed.unsequenced_messages),
            ],
            [("sink_messages", counted.messages()), ("sink_messages_unread", unread)],
        );
    }
    for (told, arbiter, sink) in [
        ("gap", counters.gaps_told, counted.gap_events),
        ("lost unit", counters.units_lost, counted.gap_units),
        ("recovered unit", counters.units_recovered, counted.recovered_units),
        ("stale stream", counters.stale_holes + counters.stale_silences, counted.stale_events),
        ("reset", counters.resets, counted.reset_events),
        ("end of session", counters.ends, counted.end_events),
    ] {
        ledger.identity(
            format!("{name}: every {told} was told in the stream"),
            [("arbiter", arbiter)],
            [("sink", sink)],
        );
    }
}
