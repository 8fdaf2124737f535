//! Where a video is saved.

use std::path::{Path, PathBuf};

use video_client::Target;
use video_protocol::{Error, ErrorKind};
use video_types::TaskId;

use crate::arguments::OutputChoice;
use crate::complaint::What;
use crate::screen::Screen;

/// Longest part of an id that becomes part of a name.
const LONGEST: usize = 64;

/// Where the file goes, as far as it is known before there is an id.
#[derive(Debug, Clone)]
pub(crate) enum Destination {
    Stdout,
    File(PathBuf),
    Folder(PathBuf),
}

impl Destination {
    /// # Errors
    ///
    /// Both the video and the lines of `--json` would go to stdout.
    pub(crate) fn of(choice: &OutputChoice, screen: &Screen) -> Result<Self, Error> {
        let destination = Self::read(choice);
        let mixed = screen.is_json() && matches!(destination, Self::Stdout);
        if mixed { Err(What::MixedOutput.into_error()) } else { Ok(destination) }
    }

    fn read(choice: &OutputChoice) -> Self {
        match &choice.output {
            None => Self::Folder(PathBuf::from(".")),
            Some(path) if path.as_os_str() == "-" => Self::Stdout,
            Some(path) if path.is_dir() || ends_with_separator(path) => Self::Folder(path.clone()),
            Some(path) => Self::File(path.clone()),
        }
    }

    /// What the journal notes of it, so that another run saves there: an absolute path, of a folder with a `/` at its end.
    pub(crate) fn named(&self) -> Option<String> {
        let absolute = |path: &Path| std::path::absolute(path).ok().map(|path| path.display().to_string());
        match self {
            Self::Stdout => None,
            Self::File(path) => absolute(path),
            Self::Folder(path) => absolute(path).map(|path| format!("{}/", path.trim_end_matches(['/', '.']))),
        }
    }

    /// Where another run was to save; the working folder if it did not say.
    pub(crate) fn of_name(name: Option<&str>) -> Self {
        match name.filter(|name| Path::new(name).is_absolute()) {
            Some(name) if ends_with_separator(Path::new(name)) => Self::Folder(PathBuf::from(name)),
            Some(name) => Self::File(PathBuf::from(name)),
            None => Self::Folder(PathBuf::from(".")),
        }
    }

    /// Looks before money is spent: can a file be made there?
    pub(crate) fn check(&self, overwrite: bool) -> Result<(), Error> {
        self.target(&nobody(), overwrite).check().map_err(|source| {
            Error::new(ErrorKind::Local).with_message(source.to_string()).with_proof_of_no_task().with_source(source)
        })
    }

    /// The target of one task.
    pub(crate) fn target(&self, id: &TaskId, overwrite: bool) -> Target {
        match self {
            Self::Stdout => Target::writer(tokio::io::stdout()),
            Self::File(path) => Target::file(path).with_overwrite(overwrite),
            Self::Folder(folder) => {
                Target::file(folder.join(format!("video-{}.mp4", safe(id)))).with_overwrite(overwrite)
            }
        }
    }
}

/// A name no task has, for looking at a folder before there is an id.
fn nobody() -> TaskId {
    TaskId::from(format!("check-{}", std::process::id()))
}

/// An id comes from a server: only plain characters become part of a name.
fn safe(id: &TaskId) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    id.as_str().chars().map(plain).take(LONGEST).collect()
}

fn ends_with_separator(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_the_folder() {
        let names: Vec<String> =
            ["task_8Jd0", "../../etc/passwd", "a b\n", "", "龙"].map(|id| safe(&TaskId::from(id))).to_vec();
        assert_eq!(names, ["task_8Jd0", "______etc_passwd", "a_b_", "", "_"]);
        assert_eq!(safe(&TaskId::from("x".repeat(500))).len(), LONGEST);
    }
}
