//! Views made of tables: over a message, over an entry of a group, and the codec of them all.

/// The getters of a block's fields, and `show_fields`, which names them in their order. A table whose fields leave
/// a hole, overlap, or do not add up to the block's length does not compile.
macro_rules! fields {
    ($len:literal $view:ident {
        $($offset:literal $field:ident $kind:ident $(/ $scale:literal)? $(or $null:ident)? $(since $since:literal)?
            $text:literal)*
    }) => {
        impl<'a> $view<'a> {
            $($crate::codec::sbe::kind!(
                (getter $text ($offset, 0 $(+ $since)?) $field $($scale)? $(or $null)?),
                $kind
            );)*

            #[allow(unused_variables, clippy::unused_self, reason = "a view without fields")]
            fn show_fields(&self, to: &mut dyn $crate::codec::Fields) {
                $($crate::codec::sbe::kind!((show self to $field), $kind);)*
            }
        }

        const _: () = {
            #[allow(unused_mut, reason = "a view without fields")]
            let mut end = 0;
            $(
                assert!(end == $offset, concat!(stringify!($field), " is not where the field before it ends"));
                end += $crate::codec::sbe::kind!(size, $kind);
            )*
            assert!(end == $len, "the fields do not add up to the block's length");
        };
    };
}
pub(in crate::codec) use fields;

/// Makes a view of each table of a group's entry: `length name { offset field kind "meaning" … }`.
macro_rules! entries {
    ($(
        $(#[$doc:meta])*
        $len:literal $view:ident { $($fields:tt)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $view<'a> {
            block: $crate::codec::sbe::Block<'a>,
        }

        impl<'a> From<$crate::codec::sbe::Block<'a>> for $view<'a> {
            #[inline]
            fn from(block: $crate::codec::sbe::Block<'a>) -> Self {
                Self { block }
            }
        }

        impl<'a> $view<'a> {
            #[inline]
            const fn block(&self) -> $crate::codec::sbe::Block<'a> {
                self.block
            }

            /// Names every field and its value, in the order they are in.
            pub fn show(&self, to: &mut dyn $crate::codec::Fields) {
                self.show_fields(to);
            }
        }

        $crate::codec::sbe::fields! { $len $view { $($fields)* } }
    )*};
}
pub(in crate::codec) use entries;

/// Makes a view of each table of a message: `template length name view { fields groups { … } data { … } }`.
/// `header` is how many bytes lie in front of the block.
macro_rules! views {
    (
        header $header:expr;
        $(
            $(#[$doc:meta])*
            $template:literal $len:literal $name:ident $view:ident {
                $($offset:literal $field:ident $kind:ident $(/ $scale:literal)? $(or $null:ident)?
                    $(since $since:literal)? $text:literal)*
                $(groups { $($group:ident $dimension:ident $entry:ident $group_text:literal)* })?
                $(data { $($datum:ident $datum_text:literal)* })?
            }
        )*
    ) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\nTemplate ", stringify!($template), ", a block of ", $len, " bytes.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $view<'a> {
            body: $crate::codec::sbe::Body<'a>,
        }

        impl<'a> $view<'a> {
            /// The template id of every message of this layout.
            pub const TEMPLATE: u16 = $template;
            /// What the codec says of the type: a message is at least as long as its header.
            pub const LAYOUT: $crate::codec::MessageType = $crate::codec::MessageType {
                label: stringify!($template),
                name: stringify!($name),
                len: $header,
            };
            /// How the groups are sized, in their order.
            pub(super) const GROUPS: &'static [$crate::codec::sbe::Dimension] =
                &[$($($crate::codec::sbe::Dimension::$dimension),*)?];

            /// The view of a message whose groups were checked.
            #[inline]
            pub(super) const fn new(body: $crate::codec::sbe::Body<'a>) -> Self {
                Self { body }
            }

            #[allow(dead_code, reason = "a view without fields")]
            #[inline]
            const fn block(&self) -> $crate::codec::sbe::Block<'a> {
                self.body.block
            }

            /// Names every field and its value, in the order they are in.
            pub fn show(&self, to: &mut dyn $crate::codec::Fields) {
                self.show_fields(to);
                $($(
                    for entry in self.$group() {
                        to.begin_entry(stringify!($group));
                        entry.show(to);
                        to.end_entry();
                    }
                )*)?
                $($(
                    let datum = self.$datum().map_or($crate::codec::Value::Absent, $crate::codec::Value::Text);
                    to.field(stringify!($datum), datum);
                )*)?
            }
        }

        $crate::codec::sbe::fields! {
            $len $view { $($offset $field $kind $(/ $scale)? $(or $null)? $(since $since)? $text)* }
        }

        $(const _: () = {
            #[allow(non_camel_case_types, reason = "the groups by their names, to count them")]
            enum Place { $($group),* }

            impl<'a> $view<'a> {$(
                #[doc = $group_text]
                #[inline]
                #[must_use]
                pub fn $group(&self) -> $crate::codec::sbe::Entries<'a, $entry<'a>> {
                    $crate::codec::sbe::Entries::nth(&self.body, Self::GROUPS, Place::$group as usize)
                }
            )*}
        };)?

        $(const _: () = {
            #[allow(non_camel_case_types, reason = "the data fields by their names, to count them")]
            enum Place { $($datum),* }

            impl<'a> $view<'a> {$(
                #[doc = $datum_text]
                #[inline]
                #[must_use]
                pub fn $datum(&self) -> Option<&'a [u8]> {
                    $crate::codec::sbe::datum(self.body.data, Place::$datum as usize)
                }
            )*}
        };)?
    )*};
}
pub(in crate::codec) use views;

/// Makes a codec of views: `Message`, `TYPES`, `read` and `show`. `$template` finds the template id in a message,
/// `$body` cuts it into its parts, or they say why they cannot.
macro_rules! codec {
    (template $template:path; body $body:path; $($view:ident)*) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[$crate::codec::MessageType] = &[$($view::LAYOUT),*];

        const GROUPS: &[&[$crate::codec::sbe::Dimension]] = &[$($view::GROUPS),*];

        /// Checks a message and says which of [`TYPES`] it is: its template id, its block, and where its groups end.
        ///
        /// # Errors
        /// Why it cannot be read.
        #[inline]
        pub fn read(message: &[u8]) -> Result<usize, $crate::codec::Unread> {
            #[derive(Clone, Copy)]
            enum Position { $($view),* }
            let index = match $template(message)? {
                $($view::TEMPLATE => Position::$view,)*
                _ => return Err($crate::codec::Unread::UnknownType),
            } as usize;
            $crate::codec::sbe::check($body(message)?.groups, GROUPS[index])?;
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
                $view($view<'a>),
            )*
        }

        impl<'a> Message<'a> {
            /// Checks a message and gives the view of its type.
            ///
            /// # Errors
            /// Why it cannot be read: the same cause [`read`] gives.
            #[inline]
            pub fn parse(message: &'a [u8]) -> Result<Self, $crate::codec::Unread> {
                match $template(message)? {
                    $($view::TEMPLATE => {
                        let body = $body(message)?;
                        $crate::codec::sbe::check(body.groups, $view::GROUPS)?;
                        Ok(Self::$view($view::new(body)))
                    })*
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
pub(in crate::codec) use codec;
