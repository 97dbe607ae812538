//! The host as a receiver finds it: kernel, privileges, CPUs, memory. Read, never changed.

mod cpus;
mod kernel;
mod memory;
mod privileges;

pub use cpus::{Cpus, IdleState, cpu_list};
pub use kernel::{Config, Kernel};
pub use memory::{HugePages, Memory};
pub use privileges::{Capability, Privileges};

use serde::Serialize;

use super::{Process, Processes, processes::with_xdp_rings};

/// All of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Host {
    /// The kernel.
    pub kernel: Kernel,
    /// What this process may do.
    pub privileges: Privileges,
    /// The CPUs.
    pub cpus: Cpus,
    /// Locked memory and huge pages.
    pub memory: Memory,
    /// Processes seen to have AF_XDP sockets, where the kernel does not say which are bound to what; `None` where it
    /// does.
    pub af_xdp_processes: Option<Vec<Process>>,
    /// Processes that could not be looked at for that.
    pub unseen_processes: usize,
    /// A daemon that moves interrupts from CPU to CPU runs.
    pub irqbalance: bool,
}

impl Host {
    /// Looks at the host.
    #[must_use]
    pub fn read(processes: &Processes) -> Self {
        let kernel = Kernel::read();
        let rings = (!kernel.lists_xdp_sockets()).then(with_xdp_rings);
        Self {
            unseen_processes: rings.as_ref().map_or(0, |(_, unseen)| *unseen),
            af_xdp_processes: rings.map(|(seen, _)| seen),
            kernel,
            privileges: Privileges::read(),
            cpus: Cpus::read(),
            memory: Memory::read(),
            irqbalance: processes.names.iter().any(|name| name == "irqbalance"),
        }
    }
}
