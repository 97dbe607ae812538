//! `xdpfeed ctl`: asks a running receiver.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::{config::ProtocolSpec, console, failure::Failure, line::LineSpec, receiver::Request};

/// Longest wait for an answer: a consumer that takes its time keeps the worker from what is asked. Lower: it is given
/// up though it would come. Higher: who asks a process that hangs waits longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ask a running receiver: add and remove lines, show statistics.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  xdpfeed ctl --control /run/itch.sock add-line itch/C=eth1,233.54.12.103:26403
  xdpfeed ctl --control /run/itch.sock add-line --protocol iextp/deep iex/A=eth0,224.2.3.10:16648
  xdpfeed ctl --control /run/itch.sock remove-line itch/C
  xdpfeed ctl --control /run/itch.sock stats --json")]
pub struct CtlArgs {
    /// Where it takes requests: what `xdpfeed run --control PATH` was given
    #[arg(long, value_name = "PATH")]
    pub control: PathBuf,

    /// What is asked.
    #[command(subcommand)]
    pub command: CtlCommand,
}

/// What is asked.
#[derive(Clone, Debug, Subcommand)]
pub enum CtlCommand {
    /// Receive more lines, on interfaces it receives on already; nothing of them is missed from the answer on
    AddLine {
        /// The line: `[CHANNEL/]LINE=IFACE,[SOURCE@]GROUP:PORT`
        #[arg(value_name = "LINE", required = true)]
        lines: Vec<LineSpec>,

        /// How their channels are read, where they are new (without it: as the receiver's own --protocol says)
        #[arg(long, value_name = "PROTOCOL")]
        protocol: Option<String>,
    },
    /// Receive lines no more; what they brought until then is kept
    RemoveLine {
        /// [CHANNEL/]LINE
        #[arg(value_name = "LINE", required = true)]
        lines: Vec<String>,
    },
    /// Show the summary as it is now
    Stats {
        /// As one JSON object (docs/json.md)
        #[arg(long)]
        json: bool,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure::Usage`] for what cannot be asked, [`Failure::Failed`] for what was refused: what was asked before that is
/// done.
pub fn run(args: &CtlArgs) -> Result<(), Failure> {
    let requests: Vec<Request> = match &args.command {
        CtlCommand::AddLine { lines, protocol } => {
            if let Some(protocol) = protocol {
                let _checked: ProtocolSpec =
                    protocol.parse().map_err(|error| Failure::Usage(format!("--protocol: {error}")))?;
            }
            let add =
                |line: &LineSpec| Request::AddLine { line: line.to_string(), protocol: protocol.clone() };
            lines.iter().map(add).collect()
        }
        CtlCommand::RemoveLine { lines } => {
            lines.iter().map(|line| Request::RemoveLine { line: line.clone() }).collect()
        }
        CtlCommand::Stats { json } => vec![Request::Stats { text: !json }],
    };
    let path = args.control.display();
    let stream = UnixStream::connect(&args.control).with_context(|| {
        format!("no receiver takes requests at {path}: start one with `xdpfeed run --control {path}`")
    })?;
    stream.set_read_timeout(Some(PATIENCE)).context("cannot wait for an answer")?;
    let mut answers = BufReader::new(stream.try_clone().context("cannot wait for an answer")?);
    for request in requests {
        console::print(&ask(&stream, &mut answers, &request)?)?;
    }
    Ok(())
}

/// One request and its answer, as it is shown.
fn ask(
    mut stream: &UnixStream,
    answers: &mut BufReader<UnixStream>,
    request: &Request,
) -> Result<String, Failure> {
    let request = serde_json::to_string(request).context("cannot write the request")?;
    stream.write_all(format!("{request}\n").as_bytes()).context("the receiver takes no request")?;
    let mut answer = String::new();
    let len = answers.read_line(&mut answer).context("no answer from the receiver")?;
    if len == 0 {
        return Err(anyhow!("the receiver ended before it answered").into());
    }
    let answer: Value = serde_json::from_str(&answer).context("the receiver's answer cannot be read")?;
    match (&answer["ok"], answer["error"].as_str()) {
        (_, Some(error)) => Err(anyhow!("{error}").into()),
        (Value::String(text), None) => Ok(format!("{}\n", text.trim_end())),
        (object, None) => Ok(format!("{object}\n")),
    }
}
