//! The table of `docs/compatibility.md`.

use std::fmt::Write as _;

use super::verdict::Row;

const HEADS: [&str; 10] = [
    "kernel",
    "NIC",
    "native",
    "bind for zero-copy",
    "`run` achieves",
    "a socket sends by",
    "empty fill ring at the bind",
    "receiver stopped, then going on",
    "busy-polled",
    "packets, all there",
];

/// One row a guest.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = format!("| {} |\n|{}\n", HEADS.join(" | "), "---|".repeat(HEADS.len()));
    for row in rows {
        let packets = if row.faults.is_empty() { row.packets.to_string() } else { "FAILED".into() };
        let Row { kernel, nic, native, bind, mode, transmit, empty, dry, busy_poll, .. } = row;
        let cells: [&str; HEADS.len()] =
            [kernel, nic, native, bind, mode, transmit, empty, dry, busy_poll, &packets];
        // Writing to a string cannot fail.
        let _written = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_with_a_fault_is_seen_in_the_table() {
        let rows = [
            Row { kernel: "6.1".into(), packets: 12, ..Row::default() },
            Row { faults: vec!["no".into()], packets: 12, ..Row::default() },
        ];
        let text = text(&rows);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[2].starts_with("| 6.1 | ") && lines[2].ends_with(" | 12 |"), "{text}");
        assert!(lines[3].ends_with(" | FAILED |"), "{text}");
        let columns = |line: &str| line.matches('|').count();
        assert!(lines.iter().all(|line| columns(line) == columns(lines[0])), "{text}");
    }
}
