//! What a batch means by its lines: what they leave out, what they are known by, and where their videos go.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use video_client::batch::{Defaults, LinePlace, ReadPicture, Template};
use video_client::{Target, TaskRef};
use video_journal::Line;
use video_protocol::{Error, ErrorKind};

/// What a batch means by its lines.
pub(super) struct Lines<'a> {
    pub(super) batch: &'a str,
    pub(super) defaults: Defaults,
    pub(super) picture: ReadPicture<'a>,
    pub(super) template: &'a Template,
    pub(super) overwrite: bool,
}

impl Lines<'_> {
    /// What the journal knows a line by.
    pub(super) fn line(&self, place: &LinePlace) -> Line {
        place.line(self.batch)
    }

    /// Where the video of a line goes; absolute, since the next run may begin elsewhere.
    pub(super) fn path(&self, place: &LinePlace, task: Option<&TaskRef>) -> PathBuf {
        let path = self.template.path(&place.file_name(), task.map(|task| task.id.as_str()));
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Whether the video of a line could be saved as things are now.
    pub(super) fn check_target(&self, place: &LinePlace) -> Result<(), Error> {
        Target::file(self.path(place, None)).with_overwrite(self.overwrite).check().map_err(|source| {
            Error::new(ErrorKind::Local).with_message(source.to_string()).with_proof_of_no_task().with_source(source)
        })
    }
}

/// Whether files can be made: each folder is tried once, each name looked at.
pub(super) struct Room {
    folders: RefCell<BTreeSet<PathBuf>>,
    overwrite: bool,
}

impl Room {
    pub(super) fn new(overwrite: bool) -> Self {
        Self { folders: RefCell::default(), overwrite }
    }

    pub(super) fn for_file(&self, path: &Path) -> Result<(), String> {
        let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
        if self.folders.borrow().contains(&folder) && path.symlink_metadata().is_err() {
            return Ok(());
        }
        Target::file(path).with_overwrite(self.overwrite).check().map_err(|error| error.to_string())?;
        self.folders.borrow_mut().insert(folder);
        Ok(())
    }
}
