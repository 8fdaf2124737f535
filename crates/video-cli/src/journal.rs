//! The journal of this machine: `journal.sqlite` in the home folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use video_client::Journaled;
use video_journal::{JobId, Journal, Owner, Query, Record, SqliteStore};
use video_protocol::{Error, TaskRef};

use crate::complaint::What;
use crate::connect::Connection;
use crate::settings::home;

/// Its name in the home folder.
pub(crate) const FILE: &str = "journal.sqlite";
/// How many jobs are read at once.
const PAGE: usize = 1000;
/// How many are named where one was meant.
const SEVERAL: usize = 5;

/// Opens the journal, and makes it if there is none: for commands that order.
pub(crate) fn open() -> Result<Journal, Error> {
    let path = path()?;
    let unusable = || What::JournalUnusable { path: path.display().to_string() };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|cause| unusable().because(cause))?;
    }
    let store = SqliteStore::open(&path).map_err(|cause| unusable().because(cause))?;
    Journal::start(Arc::new(store)).map_err(|cause| unusable().because(cause))
}

/// Opens the journal if there is one: for commands that look.
pub(crate) fn open_if_any() -> Result<Option<Journal>, Error> {
    if path()?.exists() { open().map(Some) } else { Ok(None) }
}

/// Opens the journal to be read only, if there is one: for commands that only show what it holds.
pub(crate) fn look() -> Result<Option<SqliteStore>, Error> {
    let path = path()?;
    if !path.exists() {
        return Ok(None);
    }
    let unusable = |cause| What::JournalUnusable { path: path.display().to_string() }.because(cause);
    SqliteStore::open_read_only(&path).map(Some).map_err(unusable)
}

/// The same for those who do not wait for a disk themselves.
pub(crate) fn look_aside() -> Result<Option<Journal>, Error> {
    let Some(store) = look()? else { return Ok(None) };
    let path = path()?;
    let unusable = |cause| What::JournalUnusable { path: path.display().to_string() }.because(cause);
    Journal::start(Arc::new(store)).map(Some).map_err(unusable)
}

fn path() -> Result<PathBuf, Error> {
    Ok(home::folder()?.join(FILE))
}

/// A client over the journal.
pub(crate) fn desk(connection: &Connection, journal: &Journal) -> Result<Journaled, Error> {
    let desk = Journaled::new(connection.client.clone(), journal.clone(), Owner::new(this_run()));
    let desk = desk.with_prompts(connection.prompts).with_settle_after(settle_after()?);
    let living = Living::default();
    let desk = desk.with_ended_owners(move |owner| living.has_ended(owner));
    // The sandbox takes every form of a picture.
    Ok(if connection.is_sandbox { desk.with_pictures_as_given() } else { desk })
}

fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn settle_after() -> Result<Option<Duration>, Error> {
    match text("VIDEO_SETTLE_AFTER") {
        None => Ok(Some(Duration::from_secs(30))),
        Some(word) if word == "off" => Ok(None),
        Some(value) => match humantime::parse_duration(&value) {
            Ok(settle_after) => Ok(Some(settle_after)),
            Err(_) => Err(What::SettleAfter { value }.into_error()),
        },
    }
}

/// The job a person names: its id, the beginning of it, or its task.
pub(crate) async fn named(journal: &Journal, text: &str) -> Result<Option<Record>, Error> {
    let text = text.trim();
    if let Ok(task) = text.parse::<TaskRef>()
        && let Some(origin) = &task.origin
    {
        return Ok(journal.job_of_task(origin.clone(), task.id.as_str()).await?);
    }
    if let Ok(job) = text.parse::<JobId>()
        && let Some(record) = journal.job(job).await?
    {
        return Ok(Some(record));
    }
    if !text.is_empty() {
        let mut begin = journal.jobs_that_begin(text, SEVERAL).await?;
        if begin.len() > 1 {
            let jobs = begin.iter().map(|record| record.job.to_string()).collect();
            return Err(What::SeveralJobs { text: text.to_owned(), jobs }.into_error());
        }
        if let Some(record) = begin.pop() {
            return Ok(Some(record));
        }
    }
    // A task without its gateway: rare, and only a look at each job finds it.
    let id = text.split_once(':').map_or(text, |(_, id)| id);
    let (mut found, mut query) = (Vec::<Record>::new(), Query::all().limit(PAGE));
    loop {
        let page = journal.list(query.clone()).await?;
        let is_it = |record: &Record| record.task.as_ref().is_some_and(|task| task.id.as_str() == id);
        found.extend(page.records.into_iter().filter(is_it));
        match page.next {
            _ if found.len() > 1 => {
                let jobs = found.iter().map(|record| record.job.to_string()).collect();
                return Err(What::SeveralJobs { text: text.to_owned(), jobs }.into_error());
            }
            Some(next) => query = query.before(next),
            None => return Ok(found.pop()),
        }
    }
}

/// Who of the owners of jobs still runs, each asked about once.
#[derive(Debug, Default)]
pub(crate) struct Living(Mutex<BTreeMap<Owner, Option<bool>>>);

impl Living {
    /// Whether somebody may be at work on a job.
    pub(crate) fn is_worked_on(&self, record: &Record) -> bool {
        let now = now();
        record.claim.as_ref().is_some_and(|claim| claim.holds(now) && !self.has_ended(&claim.owner))
    }

    /// Whether an owner has certainly ended.
    fn has_ended(&self, owner: &Owner) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(owner) {
            // Whoever ran a moment ago may have ended since.
            Some(Some(false)) => true,
            Some(None) => false,
            _ => {
                let lives = lives(owner.as_str());
                known.insert(owner.clone(), lives);
                lives == Some(false)
            }
        }
    }
}

/// Whether somebody certainly is at work on a job.
pub(crate) fn is_certainly_worked_on(record: &Record) -> bool {
    let now = now();
    record.claim.as_ref().is_some_and(|claim| claim.holds(now) && lives(claim.owner.as_str()) == Some(true))
}

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "a program is where time comes from")]
pub(crate) fn now() -> video_journal::Millis {
    std::time::SystemTime::now().into()
}

/// Host, process and a random number; on Linux also when the process began, and in which namespace it has its number.
fn this_run() -> String {
    let process = std::process::id();
    let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), process);
    format!("{}:{process}:{}:{random:016x}", machine(), began(process).unwrap_or_default())
}

/// Where process numbers mean what they mean here.
fn machine() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let space = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let space: String = space.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    let boot: String = boot.chars().take(8).collect();
    format!("{}/{boot}/{space}", host.trim())
}

/// When a process began, in ticks since the machine did; the 22nd field, and the second one may hold anything.
fn began(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Whether an owner is a process of this machine that still runs; `None` if that cannot be told.
fn lives(owner: &str) -> Option<bool> {
    let mut parts = owner.rsplitn(4, ':').skip(1);
    let (then, process, place) = (parts.next()?, parts.next()?, parts.next()?);
    let (then, process) = (then.parse::<u64>().ok()?, process.parse::<u32>().ok()?);
    // Without /proc nothing is known of any process.
    let can_be_told = then != 0 && place == machine() && began(std::process::id()).is_some();
    can_be_told.then(|| began(process) == Some(then))
}

#[cfg(test)]
mod tests {
    use super::{lives, machine, this_run};

    #[test]
    fn of_a_process_of_this_machine_it_can_be_told_whether_it_still_runs() {
        assert_eq!(lives("elsewhere/1/2:4194305:77:ab"), None);
        assert_eq!(lives("anything"), None);
        if super::began(std::process::id()).is_some() {
            assert_eq!(lives(&this_run()), Some(true));
            assert_eq!(lives(&format!("{}:4194305:77:ab", machine())), Some(false));
        }
    }
}
