//! Addresses that come from answers.

use std::borrow::Cow;

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What `http` refuses in an address, besides everything outside ASCII. `%` stays: the link is escaped already.
const REFUSED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A link with the characters escaped that links of providers hold and addresses must not (Chinese file names,
/// seen 2026-08).
pub(crate) fn escape(link: &str) -> Cow<'_, str> {
    utf8_percent_encode(link, REFUSED).into()
}

/// The absolute address a `Location` means, seen from `base`; dot segments stay for the server to resolve.
pub(crate) fn resolve(location: &str, base: &Uri) -> Option<Uri> {
    let location = escape(location.split('#').next()?.trim());
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    let has_scheme = location.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    let absolute = match location.as_bytes() {
        [] => return None,
        _ if has_scheme => location.into_owned(),
        [b'/', b'/', ..] => format!("{scheme}:{location}"),
        [b'/', ..] => format!("{scheme}://{authority}{location}"),
        [b'?', ..] => format!("{scheme}://{authority}{}{location}", base.path()),
        _ => {
            let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{scheme}://{authority}{folder}/{location}")
        }
    };
    absolute.parse().ok().filter(|target: &Uri| target.host().is_some_and(|host| !host.is_empty()))
}
