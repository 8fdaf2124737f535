//! Where lines of a prompt end: pure functions from text and widths to lines.

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Characters of a text that are looked at; far more than ever fits on a frame.
const LONGEST: usize = 3000;

/// A text broken into lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wrapped {
    pub(crate) lines: Vec<String>,
    /// Whether something was left out; the last line then ends in '…'.
    pub(crate) cut: bool,
}

/// The text as it is drawn: control and invisible characters removed, white space collapsed, line ends kept (but no
/// empty lines), at most 3000 characters.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::new();
    let mut characters = text.chars().take(LONGEST).peekable();
    let mut gap = None; // white space that is written once something follows
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => gap = Some('\n'),
            '\u{200d}' => {
                // A joined pictograph is one sign; its first part stands for it.
                characters.next_if(|&next| next >= '\u{2190}');
            }
            _ if is_invisible(character) => {}
            _ if character.is_whitespace() && character != '\u{a0}' && character != '\u{3000}' => {
                gap = gap.or(Some(' '));
            }
            _ => {
                if let Some(gap) = gap.take().filter(|_| !tidied.is_empty()) {
                    tidied.push(gap);
                }
                tidied.push(character);
            }
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        tidied.push('…');
    }
    tidied
}

/// Characters that take no room, and marks that would need a shaping engine to sit on their letter.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
        || (character.is_control() && !character.is_whitespace())
}

/// Breaks `text` where Unicode's line breaking rules (UAX #14) allow, so that no line is wider than `width`; a word
/// that is wider itself is broken anywhere. At most `most` lines, of which the last then ends in '…'.
///
/// `advance` is the width of one character.
pub(crate) fn wrap(text: &str, width: f32, most: usize, advance: &impl Fn(char) -> f32) -> Wrapped {
    let mut page = Page { width, lines: Vec::new(), line: String::new(), used: 0.0 };
    let mut start = 0;
    for (end, opportunity) in linebreaks(text) {
        page.add(text[start..end].trim_end_matches('\n'), advance);
        start = end;
        if opportunity == BreakOpportunity::Mandatory {
            page.end_line();
        }
        if page.lines.len() > most {
            break;
        }
    }
    let mut lines = page.lines;
    let cut = lines.len() > most;
    lines.truncate(most);
    if let Some(last) = lines.last_mut().filter(|_| cut) {
        shorten(last, width, advance);
    }
    Wrapped { lines, cut }
}

/// Ends a line in '…', after a whole word where there is one.
fn shorten(line: &mut String, width: f32, advance: &impl Fn(char) -> f32) {
    let in_a_word = |character: char| character.is_alphanumeric() && character < '\u{2e80}';
    let mut used: f32 = line.chars().map(advance).sum();
    let mut after = None;
    while used + advance('…') > width {
        after = line.pop();
        let Some(dropped) = after else { break };
        used -= advance(dropped);
    }
    if after.is_some_and(in_a_word) {
        let word_start = line.trim_end_matches(in_a_word).len();
        line.truncate(if word_start > 0 { word_start } else { line.len() });
    }
    line.truncate(line.trim_end_matches([' ', ',', '.', '，', '。', '、', '…']).len());
    line.push('…');
}

/// Lines that are being filled.
struct Page {
    width: f32,
    lines: Vec<String>,
    line: String,
    used: f32,
}

impl Page {
    /// Adds a piece that should stay on one line.
    fn add(&mut self, piece: &str, advance: &impl Fn(char) -> f32) {
        let room = self.width - self.used;
        if piece.trim_end().chars().map(advance).sum::<f32>() > room {
            self.end_line();
        }
        for character in piece.chars() {
            let wide = advance(character);
            if self.used + wide > self.width && !character.is_whitespace() {
                self.end_line();
            }
            self.line.push(character);
            self.used += wide;
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.used = 0.0;
        if !line.trim_end().is_empty() {
            self.lines.push(line.trim_end().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character one wide, Chinese two: lines as a terminal would show them, between bars.
    fn wrapped(text: &str, width: f32, most: usize) -> String {
        let advance = |character: char| if character > '\u{2e7f}' { 2.0 } else { 1.0 };
        let Wrapped { lines, cut } = wrap(&tidy(text), width, most, &advance);
        let lines: Vec<String> = lines.iter().map(|line| format!("|{line}|")).collect();
        format!("{}{}", lines.join("\n"), if cut { " cut" } else { "" })
    }

    #[test]
    fn latin_breaks_at_spaces_and_hyphens() {
        insta::assert_snapshot!(wrapped("A red fox runs through fresh snow at dawn, slow-motion light.", 16.0, 6));
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_closing_punctuation() {
        insta::assert_snapshot!(wrapped("一只红色的狐狸在黎明的雪地里奔跑，电影般的光线（慢动作）。", 16.0, 6));
    }

    #[test]
    fn mixed_scripts_keep_latin_words_whole() {
        insta::assert_snapshot!(wrapped("一只 red fox 在 fresh snow 里奔跑 at dawn，cinematic 光线", 16.0, 6));
    }

    #[test]
    fn a_word_wider_than_a_line_is_broken_inside() {
        insta::assert_snapshot!(wrapped("see supercalifragilisticexpialidocious now", 12.0, 6));
    }

    #[test]
    fn more_lines_than_fit_end_in_an_ellipsis() {
        let texts = ["one two three four five six seven eight nine, ten eleven", "incomprehensibilities are many"];
        let chinese = "一只红色的狐狸在黎明的雪地里奔跑，电影般的光线。";
        let lines = texts.into_iter().chain([chinese]).map(|text| wrapped(text, 10.0, 2)).collect::<Vec<_>>();
        insta::assert_snapshot!(lines.join("\n\n"));
    }

    #[test]
    fn line_ends_are_kept_and_empty_lines_are_not() {
        insta::assert_snapshot!(wrapped("\n\n first\r\n\r\n\n second \t line\u{2028}third\n\n", 20.0, 6));
    }

    #[test]
    fn invisible_characters_take_no_room() {
        let joined = "a\u{0}b\u{7}c\u{200b}d\u{202e}e\u{301} \u{1f469}\u{200d}\u{1f4bb}\u{1f44d}\u{1f3fd} \u{1b}[31m";
        insta::assert_snapshot!(format!("{:?}", tidy(joined)));
    }

    #[test]
    fn nothing_to_draw_gives_no_lines() {
        let texts = ["", "   ", "\n\n\n", "\u{200b}\u{feff}"].map(|text| wrapped(text, 10.0, 6));
        assert_eq!(texts, ["", "", "", ""]);
    }

    #[test]
    fn no_room_at_all_still_ends() {
        insta::assert_snapshot!(wrapped("wide 世界", 0.5, 4));
    }

    #[test]
    fn a_very_long_text_is_cut_before_it_is_measured() {
        let tidied = tidy(&"word ".repeat(20_000));
        assert_eq!((tidied.chars().count(), tidied.ends_with("word…")), (LONGEST, true));
        assert!(wrapped(&tidied, 30.0, 6).ends_with("…| cut"));
    }
}
