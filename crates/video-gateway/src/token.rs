//! Keys of the gateway's own clients.

use std::fmt;

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// A key that a client of the gateway may use.
///
/// Only its SHA-256 is kept, and it cannot be printed. `sk-` before it means the same without, as in New API.
///
/// ```
/// use video_gateway::Token;
///
/// assert_eq!(Token::new("sk-abc")?, Token::new(" abc\n")?);
/// assert_eq!(format!("{:?}", Token::new("sk-abc")?), "Token(..)");
/// # Ok::<(), video_gateway::UnusableToken>(())
/// ```
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Reads a token; white space, `Bearer ` and `sk-` around it are cut.
    ///
    /// # Errors
    ///
    /// Nothing is left, or it holds a character that a header cannot carry. The error does not repeat it.
    pub fn new(text: &str) -> Result<Self, UnusableToken> {
        let bare = bare(text);
        if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_graphic()) {
            return Err(UnusableToken);
        }
        Ok(Self(Sha256::digest(bare).into()))
    }
}

/// Compares every byte, so that the time it takes says nothing.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differs, (ours, theirs)| differs | (ours ^ theirs)) == 0
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Text that cannot be a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a token must be visible ASCII characters, such as sk-3f9c…; make one with `openssl rand -hex 24`")]
#[non_exhaustive]
pub struct UnusableToken;

/// What the key of a request is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Granted,
    /// There is no key.
    Missing,
    /// There is one, but not one of ours, or several.
    Wrong,
}

/// Judges the `Authorization` of a request; without tokens any key is taken that is not empty.
///
/// `Bearer sk-KEY`, `Bearer KEY`, `sk-KEY` and `KEY` are the same. Unlike New API, the word `Bearer` may be in any
/// case, and a key may hold further `-`: there are no channels to pick with them.
pub(crate) fn admit(tokens: &[Token], headers: &HeaderMap) -> Admission {
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(header::AUTHORIZATION) { Admission::Wrong } else { Admission::Missing };
    };
    let Ok(text) = value.to_str() else { return Admission::Wrong };
    match Token::new(text) {
        Err(UnusableToken) if bare(text).is_empty() => Admission::Missing,
        Ok(token) if tokens.is_empty() || tokens.iter().filter(|ours| **ours == token).count() > 0 => {
            Admission::Granted
        }
        _ => Admission::Wrong,
    }
}

/// Tells callers apart by the key they send; no key is a caller too.
pub(crate) fn caller(headers: &HeaderMap) -> [u8; 32] {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Sha256::digest(bare(text)).into()
}

/// The key itself.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let key = match text.get(..6) {
        Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => match &text[6..] {
            "" => "",
            rest if rest.starts_with([' ', '\t']) => rest.trim_start(),
            _ => text,
        },
        _ => text,
    };
    key.strip_prefix("sk-").unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_every_form_clients_send() {
        let ours = [Token::new("sk-abc-1").unwrap(), Token::new("other").unwrap()];
        let forms = [
            "Bearer sk-abc-1",
            "bearer sk-abc-1",
            "BEARER\tabc-1",
            "Bearer   sk-abc-1 ",
            "sk-abc-1",
            "abc-1",
            "other",
            "Bearer sk-abc",
            "Bearer sk-sk-abc-1",
            "Bearersk-abc-1",
            "Basic abc-1",
            "Bearer k\u{e9}y",
            "",
            "Bearer",
            "Bearer ",
            "Bearer sk-",
        ];
        let mut table = Vec::new();
        for form in forms {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, http::HeaderValue::from_bytes(form.as_bytes()).unwrap());
            let open = admit(&[], &headers);
            let closed = admit(&ours, &headers);
            table.push(format!("{form:22} with tokens: {closed:?}, without: {open:?}\n"));
        }
        insta::assert_snapshot!(table.concat());
    }

    #[test]
    fn no_key_is_missing_and_two_are_wrong() {
        let mut headers = HeaderMap::new();
        assert_eq!(admit(&[], &headers), Admission::Missing);
        headers.append(header::AUTHORIZATION, "a".parse().unwrap());
        headers.append(header::AUTHORIZATION, "b".parse().unwrap());
        assert_eq!(admit(&[], &headers), Admission::Wrong);
    }
}
