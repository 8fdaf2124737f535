//! `video storage`: what lies on the disk, and what of it may go.

mod books;
mod entries;
mod parts;
mod prune;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use serde_json::{Value, json};
use video_protocol::Error;

use crate::arguments::{Storage, StorageCommand};
use crate::language::Language;
use crate::room;
use crate::screen::Screen;
use crate::settings::home;
use books::Books;
use entries::{Entry, age, folder, total};
use words::Words;

pub(super) fn storage(arguments: Storage, screen: &Screen) -> Result<ExitCode, Error> {
    let home = home::folder()?;
    match arguments.command {
        None => overview(&home, screen),
        Some(StorageCommand::Parts(arguments)) => parts::list(&home, &arguments.folders, screen),
        Some(StorageCommand::Prune(arguments)) => prune::prune(&home, &arguments, screen),
    }
}

/// Entries of one kind.
struct Area {
    name: &'static str,
    place: Option<PathBuf>,
    entries: Vec<Entry>,
    /// More to say of it.
    note: Option<[String; 2]>,
}

fn overview(home: &Path, screen: &Screen) -> Result<ExitCode, Error> {
    let (now, words) = (entries::now(), Words(screen.language()));
    let books = Books::read(home)?;
    let (parts, stale) = parts::found_and_stale(&books);
    let areas = [
        Area { name: "results", place: None, entries: books.results(), note: None },
        Area { name: "parts", place: None, entries: parts, note: (stale > 0).then(|| words::stale(stale)) },
        Area { name: "sandbox", place: Some(home.join("sandbox")), entries: folder(&home.join("sandbox")), note: None },
        Area { name: "cache", place: None, entries: Vec::new(), note: Some(words::CACHE.map(str::to_owned)) },
        Area { name: "journal", place: Some(books.path.clone()), entries: books.entries(), note: books.note() },
    ];
    let mut rows = vec![words.heads()];
    rows.extend(areas.iter().map(|area| row(area, words, now)));
    screen.table(&rows);
    let rooms = [Path::new("."), home].map(|folder| (folder.display().to_string(), room::free(folder)));
    for (folder, free) in &rooms {
        if let Some(free) = free {
            screen.data(&words.room(folder, *free));
        }
    }
    screen.object(&json!({
        "schema": "video.storage/1",
        "areas": areas.iter().map(|area| object(area, now)).collect::<Vec<_>>(),
        "disks": rooms.iter().map(|(folder, free)| json!({"folder": folder, "free": free})).collect::<Vec<_>>(),
    }));
    room::warn(screen, Path::new("."));
    Ok(ExitCode::SUCCESS)
}

fn row(area: &Area, words: Words, now: SystemTime) -> Vec<String> {
    let oldest = area.entries.iter().map(|entry| age(entry.modified, now)).max();
    let note = area.note.clone().map(|[english, chinese]| match words.0 {
        Language::English => english,
        Language::Chinese => chinese,
    });
    let place = area.place.as_ref().map(|place| place.display().to_string()).unwrap_or_default();
    vec![
        words.area(area.name),
        area.entries.len().to_string(),
        room::size(total(&area.entries)),
        oldest.map(words::short).unwrap_or_default(),
        [note.unwrap_or_default(), place]
            .iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("  "),
    ]
}

fn object(area: &Area, now: SystemTime) -> Value {
    json!({
        "area": area.name,
        "path": area.place,
        "entries": area.entries.len(),
        "bytes": total(&area.entries),
        "oldest_seconds": area.entries.iter().map(|entry| age(entry.modified, now).as_secs()).max(),
        "newest_seconds": area.entries.iter().map(|entry| age(entry.modified, now).as_secs()).min(),
        "note": area.note.as_ref().map(|[english, _]| english),
    })
}
