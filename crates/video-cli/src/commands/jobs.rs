//! `video list` and `video resume`: many jobs of the journal.

use std::process::ExitCode;

use serde_json::json;
use video_journal::{Journal, Query, Record, State};
use video_protocol::{Error, Verdict};

use super::follow::{Ended, Follow, save};
use super::kept;
use super::tasks::{Reached, reach};
use crate::arguments::{List, Resume};
use crate::connect::{WithoutGateway, connect};
use crate::exit;
use crate::journal;
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::screen::Screen;

pub(super) async fn list(arguments: List, screen: &Screen) -> Result<ExitCode, Error> {
    let mut query = arguments.state.into_iter().fold(Query::all(), Query::in_state);
    if let Some(batch) = arguments.batch {
        query = query.of_batch(batch);
    }
    let records = match journal::open_if_any()? {
        Some(journal) => journal.list(query.limit(usize::try_from(arguments.limit).unwrap_or(100))).await?.records,
        None => Vec::new(),
    };
    if records.is_empty() {
        screen.say(&Line::NoJobs);
    }
    for record in records {
        let mut object = kept::object(&record);
        object["schema"] = json!("video.job/1");
        screen.object(&object);
        let prompt = kept::prompt(&record).unwrap_or_else(|| "(hashed)".to_owned());
        let (when, state, model) = (kept::time(record.created_at), record.state.as_str(), record.request.model());
        screen.data(&format!("{}  {when}  {state:<11}  {model}  {prompt}", record.job));
    }
    Ok(ExitCode::SUCCESS)
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
