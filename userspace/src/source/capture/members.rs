//! The members of a gzip file, unpacked one after the other.

use flate2::bufread::GzDecoder;
use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read},
    mem,
};

type Packed = BufReader<Box<dyn Read + Send>>;

/// A gzip file. Zeros behind its last member are padding, as GNU gzip has it (tapes, block devices); flate2's
/// `MultiGzDecoder` takes them for a damaged member.
pub(super) struct Members {
    decoder: GzDecoder<Packed>,
    padded: bool,
}

impl Members {
    pub(super) fn new(packed: Packed) -> Self {
        Self { decoder: GzDecoder::new(packed), padded: false }
    }

    /// Behind a member: true when another one begins there.
    fn go_on(&mut self) -> io::Result<bool> {
        loop {
            let packed = self.decoder.get_mut();
            let rest = packed.fill_buf()?;
            let zeros = rest.iter().take_while(|byte| **byte == 0).count();
            if rest.is_empty() {
                return Ok(false);
            }
            if zeros < rest.len() && (self.padded || zeros > 0) {
                let error =
                    "something follows the zeros behind the gzip data: cut it off, or get the file again";
                return Err(io::Error::new(ErrorKind::InvalidData, error));
            }
            if zeros == 0 {
                let packed = mem::replace(packed, BufReader::with_capacity(0, Box::new(io::empty())));
                drop(self.decoder.reset(packed));
                return Ok(true);
            }
            packed.consume(zeros);
            self.padded = true;
        }
    }
}

impl Read for Members {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.decoder.read(into)?;
            if read > 0 || into.is_empty() || !self.go_on()? {
                return Ok(read);
            }
        }
    }
}
