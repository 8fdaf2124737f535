//! Where a video is saved.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use video_client::{NameFields, Target, Task, TaskRef, Template, safe_word};
use video_journal::{Order, Request};
use video_protocol::{Error, ErrorKind};
use video_types::{Generation, ModelId, Seconds, TaskStatus};

use crate::arguments::OutputChoice;
use crate::complaint::What;
use crate::screen::Screen;

/// How much of a prompt names a file.
const PROMPT_CHARS: usize = 40;

/// Where the file goes, as far as it is known before there is an id.
#[derive(Debug, Clone)]
pub(crate) enum Destination {
    Stdout,
    /// The path as it was typed, and the places in it.
    File(PathBuf, Template),
    Folder(PathBuf),
}

/// What is known of a job when its file is named, besides what its task says.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    name: Option<String>,
    model: Option<String>,
    seed: Option<i64>,
    /// The folders of its file may be made, though its path has no places left.
    pub(crate) makes_folders: bool,
    /// The length that was asked for, in seconds.
    pub(crate) seconds: Option<u32>,
}

impl About {
    pub(crate) fn of(generation: &Generation) -> Self {
        Self {
            name: Some(generation.prompt.chars().take(PROMPT_CHARS).collect()),
            model: Some(generation.model.to_string()),
            seed: generation.seed,
            makes_folders: false,
            seconds: generation.seconds.map(Seconds::get),
        }
    }

    /// What the journal kept of an order.
    pub(crate) fn of_request(request: &Request) -> Self {
        match request.order() {
            Some(Order::Generation(generation)) => Self::of(&generation),
            _ => Self::default(),
        }
    }
}

impl Destination {
    /// # Errors
    ///
    /// Both the video and the lines of `--json` would go to stdout, or the name has a place that nothing fills.
    pub(crate) fn of(choice: &OutputChoice, screen: &Screen) -> Result<Self, Error> {
        let destination = Self::read(choice)?;
        let mixed = screen.is_json() && matches!(destination, Self::Stdout);
        if mixed { Err(What::MixedOutput.into_error()) } else { Ok(destination) }
    }

    fn read(choice: &OutputChoice) -> Result<Self, Error> {
        Ok(match &choice.output {
            None => Self::Folder(PathBuf::from(".")),
            Some(path) if path.as_os_str() == "-" => Self::Stdout,
            Some(path) if path.is_dir() || ends_with_separator(path) => Self::Folder(path.clone()),
            Some(path) => {
                let template = Template::parse(path).map_err(|error| {
                    What::BadTemplate { path: path.display().to_string(), why: error.to_string() }.into_error()
                });
                Self::File(path.clone(), template?)
            }
        })
    }

    /// The folder it goes to, as far as that is known; the working folder for stdout.
    pub(crate) fn folder(&self) -> &Path {
        let here = Path::new(".");
        match self {
            Self::Stdout => here,
            Self::File(path, _) => path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(here),
            Self::Folder(path) => path,
        }
    }

    /// What the journal notes of it, so that another run saves there: an absolute path, of a folder with a `/` at its end.
    pub(crate) fn named(&self) -> Option<String> {
        let absolute = |path: &Path| std::path::absolute(path).ok().map(|path| path.display().to_string());
        match self {
            Self::Stdout => None,
            Self::File(path, _) => absolute(path),
            Self::Folder(path) => absolute(path).map(|path| format!("{}/", path.trim_end_matches(['/', '.']))),
        }
    }

    /// Where another run was to save; the working folder if it did not say.
    pub(crate) fn of_name(name: Option<&str>) -> Self {
        let working_folder = || Self::Folder(PathBuf::from("."));
        match name.map(PathBuf::from).filter(|path| path.is_absolute()) {
            Some(path) if ends_with_separator(&path) => Self::Folder(path),
            Some(path) => match Template::parse(&path) {
                Ok(template) => Self::File(path, template),
                Err(_) => working_folder(),
            },
            None => working_folder(),
        }
    }

    /// Looks before money is spent: can a file be made there?
    pub(crate) fn check(&self, about: &About, overwrite: bool) -> Result<(), Error> {
        // A name no task has: the folder is looked at, and the name as far as it is known.
        let nobody = TaskRef::new("", format!("check-{}", std::process::id()));
        self.target(&Task::new(nobody, TaskStatus::from_static("")), about, overwrite).check().map_err(|source| {
            Error::new(ErrorKind::Local).with_message(source.to_string()).with_proof_of_no_task().with_source(source)
        })
    }

    /// The target of one task.
    pub(crate) fn target(&self, task: &Task, about: &About, overwrite: bool) -> Target {
        let id = task.reference.id.as_str();
        match self {
            Self::Stdout => Target::writer(tokio::io::stdout()),
            Self::File(_, template) => {
                let model = task.model.as_ref().map(ModelId::as_str).or(about.model.as_deref());
                let date = date_of(task);
                let name = about.name.as_deref().or(Some(id));
                let fields = NameFields { name, id: Some(id), model, seed: about.seed, date: Some(&date) };
                // a name that was typed out may be mistyped; folders named after jobs cannot be there yet
                let folders = about.makes_folders || !template.is_fixed();
                Target::file(template.fill(&fields)).with_overwrite(overwrite).with_folders(folders)
            }
            Self::Folder(folder) => {
                Target::file(folder.join(format!("video-{}.mp4", safe_word(id)))).with_overwrite(overwrite)
            }
        }
    }
}

/// The first moment that a date of ten characters cannot say.
const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);

#[expect(clippy::disallowed_methods, reason = "the command line is where time comes from")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The day, in UTC.
pub(crate) fn today() -> String {
    day(now())
}

fn day(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string().chars().take(10).collect()
}

/// The day a task was made, in UTC; today if its gateway does not say.
fn date_of(task: &Task) -> String {
    let made = task.created_at.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    let made = made.filter(|seconds| *seconds < YEAR_10000).map(|seconds| UNIX_EPOCH + seconds);
    day(made.unwrap_or_else(now))
}

fn ends_with_separator(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(output: Option<&str>, id: &str) -> String {
        let choice = OutputChoice { output: output.map(PathBuf::from), overwrite: false };
        let mut task = Task::new(TaskRef::new("new-api", id), TaskStatus::from_static("SUCCESS"));
        task.created_at = Some(1_795_305_600);
        let generation = Generation::new("kling/v1-6", "A lighthouse, in fog: the sea is calm and the light turns");
        match Destination::read(&choice) {
            Ok(destination) => {
                let target = destination.target(&task, &About::of(&generation), false);
                target.path().map_or_else(|| "stdout".to_owned(), |path| path.display().to_string())
            }
            Err(error) => error.message().to_owned(),
        }
    }

    #[test]
    fn a_file_is_named_as_it_was_asked_for_and_no_id_leaves_the_folder() {
        let rows: Vec<String> = [
            (None, "task_8Jd0"),
            (None, "../../etc/passwd"),
            (None, ""),
            (None, "龙"),
            (Some("-"), "task_8Jd0"),
            (Some("fog.mp4"), "task_8Jd0"),
            (Some("out/"), "task_8Jd0"),
            (Some("{date} {name} {id}.mp4"), "task_8Jd0"),
            (Some("{model}-{seed}.mp4"), "task_8Jd0"),
            (Some("{prompt}.mp4"), "task_8Jd0"),
        ]
        .into_iter()
        .map(|(output, id)| format!("{output:?} {id:?} -> {}", named(output, id)))
        .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
