//! `video list`: the jobs of the journal.

use std::process::ExitCode;

use serde_json::json;
use video_journal::Query;
use video_protocol::Error;

use super::kept;
use crate::arguments::List;
use crate::journal;
use crate::line::Line;
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
