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
        let at = |index: usize| figures.get(index).map_or(f64::NAN, |ns| (ns * 10.0).round() / 10.0);
        Self { min: at(0), median: at(figures.len() / 2), max: at(figures.len().saturating_sub(1)) }
    }

    fn text(self) -> String {
        format!("{:.1} / {:.1} / {:.1}", self.min, self.median, self.max)
    }
}

pub(crate) fn text(kinds: &[Kind], sizes: &[Size]) {
    for size in sizes {
        println!(
            "the program, matching {}: {} instructions, {} bytes of machine code; the verifier went through {}",
            size.matches, size.instructions, size.machine_code_bytes, size.verified_instructions
        );
    }
    println!();
    println!(
        "ns a packet over {} turns, min / median / max of their means, the kernel's clock included:",
        turns(kinds)
    );
    println!("{:<19} {:>22} {:>22} {:>22}", "", "bare pass", "xdpfeed", "added");
    for kind in kinds {
        println!(
            "{:<19} {:>22} {:>22} {:>22}",
            kind.name,
            Spread::of(kind.bare_ns.clone()).text(),
            Spread::of(kind.receive_ns.clone()).text(),
            Spread::of(kind.added_ns()).text(),
        );
    }
    println!("\nwhich path that was, by the program's counters:");
    for kind in kinds {
        println!(
            "{:<19} {} runs, {} counted, {} redirected ({:.2} %), {} read from the socket",
            kind.name,
            kind.runs,
            kind.seen,
            kind.redirected,
            kind.redirected_share() * 100.0,
            kind.read
        );
    }
}

pub(crate) fn json(kinds: &[Kind], sizes: &[Size]) -> Result<()> {
    let turns = turns(kinds);
    let kinds: Vec<_> = kinds
        .iter()
        .map(|kind| {
            json!({
                "packet": kind.name,
                "bare_ns": Spread::of(kind.bare_ns.clone()),
                "xdpfeed_ns": Spread::of(kind.receive_ns.clone()),
                "added_ns": Spread::of(kind.added_ns()),
                "runs": kind.runs,
                "counted": kind.seen,
                "redirected": kind.redirected,
                "read": kind.read,
            })
        })
        .collect();
    println!(
        "{}",
        serde_json::to_string_pretty(&json!({ "programs": sizes, "turns": turns, "kinds": kinds }))?
    );
    Ok(())
}

fn turns(kinds: &[Kind]) -> usize {
    kinds.first().map_or(0, |kind| kind.bare_ns.len())
}
