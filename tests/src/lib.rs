//! Network namespaces, veth pairs and processes: what the end-to-end tests and the demo stand on.
//!
//! Everything made here is taken away again: when its value is dropped, on Ctrl-C and SIGTERM ([`cleanup`]), and
//! what a killed run left behind by the next one ([`Netns::new`]).

mod capture; // captures that are not ours to ship
pub mod cleanup; // what goes when a signal ends the process
mod ip; // the `ip` command
mod netns; // network namespaces
mod network; // a publisher's host and a receiver's, joined by the lines of a feed
mod process; // xdpfeed as a child process
mod requirement; // what a test needs of the host
mod veth; // veth pairs

pub use capture::capture;
pub use netns::Netns;
pub use network::{Network, cpus};
pub use process::{Finished, Process, xdpfeed_binary};
pub use requirement::{cannot_run, root};
pub use veth::{VethOptions, VethPair};
