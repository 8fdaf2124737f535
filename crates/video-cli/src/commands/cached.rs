//! `video generate --cache`: a video that is there already instead of a new order.

use std::process::ExitCode;

use serde_json::json;
use video_client::{Journaled, JournaledJob, KeptVideo, NewJob, Served, Task};
use video_journal::{Order, Record};
use video_protocol::{Error, Verdict};
use video_types::{ModelId, TaskStatus};

use super::generate::left_behind;
use crate::arguments::CacheAge;
use crate::exit;
use crate::interrupt::Interrupts;
use crate::journal;
use crate::line::Line;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::screen::Screen;

/// What came of asking for a video that may be there.
pub(super) enum Asked {
    Kept(Box<KeptVideo>),
    Job(Box<JournaledJob>),
    Left(ExitCode),
}

/// A video that is there, or the job that will have it. Waits while another program has an equal order under way; whoever
/// leaves meanwhile leaves nothing behind.
pub(super) async fn asked(
    desk: &Journaled,
    wanted: NewJob,
    age: CacheAge,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> Result<Asked, Error> {
    let waits = |record: &Record| {
        screen.say(&Line::CacheWaits { job: record.job.as_str() });
        screen.event("cache-waits", json!({"job": record.job.as_str()}));
    };
    let served = tokio::select! {
        served = desk.order_unless_kept(wanted, age.0, &waits) => served?,
        interrupt = interrupts.next() => {
            screen.say(&Line::CacheLeft);
            screen.result(ResultLine::new(Verdict::Unsent));
            return Ok(Asked::Left(interrupt.exit_code()));
        }
    };
    Ok(match served {
        Served::Kept(kept) => Asked::Kept(kept),
        Served::Job(job) => {
            screen.at_hand(Some(&job.record().job));
            Asked::Job(job)
        }
        Served::Elsewhere(record) => {
            screen.at_hand(Some(&record.job));
            let name = record.task.as_ref().map_or_else(|| record.job.to_string(), ToString::to_string);
            screen.say(&Line::StillRunning { task: &name });
            screen.result(ResultLine::of_record(&record));
            Asked::Left(exit::of(Verdict::Running))
        }
    })
}

/// The video of an equal order, if there is one; `None` also if an earlier run of the same order was cut off: that comes
/// first.
pub(super) async fn at_hand(desk: &Journaled, order: &Order, age: CacheAge) -> Result<Option<KeptVideo>, Error> {
    if left_behind(desk, desk.journal(), order).await?.is_some() {
        return Ok(None);
    }
    desk.kept(order, age.0).await
}

/// Puts a video that is there where it is wanted, and prints its path.
pub(super) async fn deliver(
    kept: &KeptVideo,
    destination: &Destination,
    about: &About,
    overwrite: bool,
    screen: &Screen,
) -> Result<ExitCode, Error> {
    let (record, file) = (kept.record(), kept.file());
    screen.at_hand(Some(&record.job));
    let age =
        humantime::format_duration(std::time::Duration::from_secs(journal::now().since(record.changed_at).as_secs()));
    screen.say(&Line::FromCache { job: record.job.as_str(), age: &age.to_string() });
    screen.event("cached", json!({"job": record.job.as_str(), "path": file.path}));
    let target = record.task.as_ref().map(|task| {
        let mut task = Task::new(task.clone(), TaskStatus::from_static(""));
        task.model = Some(ModelId::from(record.request.model().to_owned()));
        task.created_at = i64::try_from(record.created_at.get() / 1000).ok();
        destination.target(&task, about, overwrite)
    });
    let line = match &record.task {
        Some(task) => ResultLine::new(Verdict::Saved).with_task(task),
        None => ResultLine::new(Verdict::Saved),
    };
    let Some(target) = target else {
        screen.data(&file.path);
        screen.result(line.with_kept(&file.path, &file.sha256, file.bytes));
        return Ok(exit::of(Verdict::Saved));
    };
    let path = target.path().map(|path| path.display().to_string());
    if !target.path().is_some_and(|path| is_same(path, &file.path)) {
        kept.copy_to(target, &|_| ()).await?;
    }
    if let Some(path) = &path {
        screen.data(path);
    }
    screen.result(line.with_kept(path.as_deref().unwrap_or("-"), &file.sha256, file.bytes));
    Ok(exit::of(Verdict::Saved))
}

fn is_same(one: &std::path::Path, other: &str) -> bool {
    match (one.canonicalize(), std::path::Path::new(other).canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
