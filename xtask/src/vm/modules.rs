//! Kernel modules, in the order they must be loaded. The packages come without modules.dep, which is made where they
//! are installed; each module says itself what it depends on.

use std::collections::HashMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A module's name and its bytes.
pub(super) type Module = (String, Vec<u8>);

/// `wanted` and what they depend on, below `root`; those built into the kernel have no file and are left out.
///
/// # Errors
/// A file cannot be read or unpacked.
pub(super) fn in_order(root: &Path, wanted: &[&str]) -> Result<Vec<Module>> {
    let mut files = HashMap::new();
    // `usr` with merged directories, from 7.3 on.
    for modules in ["lib/modules", "usr/lib/modules"].map(|dir| root.join(dir)) {
        if modules.is_dir() {
            index(&modules, &mut files)?;
        }
    }
    let mut loaded = Vec::new();
    for name in wanted {
        add(name, &files, &mut loaded)?;
    }
    Ok(loaded)
}

fn add(name: &str, files: &HashMap<String, PathBuf>, loaded: &mut Vec<Module>) -> Result<()> {
    let name = name.replace('-', "_");
    let Some(file) = files.get(&name).filter(|_| !loaded.iter().any(|(other, _)| *other == name)) else {
        return Ok(());
    };
    let bytes = read(file).with_context(|| format!("cannot read {}", file.display()))?;
    for dependency in depends(&bytes) {
        add(dependency, files, loaded)?;
    }
    loaded.push((name, bytes));
    Ok(())
}

/// Every module below `dir`, by its name.
fn index(dir: &Path, files: &mut HashMap<String, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let (kind, path, name) = (entry.file_type()?, entry.path(), entry.file_name());
        if kind.is_dir() {
            index(&path, files)?;
        } else if let Some((name, "ko" | "ko.xz")) = name.to_string_lossy().split_once('.') {
            files.insert(name.replace('-', "_"), path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(file)?;
    if file.extension().is_none_or(|extension| extension != "xz") {
        return Ok(bytes);
    }
    let mut module = Vec::new();
    lzma_rs::xz_decompress(&mut Cursor::new(bytes), &mut module)
        .map_err(|error| anyhow::anyhow!("cannot unpack it: {error:?}"))?;
    Ok(module)
}

/// The section `.modinfo` holds strings such as `depends=net_failover,virtio`.
fn depends(module: &[u8]) -> impl Iterator<Item = &str> {
    const KEY: &[u8] = b"\0depends=";
    let start = module.windows(KEY.len()).position(|window| window == KEY).map(|start| start + KEY.len());
    let list = start.and_then(|start| module[start..].split(|byte| *byte == 0).next()).unwrap_or_default();
    std::str::from_utf8(list).unwrap_or_default().split(',').filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_what_a_module_depends_on_first() -> Result<()> {
        let root = std::env::temp_dir().join(format!("xdpfeed-modules-{}", std::process::id()));
        let dir = root.join("lib/modules/6.1/kernel/net");
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("virtio-net.ko"), b"\x7fELF\0name=x\0depends=net_failover,virtio\0license=GPL\0")?;
        fs::write(dir.join("net_failover.ko"), b"\x7fELF\0depends=failover\0")?;
        fs::write(dir.join("failover.ko"), b"\x7fELF\0depends=\0")?;
        fs::write(dir.join("modules.dep"), b"")?;
        let order = in_order(&root, &["virtio_net", "failover", "built_in"]);
        fs::remove_dir_all(&root)?;
        let names: Vec<_> = order?.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["failover", "net_failover", "virtio_net"]);
        Ok(())
    }
}
