//! `--wait busy-poll` on one device: its interrupts are put off where the kernel has something to poll, and only there.
//! Elsewhere each packet would wait for the timer that stands in for whoever polls.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};

use super::{Receiver, bind::Bound};
use crate::{
    ledger::{Ledger, Scope},
    nic::{Deferral, Interface, busy_polled},
    xsk::{Polled, Polling, Socket},
};

/// A device whose sockets are to be busy-polled.
#[derive(Debug, Default)]
pub(super) struct BusyPolling {
    /// What its sockets find out.
    polling: Arc<Polling>,
    /// Interrupts are put off until this goes.
    deferral: Option<Deferral>,
    /// It was told that there is nothing to poll.
    impossible_told: bool,
}

impl BusyPolling {
    /// Makes the sockets of `interface` ready. Nothing is put off yet.
    ///
    /// # Errors
    /// The kernel lets them not be busy-polled.
    pub(super) fn prepare(interface: &Interface, sockets: &mut [(u32, Socket)]) -> Result<Self> {
        let busy_polling = Self::default();
        for (queue, socket) in sockets {
            socket.prepare_busy_poll(&busy_polling.polling).with_context(|| {
                format!(
                    "cannot busy-poll queue {queue} of {}: it needs CAP_NET_ADMIN and Linux 5.11",
                    interface.name
                )
            })?;
        }
        Ok(busy_polling)
    }

    /// Puts interrupts off as soon as the kernel is known to have something to poll. Returns what the user should know,
    /// once.
    pub(super) fn look(&mut self, interface: &Interface, state_dir: &Path) -> Option<String> {
        let name = &interface.name;
        match self.polling.polled() {
            Polled::Unknown | Polled::Begun => None,
            Polled::Possible => {
                let deferral = Deferral::set(interface, state_dir);
                self.polling.begin();
                let competes =
                    |error| format!("{name}: busy polling competes with interrupts, which stay: {error:#}");
                deferral.map(|deferral| self.deferral = Some(deferral)).map_err(competes).err()
            }
            Polled::Impossible => {
                let told = std::mem::replace(&mut self.impossible_told, true);
                (!told).then(|| nothing_to_poll(name))
            }
        }
    }

    /// Whether interrupts are put off.
    pub(super) const fn puts_off(&self) -> bool {
        self.deferral.is_some()
    }
}

impl Receiver<'_> {
    /// Looks on each device whether busy polling can begin, or never will.
    pub(super) fn look_at_polling(&mut self) {
        let mut said = Vec::new();
        for attached in self.sites.iter_mut().filter_map(|site| site.now.as_mut()) {
            let Bound { interface, polling, warnings, .. } = &mut attached.bound;
            let looked = polling.as_mut().and_then(|it| it.look(interface, &self.args.sockets.state_dir));
            said.extend(looked.clone());
            warnings.extend(looked);
        }
        for said in said {
            self.tell(format_args!("{said}"));
        }
    }
}

fn nothing_to_poll(name: &str) -> String {
    format!(
        "{name}: packets came, and the kernel knows no NAPI of their sockets, so --wait busy-poll has nothing to poll: \
         interrupts were left as they are, and the worker spins, as with --wait spin, which is what to use here; from Linux \
         6.13 on busy polling needs a driver that ties its queues to their NAPI, and in some kernels zero-copy"
    )
}

/// Enters what busy polling has brought since `before`, on all interfaces of the namespace; what to know if it was nothing
/// although the interrupts of interfaces that brought packets, `put_off`, were put off for it.
///
/// # Errors
/// The kernel does not say.
pub(super) fn enter(before: u64, put_off: &[&str], ledger: &mut Ledger) -> Result<Option<String>> {
    let brought = busy_polled()?.saturating_sub(before);
    ledger.add(&Scope::Whole, "host_busy_polled", brought);
    Ok((brought == 0 && !put_off.is_empty()).then(|| {
        format!(
            "{}: busy polling brought none of the packets (TcpExt BusyPollRxPackets did not move), and with interrupts put \
             off each waited for a timer, up to 200 us (gro_flush_timeout): use --wait spin here",
            put_off.join(", ")
        )
    }))
}
