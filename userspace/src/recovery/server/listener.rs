//! Serves sessions over TCP, each connection on a thread of its own.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::Session;
use crate::recovery::fault::Fault;

/// Connections served at a time. More are closed at once: a client that is told so tries again, one that waits in
/// a queue does not. Lower starves clients that connect again while their old connection lingers.
const CONNECTIONS: usize = 16;

/// How often a connection without input looks at its clock and at the stop flag, and the listener at its own: 5 ms.
/// Shorter costs CPU; longer delays heartbeats, answers after a delay, and the stop.
const TICK: Duration = Duration::from_millis(5);

/// How long a client that does not read is waited for.
const WRITE: Duration = Duration::from_secs(1);

/// Bytes read at a time.
const CHUNK: usize = 16 * 1024;

/// A server that runs until it is stopped, or dropped.
#[derive(Debug)]
pub struct Listening {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

/// The bytes after which the server dies, once: [`Fault::Die`].
type Fuse = Arc<Mutex<Option<u64>>>;

impl Listening {
    /// Serves every connection with the session that `session` makes for it, given the time in nanoseconds. Of
    /// `fault`, dying is this one's part; the others are the session's.
    ///
    /// # Errors
    /// When the listener's address cannot be told, or its mode not set.
    pub fn start<S: Session>(
        listener: TcpListener,
        fault: Fault,
        session: impl Fn(u64) -> S + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let fuse = Arc::new(Mutex::new(match fault {
            Fault::Die(bytes) => Some(bytes),
            _ => None,
        }));
        let accepting = thread::spawn(move || accept(&listener, &stopped, &fuse, &Arc::new(session)));
        Ok(Self { address, stop, accepting: Some(accepting) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes every connection, and returns when its last thread has ended.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(accepting) = self.accepting.take() {
            // A thread that panicked has told so itself.
            let _panicked = accepting.join();
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.end();
    }
}

fn accept<S: Session>(
    listener: &TcpListener,
    stop: &Arc<AtomicBool>,
    fuse: &Fuse,
    session: &Arc<impl Fn(u64) -> S + Send + Sync + 'static>,
) {
    let mut connections: Vec<JoinHandle<()>> = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        connections.retain(|connection| !connection.is_finished());
        match listener.accept() {
            Ok((stream, _)) if connections.len() < CONNECTIONS => {
                let (stop, fuse, session) = (Arc::clone(stop), Arc::clone(fuse), Arc::clone(session));
                connections.push(thread::spawn(move || {
                    let clock = Instant::now();
                    let session = session(0);
                    // However it ends, the client sees the connection closed.
                    let _ended = serve(&stream, session, clock, &stop, &fuse);
                }));
            }
            Ok((too_many, _)) => drop(too_many),
            Err(_) => thread::sleep(TICK),
        }
    }
    for connection in connections {
        let _panicked = connection.join();
    }
}

/// Serves one connection to its end. Its time starts with it.
fn serve(
    mut stream: &TcpStream,
    mut session: impl Session,
    clock: Instant,
    stop: &AtomicBool,
    fuse: &Fuse,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(WRITE))?;
    let (mut chunk, mut out) = (vec![0; CHUNK], Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let length = match stream.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        let now_ns = u64::try_from(clock.elapsed().as_nanos()).unwrap_or(u64::MAX);
        // Nothing received is no sign of life.
        let mut ended = match length {
            0 => Ok(now_ns),
            _ => session.feed(&chunk[..length], now_ns, &mut out).map(|()| now_ns),
        };
        // A session that has more to say at once is asked again, before anything is read.
        while ended.is_ok_and(|next_ns| next_ns <= now_ns) && !stop.load(Ordering::Relaxed) {
            ended = session.poll(now_ns, &mut out);
            if !write(&mut stream, &mut out, fuse)? {
                return Ok(());
            }
        }
        if !write(&mut stream, &mut out, fuse)? || ended.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes `out`, or as much of it as the fuse allows. `false`: it has blown.
fn write(stream: &mut &TcpStream, out: &mut Vec<u8>, fuse: &Fuse) -> io::Result<bool> {
    let mut blown = false;
    if !out.is_empty() {
        let mut fuse = fuse.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = &mut *fuse {
            let length = out.len() as u64;
            blown = length >= *left;
            out.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left = left.saturating_sub(length);
        }
        if blown {
            *fuse = None;
        }
    }
    stream.write_all(out)?;
    out.clear();
    Ok(!blown)
}
