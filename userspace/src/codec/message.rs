//! From a message's bytes to its type and its view: what codecs of fixed layouts share.

use super::{MessageType, Unread};

/// Makes a codec of views whose type is their first byte: `Message`, `TYPES`, `read` and `show`. `common` is a
/// getter that all of them have, where there is one.
macro_rules! messages {
    (common $common:ident $common_value:ty, $common_text:literal; $($view:ident)*) => {
        $crate::codec::message::messages! { $($view)* }

        impl Message<'_> {
            #[doc = $common_text]
            #[inline]
            #[must_use]
            pub const fn $common(&self) -> $common_value {
                match self {
                    $(Self::$view(view) => view.$common(),)*
                }
            }
        }
    };
    ($($view:ident)*) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[$crate::codec::MessageType] = &[$($view::LAYOUT),*];

        /// Shows every field of a message.
        ///
        /// # Errors
        /// Why it cannot be read: the same cause [`read`] gives.
        pub fn show(message: &[u8], to: &mut dyn $crate::codec::Fields) -> Result<(), $crate::codec::Unread> {
            match Message::parse(message)? {
                $(Message::$view(view) => view.show(to),)*
            }
            Ok(())
        }

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
            #[inline(always)]
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
        }
    };
}
pub(super) use messages;

/// Makes a codec of views whose type is a number: `Message`, `TYPES`, `read` and `show`. `$of` finds the number in
/// a message, or says why it cannot.
macro_rules! numbered {
    (type of $of:path; $($view:ident)*) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[$crate::codec::MessageType] = &[$($view::LAYOUT),*];

        /// Checks a message and says which of [`TYPES`] it is.
        ///
        /// # Errors
        /// Why it cannot be read.
        #[inline]
        pub fn read(message: &[u8]) -> Result<usize, $crate::codec::Unread> {
            #[derive(Clone, Copy)]
            enum Index { $($view),* }
            let index = match $of(message)? {
                $($view::TYPE => Index::$view,)*
                _ => return Err($crate::codec::Unread::UnknownType),
            } as usize;
            if message.len() < TYPES[index].len {
                return Err($crate::codec::Unread::Short);
            }
            Ok(index)
        }

        /// Shows every field of a message.
        ///
        /// # Errors
        /// Why it cannot be read: the same cause [`read`] gives.
        pub fn show(message: &[u8], to: &mut dyn $crate::codec::Fields) -> Result<(), $crate::codec::Unread> {
            match Message::parse(message)? {
                $(Message::$view(view) => view.show(to),)*
            }
            Ok(())
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
                match $of(message)? {
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
        }
    };
}
pub(super) use numbered;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{asx_itch, asx_trade_itch, deep, deep_plus, itch50, jpx_itch, tops};

    type Parse = fn(&[u8]) -> Result<MessageType, Unread>;

    fn every_length_of_every_type(
        types: &[MessageType],
        read: fn(&[u8]) -> Result<usize, Unread>,
        parse: Parse,
    ) {
        for kind in 0..=u8::MAX {
            let known = types.iter().position(|t| t.label.as_bytes() == [kind]);
            let mut bytes = [0; 500];
            bytes[0] = kind;
            for len in 1..=bytes.len() {
                let expected = match known {
                    None => Err(Unread::UnknownType),
                    Some(index) if len < types[index].len => Err(Unread::Short),
                    Some(index) => Ok(index),
                };
                assert_eq!(read(&bytes[..len]), expected);
                assert_eq!(parse(&bytes[..len]), expected.map(|index| types[index]));
            }
        }
    }

    #[test]
    fn types_of_one_byte() {
        macro_rules! every_length {
            ($($codec:ident)*) => {$(
                let parse = |bytes: &[u8]| $codec::Message::parse(bytes).map(|message| message.layout());
                every_length_of_every_type($codec::TYPES, $codec::read, parse);
            )*};
        }
        every_length! { itch50 asx_itch asx_trade_itch jpx_itch deep tops deep_plus }
    }
}
