//! CPU time of the kernel's own work: packets on their way up.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// A tick of `/proc/stat`: USER_HZ is 100 on every machine this runs on.
const TICK: Duration = Duration::from_millis(10);

/// CPU time spent in softirqs since the machine started, over all CPUs.
///
/// # Errors
/// `/proc/stat` is not as `proc(5)` says.
pub(super) fn time() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat").context("cannot read /proc/stat")?;
    parse(&stat).context("/proc/stat does not begin as proc(5) says")
}

/// `cpu user nice system idle iowait irq softirq …`
fn parse(stat: &str) -> Option<Duration> {
    let ticks: u32 = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().nth(6)?.parse().ok()?;
    Some(TICK * ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softirqs_are_the_seventh_figure() {
        let stat = "cpu  100 2 300 4000 5 6 77 8 0 0\ncpu0 50 1 150 2000 2 3 38 4 0 0\n";
        assert_eq!(parse(stat), Some(Duration::from_millis(770)));
        assert_eq!(parse("intr 1 2 3"), None);
    }
}
