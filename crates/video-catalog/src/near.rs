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
        let length = candidate.chars().filter(|letter| letter.is_alphanumeric()).count();
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
fn distance(one: &[char], other: &[char], allowed: usize, row: &mut Vec<usize>) -> Option<usize> {
    row.clear();
    row.extend(0..=other.len());
    for (index, letter) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        let mut least = row[0];
        for (column, theirs) in other.iter().enumerate() {
            let kept = before + usize::from(letter != theirs);
            before = row[column + 1];
            row[column + 1] = kept.min(before + 1).min(row[column] + 1);
            least = least.min(row[column + 1]);
        }
        if least > allowed {
            return None;
        }
    }
    Some(row[other.len()]).filter(|distance| *distance <= allowed)
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
