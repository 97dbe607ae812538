//! All readers in turns: what one turn of a busy machine does to one of them, it does to all.

use std::{hint::black_box, time::Instant};

use crate::{
    gaps::Capture,
    many::Channels,
    readers::{ALL, Feed, LIMITS, Reader},
};

/// Turns of each. An odd number has a middle one.
const TURNS: usize = 101;

/// Least and middle nanoseconds of the turns.
struct Took {
    least: f64,
    middle: f64,
}

impl Took {
    /// `of` elements a turn.
    fn new(mut turns: Vec<f64>, of: u64) -> Self {
        turns.sort_by(f64::total_cmp);
        Self { least: turns[0] / of as f64, middle: turns[turns.len() / 2] / of as f64 }
    }
}

/// Nanoseconds of each turn of each of `runs`, prepared outside the time.
fn in_turns<P, R>(
    count: usize,
    mut prepare: impl FnMut(usize) -> P,
    mut run: impl FnMut(usize, &mut P) -> R,
) -> Vec<Vec<f64>> {
    let mut turns = vec![Vec::with_capacity(TURNS); count];
    for _ in 0..TURNS {
        for (index, took) in turns.iter_mut().enumerate() {
            let mut prepared = prepare(index);
            let begun = Instant::now();
            black_box(run(index, &mut prepared));
            took.push(begun.elapsed().as_nanos() as f64);
        }
    }
    turns
}

/// Reads a feed by all readers.
pub(crate) fn messages(label: &str, feed: &Feed) {
    let readers: Vec<&Reader> = ALL.iter().chain(&LIMITS).collect();
    let turns =
        in_turns(readers.len(), |_| feed.prepare(), |index, prepared| (readers[index].read)(feed, prepared));
    let took: Vec<Took> = turns.into_iter().map(|turns| Took::new(turns, feed.messages())).collect();
    println!(
        "\n{label} messages a packet: {} messages in {} packets a line; least / middle of {TURNS} turns",
        feed.messages(),
        feed.packets()
    );
    println!("{:<24}{:>18}{:>18}{:>18}", "", "ns a message", "itch5 takes", "itchy takes");
    for (reader, Took { least, middle }) in std::iter::zip(readers, &took) {
        let times = |other: &Took| format!("{:.2} / {:.2} ×", other.least / least, other.middle / middle);
        let own = format!("{least:.2} / {middle:.2}");
        println!("{:<24}{own:>18}{:>18}{:>18}", reader.name, times(&took[0]), times(&took[1]));
    }
}

/// Finds the gaps of captures.
pub(crate) fn packets(captures: &[Capture]) {
    let turns = in_turns(
        captures.len(),
        |index| captures[index].prepare(),
        |index, pipeline| captures[index].run(pipeline),
    );
    println!("\ngap detection; least / middle of {TURNS} turns");
    println!("{:<24}{:>12}{:>18}{:>24}", "", "packets", "ns a packet", "million packets/s");
    for (capture, turns) in std::iter::zip(captures, turns) {
        let Took { least, middle } = Took::new(turns, capture.packets());
        let (ns, rate) =
            (format!("{least:.2} / {middle:.2}"), format!("{:.1} / {:.1}", 1e3 / least, 1e3 / middle));
        println!("{:<24}{:>12}{ns:>18}{rate:>24}", capture.name, capture.packets());
    }
}

/// Packets of more and more channels.
pub(crate) fn channels(many: &[Channels]) {
    let turns =
        in_turns(many.len(), |index| many[index].prepare(), |index, prepared| many[index].run(prepared));
    let took: Vec<Took> =
        std::iter::zip(many, turns).map(|(channels, turns)| Took::new(turns, channels.packets())).collect();
    println!("\nchannels of two lines each, unless said otherwise; least / middle of {TURNS} turns");
    println!("{:<24}{:>12}{:>18}{:>18}", "", "packets", "ns a packet", "of one channel's");
    for (channels, Took { least, middle }) in std::iter::zip(many, &took) {
        let times = format!("{:.2} / {:.2} ×", least / took[0].least, middle / took[0].middle);
        let ns = format!("{least:.2} / {middle:.2}");
        println!("{:<24}{:>12}{ns:>18}{times:>18}", channels.name, channels.packets());
    }
}
