//! Columns of text in which Chinese stands too.

/// The text, filled up with spaces to a number of columns; a Chinese sign takes two.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let width: usize = text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn a_chinese_sign_takes_two_columns() {
        assert_eq!(padded("key", 6), "key   ");
        assert_eq!(padded("密钥", 6), "密钥  ");
        assert_eq!(padded("密钥密钥", 6), "密钥密钥");
    }
}
