//! The result as text: three tables.

use std::fmt::Write as _;

use super::{
    cpus::Account,
    figures::{Figures, Load, Ratio, Report},
    windows::{of_all, of_calmest},
};
use crate::latency::Latency;

/// The tables, and what each figure is.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    let (messages, frame) = (report.messages, report.frame);
    // Writing to a string cannot fail.
    let _written = write!(
        text,
        "{messages} message{} a packet, {frame} bytes. Ratios are to recv-copy poll, with the least \
         and the greatest of the rounds; of lossless, of three trials.\n\n",
        if messages == 1 { "" } else { "s" }
    );
    throughput(&mut text, report);
    for load in Load::ALL {
        latency(&mut text, report, load);
    }
    let Account { round_trip_ns, trials, apart, shared } = report.cpus;
    let _written = writeln!(
        text,
        "A cache line goes to and fro between the two CPUs in {round_trip_ns:.0} ns. Of {trials} trials, {apart} began \
         with the CPUs apart, {shared} with a core shared, by the two or with something else.\n"
    );
    let preempted = report.preempted();
    if preempted > 0.0 {
        let _written = writeln!(
            text,
            "Something else was given the receiver's CPU {preempted:.1} times a second: losses of the fast paths and the \
             greatest latencies may be that. Free two CPUs for this (--cpus), or have --memory hold what comes meanwhile.\n"
        );
    }
    for figures in &report.figures {
        if let Some(reason) = &figures.unavailable {
            let _written = writeln!(text, "{}: not available: {reason}", figures.way.name());
        }
    }
    text
}

fn throughput(text: &mut String, report: &Report) {
    let _written = writeln!(
        text,
        "{:<22} {:>9} {:>20} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        "", "lossless", "", "messages", "top speed", "lost", "receiver", "softirq", "packets"
    );
    let _written = writeln!(
        text,
        "{:<22} {:>9} {:>20} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        "", "M/s", "(ratio)", "M/s", "M/s", "%", "ns/packet", "ns/packet", "a batch"
    );
    for figures in report.figures.iter().filter(|figures| figures.unavailable.is_none()) {
        let ratio = report.baseline().and_then(|baseline| figures.held.lossless_ratio(&baseline.held));
        let ratio = ratio.map(shown).unwrap_or_default();
        let lossless = match figures.lossless() {
            Some(rate) => millions(rate),
            None => format!("{:.2} % lost", figures.held.least_loss().unwrap_or_default().1 * 100.0),
        };
        let messages =
            figures.lossless().map(|rate| millions(rate * report.messages as f64)).unwrap_or_default();
        let _written = writeln!(
            text,
            "{:<22} {lossless:>9} {ratio:>20} {messages:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
            figures.way.name(),
            figures.top_speed().map(millions).unwrap_or_default(),
            format!("{:.2}", figures.top_loss() * 100.0),
            whole(figures.held.median(|held| held.user_ns)),
            whole(figures.held.median(|held| held.softirq_ns)),
            figures.held.median(|held| held.batch).map(|batch| format!("{batch:.1}")).unwrap_or_default(),
        );
    }
    text.push('\n');
}

fn latency(text: &mut String, report: &Report, load: Load) {
    let title = match load {
        Load::Slow => "at 20,000 packets/s",
        Load::Half => "at half of lossless",
        Load::Burst => "bursts of 2,000",
    };
    let _written = writeln!(
        text,
        "{title:<22} {:>68} {:>28}\n{:<22} {:>8} {:>20} {:>8} {:>20} {:>8} {:>10} {:>8} {:>8} us",
        "in the calmest twentieth of a second",
        "all",
        "",
        "p50",
        "(ratio)",
        "p99",
        "(ratio)",
        "p99.9",
        "p99",
        "p99.9",
        "max"
    );
    let baseline = report.baseline();
    let ratio = |figures: &Figures, at: f64| figures.calmest_ratio(load, at, baseline?).map(shown);
    for figures in report.figures.iter().filter(|figures| figures.quantile(load, 0.5).is_some()) {
        let ratios = [ratio(figures, 0.5), ratio(figures, 0.99)].map(Option::unwrap_or_default);
        latencies(text, &figures.way.name(), &figures.windows(load), &ratios);
    }
    if load == Load::Slow {
        latencies(text, "(the clock alone)", &report.alone.iter().flatten(), &Default::default());
    }
    text.push('\n');
}

/// A row: of the calmest window, with the ratios of its p50 and p99, and of all.
fn latencies<'a>(
    text: &mut String,
    name: &str,
    windows: &(impl Iterator<Item = &'a Latency> + Clone),
    [p50, p99]: &[String; 2],
) {
    let calmest = |quantile| micros(of_calmest(windows.clone(), quantile));
    let all = |quantile| micros(of_all(windows.clone(), quantile));
    let _written = writeln!(
        text,
        "{name:<22} {:>8} {p50:>20} {:>8} {p99:>20} {:>8} {:>10} {:>8} {:>8}",
        calmest(0.5),
        calmest(0.99),
        calmest(0.999),
        all(0.99),
        all(0.999),
        all(1.0),
    );
}

fn shown(Ratio { value, min, max }: Ratio) -> String {
    let digits = if value < 1.0 { 3 } else { 2 };
    format!("{value:.digits$} ({min:.digits$}–{max:.digits$})")
}

fn millions(rate: f64) -> String {
    format!("{:.2}", rate / 1e6)
}

fn micros(ns: Option<u64>) -> String {
    let digits = |ns| if ns < 1_000 { 2 } else { 1 };
    ns.map(|ns| format!("{:.*}", digits(ns), ns as f64 / 1e3)).unwrap_or_default()
}

fn whole(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.0}")).unwrap_or_default()
}
