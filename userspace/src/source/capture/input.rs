//! The bytes of one capture, unpacked, through one buffer of fixed size.

use super::members::Members;
use anyhow::{Context, bail};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::Path,
};

/// Most bytes that can be asked for at once, and so the largest record or block that is read. It bounds what a
/// lying length can make us allocate. libpcap writes packets of up to 256 KiB; a pcapng block adds options to
/// that. Too low and true captures are refused; higher only costs address space.
pub(super) const MAX_CONTIGUOUS: usize = 1 << 20;

/// Bytes asked of the file at once: large enough that system calls don't count (some 2,000 packets), small
/// enough that the bytes are still in the L2 cache when they are looked at.
const READ_LEN: usize = 256 << 10;

/// First bytes of files that are packed in a way that is not unpacked here, and the command that does.
const PACKED: [(&[u8], &str, &str); 4] = [
    (b"\x28\xb5\x2f\xfd", "zstd", "zstd -dc"),
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"BZh", "bzip2", "bzip2 -dc"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4 -dc"),
];
const GZIP: &[u8] = b"\x1f\x8b";

/// A buffered capture.
pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    /// `start..end` is read but not consumed yet.
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Unpacked bytes in front of `start`.
    consumed: u64,
    ended: bool,
    cut_off: bool,
}

impl Input {
    /// Opens a file, or standard input for `-`, unpacking gzip, which is told by its first bytes.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let raw: Box<dyn Read + Send> = if path.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            let file = File::open(path).context("cannot be opened")?;
            if file.metadata().is_ok_and(|meta| meta.is_dir()) {
                bail!("is a directory, not a capture");
            }
            Box::new(file)
        };
        Self::new(raw)
    }

    pub(super) fn new(raw: Box<dyn Read + Send>) -> anyhow::Result<Self> {
        let mut raw = BufReader::with_capacity(READ_LEN, raw);
        let magic = loop {
            match raw.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other.context("cannot be read")?,
            }
        };
        if let Some((_, kind, command)) = PACKED.iter().find(|(first, ..)| magic.starts_with(first)) {
            bail!("is packed with {kind}; unpack it on the way: {command} FILE | xdpfeed … -");
        }
        let reader: Box<dyn Read + Send> =
            if magic.starts_with(GZIP) { Box::new(Members::new(raw)) } else { Box::new(raw) };
        Ok(Self {
            reader,
            buffer: vec![0; MAX_CONTIGUOUS].into_boxed_slice(),
            start: 0,
            end: 0,
            consumed: 0,
            ended: false,
            cut_off: false,
        })
    }

    /// Makes the next `len` bytes available to [`Input::bytes`]; false when the capture ends before.
    ///
    /// # Errors
    /// Reading fails, or the packed bytes are damaged. The end of a gzip stream cut off is no error.
    #[inline]
    pub(super) fn fill(&mut self, len: usize) -> io::Result<bool> {
        if self.end - self.start >= len { Ok(true) } else { self.refill(len) }
    }

    fn refill(&mut self, len: usize) -> io::Result<bool> {
        debug_assert!(len <= MAX_CONTIGUOUS, "callers check lengths they have read");
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < len && !self.ended {
            let room = (self.end + READ_LEN).min(self.buffer.len());
            match self.reader.read(&mut self.buffer[self.end..room]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Only the gzip decoder says so: its stream stops inside a member.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    (self.ended, self.cut_off) = (true, true);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.end >= len)
    }

    /// What is available, from the next byte on.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Consumes the next `len` bytes, or those that are available if they are fewer.
    #[inline]
    pub(super) fn consume(&mut self, len: usize) {
        let len = len.min(self.end - self.start);
        self.start += len;
        self.consumed += len as u64;
    }

    /// Consumes the next `len` bytes, however many; false when the capture ends before.
    pub(super) fn skip(&mut self, mut len: u64) -> io::Result<bool> {
        while len > 0 {
            if !self.fill(1)? {
                return Ok(false);
            }
            let step = len.min((self.end - self.start) as u64);
            self.consume(usize::try_from(step).unwrap_or(usize::MAX));
            len -= step;
        }
        Ok(true)
    }

    /// Where the next byte is in the unpacked capture.
    pub(super) const fn position(&self) -> u64 {
        self.consumed
    }

    /// True when the compressed stream stopped in the middle.
    pub(super) const fn cut_off(&self) -> bool {
        self.cut_off
    }
}
