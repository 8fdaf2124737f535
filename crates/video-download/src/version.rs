//! Which version of a video some bytes belong to, as far as the server says.

use http::header::{DATE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256 as Hasher};

use crate::Sha256;

/// What ties bytes that are on the disk to those that are still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// What goes into `If-Range`: a strong `ETag`, or a `Last-Modified` that is as good as one.
    pub(crate) validator: Validator,
    /// How long the whole is, if it was announced.
    pub(crate) total: Option<u64>,
    /// The hash of the place's name.
    pub(crate) place: Sha256,
}

/// A validator that two different versions never share (RFC 9110 section 8.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Validator {
    Etag(String),
    Modified(String),
}

impl Validator {
    /// The strong validator of an answer, if it has one.
    ///
    /// A weak `ETag` stands for versions that mean the same and may differ in every byte. A `Last-Modified` counts if
    /// the answer was dated at least a second later (section 8.8.2.2): within that second the file could have changed
    /// once more.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        if let Some(etag) = headers.get(ETAG) {
            let etag = plain(etag)?;
            let strong = etag.len() >= 2 && etag.starts_with('"') && etag.ends_with('"');
            return strong.then(|| Self::Etag(etag.to_owned()));
        }
        let modified = plain(headers.get(LAST_MODIFIED)?)?;
        let changed = httpdate::parse_http_date(modified).ok()?;
        let sent = httpdate::parse_http_date(plain(headers.get(DATE)?)?).ok()?;
        let quiet = sent.duration_since(changed).ok()?;
        (quiet.as_secs() >= 1).then(|| Self::Modified(modified.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Etag(text) | Self::Modified(text) => text,
        }
    }

    /// The value of `If-Range`.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.as_str()).ok()
    }

    /// Whether an answer names another version. One that names none is taken at its word: it was asked with `If-Range`.
    pub(crate) fn is_contradicted(&self, headers: &HeaderMap) -> bool {
        let name = match self {
            Self::Etag(_) => ETAG,
            Self::Modified(_) => LAST_MODIFIED,
        };
        headers.get(name).is_some_and(|value| value.as_bytes() != self.as_str().as_bytes())
    }
}

/// A header value on one line of plain ASCII, as a file can hold it.
fn plain(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(str::trim).filter(|text| !text.is_empty() && text.len() <= 1024 && !text.contains('\t'))
}

/// The hash that stands for a place, so that no link is written to the disk.
pub(crate) fn place_hash(place: &str) -> Sha256 {
    Sha256::from_bytes(Hasher::digest(place.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_validators_that_two_versions_cannot_share_are_taken() {
        let day = "Sun, 06 Nov 1994 08:49:37 GMT";
        let later = "Sun, 06 Nov 1994 08:49:38 GMT";
        let answers: [&[(http::HeaderName, &str)]; 10] = [
            &[],
            &[(ETAG, "\"v1\"")],
            &[(ETAG, "W/\"v1\"")],
            &[(ETAG, "v1")],
            &[(ETAG, "\"")],
            &[(ETAG, "W/\"v1\""), (LAST_MODIFIED, day), (DATE, later)],
            &[(LAST_MODIFIED, day), (DATE, later)],
            &[(LAST_MODIFIED, day), (DATE, day)],
            &[(LAST_MODIFIED, day)],
            &[(LAST_MODIFIED, "yesterday"), (DATE, later)],
        ];
        let rows: Vec<String> = answers
            .iter()
            .map(|headers| {
                let map =
                    headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("a value")));
                let shown: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                format!("[{}] {:?}", shown.join(", "), Validator::of(&map.collect()))
            })
            .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
