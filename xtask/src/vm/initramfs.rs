//! The guest's root file system: an archive in cpio's "newc" format, which the kernel unpacks into memory.
//!
//! Not compressed: that would save qemu nothing and cost the emulated processor seconds.

use std::collections::BTreeSet;

const DIRECTORY: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_777;

/// An archive being written.
#[derive(Debug, Default)]
pub(super) struct Initramfs {
    bytes: Vec<u8>,
    directories: BTreeSet<String>,
    entries: u32,
}

impl Initramfs {
    /// Adds an empty directory, and those above it.
    pub(super) fn directory(&mut self, path: &str) {
        let mut above = path.match_indices('/').map(|(end, _)| &path[..end]).chain([path]);
        above.by_ref().for_each(|directory| {
            if self.directories.insert(directory.to_owned()) {
                self.entry(directory, DIRECTORY, &[]);
            }
        });
    }

    /// Adds a file that may be executed.
    pub(super) fn program(&mut self, path: &str, bytes: &[u8]) {
        self.parent(path);
        self.entry(path, PROGRAM, bytes);
    }

    /// Adds a symbolic link.
    pub(super) fn link(&mut self, path: &str, target: &str) {
        self.parent(path);
        self.entry(path, LINK, target.as_bytes());
    }

    /// The whole archive.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }

    fn parent(&mut self, path: &str) {
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.directory(parent);
        }
    }

    fn entry(&mut self, path: &str, mode: u32, bytes: &[u8]) {
        self.entries += 1;
        let (name, size) = (path.len() as u32 + 1, bytes.len() as u32);
        // Inode, mode, owner, group, links, time, size, device and what it stands for, length of the name, no sum.
        let fields = [self.entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name, 0];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08X}").as_bytes());
        }
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(bytes);
        self.align();
    }

    /// Names and contents begin at multiples of four bytes.
    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_what_cpio_makes_of_the_same_files() {
        let mut archive = Initramfs::default();
        archive.program("bin/sh", b"hello");
        archive.program("bin/true", b"");
        let bytes = archive.finish();
        let text = String::from_utf8(bytes).unwrap();
        let expected = [
            "070701",
            "00000001",
            "000041ED",
            "00000000",
            "00000000",
            "00000001",
            "00000000",
            "00000000",
            "00000000",
            "00000000",
            "00000000",
            "00000000",
            "00000004",
            "00000000",
            "bin\0\0\0",
            "070701",
            "00000002",
            "000081ED",
            "00000000",
            "00000000",
            "00000001",
            "00000000",
            "00000005",
            "00000000",
            "00000000",
            "00000000",
            "00000000",
            "00000007",
            "00000000",
            "bin/sh\0\0\0\0",
            "hello\0\0\0",
        ]
        .concat();
        assert!(text.starts_with(&expected), "{text:?}\n{expected:?}");
        assert!(text.ends_with("TRAILER!!!\0\0\0\0"));
        assert_eq!(text.len() % 4, 0);
    }
}
