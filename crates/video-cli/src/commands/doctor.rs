//! `video doctor`: whether everything a job needs is in order, as a report without secrets.

mod check;
mod gateway;
mod journal;
mod machine;
mod proxy;
mod sandbox;

use std::process::ExitCode;

use serde_json::json;
use video_protocol::{Error, Verdict};

use crate::arguments::Doctor;
use crate::columns::padded;
use crate::language::Language;
use crate::screen::Screen;
use crate::settings::home;
use check::{Check, Level};

pub(super) async fn doctor(arguments: Doctor, screen: &Screen) -> Result<ExitCode, Error> {
    let home = home::folder()?;
    let output = arguments.output.unwrap_or_else(|| ".".into());
    let mut checks = vec![machine::program()];
    checks.extend(machine::home(&home));
    checks.extend(gateway::checks(&arguments.gateway).await);
    checks.extend(proxy::checks());
    checks.push(machine::disk("output", &output));
    // What lies in the home folder does not exist before the first job.
    checks.push(machine::disk("home disk", home.ancestors().find(|folder| folder.is_dir()).unwrap_or(&home)));
    checks.extend(machine::terminal());
    checks.push(sandbox::renders().await);
    checks.push(journal::health(&home));
    print(&checks, screen);
    let verdict = checks.iter().find_map(|check| match check.level {
        Level::Problem(verdict) => Some(verdict),
        Level::Ok | Level::Warning => None,
    });
    Ok(crate::exit::of(verdict.unwrap_or(Verdict::Saved)))
}

fn print(checks: &[Check], screen: &Screen) {
    let language = screen.language();
    for check in checks {
        let level = padded(check.level.word(language), 9);
        screen.data(&format!("{level}{}{}", padded(check.subject, 13), check.said(language)));
        if let Some(next) = check.next(language) {
            let arrow = match language {
                Language::English => "next: ",
                Language::Chinese => "下一步：",
            };
            screen.data(&format!("{}{arrow}{next}", " ".repeat(22)));
        }
    }
    let rows: Vec<_> = checks
        .iter()
        .map(|check| {
            json!({
                "subject": check.subject,
                "level": check.level.word(Language::English),
                "said": check.said(Language::English),
                "next": check.next(Language::English),
            })
        })
        .collect();
    let problems = checks.iter().filter(|check| matches!(check.level, Level::Problem(_))).count();
    screen.object(&json!({"schema": "video.doctor/1", "problems": problems, "checks": rows}));
}
