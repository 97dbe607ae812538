//! What is asked by `xdpfeed ctl`, and the answers.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Receiver, Site, Totals, recover,
    summary::{Running, summary},
};
use crate::{
    latency::Latency,
    ledger::InFlight,
    pipeline::{Account, ChannelAccount},
    worker::mailbox::{Command, Counts, Returned},
};

/// Packets a driver hands over at once (`NAPI_POLL_WEIGHT`): counted by the program, and not in the ring yet. Lower: a
/// snapshot may be told to be out of balance that is not. Higher: as many could be lost unseen until the end.
const HANDED_OVER: u64 = 64;

/// One request: a JSON object on a line of its own.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Receive one more line.
    AddLine {
        /// As for `--line`.
        line: String,
        /// As for `--protocol`, for its channel where that is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol: Option<String>,
    },
    /// Receive a line no more.
    RemoveLine {
        /// `CHANNEL/LINE`.
        line: String,
    },
    /// What was counted until now.
    Stats {
        /// As text, as a person reads it.
        #[serde(default)]
        text: bool,
    },
}

impl Receiver<'_> {
    /// Does what is asked and says what came of it: an object with `ok`, or with `error`.
    pub(super) fn answer(&mut self, request: &[u8]) -> String {
        match self.obey(request) {
            Ok(ok) => json!({ "ok": ok }),
            Err(error) => json!({ "error": format!("{error:#}") }),
        }
        .to_string()
    }

    fn obey(&mut self, request: &[u8]) -> Result<Value> {
        let request: Request = serde_json::from_slice(request)
            .context("not a request: see docs/control.md for what can be asked")?;
        match request {
            Request::AddLine { line, protocol } => {
                let protocol =
                    protocol.map(|protocol| protocol.parse()).transpose().map_err(anyhow::Error::msg)?;
                let done = self.add_line(&line.parse()?, protocol)?;
                self.tell(format_args!("{done}"));
                Ok(done.into())
            }
            Request::RemoveLine { line } => {
                let done = self.remove_line(&line)?;
                self.tell(format_args!("{done}"));
                Ok(done.into())
            }
            Request::Stats { text } => self.stats(text),
        }
    }

    /// The summary as it would be now. The programs say what they have counted; then each worker writes down what it has,
    /// downstream first, and what its sockets say; then recovery, which hands to it, and the programs are asked once more.
    fn stats(&mut self, text: bool) -> Result<Value> {
        let before = self.sites.iter().map(Site::verdicts).collect::<Result<_>>()?;
        let counts = (0..self.stations.len()).map(|worker| self.count(worker)).collect::<Result<_>>()?;
        self.take_back()?;
        let totals = Totals::of(&self.stations, counts);
        let recovered =
            self.stations.iter().map(|station| Ok((station.channels.as_slice(), station.recovered()?)));
        let services = recover::services(recovered.collect::<Result<Vec<_>>>()?);
        let attached = self.sites.iter().map(Site::attached).max().unwrap_or_default();
        let ring = u64::from(self.args.sockets.rx_ring()) + HANDED_OVER;
        let in_flight = InFlight { frames: ring * attached as u64, datagrams: totals.meanwhile };
        let summary = summary(self, &totals, services.as_ref(), Some(&Running { before, in_flight }))?;
        Ok(if text { summary.to_string().into() } else { summary.to_json() })
    }

    /// Has a worker write down what it has counted, in memory made here.
    fn count(&mut self, worker: usize) -> Result<Counts> {
        let station = &mut self.stations[worker];
        let places = station.channels.iter().map(|channel| self.places[*channel]);
        let account =
            Account { channels: places.map(ChannelAccount::with_room).collect(), ..Account::default() };
        let attached = self.sites.iter().flat_map(|site| &site.now);
        let sockets: usize = attached.map(|attached| attached.seats.len()).sum();
        // As many again may be on their way out.
        let ports = Vec::with_capacity(2 * (sockets + station.free_ports.len()));
        let counts = Box::new(Counts { account, ports, latency: Some(Latency::new()), ..Counts::default() });
        match station.ask(Command::Count(counts))? {
            Returned::Counts(counts) => Ok(*counts),
            _ => bail!("the receiver is stopping"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_are_written() {
        for (text, request) in [
            (
                r#"{"do":"add-line","line":"itch/C=eth0,224.0.1.1:1","protocol":"iextp/deep"}"#,
                Request::AddLine {
                    line: "itch/C=eth0,224.0.1.1:1".into(),
                    protocol: Some("iextp/deep".into()),
                },
            ),
            (
                r#"{"do":"add-line","line":"A=eth0,224.0.1.1:1"}"#,
                Request::AddLine { line: "A=eth0,224.0.1.1:1".into(), protocol: None },
            ),
            (r#"{"do":"remove-line","line":"itch/C"}"#, Request::RemoveLine { line: "itch/C".into() }),
            (r#"{"do":"stats","text":true}"#, Request::Stats { text: true }),
        ] {
            assert_eq!(serde_json::from_str::<Request>(text).unwrap(), request);
            assert_eq!(serde_json::to_string(&request).unwrap(), text);
        }
        for wrong in ["", "{}", r#"{"do":"stop"}"#, r#"{"do":"stats","all":1}"#, "stats"] {
            assert!(serde_json::from_str::<Request>(wrong).is_err(), "{wrong}");
        }
    }
}
