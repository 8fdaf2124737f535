//! `video models`: what is listed, how it is filtered, and what one model takes.

use unicode_width::UnicodeWidthStr as _;

use crate::run::Machine;

#[test]
fn models_are_listed_by_provider_kind_and_name() {
    let machine = Machine::new();
    insta::assert_snapshot!(
        [
            machine.video(&["models", "--provider", "kling"]),
            machine.video(&["--lang", "zh", "models", "--provider", "Kling", "--kind", "image", "--kind", "audio"]),
            machine.video(&["models", "--search", "即梦", "--kind", "text-to-video"]),
            machine.video(&["models", "--search", "nobody's"]),
            machine.video(&["models", "--provider", "sora", "--json"]),
        ]
        .join("\n")
    );
}

#[test]
fn columns_line_up_with_chinese_names() {
    let machine = Machine::new().with("VIDEO_LANG", "zh");
    let listed = String::from_utf8(machine.output(&["models", "-q"]).stdout).expect("text");
    // A cell begins behind two blanks or more.
    let column = |line: &str, nth: usize| {
        let begins = |(at, letter): &(usize, char)| *letter != ' ' && line[..*at].ends_with("  ");
        line.char_indices().filter(begins).nth(nth).map(|(at, _)| line[..at].width())
    };
    assert!(listed.lines().count() > 50, "{listed}");
    let first: Vec<_> = listed.lines().map(|line| column(line, 0)).collect();
    let second: Vec<_> = listed.lines().map(|line| column(line, 1)).collect();
    assert!(first.windows(2).all(|pair| pair[0] == pair[1]), "{listed}");
    assert!(second.windows(2).all(|pair| pair[0] == pair[1]), "{listed}");
}

#[test]
fn one_model_shows_what_it_takes() {
    let machine = Machine::new();
    insta::assert_snapshot!(
        [
            machine.video(&["models", "kling-v1"]),
            machine.video(&["--lang", "zh", "models", "MiniMax-Hailuo-02"]),
            machine.video(&["models", "reseller/SORA-2"]),
            machine.video(&["models", "sora-2", "--json"]),
        ]
        .join("\n")
    );
}

#[test]
fn a_word_the_catalogue_does_not_have_is_an_error_with_what_it_has() {
    let machine = Machine::new();
    let mut shown = Vec::new();
    for language in ["en", "zh"] {
        for arguments in [
            &["models", "klingv1"][..],
            &["models", "sora"],
            &["models", "nobody's-model"],
            &["models", "--provider", "klang"],
            &["models", "--kind", "dance"],
            &["models", "klingv1", "--json"],
        ] {
            shown.push(machine.video(&[&["--lang", language], arguments].concat()));
        }
    }
    shown.push(machine.video(&["models", "kling-v1", "--kind", "text"]));
    insta::assert_snapshot!(shown.join("\n"));
}
