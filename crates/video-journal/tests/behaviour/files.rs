//! The file: private, whole or not there, and clear about what is wrong with its place.

use std::path::Path;

use insta::assert_snapshot;
use video_journal::{SqliteStore, Store as _, Write};

use crate::processes::{Child, in_child};
use crate::stage::{id, intent, lease};

/// Everything in a folder.
pub(crate) fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refused(path: &Path) -> String {
    let error = SqliteStore::open(path).unwrap_err();
    assert_eq!(error.kind(), video_protocol::ErrorKind::Local);
    let folder = path.parent().unwrap().display().to_string();
    error.to_string().replace(&folder, "FOLDER")
}

#[cfg(unix)]
#[test]
fn the_files_are_for_their_user_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    if let Some(path) = in_child() {
        let store = SqliteStore::open(&path).unwrap();
        assert!(store.write(vec![Write::Begin { intent: Box::new(intent(1)), lease: lease("a") }])[0].is_ok());
        for name in listing(path.parent().unwrap()) {
            let mode = std::fs::metadata(path.parent().unwrap().join(&name)).unwrap().permissions().mode();
            crate::processes::say(&format!("{name} {:o}", mode & 0o777));
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let child = Child::start_through(
        "umask 000; exec \"$0\" \"$@\"",
        "files::the_files_are_for_their_user_alone_whatever_the_umask",
        &folder.path().join("journal.db"),
    );
    assert_eq!(child.finish(), ["journal.db 600", "journal.db-shm 600", "journal.db-wal 600"]);
}

#[cfg(unix)]
#[test]
fn a_journal_others_could_read_is_made_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).unwrap());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_journal_is_found_again_and_leaves_one_file_when_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    store.write(vec![Write::Begin { intent: Box::new(intent(1)), lease: lease("a") }]);
    let record = store.job(&id(1)).unwrap();
    drop(store);
    assert_eq!(listing(folder.path()), ["journal.db"]);
    let store = SqliteStore::open(&path).unwrap();
    assert!(record.is_some());
    assert_eq!(store.job(&id(1)).unwrap(), record);
    store.check().unwrap();
}

#[test]
fn a_place_that_cannot_hold_a_journal_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(refused(&folder.path().join("missing/journal.db")).replace("/missing", ""), @"the journal FOLDER/journal.db cannot be used: its folder is not there; make it first");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    assert_snapshot!(refused(&folder.path().join("folder")), @"the journal FOLDER/folder cannot be used: it is a folder; give the path of a file");
    std::fs::write(folder.path().join("empty"), "").unwrap();
    assert_snapshot!(refused(&folder.path().join("empty")), @"the journal FOLDER/empty cannot be used: it is an empty file; remove it, and a journal is made there");
    assert_eq!(listing(folder.path()), ["empty", "folder"]);
}

/// A folder nobody may write to, not even the one who may do everything.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_named() {
    assert_snapshot!(refused(Path::new("/sys/journal.db")), @"the journal FOLDER/journal.db cannot be used: it cannot be made; see the rights of its folder");
}

/// Room for a limited number of bytes in each file, as a quota has it.
#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_more_room_what_was_answered_stays_and_the_rest_is_an_error() {
    if let Some(path) = in_child() {
        let store = SqliteStore::open(&path).unwrap();
        for number in 0..10_000_u32 {
            let mut intent = intent(0);
            (intent.job, intent.idempotency_key) = (format!("job-{number}").parse().unwrap(), format!("key-{number}"));
            let mut answers = store.write(vec![Write::Begin { intent: Box::new(intent), lease: lease("a") }]);
            match answers.remove(0) {
                Ok(_) => crate::processes::say(&format!("job-{number}")),
                Err(error) => {
                    crate::processes::say(&format!("end {error}").replace(&path.display().to_string(), "PATH"));
                    break;
                }
            }
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let child = Child::start_through(
        "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\"",
        "files::where_there_is_no_more_room_what_was_answered_stays_and_the_rest_is_an_error",
        &path,
    );
    let mut said = child.finish();
    assert_snapshot!(said.pop().unwrap(), @"end the journal PATH cannot be used: the disk failed or gave no room; see the log of the system");
    assert!(said.len() > 10, "{said:?}");
    let store = SqliteStore::open(&path).unwrap();
    store.check().unwrap();
    for job in &said {
        assert!(store.job(&job.parse().unwrap()).unwrap().is_some(), "{job} was answered and is gone");
    }
    // With room again it goes on.
    let mut more = intent(0);
    (more.job, more.idempotency_key) = ("one-more".parse().unwrap(), "one-more".to_owned());
    assert!(store.write(vec![Write::Begin { intent: Box::new(more), lease: lease("a") }])[0].is_ok());
}
