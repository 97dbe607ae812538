//! Values of which there are mostly few.

use std::{
    ops::{Deref, DerefMut},
    ptr,
};

use crate::sys::prefetch::prefetch;

/// A fixed number of values. Up to `N` of them lie where this does: of a thousand channels, those of each would otherwise lie
/// on a page of their own, and the processor would have to find that for every datagram.
#[repr(C)]
pub(super) struct Few<T, const N: usize> {
    len: usize,
    /// All of them, where there are more.
    far: Vec<T>,
    near: [T; N],
}

impl<T: Default, const N: usize> Few<T, N> {
    /// `len` values.
    pub(super) fn new(len: usize) -> Self {
        let far = if len > N { (0..len).map(|_| T::default()).collect() } else { Vec::new() };
        Self { len, far, near: std::array::from_fn(|_| T::default()) }
    }
}

impl<T, const N: usize> Few<T, N> {
    /// The value at `index`, which is below `len`, the number of values: for whoever has that at hand, for it does not lie beside
    /// every value.
    #[inline(always)]
    pub(super) fn at_mut(&mut self, index: usize, len: usize) -> Option<&mut T> {
        debug_assert!(len == self.len && index < len);
        if len <= N { self.near.get_mut(index) } else { self.far.get_mut(index) }
    }

    /// Has the value at `index` brought near, should it lie here, or else what leads to it. Reads nothing.
    #[inline(always)]
    pub(super) fn prefetch(&self, index: usize) {
        let near = self.near.as_ptr().wrapping_add(index).addr();
        prefetch(if index < N { near } else { ptr::from_ref(self).addr() });
    }
}

impl<T, const N: usize> Deref for Few<T, N> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        self.near.get(..self.len).unwrap_or(&self.far)
    }
}

impl<T, const N: usize> DerefMut for Few<T, N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        self.near.get_mut(..self.len).unwrap_or(&mut self.far)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_were_asked_for_wherever_they_lie() {
        for len in (0..6).rev() {
            let mut few = Few::<usize, 3>::new(len);
            assert_eq!(*few, *vec![0; len]);
            for index in 0..len {
                *few.at_mut(index, len).unwrap() = index;
            }
            assert!(few.iter().copied().eq(0..len));
        }
    }
}
