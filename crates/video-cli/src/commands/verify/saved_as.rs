//! What the journal knows of a file: which job it was saved for, when, and with which hash.

use std::path::Path;

use video_client::Sha256;
use video_journal::{Change, Event, Journal, Query, Record};
use video_protocol::Error;

use crate::commands::kept;
use crate::complaint::What;
use crate::journal;

/// How many jobs are read at once.
const PAGE: usize = 1000;

/// A file as it was when it was saved.
#[derive(Debug, Clone)]
pub(super) struct SavedAs {
    pub(super) job: String,
    /// The moment, in UTC.
    pub(super) at: String,
    pub(super) sha256: Sha256,
}

/// What was saved for a job that a person names.
pub(super) async fn for_job(text: &str) -> Result<SavedAs, Error> {
    let unknown = || What::NoSuchJob { text: text.to_owned() }.into_error();
    let journal = journal::look_aside()?.ok_or_else(unknown)?;
    let record = journal::named(&journal, text).await?.ok_or_else(unknown)?;
    let nothing = || What::NothingSaved { job: record.job.to_string() }.into_error();
    saved_as(&journal, &record).await?.ok_or_else(nothing)
}

/// What was last saved under a path; `None` if nothing was, or there is no journal.
pub(super) async fn under(path: &Path) -> Result<Option<SavedAs>, Error> {
    let Some(journal) = journal::look_aside()? else { return Ok(None) };
    let Ok(path) = path.canonicalize() else { return Ok(None) };
    let mut query = Query::all().limit(PAGE);
    loop {
        let page = journal.list(query.clone()).await?;
        for record in &page.records {
            if record.file.as_ref().is_some_and(|file| is_same(Path::new(&file.path), &path)) {
                return saved_as(&journal, record).await;
            }
        }
        match page.next {
            Some(next) => query = query.before(next),
            None => return Ok(None),
        }
    }
}

/// Whether a noted path leads to this one; the disk is asked only where the names are equal.
fn is_same(noted: &Path, path: &Path) -> bool {
    noted == path || noted.file_name() == path.file_name() && noted.canonicalize().is_ok_and(|noted| noted == path)
}

async fn saved_as(journal: &Journal, record: &Record) -> Result<Option<SavedAs>, Error> {
    let Some(sha256) = record.file.as_ref().and_then(|file| file.sha256.parse().ok()) else { return Ok(None) };
    let history = journal.history(record.job.clone()).await?;
    let saved = history.iter().rev().find(|entry| matches!(entry.change, Change::Event(Event::Saved { .. })));
    let at = kept::time(saved.map_or(record.changed_at, |entry| entry.at));
    Ok(Some(SavedAs { job: record.job.to_string(), at, sha256 }))
}
