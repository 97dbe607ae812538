//! The interrupts of a NIC, and the CPUs they go to.

use std::{fs, path::Path};

use serde::Serialize;

use super::host::cpu_list;

/// One interrupt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interrupt {
    /// Its number.
    pub number: u32,
    /// As the driver named it: `eth0-rx-0`.
    pub name: String,
    /// The CPUs it may go to.
    pub allowed: Vec<usize>,
    /// Those it goes to.
    pub effective: Vec<usize>,
}

/// The interrupts of the device in `directory` below `/sys/devices`, or of the one it stands on (virtio on PCI), that
/// have a handler. Empty where the device has none of its own.
#[must_use]
pub(super) fn interrupts(directory: &Path) -> Vec<Interrupt> {
    let own = directory.ancestors().take(2).map(|device| device.join("msi_irqs")).find(|irqs| irqs.is_dir());
    let Some(own) = own else { return Vec::new() };
    let entries = fs::read_dir(own).into_iter().flatten().filter_map(Result::ok);
    let mut numbers: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
        .into_iter()
        .filter_map(|number| interrupt(number, &Path::new("/proc/irq").join(number.to_string())))
        .collect()
}

fn interrupt(number: u32, directory: &Path) -> Option<Interrupt> {
    let list = |name: &str| cpu_list(&fs::read_to_string(directory.join(name)).unwrap_or_default());
    // The handler's name is a directory's.
    let mut entries = fs::read_dir(directory).ok()?.filter_map(Result::ok);
    let handler = entries.find(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))?;
    Some(Interrupt {
        number,
        name: handler.file_name().to_string_lossy().into_owned(),
        allowed: list("smp_affinity_list"),
        effective: list("effective_affinity_list"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_has_its_handlers_name() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        file("smp_affinity_list", "0-3\n");
        file("effective_affinity_list", "2\n");
        assert_eq!(interrupt(38, directory.path()), None, "nobody handles it");
        fs::create_dir(directory.path().join("eth0-rx-0")).unwrap();
        let found = interrupt(38, directory.path()).unwrap();
        assert_eq!((found.number, &found.name[..]), (38, "eth0-rx-0"));
        assert_eq!((found.allowed, found.effective), (vec![0, 1, 2, 3], vec![2]));
    }
}
