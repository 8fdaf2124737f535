//! The README tells the truth about the schema.

use insta::assert_snapshot;
use video_journal::{End, Event, Evidence, Excerpt, SqliteStore, Store as _, Write};

use crate::stage::{accepted, id, intent, later, lease, saved, sent, succeeded};

const README: &str = include_str!("../../README.md");

/// The queries in the README, in order.
fn queries() -> Vec<&'static str> {
    let blocks = README.split("```sql\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn the_queries_in_the_readme_run_and_say_what_they_promise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).unwrap();
    let note = |name, event, second| Write::Note {
        job: id(name),
        event: Box::new(event),
        by: lease("a").owner,
        at: later(second),
    };
    let evidence = Evidence::new("no_answer", Excerpt::new("the connection was cut", &[])).with_http_status(502);
    let answers = store.write(vec![
        Write::Begin { intent: Box::new(intent(1).in_batch("spring", 1)), lease: lease("a") },
        note(1, sent(), 1),
        note(1, accepted("task_1"), 3),
        note(1, succeeded(), 50),
        note(1, saved(), 55),
        Write::Begin { intent: Box::new(intent(2).in_batch("spring", 1)), lease: lease("a") },
        note(2, sent(), 1),
        note(2, Event::Ended { end: End::Unknown, evidence }, 4),
    ]);
    assert!(answers.iter().all(Result::is_ok));
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut text = String::new();
    for query in queries() {
        let mut statement = connection.prepare(query).unwrap();
        text += &format!("{}\n", statement.column_names().collect::<Vec<_>>().join(" | "));
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells = (0..columns).map(|at| match row.get::<_, rusqlite::types::Value>(at).unwrap() {
                rusqlite::types::Value::Null => "-".to_owned(),
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            });
            text += &format!("{}\n", cells.collect::<Vec<_>>().join(" | "));
        }
        text.push('\n');
    }
    assert_snapshot!(text, @"
    number | state | created | changed | model | batch | name | job | task | file | evidence
    2 | unknown | 2026-09-21 14:13:20 | 2026-09-21 14:13:24 | kling-v1 | spring | - | job-2 | - | - | the connection was cut
    1 | saved | 2026-09-21 14:13:20 | 2026-09-21 14:14:15 | kling-v1 | spring | - | job-1 | new-api:task_1@88api.ai | /videos/a.mp4 | -

    job | sent | http_status | evidence
    job-2 | 2026-09-21 14:13:21 | 502 | the connection was cut

    name | model | seconds
    - | kling-v1 | 54
    ");
}

#[test]
fn every_table_and_column_is_in_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    let question = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
                    WHERE m.type = 'table' ORDER BY m.name, c.cid";
    let mut statement = connection.prepare(question).unwrap();
    let names = statement.query_map([], |row| Ok([row.get::<_, String>(0)?, row.get(1)?])).unwrap();
    let missing: Vec<String> =
        names.flat_map(Result::unwrap).filter(|name| !README.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<String>::new());
}
