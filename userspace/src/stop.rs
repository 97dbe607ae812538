//! SIGINT and SIGTERM: the first ends a command in good order, the second at once.

use std::sync::{Arc, atomic::AtomicBool};

use anyhow::{Context, Result};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// Exit code of the second signal, as a shell shows a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// A flag that the first of these signals sets. The second ends the process; what it had attached and joined goes
/// with it.
///
/// # Errors
/// When the handlers cannot be set.
pub fn on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .context("cannot handle SIGINT and SIGTERM")?;
    }
    Ok(stop)
}
