//! Integers at fixed places of a datagram, and tests of them.

/// An unsigned integer at a fixed place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Bytes in front of it.
    pub offset: u16,
    /// Its bytes: 1, 2, 4 or 8.
    pub width: u8,
    /// Its byte order; means nothing where there is one byte.
    pub order: Order,
}

/// Which byte of an integer comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The most significant.
    Big,
    /// The least significant.
    Little,
}

impl Field {
    /// Bytes up to its end.
    #[inline]
    #[must_use]
    pub const fn end(self) -> usize {
        self.offset as usize + self.width as usize
    }

    /// Its value; `None` where the bytes end before it does.
    #[inline]
    #[must_use]
    pub fn read(self, bytes: &[u8]) -> Option<u64> {
        let behind = bytes.get(usize::from(self.offset)..)?;
        let little = matches!(self.order, Order::Little);
        Some(match self.width {
            1 => u64::from(*behind.first()?),
            2 => {
                let raw = *behind.first_chunk()?;
                u64::from(if little { u16::from_le_bytes(raw) } else { u16::from_be_bytes(raw) })
            }
            4 => {
                let raw = *behind.first_chunk()?;
                u64::from(if little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
            }
            _ => {
                let raw = *behind.first_chunk()?;
                if little { u64::from_le_bytes(raw) } else { u64::from_be_bytes(raw) }
            }
        })
    }
}

/// Whether some bits of a field have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// The field.
    pub field: Field,
    /// Its bits that count.
    pub mask: u64,
    /// What they have to be.
    pub value: u64,
}

impl Test {
    /// Whether it holds; it does not where the bytes end before its field does.
    #[inline]
    #[must_use]
    pub fn holds(self, bytes: &[u8]) -> bool {
        self.field.read(bytes).is_some_and(|value| value & self.mask == self.value)
    }
}
