//! The command line: one file a subcommand.

pub mod arguments;
pub mod bench;
pub mod ctl;
pub mod feed;
pub mod inspect;
mod messages;
pub mod probe;
pub mod publish;
pub mod recover;
pub mod replay;
pub mod run;
pub mod sockets;
pub mod source;

use std::process::ExitCode;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{console, failure::Failure};

/// Receives sequenced UDP multicast feeds over AF_XDP: every packet accounted for.
#[derive(Debug, Parser)]
#[command(name = "xdpfeed", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Any command takes @FILE: more arguments from a file, '#' starts a comment.\n\
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a stated requirement is not met.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Receive live lines until a signal, a time or a number of packets: through AF_XDP, or without XDP by --source.
    Run(run::RunArgs),
    // Its words are its own.
    Ctl(ctl::CtlArgs),
    /// Read captures through the same pipeline: no NIC, no root.
    Inspect(inspect::InspectArgs),
    // Its words are its own.
    Probe(probe::ProbeArgs),
    // Likewise.
    Publish(publish::PublishArgs),
    // Likewise.
    Replay(replay::ReplayArgs),
    // Likewise.
    Bench(bench::BenchArgs),
}

/// Runs what was typed and says how it ended. The one place that prints errors.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let outcome = arguments::expand(arguments).and_then(|arguments| {
        let cli = match Cli::try_parse_from(arguments) {
            Ok(cli) => cli,
            // Help and version come this way too, and so does nothing at all.
            Err(error) if !error.use_stderr() => {
                let _printed = error.print();
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let _printed = error.print();
                return Ok(ExitCode::from(2));
            }
            Err(error) => return Err(Failure::Usage(sentence(&error))),
        };
        match cli.command {
            Command::Run(args) => run::run(&args),
            Command::Ctl(args) => ctl::run(&args),
            Command::Inspect(args) => inspect::run(&args),
            Command::Probe(args) => probe::run(&args),
            Command::Publish(args) => publish::run(&args),
            Command::Replay(args) => replay::run(&args),
            Command::Bench(args) => bench::run(&args),
        }
        .map(|()| ExitCode::SUCCESS)
    });
    outcome.unwrap_or_else(|failure: Failure| {
        console::tell(format_args!("xdpfeed: {failure}"));
        ExitCode::from(failure.exit_code())
    })
}

/// What clap found wrong, in one line: its cause and suggestions, without the usage it repeats below.
fn sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let mut said = String::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with("For more")) {
        let (apart, line) = match (said.is_empty(), line.strip_prefix("tip: ")) {
            (true, _) => ("", line.strip_prefix("error: ").unwrap_or(line)),
            (false, Some(tip)) => ("; ", tip),
            (false, None) => (" ", line),
        };
        said.push_str(apart);
        said.push_str(line);
    }
    format!("{said} (--help shows every flag)")
}
