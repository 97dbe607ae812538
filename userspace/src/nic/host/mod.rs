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

use super::Processes;

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
    /// A daemon that moves interrupts from CPU to CPU runs.
    pub irqbalance: bool,
}

impl Host {
    /// Looks at the host.
    #[must_use]
    pub fn read(processes: &Processes) -> Self {
        Self {
            kernel: Kernel::read(),
            privileges: Privileges::read(),
            cpus: Cpus::read(),
            memory: Memory::read(),
            irqbalance: processes.names.iter().any(|name| name == "irqbalance"),
        }
    }
}
