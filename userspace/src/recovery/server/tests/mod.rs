//! Clients against servers over loopback TCP, with each fault.

mod gaps;
mod joining;
mod listening;
mod waiting;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use super::*;

/// After which a test that still waits has failed: nothing here takes a tenth of it.
const STUCK: Duration = Duration::from_secs(60);

const SECOND_NS: u64 = 1_000_000_000;

fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
}

/// An address where nobody listens: the port is none that the kernel hands out.
fn nobody() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 1).into()
}

/// Calls `step` with the time until it says that it is done.
fn until(mut step: impl FnMut(u64) -> bool) {
    let clock = Instant::now();
    while !step(u64::try_from(clock.elapsed().as_nanos()).unwrap()) {
        assert!(clock.elapsed() < STUCK, "stuck");
        thread::sleep(Duration::from_millis(1));
    }
}
