//! File names made of words that others chose: ids from a server, models, prompts.

/// Longest word that goes into a name, in bytes.
const LONGEST_WORD: usize = 80;

/// Names that Windows gives to devices, with any ending.
const DEVICES: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// A word as it may stand in a file name on every system: at most 80 bytes, without what separates folders, is reserved
/// somewhere, hides, or turns text around.
///
/// ```
/// use video_download::safe_word;
///
/// assert_eq!(safe_word("../../etc/passwd"), "etc_passwd");
/// assert_eq!(safe_word("a cat: 16:9?"), "a_cat_16_9");
/// assert_eq!(safe_word("一只橘猫"), "一只橘猫");
/// assert_eq!(safe_word("CON"), "_CON");
/// ```
///
/// Letters and digits of every script stay, with `-`, `_` and `.`; whatever else stands between two of them becomes one `_`. It is
/// never empty: a word of which nothing is left is `_`. Two words may become the same.
pub fn safe_word(word: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    let pieces = word.split(|char| !is_plain(char)).filter(|piece| !piece.trim_matches('.').is_empty());
    let joined = pieces.collect::<Vec<_>>().join("_");
    let mut safe = joined.trim_start_matches(['.', '-']).to_owned();
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    let fits = (0..=LONGEST_WORD.min(safe.len())).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
    safe.truncate(fits);
    safe.truncate(safe.trim_end_matches('.').len());
    if safe.is_empty() { "_".to_owned() } else { safe }
}

/// Whether Windows takes a name for a device: whatever follows its first dot.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    DEVICES.contains(&stem.as_str())
}

/// What Windows does not take in a name, said of a name that somebody chose for this machine.
pub(crate) fn unfit_for_windows(name: &str) -> Option<&'static str> {
    if name.contains(['<', '>', ':', '"', '|', '?', '*']) || name.contains(char::is_control) {
        return Some("its name has a character that Windows does not allow");
    }
    if name.ends_with([' ', '.']) {
        return Some("its name ends with a dot or a space");
    }
    is_device(name).then_some("its name is that of a device")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_others_become_plain() {
        let words = [
            "task_8Jd0",
            "../../x",
            "..",
            ".",
            "",
            " ",
            "a/b\\c",
            "a\0b",
            "CON",
            "con.mp4",
            "Com1",
            "com10",
            "-rf",
            ".hidden",
            "end.",
            "a  b",
            "a\u{202e}b",
            "kling-v1.6",
            "龙🐉",
            "__x__",
            "a\r\nb",
        ];
        let rows: Vec<_> = words.iter().map(|word| format!("{word:?} -> {}", safe_word(word))).collect();
        insta::assert_snapshot!(rows.join("\n"));
        assert_eq!(safe_word(&"x".repeat(300)).len(), LONGEST_WORD);
        assert_eq!(safe_word(&"龙".repeat(300)).chars().count(), LONGEST_WORD / 3);
    }

    #[test]
    fn what_windows_refuses_is_known() {
        let names = ["cat.mp4", "CON", "nul.mp4", "a:b.mp4", "cat.mp4.", "cat ", "console.mp4"];
        let rows: Vec<_> = names.iter().map(|name| format!("{name:?}: {:?}", unfit_for_windows(name))).collect();
        insta::assert_snapshot!(rows.join("\n"));
    }

    proptest! {
        #[test]
        fn whatever_the_word_it_is_one_plain_name(word: String) {
            let safe = safe_word(&word);
            prop_assert!(!safe.is_empty() && safe.len() <= LONGEST_WORD);
            prop_assert!(!safe.contains(['/', '\\', '\0', ':']) && !safe.starts_with(['.', '-']) && !safe.ends_with('.'));
            prop_assert!(unfit_for_windows(&safe).is_none());
            prop_assert_eq!(safe_word(&safe), safe);
        }
    }
}
