//! The receiver's CPU by itself: how late a thread is that does nothing but look at the clock: what the
//! machine adds to any path's latencies, measured in other seconds than theirs.

use std::{thread, time::Duration};

use anyhow::{Result, anyhow};

use super::windows::Windows;
use crate::{clock::Clock, cpu::pin, latency::Latency};

/// For `time`, how long `rate` packets a second would have waited for a thread on CPU `cpu` to look, had they come.
///
/// # Errors
/// The CPU cannot be had.
pub(super) fn wait(cpu: usize, rate: f64, time: Duration) -> Result<Vec<Latency>> {
    let looking = thread::spawn(move || {
        pin(cpu)?;
        let apart_ns = (1e9 / rate) as u64;
        let mut windows = Windows::default();
        let mut due_ns = Clock::Monotonic.now_ns();
        let end_ns = due_ns + time.as_nanos() as u64;
        while due_ns < end_ns {
            let now_ns = Clock::Monotonic.now_ns();
            while due_ns <= now_ns {
                windows.record(now_ns, now_ns - due_ns);
                due_ns += apart_ns;
            }
        }
        Ok(windows.ended())
    });
    looking.join().map_err(|_| anyhow!("looking at the clock panicked"))?
}
