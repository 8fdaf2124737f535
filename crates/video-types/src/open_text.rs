//! Text newtypes that keep words they have never heard of.

/// Declares a text newtype that round-trips any value, with constants for the words that are known.
///
/// The type gets `from_static`, `as_str`, `From` for whatever becomes a `String`, `Display`, ordering, hashing and serde
/// as plain text. The crate that calls this depends on `serde`.
///
/// ```
/// video_types::open_text! {
///     /// Quality tier.
///     Mode {
///         /// `std`.
///         STD = "std",
///     }
/// }
///
/// assert_eq!(Mode::from("std"), Mode::STD);
/// assert_eq!(Mode::from("of tomorrow").as_str(), "of tomorrow");
/// ```
#[macro_export]
macro_rules! open_text {
    ($(#[$doc:meta])* $name:ident $({ $($(#[$word_doc:meta])* $word:ident = $text:literal,)* })?) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            $($($(#[$word_doc])* pub const $word: Self = Self::from_static($text);)*)?

            /// Wraps a literal without allocating.
            pub const fn from_static(value: &'static str) -> Self {
                Self(std::borrow::Cow::Borrowed(value))
            }

            /// The exact text that goes over the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(value: T) -> Self {
                Self(std::borrow::Cow::Owned(value.into()))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_text;
