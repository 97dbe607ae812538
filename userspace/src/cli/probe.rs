//! `xdpfeed probe`: what this host can do and what stands in the way.

use std::path::PathBuf;

use clap::Args;

use crate::{
    console,
    failure::Failure,
    line::LineSpec,
    nic::{Asked, Host, InterfaceFacts, Link, Processes, Wanted, bystanders, journal, links},
    probe::Report,
};

/// What this host can do, what stands in the way, and how to mend it: nothing is changed, unless it is to be restored.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  xdpfeed probe
  xdpfeed probe eth0 eth1
  xdpfeed probe eth0 --line itch/A=eth0,233.54.12.111:26477
  xdpfeed probe eth0 --json
  xdpfeed probe --restore

Exit code 3: `run` could not work on an interface that was named, for what is called bad.")]
pub struct ProbeArgs {
    /// The interfaces to look at; without any, all there are
    #[arg(value_name = "IFACE")]
    pub interfaces: Vec<String>,

    /// A line that is to be received: says who else on this host wants it (as for run; repeatable)
    #[arg(long = "line", value_name = "LINE")]
    pub lines: Vec<LineSpec>,

    /// Print it as one JSON object (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Undo what runs that were killed have left changed on this host, and nothing else; the next run would, too
    #[arg(long, conflicts_with_all = ["interfaces", "lines", "json"])]
    pub restore: bool,

    /// Where runs write down what they change on the host (as for run)
    #[arg(long, value_name = "DIR", default_value = journal::DIRECTORY, requires = "restore")]
    pub state_dir: PathBuf,
}

/// Runs it.
///
/// # Errors
/// [`Failure::Usage`] for an interface that is not there, [`Failure::Requirement`] for one that was named and on
/// which `run` could not work.
pub fn run(args: &ProbeArgs) -> Result<(), Failure> {
    if args.restore {
        return restore(args);
    }
    let links = links().map_err(|error| anyhow::anyhow!(error).context("cannot list the interfaces"))?;
    let chosen = chosen(args, &links)?;
    let processes = Processes::read();
    let host = Host::read(&processes);
    let interfaces = chosen.iter().map(|link| {
        let mut facts = InterfaceFacts::read(link, &links, &host, &processes);
        facts.bystanders = others(args, link, &processes);
        facts
    });
    let interfaces = interfaces.collect();
    let mut report = Report::new(host, interfaces);
    for interface in &mut report.interfaces {
        interface.recommended.lines = here(args, &interface.name).cloned().collect();
    }
    if args.json {
        console::print(&format!("{}\n", report.to_json()))?;
    } else {
        console::print(&report.to_string())?;
    }
    let named = !args.interfaces.is_empty() || !args.lines.is_empty();
    let broken: Vec<&str> = report
        .interfaces
        .iter()
        .filter(|interface| named && !interface.works)
        .map(|interface| &*interface.name)
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(Failure::Requirement(format!("`run` could not work on {}: see what is bad", broken.join(", "))))
}

/// Undoes what is written down of runs that are no more, and says what it undid and what it left.
fn restore(args: &ProbeArgs) -> Result<(), Failure> {
    let journal::Report { restored, left } = journal::restore(&args.state_dir)?;
    let said =
        restored.iter().map(|it| format!("undid: {it}\n")).chain(left.iter().map(|it| format!("{it}\n")));
    let said: String = said.collect();
    console::print(if said.is_empty() { "nothing was left changed\n" } else { &said })
}

/// The interfaces that were named, also by lines; all when none was.
fn chosen<'a>(args: &ProbeArgs, links: &'a [Link]) -> Result<Vec<&'a Link>, Failure> {
    let by_line = args.lines.iter().filter_map(|line| line.interface.as_ref());
    let mut chosen: Vec<&Link> = Vec::new();
    for name in args.interfaces.iter().chain(by_line) {
        let Some(link) = links.iter().find(|link| link.name == *name) else {
            let names: Vec<&str> = links.iter().map(|link| &*link.name).collect();
            return Err(Failure::Usage(format!("no interface '{name}' here; there is {}", names.join(", "))));
        };
        if !chosen.contains(&link) {
            chosen.push(link);
        }
    }
    Ok(if chosen.is_empty() { links.iter().collect() } else { chosen })
}

/// The lines of an interface: those that name it, and those that name none.
fn here<'a>(args: &'a ProbeArgs, interface: &'a str) -> impl Iterator<Item = &'a LineSpec> {
    args.lines.iter().filter(move |line| line.interface.as_ref().is_none_or(|name| name == interface))
}

/// Who else wants the lines of this interface.
fn others(args: &ProbeArgs, link: &Link, processes: &Processes) -> Option<Asked<Vec<crate::nic::Bystander>>> {
    let wanted: Vec<Wanted> = here(args, &link.name)
        .map(|line| Wanted { interface: link.index, destination: line.destination })
        .collect();
    (!wanted.is_empty()).then(|| bystanders(&wanted, || processes.clone()).into())
}
