//! From the first byte of a message to its type and its view: what every codec of one-byte types shares.

use super::{MessageType, Unread};

/// Makes a codec of views: `Message`, `TYPES` and `read`. `common` is the getter that all of them have.
macro_rules! messages {
    (common $common:ident $common_kind:ident $common_text:literal; $($view:ident)*) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[$crate::codec::MessageType] = &[$($view::LAYOUT),*];

        static INDEX: $crate::codec::message::Index = $crate::codec::message::Index::new(TYPES);

        /// Checks a message and says which of [`TYPES`] it is: one table entry, one comparison.
        ///
        /// # Errors
        /// Why it cannot be read.
        #[inline]
        pub fn read(message: &[u8]) -> Result<usize, $crate::codec::Unread> {
            INDEX.read(message)
        }

        /// One message, read where it lies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message<'a> {
            $(
                #[doc = concat!("See [`", stringify!($view), "`].")]
                $view(&'a $view),
            )*
        }

        impl<'a> Message<'a> {
            /// Checks a message and gives the view of its type. Bytes behind the known fields are left alone.
            ///
            /// # Errors
            /// Why it cannot be read: the same cause [`read`] gives.
            #[inline]
            pub fn parse(message: &'a [u8]) -> Result<Self, $crate::codec::Unread> {
                let Some(&first) = message.first() else {
                    return Err($crate::codec::Unread::Empty);
                };
                match first {
                    $($view::TYPE => match zerocopy::FromBytes::ref_from_prefix(message) {
                        Ok((view, _)) => Ok(Self::$view(view)),
                        Err(_) => Err($crate::codec::Unread::Short),
                    },)*
                    _ => Err($crate::codec::Unread::UnknownType),
                }
            }

            /// What the codec says of the message's type.
            #[must_use]
            pub const fn layout(&self) -> $crate::codec::MessageType {
                match self {
                    $(Self::$view(_) => $view::LAYOUT,)*
                }
            }

            #[doc = $common_text]
            #[inline]
            #[must_use]
            pub const fn $common(&self) -> $crate::codec::layout::value!($common_kind) {
                match self {
                    $(Self::$view(view) => view.$common(),)*
                }
            }
        }
    };
}
pub(super) use messages;

/// Finds a message's type by its first byte.
pub(super) struct Index([Entry; 256]);

#[derive(Clone, Copy)]
struct Entry {
    /// Bytes the type needs; −1, which as an unsigned number is longer than any slice, where there is no type.
    /// So an unknown type fails the same comparison as a short message. 16 bits keep the entry at 4 bytes and
    /// a feed's table in a few cache lines.
    needs: i16,
    /// Position in the codec's types.
    index: u16,
}

impl Index {
    /// Evaluated while compiling: a type that is there twice, or a layout too long for an entry, does not build.
    pub(super) const fn new(types: &[MessageType]) -> Self {
        let mut entries = [Entry { needs: -1, index: 0 }; 256];
        let mut index = 0;
        while index < types.len() {
            let MessageType { label, len, .. } = types[index];
            assert!(label.len() == 1 && 0 < len && len <= i16::MAX as usize);
            let entry = &mut entries[label.as_bytes()[0] as usize];
            assert!(entry.needs == -1, "two layouts of one type");
            *entry = Entry { needs: len as i16, index: index as u16 };
            index += 1;
        }
        Self(entries)
    }

    #[inline]
    pub(super) fn read(&self, message: &[u8]) -> Result<usize, Unread> {
        let Some(&first) = message.first() else { return Err(Unread::Empty) };
        let Entry { needs, index } = self.0[usize::from(first)];
        if message.len() < isize::from(needs).cast_unsigned() {
            return Err(if needs < 0 { Unread::UnknownType } else { Unread::Short });
        }
        Ok(usize::from(index))
    }
}
