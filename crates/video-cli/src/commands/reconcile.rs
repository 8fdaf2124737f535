//! `video reconcile`: jobs nobody knows the outcome of.

use std::process::ExitCode;

use serde_json::json;
use video_journal::{Query, Record, State};
use video_protocol::{Error, TaskRef};

use super::follow::Follow;
use super::generate::{Accepted, accepted, handed_over};
use super::kept;
use super::tasks::reach;
use crate::arguments::{Reconcile, task_ref};
use crate::complaint::What;
use crate::exit;
use crate::journal::{self, Living};
use crate::line::Line;
use crate::screen::Screen;

pub(super) async fn reconcile(arguments: Reconcile, screen: &Screen) -> Result<ExitCode, Error> {
    let journal = journal::open_if_any()?;
    let Some(name) = &arguments.job else {
        let records = match &journal {
            Some(journal) => {
                let query = Query::all().in_state(State::Unknown).in_state(State::Sent).latest_only().limit(1000);
                journal.list(query).await?.records
            }
            None => Vec::new(),
        };
        if records.is_empty() {
            screen.say(&Line::NoJobs);
        }
        let living = Living::default();
        for record in records.iter().filter(|record| !living.is_worked_on(record)) {
            show(record, screen);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let no_such = || What::NoSuchJob { text: name.clone() }.into_error();
    let reached = reach(name, &arguments.gateway, None, screen).await?;
    let (Some(journal), Some(record)) = (reached.journal, reached.record) else { return Err(no_such()) };
    let desk = journal::desk(&reached.connection, &journal)?;
    if arguments.reorder {
        let mut interrupts = Follow::interrupts()?;
        let job = desk.reorder(&record, None).await?;
        screen.at_hand(Some(&job.record().job));
        return Ok(match accepted(job, &mut interrupts, screen).await? {
            Accepted::Job(job) => handed_over(&job, screen),
            Accepted::Left(code) => code,
        });
    }
    if !matches!(record.state, State::Sent | State::Unknown) {
        return Err(What::NothingInDoubt { job: record.job.to_string(), state: record.state.as_str() }.into_error());
    }
    let settled = if let Some(id) = &arguments.task {
        desk.adopt(record, at_home(id, &record_dialect(&desk))?).await?
    } else if arguments.absent {
        desk.declare_absent(record).await?
    } else {
        show(&record, screen);
        desk.settle(record).await?
    };
    screen.say(&Line::Settled { job: settled.job.as_str(), state: settled.state.as_str() });
    let mut object = kept::object(&settled);
    object["schema"] = json!("video.job/1");
    screen.object(&object);
    Ok(exit::of(video_protocol::Verdict::Saved))
}

fn record_dialect(desk: &video_client::Journaled) -> String {
    desk.client().dialect_name().to_owned()
}

fn at_home(id: &str, dialect: &str) -> Result<TaskRef, Error> {
    task_ref(id, dialect).map_err(|_| What::NotATask { text: id.to_owned() }.into_error())
}

fn show(record: &Record, screen: &Screen) {
    let mut object = kept::object(record);
    object["schema"] = json!("video.job/1");
    screen.object(&object);
    for (name, value) in kept::rows(record) {
        screen.data(&format!("{name:<10}{value}"));
    }
    screen.data("");
    screen.say(&Line::TaskLog { job: record.job.as_str() });
}
