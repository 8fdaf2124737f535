//! `video list`: the jobs of the journal.

use std::process::ExitCode;

use serde_json::{Value, json};
use video_journal::{Query, Record, Store as _};
use video_protocol::Error;

use super::kept;
use super::links::{Link, is_waiting};
use crate::arguments::List;
use crate::journal;
use crate::line::Line;
use crate::screen::Screen;
use crate::table;

/// How many jobs are read at once.
const PAGE: usize = 500;

pub(super) fn list(arguments: List, screen: &Screen) -> Result<ExitCode, Error> {
    let mut query = arguments.state.into_iter().fold(Query::all(), Query::in_state);
    if let Some(batch) = arguments.batch {
        query = query.of_batch(batch);
    }
    let (now, width) = (journal::now(), screen.width());
    let mut left = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let mut any = false;
    let Some(store) = journal::look()? else {
        screen.say(&Line::NoJobs);
        return Ok(ExitCode::SUCCESS);
    };
    // Page by page, so that the first lines stand there at once and the last ones need no more room than they.
    while left > 0 && screen.is_listened_to() {
        query.limit = left.min(PAGE);
        let page = store.list(&query).map_err(Error::from)?;
        let mut lines = Vec::new();
        for record in &page.records {
            let history =
                if is_waiting(record) { store.history(&record.job).map_err(Error::from)? } else { Vec::new() };
            let link = Link::of(record, &history);
            if screen.is_json() {
                let mut object = kept::object(record);
                object["schema"] = json!("video.job/1");
                object["link"] = link.map_or(Value::Null, |link| link.object(now));
                lines.push(object.to_string());
            } else {
                lines.extend(rows(record, link.map(|link| link.told(now, screen.language())), width));
            }
        }
        any |= !lines.is_empty();
        screen.block(&lines);
        left -= page.records.len().min(left);
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    if !any {
        screen.say(&Line::NoJobs);
    }
    screen.may_end_early();
    Ok(ExitCode::SUCCESS)
}

/// Columns of a job in one line without its model and prompt.
const HEAD: usize = 36 + 2 + 20 + 2 + 11 + 2;

/// A job in one line, or in two where one would hold no word of its prompt, and what there is to know of its link.
fn rows(record: &Record, link: Option<String>, width: Option<usize>) -> Vec<String> {
    let (job, when, state) = (&record.job, kept::time(record.created_at), record.state.as_str());
    let what = format!("{}  {}", record.request.model(), kept::prompt_or_why_not(record));
    let mut rows = if width.is_some_and(|width| width < HEAD + 20) {
        vec![job.to_string(), format!("  {state}  {what}")]
    } else {
        vec![format!("{job}  {when}  {state:<11}  {what}")]
    };
    rows.extend(link.map(|link| format!("  {link}")));
    match width {
        Some(width) => rows.iter().map(|row| table::cut(row, width)).collect(),
        None => rows,
    }
}
