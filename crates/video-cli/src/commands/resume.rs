//! `video resume`: open jobs, carried on side by side.

mod side_by_side;
mod ways;

use std::process::ExitCode;

use video_journal::{Journal, Query, Record, State};
use video_protocol::{Error, Verdict};

use self::side_by_side::side_by_side;
use self::ways::ways;
use super::follow::{Ended, Follow, save};
use super::tasks::{Reached, reach};
use crate::arguments::Resume;
use crate::exit;
use crate::journal::{self, Living};
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::screen::Screen;

pub(super) async fn resume(arguments: Resume, screen: &Screen) -> Result<ExitCode, Error> {
    let journal = journal::open_if_any()?;
    let (mut records, mut alone) = (Vec::new(), Vec::new());
    for name in &arguments.jobs {
        let known = match &journal {
            Some(journal) => journal::named(journal, name).await?,
            None => None,
        };
        match known.filter(|record| !record.state.is_final()) {
            Some(record) => records.push(record),
            // A handle the journal knows nothing of, or what has ended: looked at, and no more.
            None => alone.push(reach(name, &arguments.gateway, Some(&arguments.watching), screen).await?),
        }
    }
    if let (true, Some(journal)) = (arguments.jobs.is_empty(), &journal) {
        records = open_jobs(journal).await?;
    }
    if records.is_empty() && alone.is_empty() {
        screen.say(&Line::NoJobs);
    }
    let destination =
        arguments.output.output.is_some().then(|| Destination::of(&arguments.output, screen)).transpose()?;
    let (mut ways, left) = ways(records, &arguments, screen)?;
    let mut worst = left;
    if let ([way], Some(journal)) = (&mut ways[..], &journal)
        && way.records.len() == 1
        && let Some(record) = way.records.pop()
    {
        // One job has the terminal to itself.
        let (connection, task) = (way.connection.clone(), record.task.clone());
        screen.follow(&connection.client);
        alone.push(Reached { connection, journal: Some(journal.clone()), record: Some(record), task });
    } else if let Some(journal) = &journal {
        let (seen, left) = side_by_side(ways, journal, destination.as_ref(), &arguments, screen).await?;
        worst = worst.max(seen);
        if let Some(leaving) = left {
            return Ok(leaving.exit_code());
        }
    }
    if alone.is_empty() {
        return Ok(exit::of(worst));
    }
    let mut follow = Follow::new(screen, Follow::interrupts()?);
    for job in alone {
        screen.at_hand(job.record.as_ref().map(|record| &record.job));
        match one(job, destination.as_ref(), arguments.output.overwrite, &mut follow).await {
            Ok(Next::GoOn) => {}
            Ok(Next::Leave(code)) => return Ok(code),
            // The others go on all the same.
            Err(error) => {
                screen.error(&error);
                worst = worst.max(error.verdict());
            }
        }
    }
    Ok(exit::of(worst))
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
    let (destination, about, overwrite) = place(reached.record.as_ref(), chosen, overwrite);
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

/// Where the video of a job goes, and whether a file there may be replaced: the choice of this run, or else of the order.
fn place(record: Option<&Record>, chosen: Option<&Destination>, overwrite: bool) -> (Destination, About, bool) {
    let name = record.and_then(|record| record.name.as_deref());
    let mut about = record.map(|record| About::of_request(&record.request)).unwrap_or_default();
    // A batch makes the folders of its lines, and notes the paths with all places filled in.
    about.makes_folders = chosen.is_none() && record.is_some_and(|record| record.line.is_some());
    let destination = chosen.cloned().unwrap_or_else(|| Destination::of_name(name));
    // A name made from the task's id can only be that of the same video.
    let overwrite = overwrite || matches!(destination, Destination::Folder(_));
    (destination, about, overwrite)
}

/// Open jobs nobody works on, the oldest first.
async fn open_jobs(journal: &Journal) -> Result<Vec<Record>, Error> {
    let mut query = State::OPEN.into_iter().fold(Query::all(), Query::in_state).latest_only().limit(1000);
    let (mut found, living) = (Vec::new(), Living::default());
    loop {
        let page = journal.list(query.clone()).await?;
        found.extend(page.records.into_iter().filter(|record| !living.is_worked_on(record)));
        let Some(next) = page.next else { break };
        query = query.before(next);
    }
    found.reverse();
    Ok(found)
}
