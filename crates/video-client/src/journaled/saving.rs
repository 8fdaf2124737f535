//! From a finished task to a file the journal knows of.

use std::path::{Path, PathBuf};

use video_download::{Progress, Saved, Target};
use video_journal::{End, Event, SavedFile};
use video_protocol::{Error, ErrorKind, Task};

use super::JournaledJob;
use super::told::Answer;
use crate::batch::is_intact;

impl JournaledJob {
    /// Downloads the video of the finished task, proves it, and notes where it is.
    ///
    /// A file that stands under the name already, and may not be replaced, is left alone; if its bytes are those of the
    /// video it is the one, since a run may have ended between putting it there and noting it.
    ///
    /// # Errors
    ///
    /// As [`Client::download`](crate::Client::download); also if the journal cannot be written, and then the file may
    /// be in place.
    pub async fn save(
        &mut self,
        task: &Task,
        target: Target,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Saved, Error> {
        let (desk, teller) = (self.desk.clone(), &self.teller);
        let downloaded = desk.keeping(async {
            if let Some((path, refused)) = in_the_way(&target) {
                let aside = Target::writer(tokio::io::sink());
                let saved = desk.client.fetch(task, aside, progress, teller).await?;
                return if is_intact(&file_of(&saved, Some(&path))) { Ok((saved, Some(path))) } else { Err(refused) };
            }
            let saved = desk.client.fetch(task, target, progress, teller).await?;
            let path = saved.path.clone();
            Ok((saved, path))
        });
        let downloaded = downloaded.await;
        let kept = self.keep(downloaded).await;
        self.teller.downloaded(&kept);
        kept
    }

    /// Notes how a download ended.
    async fn keep(&mut self, downloaded: Result<(Saved, Option<PathBuf>), Error>) -> Result<Saved, Error> {
        match downloaded {
            Ok((mut saved, path)) => {
                self.note(Event::Saved { file: file_of(&saved, path.as_deref()) }).await?;
                saved.path = path;
                Ok(saved)
            }
            Err(error) => {
                if let Some(end) = End::by(&error, self.record.state) {
                    let secrets = self.secrets();
                    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
                    let evidence = Answer::default().evidence(Some(&error), &secrets);
                    self.note(Event::Ended { end, evidence }).await?;
                }
                Err(error)
            }
        }
    }
}

/// What stands under the name of a target and may not be replaced, and how a download would be refused by it.
fn in_the_way(target: &Target) -> Option<(PathBuf, Error)> {
    let path = target.path().filter(|path| path.is_file())?.to_owned();
    let refused = target.check().err()?;
    Some((path, Error::new(ErrorKind::Local).with_message(refused.to_string()).with_source(refused)))
}

fn file_of(saved: &Saved, path: Option<&Path>) -> SavedFile {
    let path = path.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let path = path.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    SavedFile { path, bytes: saved.bytes, sha256: saved.sha256.to_string() }
}
