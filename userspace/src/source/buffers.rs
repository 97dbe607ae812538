//! Memory that sources read datagrams to which the kernel copies.

use super::Frames;

/// Memory a source reads datagrams to.
pub trait Buffers: Frames<Frame: Send> + Send {
    /// How many datagrams can be read now.
    fn free(&self) -> usize;

    /// Buffers that are free, in the order they are taken in, apart from each other: at least one if
    /// [`Buffers::free`] says so.
    fn unused(&mut self) -> impl Iterator<Item = &mut [u8]>;

    /// Takes the first of them, which begins with a datagram of `len` bytes.
    fn take(&mut self, len: usize) -> Option<Self::Frame>;
}

/// A fixed number of buffers of one size. Whoever has a frame has its buffer: none is looked for by a number.
#[derive(Debug)]
pub struct Pool {
    /// The last released is used next, while it is in the cache.
    free: Vec<Box<[u8]>>,
    held: usize,
    most_held: usize,
}

/// A datagram in a buffer of a [`Pool`].
#[derive(Debug)]
#[must_use = "a buffer that is dropped instead of released is lost to the source"]
pub struct Buffer {
    bytes: Box<[u8]>,
    len: usize,
    held: bool,
}

impl Pool {
    /// Makes `count` buffers of `bytes` each, half of which may be held. They are written to, so that none is first
    /// touched on the data path.
    #[must_use]
    pub fn new(count: usize, bytes: usize) -> Self {
        let free = (0..count).map(|_| vec![u8::MAX; bytes].into_boxed_slice()).collect();
        Self { free, held: 0, most_held: count / 2 }
    }
}

impl Frames for Pool {
    type Frame = Buffer;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Buffer) -> &'a [u8] {
        &frame.bytes[..frame.len]
    }

    fn hold(&mut self, frame: Buffer) -> Result<Buffer, Buffer> {
        if frame.held {
            return Ok(frame);
        }
        if self.held == self.most_held {
            return Err(frame);
        }
        self.held += 1;
        Ok(Buffer { held: true, ..frame })
    }

    #[inline]
    fn release(&mut self, frame: Buffer) {
        self.held -= usize::from(frame.held);
        self.free.push(frame.bytes);
    }
}

impl Buffers for Pool {
    #[inline]
    fn free(&self) -> usize {
        self.free.len()
    }

    #[inline]
    fn unused(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.free.iter_mut().rev().map(|bytes| &mut bytes[..])
    }

    #[inline]
    fn take(&mut self, len: usize) -> Option<Buffer> {
        let bytes = self.free.pop()?;
        debug_assert!(len <= bytes.len(), "the kernel writes no more than there is room for");
        Some(Buffer { len: len.min(bytes.len()), bytes, held: false })
    }
}

/// One buffer that everything is read to, and copied out of: memory of its own for each datagram, as receivers do that
/// hand datagrams on to whoever wants them. It allocates for each, which is what it is there to show.
#[derive(Debug)]
pub struct Copies {
    read_to: Box<[u8]>,
}

impl Copies {
    /// Datagrams of at most `bytes`.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self { read_to: vec![u8::MAX; bytes].into_boxed_slice() }
    }
}

/// A datagram in memory of its own.
#[derive(Debug)]
pub struct Copied(Box<[u8]>);

impl Frames for Copies {
    type Frame = Copied;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Copied) -> &'a [u8] {
        &frame.0
    }

    /// The reorder window bounds how many there are.
    fn hold(&mut self, frame: Copied) -> Result<Copied, Copied> {
        Ok(frame)
    }

    #[inline]
    fn release(&mut self, frame: Copied) {
        drop(frame);
    }
}

impl Buffers for Copies {
    #[inline]
    fn free(&self) -> usize {
        usize::MAX
    }

    #[inline]
    fn unused(&mut self) -> impl Iterator<Item = &mut [u8]> {
        std::iter::once(&mut self.read_to[..])
    }

    #[inline]
    fn take(&mut self, len: usize) -> Option<Copied> {
        Some(Copied(self.read_to.get(..len)?.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pool_may_be_held_and_comes_back() {
        let mut pool = Pool::new(4, 8);
        let mut frames = Vec::new();
        for byte in 0..4 {
            pool.unused().next().unwrap()[0] = byte;
            frames.push(pool.take(1).unwrap());
        }
        assert_eq!(pool.free(), 0);
        assert!(pool.take(1).is_none());
        let third = frames.remove(2);
        let first = pool.hold(frames.remove(0)).unwrap();
        let first = pool.hold(first).unwrap();
        let second = pool.hold(frames.remove(0)).unwrap();
        let third = pool.hold(third).unwrap_err();
        assert_eq!([&first, &second, &third].map(|frame| pool.payload(frame)[0]), [0, 1, 2]);
        pool.release(first);
        let third = pool.hold(third).unwrap();
        for frame in [second, third].into_iter().chain(frames) {
            pool.release(frame);
        }
        assert_eq!((pool.free(), pool.held), (4, 0));
    }

    #[test]
    fn a_copy_outlives_what_it_was_made_of() {
        let mut copies = Copies::new(4);
        copies.unused().next().unwrap().copy_from_slice(b"abcd");
        let first = copies.take(3).unwrap();
        copies.unused().next().unwrap().copy_from_slice(b"efgh");
        assert_eq!(copies.payload(&first), b"abc");
        assert!(copies.take(5).is_none());
    }
}
