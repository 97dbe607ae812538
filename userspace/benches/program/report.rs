//! The figures, for people and for programs.

use anyhow::Result;
use serde_json::json;

use crate::{bed::Size, measure::Kind};

/// Least, middle and most of some figures.
#[derive(Clone, Copy, Debug, serde::Serialize)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| figures.get(index).map_or(f64::NAN, |ns| rounded(*ns));
        Self { min: at(0), median: at(figures.len() / 2), max: at(figures.len().saturating_sub(1)) }
    }

    fn text(self) -> String {
        format!("{:.1} / {:.1} / {:.1}", self.min, self.median, self.max)
    }
}

/// What a program takes more than the bare one.
#[derive(Clone, Copy, Debug, serde::Serialize)]
struct Added {
    /// Its quickest turn over the other's quickest: what a quiet machine would show.
    between_minima: f64,
    /// The middle one of the differences turn by turn. (The least and the most of those would only say which turn of
    /// the bare program was disturbed.)
    median: f64,
}

impl Added {
    fn of(kind: &Kind, took_ns: &[f64]) -> Self {
        Self {
            between_minima: rounded(least(took_ns) - least(&kind.bare_ns)),
            median: Spread::of(kind.added_ns(took_ns)).median,
        }
    }

    fn text(self) -> String {
        format!("{:.1} / {:.1}", self.between_minima, self.median)
    }
}

/// How many times the default's the receive program's cost is.
#[derive(Clone, Copy, Debug, serde::Serialize)]
struct Ratio {
    /// Whole runs, between the minima.
    run: f64,
    /// The same without what the kernel takes to run and to time any program.
    added: f64,
}

impl Ratio {
    fn of(kind: &Kind) -> Self {
        let [bare, default, receive] =
            [&kind.bare_ns, &kind.default_ns, &kind.receive_ns].map(|ns| least(ns));
        let hundredths = |ratio: f64| (ratio * 100.0).round() / 100.0;
        Self { run: hundredths(receive / default), added: hundredths((receive - bare) / (default - bare)) }
    }

    fn text(self) -> String {
        format!("{:.2} / {:.2}", self.run, self.added)
    }
}

/// What a packet costs with so many groups.
#[derive(Clone, Copy, Debug, serde::Serialize)]
struct Growth {
    groups: &'static str,
    added: Added,
    /// Per cent more than with one group, by the medians.
    over_one: f64,
}

/// Those of [`GROUPS`](crate::packets::GROUPS), the first being of one group.
fn growth(kinds: &[Kind]) -> Vec<Growth> {
    let of = |(_, groups)| Some((groups, added(kinds.iter().find(|kind| kind.name == groups)?)));
    let measured: Vec<_> = crate::packets::GROUPS.into_iter().filter_map(of).collect();
    let one = measured.first().map_or(f64::NAN, |(_, added)| added.median);
    let growth = measured.into_iter().map(|(groups, added)| Growth {
        groups,
        added,
        over_one: rounded((added.median / one - 1.0) * 100.0),
    });
    growth.collect()
}

/// What the receive program adds.
fn added(kind: &Kind) -> Added {
    Added::of(kind, &kind.receive_ns)
}

fn least(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::NAN, f64::min)
}

fn rounded(ns: f64) -> f64 {
    (ns * 10.0).round() / 10.0
}

pub(crate) fn text(kinds: &[Kind], sizes: &[Size]) {
    for size in sizes {
        println!(
            "{}, matching {}: {} instructions, {} bytes of machine code; the verifier went through {}",
            size.program,
            size.matches,
            size.instructions,
            size.machine_code_bytes,
            size.verified_instructions
        );
    }
    println!();
    println!(
        "ns a packet, means of {} turns: min / median / max, the kernel's clock included; added: between the minima / median",
        turns(kinds)
    );
    println!(
        "{:<14} {:>22} {:>22} {:>15} {:>22} {:>15}",
        "", "bare pass", "libxdp's default", "added", "xdpfeed", "added"
    );
    for kind in kinds {
        println!(
            "{:<14} {:>22} {:>22} {:>15} {:>22} {:>15}",
            kind.name,
            Spread::of(kind.bare_ns.clone()).text(),
            Spread::of(kind.default_ns.clone()).text(),
            Added::of(kind, &kind.default_ns).text(),
            Spread::of(kind.receive_ns.clone()).text(),
            added(kind).text(),
        );
    }
    println!("\nxdpfeed's over the default's, between the minima: whole run / added");
    for kind in kinds {
        println!("{:<14} {:>15}", kind.name, Ratio::of(kind).text());
    }
    println!(
        "\nby the number of groups, added ns between the minima / median, and the median over that of 1 group:"
    );
    for Growth { groups, added, over_one } in growth(kinds) {
        println!("{groups:<14} {:>15} {over_one:>+8.1} %", added.text());
    }
    println!("\nwhich path that was, by the program's counters:");
    for kind in kinds {
        println!(
            "{:<14} {} runs, {} counted, {} redirected ({:.2} %), {} read from the socket; {} from the default's",
            kind.name,
            kind.runs,
            kind.seen,
            kind.redirected,
            kind.redirected_share() * 100.0,
            kind.read[1],
            kind.read[0]
        );
    }
}

pub(crate) fn json(kinds: &[Kind], sizes: &[Size]) -> Result<()> {
    let turns = turns(kinds);
    let shown: Vec<_> = kinds
        .iter()
        .map(|kind| {
            json!({
                "packet": kind.name,
                "bare_ns": Spread::of(kind.bare_ns.clone()),
                "xdpfeed_ns": Spread::of(kind.receive_ns.clone()),
                "default_ns": Spread::of(kind.default_ns.clone()),
                "default_added_ns": Added::of(kind, &kind.default_ns),
                "added_ns": added(kind),
                "over_default": Ratio::of(kind),
                "runs": kind.runs,
                "counted": kind.seen,
                "redirected": kind.redirected,
                "read": kind.read[1],
                "default_read": kind.read[0],
            })
        })
        .collect();
    println!(
        "{}",
        serde_json::to_string_pretty(
            &json!({ "programs": sizes, "turns": turns, "kinds": shown, "by_groups": growth(kinds) })
        )?
    );
    Ok(())
}

fn turns(kinds: &[Kind]) -> usize {
    kinds.first().map_or(0, |kind| kind.bare_ns.len())
}
