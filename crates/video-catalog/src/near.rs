//! The known word that was probably meant.

/// Longer words are not compared: nobody mistypes those by accident.
const LONGEST: usize = 64;

/// The word that differs least, if that is little enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = folded(word).take(LONGEST + 1).collect();
    if wanted.len() > LONGEST {
        return None;
    }
    let (mut letters, mut row) = (Vec::new(), Vec::new());
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let length = candidate.bytes().filter(u8::is_ascii_alphanumeric).count();
        let longer = wanted.len().max(length);
        let slips = if longer <= 3 { 1 } else { (longer / 3).min(3) };
        // Only what is better than the best so far is worth comparing.
        let allowed = best.map_or(slips, |(least, _)| slips.min(least.saturating_sub(1)));
        if length.abs_diff(wanted.len()) > allowed || length > LONGEST {
            continue;
        }
        letters.clear();
        letters.extend(folded(candidate));
        let Some(distance) = distance(&wanted, &letters, allowed, &mut row) else { continue };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters and digits in lower case: how a word is spelled, not how it is dressed.
fn folded(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Insertions, deletions and replacements between two words, if there are no more than allowed.
///
/// Only a band of that width is looked at: outside of it more are needed.
fn distance(one: &[char], other: &[char], allowed: usize, row: &mut Vec<usize>) -> Option<usize> {
    let too_many = allowed + 1;
    row.clear();
    row.extend((0..=other.len()).map(|column| column.min(too_many)));
    for (index, letter) in one.iter().enumerate() {
        let (first, last) = (index.saturating_sub(allowed), (index + allowed + 1).min(other.len()));
        let mut before = row[first];
        // Left of the band, but for the first column, nothing is known to be within reach.
        row[first] = if first == 0 { (index + 1).min(too_many) } else { too_many };
        let mut smallest = row[first];
        for column in first..last {
            let kept = before + usize::from(*letter != other[column]);
            before = row[column + 1];
            row[column + 1] = kept.min(before + 1).min(row[column] + 1).min(too_many);
            smallest = smallest.min(row[column + 1]);
        }
        if smallest > allowed {
            return None;
        }
    }
    Some(row[other.len()]).filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{distance, nearest};

    /// The distance by its definition, without a band.
    fn plain(one: &[char], other: &[char]) -> usize {
        match (one, other) {
            ([], rest) | (rest, []) => rest.len(),
            ([a, one @ ..], [b, other @ ..]) if a == b => plain(one, other),
            ([_, less @ ..], [_, fewer @ ..]) => 1 + plain(less, fewer).min(plain(one, fewer)).min(plain(less, other)),
        }
    }

    proptest! {
        #[test]
        fn the_band_changes_nothing(one in "[abc]{0,6}", other in "[abc]{0,6}", allowed in 0usize..4) {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            let expected = Some(plain(&one, &other)).filter(|distance| *distance <= allowed);
            prop_assume!(one.len().abs_diff(other.len()) <= allowed);
            prop_assert_eq!(distance(&one, &other, allowed, &mut Vec::new()), expected);
        }
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["negative_prompt", "cfg_scale", "camera_control", "mode", "seed"];
        let said = ["negativePrompt", "cfgscale", "camera_contrl", "Mode", "sead", "style", "x", "", &"y".repeat(5000)]
            .map(|word| nearest(word, known));
        assert_eq!(
            said,
            [
                Some("negative_prompt"),
                Some("cfg_scale"),
                Some("camera_control"),
                Some("mode"),
                Some("seed"),
                None,
                None,
                None,
                None
            ]
        );
    }
}
