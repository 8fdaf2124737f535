//! A checked batch with all that its lines need to become videos.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use video_download::{Target, Template};
use video_journal::{JournalError, Line, LineDecision, Record};
use video_protocol::{Error, ErrorKind, TaskRef};
use video_types::Generation;

use super::{BatchError, BatchFile, Defaults, LinePlace, Plan, ReadPicture, is_intact, plan};
use crate::Journaled;

/// Stands for the id of a task that is still to come, while a template is filled.
const ID_TO_COME: &str = "id-of-the-task-to-come";

/// A checked batch over a journal: what is to be done with its lines, and the doing.
///
/// ```
/// use std::io::Cursor;
/// use std::num::NonZeroUsize;
/// use std::sync::Arc;
/// use video_client::batch::{Batch, BatchEvent, BatchFile, Defaults};
/// use video_client::scheduler::{Limits, Scheduler};
/// use video_client::{Client, Journaled, Template};
/// use video_journal::{Journal, MemoryStore, Owner};
/// use video_types::ImageInput;
///
/// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = Journal::start(Arc::new(MemoryStore::new()))?;
/// let desk = Journaled::new(client, journal, Owner::new("desk:4711:a81f"));
/// let (defaults, links) = (Defaults::default(), |link: &str| Ok(ImageInput::new(link)));
/// let lines = Cursor::new(r#"{"model":"kling-v1-6","prompt":"a cat","name":"cat"}"#);
/// let file = BatchFile::read(lines, &defaults, &links, |_| Ok(()))?;
/// let batch = Batch::new(desk, "pets", file, defaults, &links, Template::parse("clips/{name}.mp4".as_ref())?);
/// let plan = batch.plan(false).await?;
/// batch.make_folder(&plan)?;
/// batch.check_files(&plan)?;
/// println!("{}", plan.counts);
/// let three = Scheduler::new(NonZeroUsize::new(3).unwrap());
/// let tell = |event: BatchEvent<'_>| println!("{event:?}");
/// batch.run(&plan, &three, Limits::default(), std::future::pending(), &tell).await;
/// # Ok(()) }
/// ```
pub struct Batch<'a, R> {
    pub(super) desk: Journaled,
    pub(super) name: String,
    pub(super) places: Vec<LinePlace>,
    file: Mutex<BatchFile<R>>,
    defaults: Defaults,
    picture: ReadPicture<'a>,
    template: Template,
    day: String,
    overwrite: bool,
}

impl<'a, R: Read + Seek> Batch<'a, R> {
    /// A batch of this name; `defaults` and `picture` are those its file was read with, `template` says where videos go.
    pub fn new(
        desk: Journaled,
        name: impl Into<String>,
        file: BatchFile<R>,
        defaults: Defaults,
        picture: ReadPicture<'a>,
        template: Template,
    ) -> Self {
        let (name, places) = (name.into(), file.places().to_vec());
        let (file, day) = (Mutex::new(file), String::new());
        Self { desk, name, places, file, defaults, picture, template, day, overwrite: false }
    }

    /// Replaces what stands for `{date}` in the names of files, such as `2026-11-22`; nothing does by default.
    #[must_use]
    pub fn with_day(mut self, day: impl Into<String>) -> Self {
        self.day = day.into();
        self
    }

    /// Whether files that are there are replaced; no by default.
    #[must_use]
    pub fn with_overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Its lines, in their order.
    pub fn places(&self) -> &[LinePlace] {
        &self.places
    }

    /// What is to be done with each line, by the journal and the files that are there.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn plan(&self, retry_failed: bool) -> Result<Plan, JournalError> {
        plan(&self.places, &self.name, self.desk.journal(), retry_failed, is_intact, |_, _, _| ()).await
    }

    /// Makes the folder of the videos, if there is anything to save.
    ///
    /// # Errors
    ///
    /// The folder and why it cannot be made.
    pub fn make_folder(&self, plan: &Plan) -> io::Result<()> {
        let saves = |decision| !matches!(decision, LineDecision::Skip | LineDecision::Leave);
        if plan.lines.iter().any(|planned| saves(planned.decision)) {
            std::fs::create_dir_all(self.template.folder())?;
        }
        Ok(())
    }

    /// Checks that every line that will be ordered has a file of its own, and that it can be made. Each folder is tried
    /// once.
    ///
    /// # Errors
    ///
    /// [`BatchError::Lines`] with every line whose file cannot be made.
    pub fn check_files(&self, plan: &Plan) -> Result<(), BatchError> {
        let tried = RefCell::new(BTreeSet::<PathBuf>::new());
        plan.check_paths(&self.places, &self.template, &self.day, |path| {
            let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
            if tried.borrow().contains(&folder) && path.symlink_metadata().is_err() {
                return Ok(());
            }
            Target::file(path)
                .with_overwrite(self.overwrite)
                .with_folders(true)
                .check()
                .map_err(|error| error.to_string())?;
            tried.borrow_mut().insert(folder);
            Ok(())
        })
    }

    /// What the journal knows a line by.
    pub(super) fn line(&self, place: &LinePlace) -> Line {
        place.line(&self.name)
    }

    /// What a line orders, read again.
    pub(super) fn generation(&self, place: &LinePlace) -> Result<Generation, Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let line = file.line(place, &self.defaults, self.picture);
        line.map(|line| line.generation)
            .map_err(|error| Error::new(ErrorKind::Local).with_message(error.to_string()).with_source(error))
    }

    /// Where the video of a line goes; absolute, since the next run may begin elsewhere.
    pub(super) fn target(&self, place: &LinePlace, task: Option<&TaskRef>) -> Target {
        let (name, id) = (place.file_name(), task.map(|task| task.id.as_str()));
        let path = self.template.fill(&place.fields(&name, id, &self.day));
        Target::file(std::path::absolute(&path).unwrap_or(path)).with_overwrite(self.overwrite).with_folders(true)
    }

    /// Where the video of a line goes, as the journal notes it so that anybody can save it there: an absolute path that is
    /// read as a [`Template`], since the id of its task is not known yet.
    pub(super) fn noted_path(&self, place: &LinePlace) -> String {
        let name = place.file_name();
        let path = self.template.fill(&place.fields(&name, Some(ID_TO_COME), &self.day));
        let path = std::path::absolute(&path).unwrap_or(path).display().to_string();
        let path = path.replace('{', "{{").replace('}', "}}");
        if self.template.needs_id() { path.replace(ID_TO_COME, "{id}") } else { path }
    }

    /// Whether the video of a line could be saved as things are now.
    pub(super) fn check_target(&self, place: &LinePlace) -> Result<(), Error> {
        self.target(place, None).check().map_err(|source| {
            Error::new(ErrorKind::Local).with_message(source.to_string()).with_proof_of_no_task().with_source(source)
        })
    }
}

impl<R> fmt::Debug for Batch<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("name", &self.name).field("lines", &self.places.len()).finish_non_exhaustive()
    }
}

/// Whether a saved line's file is in place.
pub(super) fn is_in_place(record: &Record) -> bool {
    record.state == video_journal::State::Saved && record.file.as_ref().is_some_and(is_intact)
}
