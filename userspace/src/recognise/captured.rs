//! Recognition over real captures.

use super::*;
use crate::captures;

/// What the captures below each path speak, and the files of them in which that cannot be told. What is no
/// protocol here must be taken for none.
const SPOKEN: &[(&str, &str, &[&str])] = &[
    ("iex", "iextp/deep", &[]),
    ("omi/Iex/Tops.IexTp.v1.5", "iextp/tops", &[]),
    ("omi/Iex/DeepPlus.IexTp.1.0.2", "iextp/deep+", &[]),
    ("omi/Nasdaq", "moldudp64/itch50", &[]),
    ("omi/Asx", "moldudp64/asx-itch", &["Heartbeat.pcap"]),
    ("omi/Cboe", "cboe/pitch", &[]),
    ("st2022-7", "rtp/rtp", &[]),
    ("deribit", "deribit/deribit", &[]),
    ("omi/Cme", "mdp3/mdp3", &[]),
    ("omi/Memx", "memx/memx", &["Heartbeat.pcap"]),
    ("omi/Nyse", "nyse/pillar", &[]),
    ("omi/Siac", "opra/opra", &["ControlMessage.pcap"]),
    ("omi/Eurex", "eobi6/eobi6", &["Heartbeat.pcap", "InstrumentSummary.pcap", "ProductSummary.pcap"]),
];

/// A sample of Nasdaq's lies in another venue's folder.
const ELSEWHERE: (&str, &str) =
    ("Memx/Equities.MemiorDepth.v1.3/StockTradingActionMessage.pcap", "moldudp64/itch50");

/// The verdict over a file: every datagram of it, if it takes as many.
fn verdict(file: &std::path::Path) -> Verdict {
    let mut recogniser = Recogniser::new();
    let mut verdict = None;
    captures::payloads(file, |payload| {
        if verdict.is_none() {
            verdict = recogniser.feed(0, payload);
        }
    });
    verdict.unwrap_or_else(|| recogniser.decide())
}

#[test]
fn captures_are_taken_for_what_they_are() {
    let mut wrong = Vec::new();
    for (folder, spoken, untold) in SPOKEN {
        let Some(folder) = captures::path(folder) else { continue };
        let mut files = Vec::new();
        for extension in ["pcap", "pcapng", "gz"] {
            files.extend(captures::files(&folder, extension));
        }
        assert!(!files.is_empty(), "{}", folder.display());
        for file in files {
            let spoken = if file.ends_with(ELSEWHERE.0) { &ELSEWHERE.1 } else { spoken };
            let told = !untold.iter().any(|name| file.ends_with(name));
            let known = spoken.parse::<Protocol>().is_ok();
            let (right, made) = match verdict(&file) {
                Verdict::Took { protocol, .. } => {
                    (protocol.name() == *spoken && told, format!("taken for {}", protocol.name()))
                }
                Verdict::Refused(refusal) => {
                    let among = refusal.candidates.iter().any(|protocol| protocol.name() == *spoken);
                    (!known || among && !told, refusal.to_string())
                }
            };
            if !right {
                wrong.push(format!("{}: {made}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
