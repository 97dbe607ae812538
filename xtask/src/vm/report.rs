//! What a guest reports: one JSON object a line, on a serial line of its own.

use std::collections::BTreeMap;

use serde_json::Value;

/// A guest's report, whole or as far as it came.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The kernel's own name: the guest got as far as starting its tests.
    pub(super) kernel: Option<String>,
    /// What each check found, or why it failed.
    pub(super) checks: BTreeMap<String, Result<Value, String>>,
    /// The guest's last line, which it writes when every check has run.
    pub(super) complete: bool,
    /// How the emulator ended, if not well.
    pub(super) ended: Option<String>,
    /// What the kernel complained of on its console.
    pub(super) complaints: Vec<String>,
}

impl Report {
    /// Reads the lines that are whole; the kernel may write between them.
    pub(super) fn parse(text: &str) -> Self {
        let mut report = Self::default();
        for line in text.lines() {
            let Ok(line) = serde_json::from_str::<Value>(line.trim()) else { continue };
            if let Some(kernel) = line["begin"].as_str() {
                report.kernel = Some(kernel.to_owned());
            }
            if let Some(check) = line["check"].as_str() {
                let outcome = match line["failed"].as_str() {
                    Some(why) => Err(why.to_owned()),
                    None => Ok(line["found"].clone()),
                };
                report.checks.insert(check.to_owned(), outcome);
            }
            report.complete = line["end"].as_u64() == Some(report.checks.len() as u64);
        }
        report
    }
}

/// Lines of a kernel's console that tell of a fault in the kernel: whatever the checks found, it is not well.
pub(super) fn complaints(console: &str) -> Vec<String> {
    const FAULTS: [&str; 4] = ["BUG: ", "Oops: ", "WARNING: ", "general protection fault"];
    let lines = console.lines().filter(|line| FAULTS.iter().any(|fault| line.contains(fault)));
    lines.map(|line| line.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_complains_is_heard() {
        let console = "[    1.0] e1000e: loading\r\n[    2.5] WARNING: CPU: 0 PID: 7 at net/xdp/xsk.c:9 x+0x1\r\n[    2.6] Modules\r\n";
        assert_eq!(complaints(console), ["[    2.5] WARNING: CPU: 0 PID: 7 at net/xdp/xsk.c:9 x+0x1"]);
    }

    #[test]
    fn only_the_last_line_makes_it_complete() {
        let text = "noise\r\n{\"begin\":\"6.1.0\"}\r\n{\"check\":\"auto\",\"found\":{\"mode\":\"x\"}}\r\n\
                    {\"check\":\"dry\",\"failed\":\"no packet\"}\r\n{\"check\":\"to";
        let mut report = Report::parse(text);
        assert_eq!(report.kernel.as_deref(), Some("6.1.0"));
        assert_eq!(report.checks["auto"].as_ref().unwrap()["mode"], "x");
        assert_eq!(report.checks["dry"], Err("no packet".into()));
        assert!(!report.complete && report.checks.len() == 2);
        report = Report::parse(&text.replace("{\"check\":\"to", "{\"end\":2}"));
        assert!(report.complete);
        // A report that lost a line is not complete.
        assert!(!Report::parse(&text.replace("{\"check\":\"to", "{\"end\":3}")).complete);
        assert!(Report::parse("").kernel.is_none());
    }
}
