//! Tasks on disk: their requests, never their videos.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use video_types::new_api::SubmitRequest;
use video_types::{Generation, TaskId};

use super::arrival::is_own;
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
    /// The least time it takes, if the sandbox gave it one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    /// Seconds since 1970, once it has been rendered.
    finished_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remixed_from: Option<TaskId>,
    request: SubmitRequest,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes the record of a new task: whole or not at all.
    pub(super) fn keep(&self, task: &SandboxTask, generation: &Generation) -> io::Result<()> {
        let (schema, created_at) = (SCHEMA.to_owned(), seconds(task.created_at));
        let latency_ms = task.latency.and_then(|latency| u64::try_from(latency.as_millis()).ok());
        let (remixed_from, request) = (task.remixed_from.clone(), SubmitRequest::from(generation));
        let record = Record { schema, created_at, latency_ms, finished_at: None, remixed_from, request };
        self.write(&task.id, &record)
    }

    /// Marks a task as rendered.
    pub(super) fn finish(&self, id: &TaskId, finished_at: i64) -> io::Result<()> {
        let Some(mut record) = self.record(id)? else { return Ok(()) };
        record.finished_at = Some(finished_at);
        self.write(id, &record)
    }

    /// Marks a task as cancelled, for every process that shares the folder: a file beside its record, so that whoever
    /// writes the record at the same moment takes nothing back.
    pub(super) fn cancel(&self, id: &TaskId, at: i64) -> io::Result<()> {
        let path = self.mark(id).ok_or(io::ErrorKind::InvalidInput)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(at.to_string().as_bytes())?;
        file.sync_data()
    }

    /// When a task was cancelled, by whichever process; `None` if it was not.
    pub(super) fn cancelled_at(&self, id: &TaskId) -> io::Result<Option<SystemTime>> {
        let Some(path) = self.mark(id) else { return Ok(None) };
        match fs::read_to_string(path) {
            // One that is being written at this moment says that it is cancelled, too.
            Ok(seconds) => time(seconds.trim().parse().unwrap_or_default()).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a task another process made, if there is one.
    pub(super) fn find(&self, id: &TaskId) -> io::Result<Option<SandboxTask>> {
        let Some(record) = self.record(id)? else { return Ok(None) };
        let generation = Generation::try_from(record.request).map_err(damaged)?;
        let order = Order::read(&generation).map_err(damaged)?;
        let stage = match (self.cancelled_at(id)?, record.finished_at) {
            (Some(at), _) => Stage::Cancelled { at },
            (None, Some(at)) => Stage::Rendered { at: time(at)? },
            (None, None) => Stage::Queued,
        };
        let created_at = time(record.created_at)?;
        let task = SandboxTask::new(id.clone(), generation, created_at, order, stage);
        let latency = record.latency_ms.map(Duration::from_millis);
        Ok(Some(task.with_origin(record.remixed_from).with_latency(latency)))
    }

    /// What was asked for, pictures included.
    pub(super) fn request(&self, id: &TaskId) -> io::Result<Option<Generation>> {
        let Some(record) = self.record(id)? else { return Ok(None) };
        Generation::try_from(record.request).map(Some).map_err(damaged)
    }

    /// The ids of all records, in no order.
    pub(super) fn ids(&self) -> io::Result<Vec<TaskId>> {
        let files = match fs::read_dir(&self.0) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for file in files {
            let name = file?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".json")).filter(|id| is_own(id));
            ids.extend(id.map(TaskId::from));
        }
        Ok(ids)
    }

    /// Removes a record; that there is none is fine.
    pub(super) fn remove(&self, id: &TaskId) -> io::Result<()> {
        // The mark goes last: a record without its mark would be rendered.
        for path in [self.path(id), self.mark(id)].into_iter().flatten() {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// The record of a task; `None` for what is not there, and for what cannot be there.
    fn record(&self, id: &TaskId) -> io::Result<Option<Record>> {
        let Some(path) = self.path(id) else { return Ok(None) };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let record: Record = serde_json::from_slice(&bytes).map_err(damaged)?;
        if record.schema != SCHEMA {
            return Err(damaged(format!("its schema is {:?}, this version reads {SCHEMA}", record.schema)));
        }
        Ok(Some(record))
    }

    fn write(&self, id: &TaskId, record: &Record) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let path = self.path(id).ok_or(io::ErrorKind::InvalidInput)?;
        // Two processes may write the record of one task: each writes a file of its own.
        let unfinished = path.with_extension(format!("json.{:016x}.new", fastrand::u64(..)));
        let written = write_new(&unfinished, record).and_then(|()| fs::rename(&unfinished, path));
        if written.is_err() {
            // Whatever it was, the half of it is of no use; the first error is the one to tell.
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// Only ids of the sandbox's own making become file names.
    fn path(&self, id: &TaskId) -> Option<PathBuf> {
        is_own(id.as_str()).then(|| self.0.join(format!("{id}.json")))
    }

    fn mark(&self, id: &TaskId) -> Option<PathBuf> {
        is_own(id.as_str()).then(|| self.0.join(format!("{id}.cancelled")))
    }
}

fn write_new(path: &PathBuf, record: &Record) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(&serde_json::to_vec_pretty(record).map_err(io::Error::from)?)?;
    file.sync_data()
}

fn damaged(why: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it is damaged: {}", why.into()))
}

/// A moment from seconds since 1970; one before is 1970.
fn time(seconds: i64) -> io::Result<SystemTime> {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    UNIX_EPOCH.checked_add(since).ok_or_else(|| damaged(format!("{seconds} is no time")))
}
