//! Forms of text, as far as rules need them: a sequence of character classes.

/// One place in a form: which characters, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// Ranges of characters, both ends included.
    pub ranges: &'static [(char, char)],
    /// Whether it may stand once or more, not once only.
    pub repeats: bool,
}

impl Piece {
    pub(crate) const fn once(ranges: &'static [(char, char)]) -> Self {
        Self { ranges, repeats: false }
    }

    pub(crate) const fn repeated(ranges: &'static [(char, char)]) -> Self {
        Self { ranges, repeats: true }
    }

    fn takes(&self, character: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
    }
}

/// Whether the whole text has the form. Takes at most text times pieces steps.
pub(crate) fn matches(pieces: &[Piece], text: &str) -> bool {
    // at[n]: n pieces have been begun, and the last of them has taken its character.
    let mut at = vec![false; pieces.len() + 1];
    at[0] = true;
    for character in text.chars() {
        let mut next = vec![false; at.len()];
        for (index, piece) in pieces.iter().enumerate() {
            let begins = at[index];
            let goes_on = at[index + 1] && piece.repeats;
            next[index + 1] = (begins || goes_on) && piece.takes(character);
        }
        at = next;
    }
    at[pieces.len()]
}

#[cfg(test)]
mod tests {
    use super::{Piece, matches};

    const DIGITS: Piece = Piece::repeated(&[('0', '9')]);
    const STAR: Piece = Piece::once(&[('*', '*')]);

    #[test]
    fn the_whole_text_has_to_have_the_form() {
        let form = [DIGITS, STAR, DIGITS];
        let said: Vec<_> = ["1920*1080", "1*1", "1920x1080", "*", "1920*", "*1080", "1*1*1", "", "1 * 1", "١*1"]
            .map(|text| matches(&form, text))
            .to_vec();
        assert_eq!(said, [true, true, false, false, false, false, false, false, false, false]);
        assert!(matches(&[], ""));
        assert!(matches(&[DIGITS, DIGITS], "12"), "two repeated pieces share the characters");
    }
}
