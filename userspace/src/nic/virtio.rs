//! What a virtio NIC's host lets its driver do. The driver announces native XDP and zero-copy whatever its host offers,
//! and refuses them when they are asked for.

use std::{fs, path::Path};

use serde::Serialize;

/// Feature bits (`linux/virtio_net.h`, `linux/virtio_config.h`).
const GUEST_OFFLOADS_CAN_BE_SWITCHED: usize = 2;
const ACCESS_PLATFORM: usize = 33;
/// Checksums and joined packets that the host hands in: the driver must be able to switch them off.
const GUEST_OFFLOADS: [usize; 7] = [1, 7, 8, 9, 10, 54, 55];

/// What the driver will refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Virtio {
    /// Native XDP: the host joins packets, and that cannot be switched off.
    pub refuses_native: bool,
    /// Zero-copy: the device reaches memory past the kernel's DMA interface.
    pub refuses_zero_copy: bool,
}

/// Reads them from the device's directory in sysfs; `None` for any other device.
pub(super) fn virtio(device: &Path) -> Option<Virtio> {
    let subsystem = fs::canonicalize(device.join("subsystem")).ok()?;
    (subsystem.file_name()? == "virtio").then_some(())?;
    Some(parse(&fs::read_to_string(device.join("features")).ok()?))
}

/// A digit a bit, bit 0 first.
fn parse(features: &str) -> Virtio {
    let has = |bit: usize| features.as_bytes().get(bit) == Some(&b'1');
    Virtio {
        refuses_native: !has(GUEST_OFFLOADS_CAN_BE_SWITCHED) && GUEST_OFFLOADS.into_iter().any(has),
        refuses_zero_copy: !has(ACCESS_PLATFORM),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(bits: &[usize]) -> Virtio {
        let digit = |bit| if bits.contains(&bit) { '1' } else { '0' };
        parse(&(0..64).map(digit).collect::<String>())
    }

    #[test]
    fn what_the_host_withholds_is_refused() {
        // qemu's default; with iommu_platform=on; a host that joins packets without a switch.
        assert_eq!(with(&[0, 1, 2, 7, 8, 15]), Virtio { refuses_native: false, refuses_zero_copy: true });
        assert_eq!(
            with(&[0, 1, 2, 7, 8, 15, 32, 33]),
            Virtio { refuses_native: false, refuses_zero_copy: false }
        );
        assert_eq!(with(&[0, 1, 7, 8, 32]), Virtio { refuses_native: true, refuses_zero_copy: true });
        assert_eq!(with(&[0, 5, 15, 32, 33]), Virtio { refuses_native: false, refuses_zero_copy: false });
    }
}
