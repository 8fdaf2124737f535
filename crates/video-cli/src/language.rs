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
    fn a_chinese_locale_is_answered_in_chinese() {
        assert_eq!(of_locale(Some("zh_CN.UTF-8")), Language::Chinese);
        assert_eq!(of_locale(Some("zh-TW")), Language::Chinese);
        assert_eq!(of_locale(Some("C.UTF-8")), Language::English);
        assert_eq!(of_locale(None), Language::English);
    }
}
