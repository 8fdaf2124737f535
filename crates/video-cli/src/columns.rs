//! Columns of text in which Chinese stands too.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns a text takes; a Chinese sign takes two.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text, filled up with spaces to a number of columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The beginning of the text that has room in so many columns, with `…` if that is not all of it.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let (mut kept, mut taken) = (String::new(), 0);
    for c in text.chars() {
        taken += c.width().unwrap_or_default();
        if taken > room {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// How many columns the terminal of stderr has.
#[cfg(unix)]
pub(crate) fn of_terminal() -> Option<u16> {
    rustix::termios::tcgetwinsize(std::io::stderr()).ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
}

/// How many rows the terminal of stderr has.
#[cfg(unix)]
pub(crate) fn rows_of_terminal() -> Option<u16> {
    rustix::termios::tcgetwinsize(std::io::stderr()).ok().map(|size| size.ws_row).filter(|rows| *rows > 0)
}

/// How many columns the terminal of stderr has; nobody asks here.
#[cfg(not(unix))]
pub(crate) fn of_terminal() -> Option<u16> {
    None
}

/// How many rows the terminal of stderr has; nobody asks here.
#[cfg(not(unix))]
pub(crate) fn rows_of_terminal() -> Option<u16> {
    None
}

#[cfg(test)]
mod tests {
    use super::{cut, padded};

    #[test]
    fn a_chinese_sign_takes_two_columns() {
        assert_eq!(padded("key", 6), "key   ");
        assert_eq!(padded("密钥", 6), "密钥  ");
        assert_eq!(padded("密钥密钥", 6), "密钥密钥");
    }

    #[test]
    fn a_text_is_cut_between_signs() {
        assert_eq!(cut("a lighthouse", 12), "a lighthouse");
        assert_eq!(cut("a lighthouse", 7), "a ligh…");
        assert_eq!(cut("橘猫打盹", 8), "橘猫打盹");
        assert_eq!(cut("橘猫打盹", 7), "橘猫打…");
        assert_eq!(cut("橘猫打盹", 6), "橘猫…");
        assert_eq!(cut("橘猫", 0), "");
    }
}
