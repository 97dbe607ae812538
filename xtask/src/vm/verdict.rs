//! What a guest found, held against what it must find.

use serde_json::Value;

use super::matrix::{BULLSEYE, Best, Case};
use super::report::Report;

/// One guest: a row of the table, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Kernel and NIC, as they are chosen on the command line.
    pub(super) name: String,
    /// The kernel's own name.
    pub(super) kernel: String,
    /// The NIC, and its queues where it has several.
    pub(super) nic: String,
    /// Whether the driver runs XDP programs.
    pub(super) native: String,
    /// What a bind for zero-copy says.
    pub(super) bind: String,
    /// The mode `xdpfeed run` achieves.
    pub(super) mode: String,
    /// How a socket sends.
    pub(super) transmit: String,
    /// What the driver does with an empty fill ring.
    pub(super) empty: String,
    /// What comes of a receiver that stands still until its fill ring is dry.
    pub(super) dry: String,
    /// Packets polled by the worker's own system calls.
    pub(super) busy_poll: String,
    /// Packets sent and received, over every check that counts each of them.
    pub(super) packets: u64,
    /// What is not as it must be, in sentences.
    pub(super) faults: Vec<String>,
}

/// Checks in which every packet sent must be received, and the mode each must be in: the best, or one asked for.
const EXCHANGES: [(&str, Option<&str>); 6] = [
    ("auto", None),
    ("traced", None),
    ("poll", None),
    ("busy-poll", None),
    ("copy", Some("native-copy")),
    ("generic", Some("generic-copy")),
];

impl Row {
    /// Judges a report.
    pub(super) fn of(case: &Case, report: &Report) -> Self {
        let mut row = Self { name: case.to_string(), nic: case.nic.name().into(), ..Self::default() };
        row.faults.extend(report.ended.clone());
        row.faults.extend(report.complaints.iter().map(|line| format!("its kernel says: {line}")));
        let Some(kernel) = &report.kernel else {
            row.faults.push("it did not come up".into());
            return row;
        };
        row.kernel.clone_from(kernel);
        if !report.complete {
            row.faults.push("its report does not end".into());
        }
        for (check, outcome) in &report.checks {
            if let Err(why) = outcome {
                row.faults.push(format!("{check}: {why}"));
            }
        }
        row.exchanges(case, report);
        row.required(case, report);
        row.killed(case, report);
        row.sockets(case, report);
        row.device(case, report);
        row
    }

    /// A check's findings; a check that is missing is a fault, one that failed is one already.
    fn found<'a>(&mut self, report: &'a Report, check: &str) -> Option<&'a Value> {
        match report.checks.get(check) {
            Some(outcome) => outcome.as_ref().ok(),
            None => {
                self.faults.push(format!("{check}: it was not run"));
                None
            }
        }
    }

    fn expect(&mut self, check: &str, what: &str, found: &str, expected: &str) {
        if found != expected {
            self.faults.push(format!("{check}: {what} is {found}, not {expected}"));
        }
    }

    fn exchanges(&mut self, case: &Case, report: &Report) {
        for (check, mode) in EXCHANGES {
            let Some(found) = self.found(report, check) else { continue };
            if let Some(refused) = found["refused"].as_str() {
                self.refused(case, check, refused);
                continue;
            }
            self.expect(check, "the mode", text(&found["mode"]), mode.unwrap_or(case.best.mode()));
            self.packets += found["packets"].as_u64().unwrap_or(0);
            let by_queue = found["by_queue"].as_array().map_or(&[][..], Vec::as_slice);
            if by_queue.len() as u64 != case.nic.queues() || by_queue.iter().any(|packets| *packets == 0) {
                self.faults.push(format!("{check}: packets by queue are {by_queue:?}"));
            }
            if check == "auto" {
                self.mode = text(&found["mode"]).into();
                self.native = if self.mode.starts_with("native") { "yes" } else { "no" }.into();
                self.steps_down(case, &found["steps_down"]);
            }
            if check == "busy-poll" {
                self.busy_poll = format!("{} of {} packets", found["polled"], found["packets"]);
                if found["polled"].as_u64().unwrap_or(0) == 0 {
                    self.faults.push("busy-poll: no packet was polled by the worker's system calls".into());
                }
            }
        }
    }

    /// Native XDP where the driver has none, and busy polling before Linux 5.11; nothing else may be refused.
    fn refused(&mut self, case: &Case, check: &str, why: &str) {
        match check {
            "copy" if case.best == Best::Generic => {}
            "busy-poll" if case.kernel == BULLSEYE => self.busy_poll = "refused: before Linux 5.11".into(),
            _ => self.faults.push(format!("{check}: it was refused: {why}")),
        }
    }

    /// Each step down is told, with its cause, and nothing else is.
    fn steps_down(&mut self, case: &Case, told: &Value) {
        let told: Vec<&str> = told.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let expected = match case.best {
            Best::ZeroCopy => told.is_empty(),
            Best::Copy(errno) => {
                told.len() == 1 && told[0].starts_with("copy instead of zero-copy") && told[0].contains(errno)
            }
            Best::Generic => told.len() == 1 && told[0].starts_with("generic XDP instead of native"),
        };
        if !expected {
            self.faults.push(format!("auto: the steps down are told as {told:?}"));
        }
    }

    fn required(&mut self, case: &Case, report: &Report) {
        let Some(found) = self.found(report, "required") else { return };
        let expected = if case.best == Best::ZeroCopy { 0 } else { 3 };
        if found["exit"] != expected {
            self.faults.push(format!(
                "required: it ended with {} instead of {expected}: {}",
                found["exit"], found["said"]
            ));
        }
    }

    /// What it must have found, it has made sure of itself.
    fn killed(&mut self, case: &Case, report: &Report) {
        let Some(found) = self.found(report, "killed") else { return };
        if found["refused"] == true && case.kernel != BULLSEYE {
            self.faults.push("killed: busy polling was refused".into());
        }
    }

    /// What sockets do that xdpfeed has no part in.
    fn sockets(&mut self, case: &Case, report: &Report) {
        if let Some(found) = self.found(report, "empty") {
            let bind = text(&found["bind"]);
            self.bind = bind.into();
            match case.best {
                Best::ZeroCopy => self.expect("empty", "the bind", bind, "ok"),
                Best::Copy(errno) => self.expect("empty", "the bind", bind, errno),
                Best::Generic => {}
            }
            let (sent, received) =
                (found["sent"].as_u64().unwrap_or(0), found["received"].as_u64().unwrap_or(0));
            let asks = if found["need_wakeup"] == true { "asks for a wake-up" } else { "no wake-up" };
            self.empty = match received {
                0 => format!("{asks}; never recovers"),
                received if received >= sent => format!("{asks}; recovers"),
                received => format!("{asks}; {received} of {sent} packets"),
            };
        }
        if let Some(found) = self.found(report, "transmit") {
            self.transmit = text(&found["mode"]).into();
            let expected = if case.best == Best::ZeroCopy { "zero-copy" } else { "copy" };
            self.expect("transmit", "the mode", text(&found["mode"]), expected);
            self.packets += found["packets"].as_u64().unwrap_or(0);
        }
    }

    fn device(&mut self, case: &Case, report: &Report) {
        if let Some(found) = self.found(report, "nic") {
            let queues = found["queues"].as_u64().unwrap_or(0);
            if queues > 1 {
                self.nic += &format!(", {queues} queues");
            }
            self.expect("nic", "the driver", text(&found["driver"]), case.nic.driver());
        }
        if let Some(found) = self.found(report, "programs") {
            self.expect(
                "programs",
                "what the verifier took",
                &found["verified"].to_string(),
                r#"["pass","transmit"]"#,
            );
        }
        if let Some(found) = self.found(report, "dry") {
            self.expect("dry", "the mode", text(&found["mode"]), case.best.mode());
            let count = |what: &str| found[what].as_u64().unwrap_or(0);
            self.dry = format!(
                "{} of {} packets, then all of {}",
                count("arrived"),
                count("meanwhile"),
                count("afterwards")
            );
            self.packets += count("afterwards");
            if count("fill_ring_empty") == 0 {
                self.faults.push("dry: the fill ring never was".into());
            }
            // What a driver drops in zero-copy no socket sees.
            let told = count("arrived") + count("dropped_at_socket");
            if case.best != Best::ZeroCopy && told != count("meanwhile") {
                self.faults.push(format!("dry: {told} of {} packets are accounted for", count("meanwhile")));
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("not told")
}

#[cfg(test)]
mod tests;
