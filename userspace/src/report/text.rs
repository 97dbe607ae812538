//! The summary as a person reads it.

use std::fmt;

use super::{ChannelLatency, ChannelSummary, LineTiming, Summary, WorkerSummary};
use crate::{latency::Percentiles, pipeline::OneWaySummary};

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "mode        {}", self.mode)?;
        for interface in &self.interfaces {
            for step in &interface.steps_down {
                writeln!(f, "            {}: {step}", interface.name)?;
            }
        }
        for (name, link) in self.interfaces.iter().map(|interface| (&interface.name, interface.link)) {
            if link.downs + link.removals > 0 {
                writeln!(
                    f,
                    "link        {name} is {}: went down {} times, away {} times, was bound again {} times",
                    if link.up { "up" } else { "down" },
                    link.downs,
                    link.removals,
                    link.bound_again
                )?;
            }
        }
        writeln!(f, "packets     {} received in {:.3} s", grouped(self.packets.received), self.seconds)?;
        for (cause, count) in &self.packets.malformed_by_cause {
            writeln!(f, "            {} malformed: {cause}", grouped(*count))?;
        }
        if self.packets.after_stop > 0 {
            writeln!(f, "            {} came while stopping", grouped(self.packets.after_stop))?;
        }
        for (reason, count) in &self.packets.passed {
            writeln!(f, "            {} passed: {reason}", grouped(*count))?;
        }
        if self.capture_truncated > 0 {
            writeln!(f, "            the capture ends inside a record")?;
        }
        for channel in &self.channels {
            write_channel(f, channel)?;
        }
        self.write_times(f)?;
        writeln!(
            f,
            "stamps      by {}, clock {}; of the NIC {}",
            self.stamps.by, self.stamps.clock, self.stamps.hardware
        )?;
        for (name, count) in self.ledger.entries().into_iter().filter(|(_, count)| *count > 0) {
            writeln!(f, "ledger      {:>15}  {name}", grouped(count))?;
        }
        let interfaces = self.evidence.interfaces.iter().map(|(name, counters)| (name.as_str(), counters));
        for (whose, counters) in interfaces.chain([("ip", &self.evidence.ip)]) {
            for (name, count) in counters {
                writeln!(f, "evidence    {:>15}  {whose} {name}", grouped(*count))?;
            }
        }
        for identity in self.ledger.broken() {
            writeln!(f, "            BROKEN: {identity}")?;
        }
        for note in &self.notes {
            writeln!(f, "note        {note}")?;
        }
        writeln!(f, "{}", if self.ledger.balanced() { "ledger balanced" } else { "ledger NOT balanced" })
    }
}

impl Summary {
    fn write_times(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for LineTiming { channel, line, skew_ns, one_way_ns, joined, silent_ns: _ } in &self.timing {
            if let Some(first_ms) = joined.and_then(|joined| joined.first?.first_packet_ms) {
                writeln!(f, "first       {channel}/{line} {first_ms:.1} ms after it was joined")?;
            }
            if let Some(skew) = skew_ns {
                writeln!(f, "skew        {channel}/{line} behind the other lines: {}", micros_of(skew))?;
            }
            let Some(OneWaySummary { latency, before_sent, earliest_ns: _ }) = one_way_ns else { continue };
            if let Some(latency) = latency {
                writeln!(f, "one way     {channel}/{line} from its sender: {}", micros_of(latency))?;
            }
            if *before_sent > 0 {
                writeln!(
                    f,
                    "one way     {channel}/{line}: {} came before they were sent",
                    grouped(*before_sent)
                )?;
            }
        }
        match &self.latency {
            Some(latency) => writeln!(f, "latency     XDP to handler: {}", micros_of(latency))?,
            None => writeln!(f, "latency     not measured")?,
        }
        for worker in self.workers.iter().filter(|_| self.workers.len() > 1) {
            write_worker(f, worker)?;
        }
        for ChannelLatency { channel, latency_ns } in
            self.latencies.iter().filter(|_| self.latencies.len() > 1)
        {
            writeln!(f, "            {channel}: {}", micros_of(latency_ns))?;
        }
        Ok(())
    }
}

fn write_worker(f: &mut fmt::Formatter<'_>, worker: &WorkerSummary) -> fmt::Result {
    let WorkerSummary { worker, cpu, channels, sockets, packets, preempted, latency_ns } = worker;
    write!(f, "worker      {worker}")?;
    if let Some(cpu) = cpu {
        write!(f, " on CPU {cpu}")?;
    }
    write!(f, ": {} packets, {} channels, {sockets} sockets", grouped(*packets), channels.len())?;
    if *preempted > 0 {
        write!(f, ", put off its CPU {} times", grouped(*preempted))?;
    }
    match latency_ns {
        Some(latency) => writeln!(f, ", XDP to handler: {}", micros_of(latency)),
        None => writeln!(f),
    }
}

fn write_channel(f: &mut fmt::Formatter<'_>, channel: &ChannelSummary) -> fmt::Result {
    writeln!(f, "channel     {} ({})", channel.name, channel.protocol)?;
    write!(f, "  messages  {}", grouped(channel.messages))?;
    for (label, count) in &channel.messages_by_type {
        write!(f, "  {label} {}", grouped(*count))?;
    }
    for (cause, count) in &channel.messages_malformed {
        write!(f, "  {cause} {}", grouped(*count))?;
    }
    writeln!(f)?;
    writeln!(
        f,
        "  streams   {}, {} heartbeats, {} resets",
        channel.streams,
        grouped(channel.heartbeats),
        channel.resets
    )?;
    let unit = channel.unit;
    for line in &channel.lines {
        writeln!(
            f,
            "  line {:<4} {} packets, {} {unit}: {} first, {} duplicates, {} late; missed {} itself",
            line.name,
            grouped(line.packets),
            grouped(line.messages),
            grouped(line.first),
            grouped(line.duplicates),
            grouped(line.late),
            grouped(line.missed)
        )?;
    }
    if let Some(line) = &channel.lines_removed {
        writeln!(
            f,
            "  removed   {} packets, {} {unit}: {} first, {} duplicates, {} late; missed {}",
            grouped(line.packets),
            grouped(line.messages),
            grouped(line.first),
            grouped(line.duplicates),
            grouped(line.late),
            grouped(line.missed)
        )?;
    }
    writeln!(
        f,
        "  gaps      {}, {} recovered, {} {unit} lost on every line",
        grouped(channel.gaps),
        grouped(channel.gaps_recovered),
        grouped(channel.messages_lost)
    )?;
    if let Some(recovery) = &channel.recovery {
        writeln!(
            f,
            "  recovery  {} {unit}; {} requests, {} repeated, {} refused; {} answers",
            grouped(channel.messages_recovered),
            grouped(recovery.requests),
            grouped(recovery.repeated),
            grouped(recovery.refused),
            grouped(recovery.answers)
        )?;
        if recovery.group_packets > 0 {
            writeln!(
                f,
                "            {} packets on its groups, {} outside the sequence: {} {unit} first, {} duplicates, {} late",
                grouped(recovery.group_packets),
                grouped(recovery.unsequenced),
                grouped(recovery.first),
                grouped(recovery.duplicates),
                grouped(recovery.late)
            )?;
        }
        for (cause, count) in &recovery.gave_up {
            writeln!(f, "            {} {unit} given up: {cause}", grouped(*count))?;
        }
    }
    Ok(())
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn micros_of(ns: &Percentiles) -> String {
    let micros = |ns: u64| format!("{:.1} µs", ns as f64 / 1_000.0);
    let Percentiles { p50, p99, p999, max, count: _ } = *ns;
    format!("p50 {} p99 {} p99.9 {} max {}", micros(p50), micros(p99), micros(p999), micros(max))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_told_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
