//! `--control PATH`: a Unix socket on which requests come, a line each, and are answered in order, a line each.

use std::{
    fs,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::{
            fs::{FileTypeExt as _, MetadataExt as _},
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use nix::sys::stat::{Mode, umask};

use crate::{console::tell, failure::Failure};

/// Who may ask: the user xdpfeed runs as.
const NOT_OTHERS: Mode = Mode::from_bits_truncate(0o177);

/// Bytes of the longest request. A line with the longest of names is a tenth of it. Lower: real requests are refused.
/// Higher: one who sends no end of line has more memory.
const LONGEST: usize = 4096;

/// Connections at one time; others wait in the kernel's queue. Lower: somebody waits for those who say nothing. Higher:
/// memory.
const CONNECTIONS: usize = 8;

/// Requests answered in a row on one connection, before there is another look at everything else. Lower: many lines take
/// longer. Higher: the end of the run waits for them.
const REQUESTS: usize = 64;

/// How long a connection may say nothing, or not read its answers. Lower: one who types by hand is cut off. Higher: one
/// who hangs keeps others out.
const PATIENCE: Duration = Duration::from_secs(30);

/// The socket; its file goes with it.
pub(super) struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the file: another one of the name is not ours to remove.
    file: (u64, u64),
    connections: Vec<Connection>,
}

struct Connection {
    stream: UnixStream,
    asked: Vec<u8>,
    answered: Vec<u8>,
    /// Nothing more will be asked.
    ended: bool,
    last: Instant,
}

impl ControlSocket {
    /// Listens at `path`. A socket that a dead process left there is replaced.
    ///
    /// # Errors
    /// [`Failure::Usage`] when something else is there, or another process answers; [`Failure::Failed`] when the kernel
    /// refuses.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let listener = match listen(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                is_stale(path)?;
                fs::remove_file(path)
                    .with_context(|| format!("cannot replace the socket {}", path.display()))?;
                listen(path)
            }
            listening => listening,
        };
        let listener = listener.with_context(|| {
            format!(
                "--control {}: cannot listen there: name a file in a directory of your own",
                path.display()
            )
        })?;
        listener.set_nonblocking(true).context("cannot set up the control socket")?;
        let file = fs::symlink_metadata(path).context("cannot look at the control socket")?;
        let (file, connections) = ((file.dev(), file.ino()), Vec::new());
        Ok(Self { listener, path: path.to_owned(), file, connections })
    }

    /// What to wait for: each descriptor, and whether it is to be written to.
    pub(super) fn descriptors(&self) -> Vec<(BorrowedFd<'_>, bool)> {
        let mut descriptors = Vec::with_capacity(CONNECTIONS + 1);
        if self.connections.len() < CONNECTIONS {
            descriptors.push((self.listener.as_fd(), false));
        }
        let connections = self.connections.iter();
        descriptors.extend(connections.map(|of| (of.stream.as_fd(), !of.answered.is_empty())));
        descriptors
    }

    /// Answers what was asked. Never blocks.
    pub(super) fn serve(&mut self, mut answer: impl FnMut(&[u8]) -> String) {
        while self.connections.len() < CONNECTIONS
            && let Ok((stream, _)) = self.listener.accept()
        {
            if stream.set_nonblocking(true).is_ok() {
                let (asked, answered, last) = (Vec::new(), Vec::new(), Instant::now());
                self.connections.push(Connection { stream, asked, answered, ended: false, last });
            }
        }
        self.connections
            .retain_mut(|connection| connection.serve(&mut answer) && connection.last.elapsed() < PATIENCE);
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path).is_ok_and(|file| (file.dev(), file.ino()) == self.file);
        if ours && let Err(error) = fs::remove_file(&self.path) {
            tell(format_args!("xdpfeed: cannot remove {}: {error}", self.path.display()));
        }
    }
}

impl Connection {
    /// Reads, answers and writes as far as that goes. False when it is over.
    fn serve(&mut self, answer: &mut impl FnMut(&[u8]) -> String) -> bool {
        for _ in 0..REQUESTS {
            // One answer at a time is kept: who does not read asks no more.
            if !self.write() {
                return false;
            }
            if !self.answered.is_empty() {
                return true;
            }
            let Some(end) = self.asked.iter().position(|byte| *byte == b'\n') else {
                if self.asked.len() > LONGEST {
                    self.answered =
                        refusal(&format!("a request has at most {LONGEST} bytes and ends with a line"));
                    (self.ended, self.last) = (true, Instant::now());
                    self.asked.clear();
                } else if self.ended {
                    return false;
                } else if !self.read() {
                    return !self.ended;
                }
                continue;
            };
            let request: Vec<u8> = self.asked.drain(..=end).collect();
            self.answered = answer(request.trim_ascii()).into_bytes();
            self.answered.push(b'\n');
            self.last = Instant::now();
        }
        true
    }

    /// Reads what there is. False when there is nothing now.
    fn read(&mut self) -> bool {
        let mut bytes = [0; LONGEST];
        match self.stream.read(&mut bytes) {
            Ok(0) => self.ended = true,
            Ok(len) => {
                self.asked.extend(&bytes[..len]);
                self.last = Instant::now();
                return true;
            }
            Err(error) if waits(&error) => {}
            Err(_) => self.ended = true,
        }
        false
    }

    /// Writes what there is room for. False when nobody reads it any more.
    fn write(&mut self) -> bool {
        while !self.answered.is_empty() {
            match self.stream.write(&self.answered) {
                Ok(0) => return false,
                Ok(len) => {
                    self.answered.drain(..len);
                    self.last = Instant::now();
                }
                Err(error) if waits(&error) => return true,
                Err(_) => return false,
            }
        }
        true
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// An answer to what cannot be read, line end included.
fn refusal(why: &str) -> Vec<u8> {
    format!("{}\n", serde_json::json!({ "error": why })).into_bytes()
}

/// The file is made with the right mode, not given it later. No other thread makes files meanwhile: there is none yet.
fn listen(path: &Path) -> io::Result<UnixListener> {
    let before = umask(NOT_OTHERS);
    let listener = UnixListener::bind(path);
    umask(before);
    listener
}

/// Whether what is at `path` is a socket that nobody listens on any more.
fn is_stale(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let file = fs::symlink_metadata(path).with_context(|| format!("cannot look at {shown}"))?;
    if !file.file_type().is_socket() {
        return Err(Failure::Usage(format!(
            "--control {shown}: there is a file of that name already: name another"
        )));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(anyhow!(error).context(format!("cannot tell who listens on {shown}")).into()),
        Ok(_) => Err(Failure::Usage(format!(
            "--control {shown}: another process is controlled there: name another file, or end that one"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::fs::PermissionsExt as _;

    fn directory() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("control");
        (directory, path)
    }

    fn serve(socket: &mut ControlSocket) {
        // The kernel hands over at once: a few looks are enough for everything that was sent before.
        for _ in 0..4 {
            socket.serve(|request| format!("<{}>", String::from_utf8_lossy(request)));
        }
    }

    #[test]
    fn only_the_user_reaches_it_and_it_goes_with_its_value() {
        let (_directory, path) = directory();
        let socket = ControlSocket::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn a_dead_one_is_replaced_and_a_live_one_is_not() {
        let (_directory, path) = directory();
        // What a killed process leaves: its file.
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let socket = ControlSocket::open(&path).unwrap();
        let refused = ControlSocket::open(&path).map(drop).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
        assert!(refused.to_string().contains("another process is controlled there"), "{refused}");
        drop(socket);
        fs::write(&path, "a letter").unwrap();
        let refused = ControlSocket::open(&path).map(drop).unwrap_err();
        assert!(refused.to_string().contains("a file of that name"), "{refused}");
        assert!(path.exists());
    }

    #[test]
    fn a_file_that_took_its_place_stays() {
        let (_directory, path) = directory();
        let socket = ControlSocket::open(&path).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "a letter").unwrap();
        drop(socket);
        assert!(path.exists());
    }

    #[test]
    fn requests_are_answered_in_order_however_they_are_cut() {
        let (_directory, path) = directory();
        let mut socket = ControlSocket::open(&path).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        for piece in ["on", "e\ntwo\n", "thr", "ee\n"] {
            client.write_all(piece.as_bytes()).unwrap();
            serve(&mut socket);
        }
        let mut answers = BufReader::new(client.try_clone().unwrap()).lines();
        for expected in ["<one>", "<two>", "<three>"] {
            assert_eq!(answers.next().unwrap().unwrap(), expected);
        }
        drop((client, answers));
        serve(&mut socket);
        assert!(socket.connections.is_empty());
    }

    #[test]
    fn a_request_without_end_is_refused() {
        let (_directory, path) = directory();
        let mut socket = ControlSocket::open(&path).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        client.write_all(&[b'x'; 2 * LONGEST]).unwrap();
        serve(&mut socket);
        let mut answer = String::new();
        BufReader::new(client).read_line(&mut answer).unwrap();
        assert!(answer.contains("at most 4096 bytes"), "{answer}");
        serve(&mut socket);
        assert!(socket.connections.is_empty());
    }

    #[test]
    fn who_reads_nothing_is_not_answered_for_ever() {
        let (_directory, path) = directory();
        let mut socket = ControlSocket::open(&path).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        client.write_all("x\n".repeat(2_000).as_bytes()).unwrap();
        for _ in 0..200 {
            socket.serve(|_| "y".repeat(100_000));
        }
        assert!(socket.connections[0].answered.len() <= 100_001);
        assert_eq!(socket.descriptors().len(), 2);
    }
}
