//! What goes into the ledger between framing and sink, channel by channel.

use super::accounts::named;
use crate::{
    arbiter::LineCounters,
    codec::Unread,
    framing::Unit,
    ledger::{Ledger, Scope},
    pipeline::ChannelAccount,
};

pub(super) fn enter_arbitration(ledger: &mut Ledger, scope: &Scope, channel: &ChannelAccount) {
    let (counters, recovered) = (&channel.counters, &channel.recovery);
    let lines = |of: fn(&LineCounters) -> u64| {
        channel.lines.iter().map(|line| of(&line.counters)).sum::<u64>() + of(&channel.retired)
    };
    for (name, count) in [
        ("arbiter_packets", lines(|line| line.packets)),
        ("arbiter_units", lines(|line| line.units)),
        ("arbiter_first", lines(|line| line.first)),
        ("arbiter_duplicates", lines(|line| line.duplicates)),
        ("arbiter_late", lines(|line| line.late)),
        ("arbiter_discarded_stream_refused", lines(|line| line.discarded.stream_refused)),
        ("arbiter_discarded_jump_refused", lines(|line| line.discarded.jump_refused)),
        ("arbiter_discarded_not_held", lines(|line| line.discarded.not_held)),
        ("arbiter_doubted", lines(|line| line.doubted)),
        ("arbiter_waiting", counters.waiting),
        ("arbiter_delivered", counters.delivered),
        ("arbiter_lost", counters.units_lost),
        ("arbiter_let_go", counters.let_go),
        ("arbiter_passed", channel.passed),
        ("arbiter_passed_over", counters.passed_over),
        ("arbiter_gaps", counters.gaps),
        ("arbiter_gaps_recovered", counters.gaps_recovered),
        ("arbiter_gaps_lost", counters.gaps_lost),
        ("arbiter_gaps_open", counters.gaps_open),
        ("recovery_units", recovered.units),
        ("recovery_first", recovered.first),
        ("recovery_duplicates", recovered.duplicates),
        ("recovery_late", recovered.late),
        ("recovery_discarded_unasked", recovered.discarded.unasked),
        // From here on evidence, in no identity: datagrams, holes and events rather than units.
        ("arbiter_overruns", lines(|line| line.overruns)),
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
        ledger.add(scope, name, count);
    }
}

pub(super) fn enter_delivery(ledger: &mut Ledger, scope: &Scope, channel: &ChannelAccount) {
    let (counters, counted) = (&channel.counters, &channel.counted);
    if channel.protocol.is_some_and(|protocol| protocol.framing.facts().unit == Unit::Message) {
        ledger.add(scope, "arbiter_delivered_messages", counters.delivered);
    }
    for (name, count) in [
        ("sink_messages", counted.messages()),
        ("sink_unsequenced", counted.unsequenced),
        ("arbiter_gaps_told", counters.gaps_told),
        ("sink_gap_events", counted.gap_events),
        ("sink_gap_units", counted.gap_units),
        ("arbiter_recovered", counters.units_recovered),
        ("sink_recovered_units", counted.recovered_units),
        ("arbiter_stale_holes", counters.stale_holes),
        ("arbiter_stale_silences", counters.stale_silences),
        ("sink_stale_events", counted.stale_events),
        ("arbiter_resets", counters.resets),
        ("sink_reset_events", counted.reset_events),
        ("arbiter_ends", counters.ends),
        ("sink_end_events", counted.end_events),
    ] {
        ledger.add(scope, name, count);
    }
    for (cause, count) in named(Unread::ALL.map(Unread::name), counted.unread) {
        ledger.add(scope, format!("sink_messages_{cause}"), count);
    }
}
