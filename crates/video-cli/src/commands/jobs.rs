//! `video list` and `video resume`: many jobs of the journal.

use std::process::ExitCode;

use serde_json::{Value, json};
use video_journal::{Journal, Query, Record, State, Store as _};
use video_protocol::{Error, Verdict};

use super::follow::{Ended, Follow, save};
use super::kept;
use super::links::{Link, is_waiting};
use super::tasks::{Reached, reach};
use crate::arguments::{List, Resume};
use crate::connect::{WithoutGateway, connect};
use crate::exit;
use crate::journal;
use crate::line::Line;
use crate::output_path::{About, Destination};
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

pub(super) async fn resume(arguments: Resume, screen: &Screen) -> Result<ExitCode, Error> {
    let mut reached = Vec::new();
    for name in &arguments.jobs {
        reached.push(reach(name, &arguments.gateway, Some(&arguments.watching), screen).await?);
    }
    if arguments.jobs.is_empty() {
        // The gateway that is set up, in whichever format its jobs went.
        let here = connect(&arguments.gateway, None, None, WithoutGateway::Refuse)?.client.origin();
        if let Some(journal) = journal::open_if_any()? {
            for record in open_jobs(&journal, &here).await? {
                reached.push(reach(record.job.as_str(), &arguments.gateway, Some(&arguments.watching), screen).await?);
            }
        }
    }
    if reached.is_empty() {
        screen.say(&Line::NoJobs);
    }
    let destination =
        arguments.output.output.is_some().then(|| Destination::of(&arguments.output, screen)).transpose()?;
    let (mut follow, mut worst) = (Follow::new(screen, Follow::interrupts()?), None);
    for job in reached {
        screen.at_hand(job.record.as_ref().map(|record| &record.job));
        match one(job, destination.as_ref(), arguments.output.overwrite, &mut follow).await {
            Ok(Next::GoOn) => {}
            Ok(Next::Leave(code)) => return Ok(code),
            // The others go on all the same.
            Err(error) => {
                screen.error(&error);
                worst.get_or_insert(error.verdict());
            }
        }
    }
    Ok(exit::of(worst.unwrap_or(Verdict::Saved)))
}

enum Next {
    GoOn,
    Leave(ExitCode),
}

async fn one(
    mut reached: Reached,
    chosen: Option<&Destination>,
    overwrite: bool,
    follow: &mut Follow<'_>,
) -> Result<Next, Error> {
    let name = reached.record.as_ref().and_then(|record| record.name.clone());
    let about = reached.record.as_ref().map(|record| About::of_request(&record.request)).unwrap_or_default();
    let destination = chosen.cloned().unwrap_or_else(|| Destination::of_name(name.as_deref()));
    // A name made from the task's id can only be that of the same video.
    let overwrite = overwrite || matches!(destination, Destination::Folder(_));
    let mut job = match reached.job(follow).await? {
        Ok(job) => job,
        Err(code) => return Ok(Next::Leave(code)),
    };
    match follow.watch(&mut job).await? {
        Ended::Succeeded(task) => {
            let code = save(&mut job, &task, &destination, &about, overwrite, follow).await?;
            Ok(if code == exit::of(Verdict::Saved) { Next::GoOn } else { Next::Leave(code) })
        }
        Ended::Left(code) => Ok(Next::Leave(code)),
    }
}

/// Open jobs at a gateway nobody works on, the oldest first.
async fn open_jobs(journal: &Journal, origin: &str) -> Result<Vec<Record>, Error> {
    let mut query = State::OPEN.into_iter().fold(Query::all(), Query::in_state).latest_only().limit(1000);
    let mut found = Vec::new();
    loop {
        let page = journal.list(query.clone()).await?;
        let free = |record: &Record| record.to.origin == origin && !journal::is_worked_on(record);
        found.extend(page.records.into_iter().filter(free));
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    found.reverse();
    Ok(found)
}
