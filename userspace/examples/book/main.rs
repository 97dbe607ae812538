//! Top of book and depth for each symbol, from ITCH, PITCH or DEEP: an example of a consumer of the library, which
//! implements [`Sink`] and gets messages and events in stream order, from captures or live.
//!
//! ```text
//! cargo run --release --example book -- inspect --protocol iextp/deep --book ZIEXT,ZVZZT DEEP10.pcap.gz
//! cargo run --release --example book -- run --protocol moldudp64/itch50 --line A=eth0,233.54.12.111:26477 --seconds 60
//! ```

mod book;
mod deep;
mod itch;
mod orders;
mod pitch;
mod show;

use std::{collections::BTreeMap, process::ExitCode};

use clap::{Args, Parser};
use orders::Books;
use show::Shower;
use xdpfeed::{
    arbiter::{Event, StreamIndex},
    cli::{inspect, inspect::InspectArgs, run, run::RunArgs},
    codec::Codec,
    config::Protocol,
    failure::Failure,
    sink::{Place, Sink},
};

/// Top of book and depth for each symbol.
#[derive(Parser)]
enum Cli {
    /// From captures.
    Inspect {
        #[command(flatten)]
        args: InspectArgs,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Live.
    Run {
        #[command(flatten)]
        args: RunArgs,
        #[command(flatten)]
        wanted: Wanted,
    },
}

/// What is to be shown.
#[derive(Args, Clone)]
pub(crate) struct Wanted {
    /// Symbols to show; without it, those whose book changed most often
    #[arg(long, value_name = "SYMBOL,…", value_delimiter = ',')]
    book: Vec<String>,

    /// Levels of each side
    #[arg(long, value_name = "N", default_value_t = 5)]
    depth: usize,

    /// Show each change of the top of the symbols named, as it comes
    #[arg(long, requires = "book")]
    changes: bool,
}

/// Keeps the books of every stream.
struct Keeper {
    codecs: Vec<Option<Codec>>,
    streams: BTreeMap<(usize, StreamIndex), Stream>,
    shower: Shower,
}

/// The books of one stream.
#[derive(Default)]
struct Stream {
    books: Books,
    /// Messages lost since the books were last known to be whole: they may be wrong in any symbol.
    lost: u64,
}

impl Sink for Keeper {
    fn add_channel(&mut self, _name: &str, protocol: Protocol) {
        self.codecs.push(protocol.codec);
    }

    fn message(&mut self, place: Place, _codec: Option<Codec>, message: &[u8]) {
        let Stream { books, lost } = self.streams.entry((place.channel, place.stream)).or_default();
        let whole = match self.codecs[place.channel] {
            Some(Codec::Itch50) => {
                itch::apply(books, message);
                true
            }
            Some(Codec::Pitch) => {
                if pitch::apply(books, message) {
                    *lost = 0; // everything before is gone
                }
                true
            }
            Some(Codec::Deep) => deep::apply(books, message),
            _ => return,
        };
        if whole {
            self.shower.changed(books, *lost > 0);
        }
    }

    fn unsequenced(&mut self, _: usize, _: usize, _: Option<Codec>, _: &[u8]) {}

    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event) {
        let Stream { books, lost } = self.streams.entry((channel, stream)).or_default();
        match event {
            Event::Gap { count, .. } => *lost += count,
            // The sender starts anew, and tells every order again.
            Event::Reset { .. } => {
                books.clear();
                *lost = 0;
            }
            _ => {}
        }
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse() {
        Cli::Inspect { args, wanted } => inspect::with_sink(&args, keeper(wanted)).map(|keeper| vec![keeper]),
        // A keeper for each worker: a channel's messages all go to one.
        Cli::Run { args, wanted } => run::with_sinks(&args, |_| Ok(keeper(wanted.clone()))),
    };
    match outcome.and_then(|keepers| keepers.iter().try_for_each(end)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("book: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn keeper(wanted: Wanted) -> Keeper {
    Keeper { codecs: Vec::new(), streams: BTreeMap::new(), shower: Shower::new(wanted) }
}

/// The books as they are at the end.
fn end(keeper: &Keeper) -> Result<(), Failure> {
    let has_books = |codec: &Option<Codec>| matches!(codec, Some(Codec::Itch50 | Codec::Pitch | Codec::Deep));
    if !keeper.codecs.iter().any(has_books) {
        return Err(Failure::Usage(
            "no channel has a codec that books are made from: itch50, pitch or deep".into(),
        ));
    }
    for Stream { books, lost } in keeper.streams.values() {
        keeper.shower.end(books, *lost);
    }
    Ok(())
}
