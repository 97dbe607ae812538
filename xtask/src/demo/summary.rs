//! The receiver's account (docs/json.md), told as the demo's story.

use std::fmt::Write as _;

use serde_json::Value;

/// The whole account.
pub(super) fn text(account: &Value) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _infallible = write(&mut text, account);
    text
}

fn write(to: &mut String, account: &Value) -> std::fmt::Result {
    writeln!(to, "mode        {}", account["mode"].as_str().unwrap_or("unknown"))?;
    let seconds = account["seconds"].as_f64().unwrap_or_default();
    writeln!(to, "packets     {} in {seconds:.1} s", grouped(number(account, "/packets/received")))?;
    for channel in elements(account, "/channels") {
        write_channel(to, channel)?;
    }
    match &account["latency_ns"] {
        Value::Object(percentiles) => {
            write!(to, "latency     from XDP to the handler:")?;
            for (name, label) in [("p50", "p50"), ("p99", "p99"), ("p999", "p99.9"), ("max", "max")] {
                let ns = percentiles.get(name).and_then(Value::as_f64).unwrap_or_default();
                write!(to, "  {label} {:.1} µs", ns / 1_000.0)?;
            }
            writeln!(to)?;
        }
        _ => writeln!(to, "latency     not measured")?,
    }
    writeln!(to, "ledger")?;
    let entries = account.pointer("/ledger/entries").and_then(Value::as_object);
    for (name, count) in entries.into_iter().flatten() {
        let count = count.as_u64().unwrap_or_default();
        if count > 0 {
            writeln!(to, "  {:>15}  {name}", grouped(count))?;
        }
    }
    for note in elements(account, "/notes").filter_map(Value::as_str) {
        writeln!(to, "note        {note}")?;
    }
    let balanced = account.pointer("/ledger/balanced") == Some(&Value::Bool(true));
    writeln!(to, "ledger {}balanced", if balanced { "" } else { "NOT " })
}

fn write_channel(to: &mut String, channel: &Value) -> std::fmt::Result {
    let text = |field: &str| channel[field].as_str().unwrap_or_default().to_string();
    writeln!(to, "channel     {} ({})", text("name"), text("protocol"))?;
    write!(to, "  messages  {}:", grouped(number(channel, "/messages")))?;
    for (label, count) in channel["messages_by_type"].as_object().into_iter().flatten() {
        write!(to, "  {label} {}", grouped(count.as_u64().unwrap_or_default()))?;
    }
    writeln!(to)?;
    let lines: Vec<_> = elements(channel, "/lines").collect();
    for line in &lines {
        writeln!(
            to,
            "  line {:<4} {} packets; first with {} messages; missed {} itself",
            line["name"].as_str().unwrap_or_default(),
            grouped(number(line, "/packets")),
            grouped(number(line, "/first")),
            grouped(number(line, "/missed"))
        )?;
    }
    let (lost, gaps) = (number(channel, "/messages_lost"), number(channel, "/gaps"));
    writeln!(to, "  duplicates {}", grouped(number(channel, "/duplicates")))?;
    if lines.len() > 1 {
        // What one line missed and was not lost came by another.
        let filled = lines.iter().map(|line| number(line, "/missed").saturating_sub(lost)).sum();
        writeln!(to, "  filled    {} messages one line missed came by another", grouped(filled))?;
    }
    writeln!(to, "  gaps      {}: {} messages came by no line", grouped(gaps), grouped(lost))
}

fn elements<'a>(object: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    object.pointer(path).and_then(Value::as_array).into_iter().flatten()
}

/// A number, by its path; 0 where there is none.
pub(super) fn number(object: &Value, path: &str) -> u64 {
    object.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

/// The sum of a number over the elements of an array.
pub(super) fn sum(object: &Value, array: &str, field: &str) -> u64 {
    elements(object, array).map(|element| number(element, &format!("/{field}"))).sum()
}

/// 1234567 as 1,234,567.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_account() {
        let account = serde_json::json!({
            "mode": "native-copy", "seconds": 1.5, "packets": {"received": 1990},
            "channels": [{"name": "itch", "protocol": "moldudp64/itch50", "messages": 2998,
                "messages_by_type": {"A": 2998}, "gaps": 1, "messages_lost": 2, "duplicates": 2970,
                "lines": [{"name": "A", "packets": 995, "first": 1500, "missed": 12},
                          {"name": "B", "packets": 995, "first": 1498, "missed": 20}]}],
            "latency_ns": {"p50": 500, "p99": 1500, "p999": 2500, "max": 9999},
            "ledger": {"balanced": true, "entries": {"xdp_redirected": 1990, "xdp_fragment": 0}}, "notes": [],
        });
        let text = text(&account);
        for part in [
            "native-copy",
            "1,990 in 1.5 s",
            "A 2,998",
            "28 messages one line missed",
            "1: 2 messages came by no line",
            "p99.9 2.5 µs",
            "ledger balanced",
        ] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        assert!(!text.contains("xdp_fragment"));
    }
}
