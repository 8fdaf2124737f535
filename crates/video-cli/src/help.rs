//! Help texts: examples for every command, and the words of the main ones in Chinese.
//!
//! The English words stand where the arguments are declared. What is said here is put around them.

mod chinese;
mod examples;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::arguments::Arguments;
use crate::exit;
use crate::language::Language;

/// The command line with its help in a language.
pub(crate) fn command(language: Language) -> Command {
    let command = Arguments::command();
    match language {
        Language::English => with_examples(command, "", "Examples:"),
        Language::Chinese => {
            let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本");
            let command = in_chinese(with_examples(command, "", "示例："), "").after_help(exit::HELP_CHINESE);
            command.disable_version_flag(true).arg(version.help_heading("选项"))
        }
    }
}

/// `config add` within `config`, `config` within nothing.
fn within(path: &str, command: &Command) -> String {
    if path.is_empty() { command.get_name().to_owned() } else { format!("{path} {}", command.get_name()) }
}

fn with_examples(command: Command, path: &str, head: &str) -> Command {
    let path = path.to_owned();
    command.mut_subcommands(|command| {
        let path = within(&path, &command);
        let command = match examples::of(&path) {
            Some(examples) => {
                let lines: Vec<String> = examples.iter().map(|example| format!("  {example}")).collect();
                command.after_help(format!("{head}\n{}", lines.join("\n")))
            }
            None => command,
        };
        with_examples(command, &path, head)
    })
}

fn in_chinese(command: Command, path: &str) -> Command {
    let about = chinese::about(path);
    let command = match about {
        Some(about) => command.about(about).long_about(about),
        None => command,
    };
    let command = command.subcommand_help_heading("命令").disable_help_subcommand(true).mut_args(|arg| {
        let heading = heading_of(&arg);
        let arg = arg.help_heading(heading);
        match chinese::option(arg.get_id().as_str()) {
            Some(help) => arg.help(help).long_help(help),
            None => arg,
        }
    });
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助").help_heading("选项");
    let command = command.disable_help_flag(true).arg(help);
    let path = path.to_owned();
    command.mut_subcommands(|command| {
        let path = within(&path, &command);
        in_chinese(command, &path)
    })
}

fn heading_of(arg: &Arg) -> &'static str {
    match arg.get_help_heading() {
        Some("Video") => "视频",
        Some("File") => "文件",
        Some("Gateway") => "网关",
        Some("Waiting") => "等待",
        Some(_) => "其他选项",
        None if arg.is_positional() => "参数",
        None => "选项",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(command: &Command, path: &str, found: &mut Vec<String>) {
        for command in command.get_subcommands() {
            let path = within(path, command);
            if command.has_subcommands() {
                paths(command, &path, found);
            }
            found.push(path);
        }
    }

    #[test]
    fn every_command_has_examples_that_it_takes_and_a_chinese_line() {
        let command = command(Language::English);
        let mut found = Vec::new();
        paths(&command, "", &mut found);
        for path in &found {
            let examples = examples::of(path).unwrap_or_else(|| panic!("no example for {path}"));
            assert!(chinese::about(path).is_some(), "no Chinese line for {path}");
            for example in examples {
                let words = shell_words(example.find("video ").map_or(*example, |at| &example[at..]));
                let taken = command.clone().try_get_matches_from(&words);
                assert!(taken.is_ok(), "{example}: {}", taken.err().map(|error| error.to_string()).unwrap_or_default());
            }
        }
    }

    #[test]
    fn the_command_line_is_consistent_in_both_languages() {
        command(Language::English).debug_assert();
        command(Language::Chinese).debug_assert();
    }

    /// Words as a shell cuts them, up to what goes elsewhere.
    fn shell_words(typed: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
        for letter in typed.chars().take_while(|letter| !matches!(letter, '<' | '>' | '&' | '|' | ')')) {
            match letter {
                '"' | '\'' if quote == Some(letter) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(letter),
                ' ' if quote.is_none() => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
                letter => word.push(letter),
            }
        }
        words.extend(Some(word).filter(|word| !word.is_empty()));
        words
    }
}
