//! Tasks on disk: their requests, never their videos.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use video_types::new_api::SubmitRequest;
use video_types::{Generation, TaskId};

use super::order::Order;
use super::task::{SandboxTask, Stage, seconds};

const SCHEMA: &str = "video.sandbox-task/1";

/// A folder of task records, one JSON file each.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// One file.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    schema: String,
    created_at: i64,
    /// Seconds since 1970, once it has been rendered.
    finished_at: Option<i64>,
    request: SubmitRequest,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes a task's record: whole or not at all.
    pub(super) fn keep(&self, task: &SandboxTask, generation: &Generation) -> io::Result<()> {
        let finished_at = match task.stage {
            Stage::Rendered { at } => Some(seconds(at)),
            _ => None,
        };
        let request = SubmitRequest::from(generation);
        let record = Record { schema: SCHEMA.to_owned(), created_at: seconds(task.created_at), finished_at, request };
        self.write(&task.id, &record)
    }

    /// Marks a task as rendered.
    pub(super) fn finish(&self, id: &TaskId, finished_at: i64) -> io::Result<()> {
        let mut record = self.record(id)?;
        record.finished_at = Some(finished_at);
        self.write(id, &record)
    }

    /// Reads a task another process made, if there is one.
    pub(super) fn find(&self, id: &TaskId) -> io::Result<Option<(SandboxTask, Generation)>> {
        let record = match self.record(id) {
            Ok(record) => record,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let bad = |error: String| {
            io::Error::new(io::ErrorKind::InvalidData, format!("the record of {id} is damaged: {error}"))
        };
        let generation = Generation::try_from(record.request).map_err(|error| bad(error.to_string()))?;
        let order = Order::read(&generation).map_err(|error| bad(error.to_string()))?;
        let time = |seconds: i64| UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let stage = record.finished_at.map_or(Stage::Queued, |at| Stage::Rendered { at: time(at) });
        let task = SandboxTask {
            id: id.clone(),
            model: generation.model.clone(),
            created_at: time(record.created_at),
            order,
            stage,
        };
        Ok(Some((task, generation)))
    }

    fn record(&self, id: &TaskId) -> io::Result<Record> {
        serde_json::from_slice(&fs::read(self.path(id)?)?).map_err(io::Error::from)
    }

    fn write(&self, id: &TaskId, record: &Record) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let path = self.path(id)?;
        let unfinished = path.with_extension("json.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(&serde_json::to_vec_pretty(record).map_err(io::Error::from)?)?;
        file.sync_data()?;
        fs::rename(&unfinished, path)
    }

    /// Only ids of the sandbox's own making become file names.
    fn path(&self, id: &TaskId) -> io::Result<PathBuf> {
        let rest = id.as_str().strip_prefix("task_");
        match rest {
            Some(rest) if rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Ok(self.0.join(format!("{id}.json")))
            }
            _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }
}
