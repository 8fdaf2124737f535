//! What an answer says, as text.

use std::fmt::Write as _;

use video_types::{Answer, Report};

use crate::fixture;

/// What the answer in a fixture says.
pub(crate) fn told(name: &str) -> String {
    match Answer::parse(&fixture::body(name)) {
        Ok(answer) => answer_text(&answer),
        Err(error) => format!("not JSON: {error}"),
    }
}

pub(crate) fn answer_text(answer: &Answer) -> String {
    match answer {
        Answer::Task(report) => report_text(report),
        Answer::Empty => "empty".to_owned(),
        Answer::Problem(problem) => format!("problem {:?} {}", problem.code, problem.message),
        other => format!("{other:?}"),
    }
}

/// One line for each row.
pub(crate) fn table(rows: impl IntoIterator<Item = String>) -> String {
    rows.into_iter().collect::<Vec<_>>().join("\n")
}

/// One line for each member that is there.
fn report_text(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(text, "{name:9}{value}").expect("writing to text");
        }
    };
    line("task", report.task_id.as_ref().map(ToString::to_string));
    line("status", report.status.as_ref().map(|status| format!("{status} ({:?})", report.phase())));
    line("progress", report.progress.map(|percent| format!("{percent} %")));
    for link in &report.links {
        line("link", Some(link.clone()));
    }
    let failure = report.failure.as_ref();
    line("failure", failure.map(|failure| format!("{} [{}]", failure.message, failure.code.as_deref().unwrap_or("-"))));
    line("model", report.model.as_ref().map(ToString::to_string));
    line("created", report.created_at.map(|time| time.to_string()));
    line("finished", report.finished_at.map(|time| time.to_string()));
    line("seconds", report.seconds.clone());
    line("size", report.size.clone());
    line("quota", report.quota.map(|quota| quota.to_string()));
    text
}
