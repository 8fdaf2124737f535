//! A piece of somebody else's text, short and without keys, fit to be kept.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Most that is kept of a text, in bytes.
const MOST: usize = 2048;
/// What stands where a secret stood.
const MASK: &str = "***";
/// A secret shorter than this would mask half of the words there are.
const SHORTEST_SECRET: usize = 4;

/// The beginning of a text, at most 2 KiB, with secrets masked.
///
/// Masked is what the caller names, and by itself whatever follows `Bearer `, words that begin with `sk-`, and what
/// follows the `?` of a link, where signatures are. It is no proof against a secret that neither names nor looks like
/// one.
///
/// ```
/// use video_journal::Excerpt;
///
/// let seen = Excerpt::new("denied: Bearer abcdef, key hunter22, see https://cdn.example/v.mp4?sig=1", &["hunter22"]);
/// assert_eq!(seen.as_str(), "denied: Bearer ***, key ***, see https://cdn.example/v.mp4?***");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Excerpt(String);

impl Excerpt {
    /// Takes the beginning of `text`; each of `secrets` of at least four bytes is masked wherever it stands.
    pub fn new(text: &str, secrets: &[&str]) -> Self {
        let mut text = text.to_owned();
        for secret in secrets.iter().map(|secret| secret.trim()).filter(|secret| secret.len() >= SHORTEST_SECRET) {
            text = text.replace(secret, MASK);
        }
        // Masked before it is cut, or half of a secret could stay at the end.
        let mut masked = mask_what_looks_secret(&without_queries(&text));
        if masked.len() > MOST {
            let end = (0..=MOST).rev().find(|at| masked.is_char_boundary(*at)).unwrap_or_default();
            masked.truncate(end);
            masked.push('…');
        }
        Self(masked)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a store kept, as it is.
    #[cfg(feature = "sqlite")]
    pub(crate) const fn kept(text: String) -> Self {
        Self(text)
    }
}

/// The same without what follows the `?` of a link: there the signatures are.
fn without_queries(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // In JSON the slashes may be escaped.
    let next = |text: &str| ["://", r":\/\/"].iter().filter_map(|sign| Some(text.find(sign)? + sign.len())).min();
    while let Some(at) = next(rest) {
        let (before, link) = rest.split_at(at);
        kept.push_str(before);
        let end = link.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        match link.split_once('?') {
            Some((place, _)) => {
                kept.push_str(place);
                kept.push('?');
                kept.push_str(MASK);
            }
            None => kept.push_str(link),
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn mask_what_looks_secret(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let starts_word = before.is_none_or(|c: char| !c.is_alphanumeric());
        let label = if !starts_word {
            None
        } else if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("bearer ")) {
            Some(7)
        } else if rest.starts_with("sk-") {
            Some(3)
        } else {
            None
        };
        let Some(label) = label else {
            masked.push(first);
            before = Some(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let (kept, after) = rest.split_at(label);
        let secret = after.find(|c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c))).unwrap_or(after.len());
        masked.push_str(kept);
        if secret > 0 {
            masked.push_str(MASK);
        }
        before = kept.chars().last();
        rest = &after[secret..];
    }
    masked
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn a_signature_in_a_link_is_left_out() {
        let said = r#"{"url":"https:\/\/cdn.example\/v.mp4?sig=s3cret","link":"https://cdn.example/v.mp4?sig=s3cret&x=1"} see http://a/b?c d"#;
        assert_eq!(
            Excerpt::new(said, &[]).as_str(),
            r#"{"url":"https:\/\/cdn.example\/v.mp4?***","link":"https://cdn.example/v.mp4?***"} see http://a/b?*** d"#
        );
    }
}
