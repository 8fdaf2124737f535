//! `video validate`: requests held against the catalogue, nothing sent.

use std::process::ExitCode;

use serde_json::{Value, json};
use video_catalog::{Target, report};
use video_protocol::{Error, Verdict};

use crate::advice::describe;
use crate::arguments::{Format, Validate};
use crate::complaint::What;
use crate::exit;
use crate::language::Language;
use crate::report_words;
use crate::requests::{self, Item};
use crate::screen::Screen;

pub(super) fn validate(arguments: &Validate, screen: &Screen) -> Result<ExitCode, Error> {
    let target = match arguments.target {
        Format::NewApi => Target::Generations,
        Format::OpenAi => Target::Videos,
    };
    let items = requests::items(&requests::text(&arguments.file)?, arguments.model.as_deref());
    if items.is_empty() {
        return Err(What::NoRequest { path: arguments.file.clone() }.into_error());
    }
    let several = items.iter().any(|item| item.line.is_some());
    let total = items.len();
    let invalid = items.iter().filter(|item| !is_valid(item, target, screen)).count();
    let outcome = if invalid > 0 { "invalid" } else { "valid" };
    screen.object(&json!({"schema": "video.validate/1", "requests": total, "invalid": invalid, "outcome": outcome}));
    if several {
        screen.data(&match screen.language() {
            Language::English => format!("{total} requests, {invalid} with errors"),
            Language::Chinese => format!("共 {total} 个请求，{invalid} 个有错误"),
        });
    }
    Ok(if invalid > 0 { exit::of(Verdict::Invalid) } else { ExitCode::SUCCESS })
}

/// Says what is known against one request.
fn is_valid(item: &Item, target: Target, screen: &Screen) -> bool {
    let (language, name) = (screen.language(), item.name.as_deref());
    let place = match (item.line, language) {
        (None, _) => String::new(),
        (Some(line), Language::English) => {
            format!("line {line}{}: ", name.map(|name| format!(" {name}")).unwrap_or_default())
        }
        (Some(line), Language::Chinese) => {
            format!("第 {line} 行{}：", name.map(|name| format!(" {name}")).unwrap_or_default())
        }
    };
    let (mut object, lines, valid) = match &item.request {
        Ok(generation) => {
            let report = report(generation, target);
            let object = report_words::object(&report, target);
            (object, report_words::lines(&report, language), !report.has_errors())
        }
        Err(error) => {
            let word = if language == Language::English { "error: " } else { "错误：" };
            let object = json!({"schema": "video.check/1", "outcome": "invalid", "error": error.message()});
            (object, vec![format!("{word}{}", describe(error, language))], false)
        }
    };
    if let Value::Object(members) = &mut object {
        members.insert("line".to_owned(), json!(item.line));
        members.insert("name".to_owned(), json!(item.name));
    }
    screen.object(&object);
    for (index, line) in lines.iter().enumerate() {
        screen.data(&format!("{}{line}", if index == 0 { place.as_str() } else { "" }));
    }
    valid
}
