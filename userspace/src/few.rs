//! Values of which there are mostly few.

use std::{
    ops::{Deref, DerefMut},
    ptr,
};

use crate::sys::prefetch::{CACHE_LINE, prefetch, prefetch_lines};

/// A fixed number of values. Up to `N` of them lie where this does: of a thousand channels, those of each would otherwise lie
/// on a page of their own, and the processor would have to find that for every datagram.
#[derive(Debug)]
#[repr(C)]
pub struct Few<T, const N: usize> {
    len: usize,
    /// All of them, where there are more.
    far: Vec<T>,
    near: [T; N],
}

impl<T: Default, const N: usize> Few<T, N> {
    /// `len` values.
    #[must_use]
    pub fn new(len: usize) -> Self {
        let far = if len > N { (0..len).map(|_| T::default()).collect() } else { Vec::new() };
        Self { len, far, near: std::array::from_fn(|_| T::default()) }
    }
}

impl<T, const N: usize> Few<T, N> {
    /// The value at `index`, which is below `len`, the number of values: for whoever has that at hand, for it does not lie beside
    /// every value.
    #[inline(always)]
    pub(crate) fn at_mut(&mut self, index: usize, len: usize) -> Option<&mut T> {
        debug_assert!(len == self.len && index < len);
        if len <= N { self.near.get_mut(index) } else { self.far.get_mut(index) }
    }

    /// Has the value at `index` brought near, should it lie here, or else what leads to it. Reads nothing.
    #[inline(always)]
    pub(crate) fn prefetch(&self, index: usize) {
        let near = self.near.as_ptr().wrapping_add(index).addr();
        prefetch(if index < N { near } else { ptr::from_ref(self).addr() });
    }

    /// Has the value at `index` of the `len` there are brought near, should it lie elsewhere.
    #[inline(always)]
    pub(crate) fn prefetch_far(&self, index: usize, len: usize) {
        if len > N {
            prefetch(self.far.as_ptr().wrapping_add(index).addr());
        }
    }

    /// Has all of them brought near, should they lie elsewhere.
    #[inline(always)]
    pub(crate) fn prefetch_all_far(&self) {
        if self.len > N {
            prefetch_lines(self.far.as_ptr(), 0..=size_of_val(self.far.as_slice()) / CACHE_LINE);
        }
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

impl<T: Default, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self::new(0)
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq, const N: usize> Eq for Few<T, N> {}

impl<T: Clone, const N: usize> Clone for Few<T, N> {
    fn clone(&self) -> Self {
        Self { len: self.len, far: self.far.clone(), near: self.near.clone() }
    }

    /// In the memory that is there, where it is enough.
    fn clone_from(&mut self, other: &Self) {
        self.len = other.len;
        self.far.clone_from(&other.far);
        self.near.clone_from(&other.near);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_were_asked_for_wherever_they_lie() {
        let mut copy = Few::<usize, 3>::new(5);
        for len in (0..6).rev() {
            let mut few = Few::<usize, 3>::new(len);
            assert_eq!(*few, vec![0; len]);
            for index in 0..len {
                *few.at_mut(index, len).unwrap() = index;
            }
            assert!(few.iter().copied().eq(0..len));
            copy.clone_from(&few);
            assert_eq!(copy, few);
        }
    }
}
