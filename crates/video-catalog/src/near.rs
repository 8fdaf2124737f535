//! The known word that was probably meant.

/// Longer words are not compared: nobody mistypes those by accident.
const LONGEST: usize = 64;

/// The word that differs least, if that is little enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = folded(word);
    if wanted.len() > LONGEST {
        return None;
    }
    let slips = |length: usize| if length <= 3 { 1 } else { (length / 3).min(3) };
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let letters = folded(candidate);
        let allowed = slips(wanted.len().max(letters.len()));
        if letters.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let distance = distance(&wanted, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters and digits in lower case: how a word is spelled, not how it is dressed.
fn folded(word: &str) -> Vec<char> {
    let letters = word.chars().take(LONGEST + 1).filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Insertions, deletions and replacements between two words.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        for (column, theirs) in other.iter().enumerate() {
            let kept = before + usize::from(letter != theirs);
            before = row[column + 1];
            row[column + 1] = kept.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

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
