//! Whether the journal of jobs is sound. A missing one is not made.

use std::path::Path;

use video_journal::{SqliteStore, Store as _};
use video_protocol::Verdict;

use super::check::Check;
use crate::journal::FILE;

pub(super) fn health(home: &Path) -> Check {
    let path = home.join(FILE);
    if !path.exists() {
        return Check::ok("journal", "none yet", "尚无");
    }
    let counts = SqliteStore::open(&path).and_then(|store| {
        store.check()?;
        store.counts(None)
    });
    match counts {
        Ok(counts) => {
            let all: u64 = counts.values().sum();
            let rows: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
            let rows = if rows.is_empty() { String::new() } else { format!(": {}", rows.join(", ")) };
            Check::ok("journal", format!("sound, {all} jobs{rows}"), format!("完好，{all} 个任务{rows}"))
        }
        Err(error) => {
            let check = Check::problem("journal", Verdict::Local, error.to_string(), error.to_string());
            check.but(
                "keep the file: it says what was paid for; move it aside only if it cannot be repaired",
                "请保留此文件：其中记录了已付费的任务；无法修复时才移开",
            )
        }
    }
}
