//! How many instructions the stages of the hot path take, a packet and a message, counted by callgrind; and the gate
//! that none of them takes more than it did.
//!
//! `cargo bench -p xdpfeed --bench instructions` counts every row, beside what `counts.txt` keeps, and fails where a
//! count has grown by more than [`kept::TOLERANCE_PERCENT`]. `… -- --update` writes the counts down instead: for a
//! change that is worth them, or a new compiler. Needs valgrind; no root, no quiet machine, for what is counted does
//! not depend on either.
//!
//! Counts say nothing of what an instruction waits for: that is what `--bench feed` is for. But they are the same on
//! every run, so that one per cent more is seen, which no time shows on a machine with other work.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench fails by panicking")]

mod callgrind; // one row, counted
mod feed; // datagrams, and what lines make of them
mod kept; // the counts in the repository
#[allow(dead_code, reason = "once more is for `--bench feed`")]
mod ring; // a source in memory, and a worker's pass over it
mod rows; // what is counted

#[path = "../feed/channel.rs"]
#[allow(dead_code, reason = "the pipeline without latencies is for `--bench feed`")]
mod channel;
#[path = "../feed/channels.rs"]
mod channels;
#[path = "../feed/checksum.rs"]
mod checksum;
#[path = "../feed/fields.rs"]
mod fields;
#[path = "../../tests/agreement/peers/mod.rs"]
#[allow(dead_code, reason = "the decoders of others are for the test and for `--bench feed`")]
mod peers;

use std::{env, process::ExitCode};

use kept::{Counted, Kept};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (None, None) => gate(),
        (Some("--update"), None) => update(),
        (Some(callgrind::ROW), Some(name)) => callgrind::run(&name),
        _ => {
            eprintln!("usage: cargo bench -p xdpfeed --bench instructions [-- --update]");
            ExitCode::from(2)
        }
    }
}

/// Counts all rows, shows them, and says which have grown.
fn gate() -> ExitCode {
    let kept = Kept::read();
    let mut failed = false;
    println!("{:<40} {:>10} {:>10} {:>8}", "instructions", "a packet", "a message", "change");
    for row in rows::ALL {
        let counted = match callgrind::count(row.name) {
            Ok(counted) => counted,
            Err(why) => {
                eprintln!("error: {why}");
                return ExitCode::FAILURE;
            }
        };
        let judged = kept.judge(row.name, counted);
        println!("{:<40} {:>10.2} {:>10.2} {judged}", row.name, counted.a_packet(), counted.a_message());
        failed |= judged.fails();
    }
    for name in kept.unknown() {
        println!("{name}: kept, and counted no more");
        failed = true;
    }
    if failed {
        eprintln!("error: {}", kept.advice());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Counts all rows and keeps the counts.
fn update() -> ExitCode {
    let counted: Result<Vec<(&str, Counted)>, String> =
        rows::ALL.iter().map(|row| Ok((row.name, callgrind::count(row.name)?))).collect();
    match counted.and_then(|counted| kept::write(&counted)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
