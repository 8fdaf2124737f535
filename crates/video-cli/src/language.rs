//! Which language to talk in.

use clap::ValueEnum;

use crate::arguments::Common;

/// A language the program talks in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    #[value(name = "en")]
    English,
    #[value(name = "zh")]
    Chinese,
}

/// The language of help and of what is wrong with what was typed, before that can be read: the same places.
pub(crate) fn before_parsing() -> Language {
    let typed: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let typed = typed_language(&typed).map(str::to_owned);
    let said = typed.or_else(|| std::env::var("VIDEO_LANG").ok());
    let said = said.and_then(|word| Language::from_str(&word, false).ok());
    of(&Common { json: false, quiet: false, lang: said })
}

/// What follows `--lang`, wherever it stands.
fn typed_language(words: &[String]) -> Option<&str> {
    let after = words.iter().position(|word| word == "--lang").and_then(|at| words.get(at + 1));
    after.map(String::as_str).or_else(|| words.iter().find_map(|word| word.strip_prefix("--lang=")))
}

/// `--lang`, `VIDEO_LANG`, else the locale.
pub(crate) fn of(common: &Common) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    common.lang.unwrap_or_else(|| of_locale(locale.as_deref()))
}

fn of_locale(locale: Option<&str>) -> Language {
    match locale {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_typed_is_found_before_the_rest_is_read() {
        let found = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            typed_language(&words).map(str::to_owned)
        };
        assert_eq!(found("video --lang zh generate --help").as_deref(), Some("zh"));
        assert_eq!(found("video --lang=zh").as_deref(), Some("zh"));
        assert_eq!(found("video generate --lang"), None);
    }

    #[test]
    fn a_chinese_locale_is_answered_in_chinese() {
        assert_eq!(of_locale(Some("zh_CN.UTF-8")), Language::Chinese);
        assert_eq!(of_locale(Some("zh-TW")), Language::Chinese);
        assert_eq!(of_locale(Some("C.UTF-8")), Language::English);
        assert_eq!(of_locale(None), Language::English);
    }
}
