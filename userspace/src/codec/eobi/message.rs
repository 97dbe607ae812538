//! From a message's bytes to its template's view and the entries behind it: what all T7 versions share.

use zerocopy::FromBytes;

use super::field::Code;
use crate::codec::Unread;

/// The message's template.
#[inline]
pub(in crate::codec) fn template(message: &[u8]) -> Result<u16, Unread> {
    match *message {
        [] => Err(Unread::Empty),
        [_, _, low, high, ..] => Ok(u16::from_le_bytes([low, high])),
        _ => Err(Unread::Short),
    }
}

/// The `count` entries that `behind`, what lies behind a view, begins with.
#[inline]
pub(in crate::codec) fn entries<T>(count: Code, behind: &[u8]) -> Result<&[T], Unread>
where
    T: FromBytes + zerocopy::KnownLayout + zerocopy::Immutable,
{
    let count = usize::from(count.get().unwrap_or(0));
    match <[T]>::ref_from_prefix_with_elems(behind, count) {
        Ok((entries, _)) => Ok(entries),
        Err(_) => Err(Unread::Short),
    }
}

/// Makes a codec of views: `Message`, `TYPES`, `read` and `show`. A view with entries behind it names the field
/// that counts them, their view, and what a group of them is called. `A instead of B` is the view of a message of
/// B's template that is long enough for it.
macro_rules! messages {
    ($($view:ident $([$count:ident $entry:ident $group:literal])?)* $(; $longer:ident instead of $shorter:ident)?) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[$crate::codec::MessageType] = &[$($view::LAYOUT),*];

        /// One message, read where it lies, with the entries of its group.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message<'a> {
            $(
                #[doc = concat!("See [`", stringify!($longer), "`].")]
                $longer(&'a $longer),
            )?
            $(
                #[doc = concat!("See [`", stringify!($view), "`].")]
                $view(&'a $view $(, &'a [$entry])?),
            )*
        }

        impl<'a> Message<'a> {
            /// Checks a message and gives the view of its type. Bytes behind the known fields and entries, which
            /// are of a fixed length on the wire however few are used, are left alone.
            ///
            /// # Errors
            /// Why it cannot be read: the same cause [`read`] gives.
            #[inline]
            pub fn parse(message: &'a [u8]) -> Result<Self, $crate::codec::Unread> {
                let template = $crate::codec::eobi::message::template(message)?;
                $(
                    if template == $longer::TYPE
                        && let Ok((view, _)) = zerocopy::FromBytes::ref_from_prefix(message)
                    {
                        return Ok(Self::$longer(view));
                    }
                )?
                match template {
                    $($view::TYPE => {
                        let (view, _behind) = <$view as zerocopy::FromBytes>::ref_from_prefix(message)
                            .map_err(|_| $crate::codec::Unread::Short)?;
                        Ok(Self::$view(
                            view $(, $crate::codec::eobi::message::entries::<$entry>(view.$count, _behind)?)?
                        ))
                    })*
                    _ => Err($crate::codec::Unread::UnknownType),
                }
            }
        }

        /// Checks a message and says which of [`TYPES`] it is.
        ///
        /// # Errors
        /// Why it cannot be read.
        #[inline]
        pub fn read(message: &[u8]) -> Result<usize, $crate::codec::Unread> {
            #[derive(Clone, Copy)]
            enum Place { $($view),* }
            let place = match Message::parse(message)? {
                $(Message::$longer(_) => Place::$shorter,)?
                $(Message::$view(..) => Place::$view,)*
            };
            Ok(place as usize)
        }

        /// Shows every field of a message.
        ///
        /// # Errors
        /// Why it cannot be read: the same cause [`read`] gives.
        pub fn show(message: &[u8], to: &mut dyn $crate::codec::Fields) -> Result<(), $crate::codec::Unread> {
            match Message::parse(message)? {
                $(Message::$longer(view) => view.show(to),)?
                $(Message::$view(view $(, $count)?) => {
                    view.show(to);
                    $(
                        for entry in $count {
                            to.begin_entry($group);
                            entry.show(to);
                            to.end_entry();
                        }
                    )?
                })*
            }
            Ok(())
        }
    };
}
pub(in crate::codec) use messages;
