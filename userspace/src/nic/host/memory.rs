//! How much memory may be locked, and huge pages.

use std::fs;

use serde::Serialize;

/// Memory as far as sockets need it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Memory {
    /// Bytes this user may lock (`RLIMIT_MEMLOCK`); `None` for as many as there are.
    pub locked_most: Option<u64>,
    /// Huge pages, by size.
    pub huge_pages: Vec<HugePages>,
}

/// Huge pages of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HugePages {
    /// Their size.
    pub kib: u64,
    /// Reserved.
    pub total: u64,
    /// Of these, not in use.
    pub free: u64,
}

impl Memory {
    pub(super) fn read() -> Self {
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        Self { locked_most: locked_most(&limits), huge_pages: huge_pages() }
    }
}

/// `/proc/self/limits`: name, soft and hard limit, unit.
fn locked_most(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max locked memory"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn huge_pages() -> Vec<HugePages> {
    let directories = fs::read_dir("/sys/kernel/mm/hugepages").into_iter().flatten().filter_map(Result::ok);
    let mut pages: Vec<HugePages> = directories
        .filter_map(|directory| {
            let kib = size(directory.file_name().to_str()?)?;
            let number = |name: &str| -> Option<u64> {
                fs::read_to_string(directory.path().join(name)).ok()?.trim().parse().ok()
            };
            Some(HugePages { kib, total: number("nr_hugepages")?, free: number("free_hugepages")? })
        })
        .collect();
    pages.sort_unstable_by_key(|pages| pages.kib);
    pages
}

/// `hugepages-2048kB`
fn size(name: &str) -> Option<u64> {
    name.strip_prefix("hugepages-")?.strip_suffix("kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_the_one_that_holds() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             96365                96365                processes \n\
                      Max locked memory         8388608              unlimited            bytes     \n";
        assert_eq!(locked_most(limits), Some(8_388_608));
        assert_eq!(locked_most(&limits.replace("8388608", "unlimited")), None);
    }

    #[test]
    fn directories_name_the_size() {
        assert_eq!(size("hugepages-1048576kB"), Some(1_048_576));
        assert_eq!(size("other"), None);
    }
}
