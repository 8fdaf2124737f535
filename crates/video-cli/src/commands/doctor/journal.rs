//! Whether the journal of jobs is sound. A missing one is not made, and one of an older version stays as it is.

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
    let found = SqliteStore::open_read_only(&path).and_then(|store| {
        store.check()?;
        Ok((store.counts(None)?, store.version()))
    });
    match found {
        Ok((counts, version)) => {
            let all: u64 = counts.values().sum();
            let rows: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
            let rows = if rows.is_empty() { String::new() } else { format!(": {}", rows.join(", ")) };
            let (english, chinese) = if version < SqliteStore::VERSION {
                let newest = SqliteStore::VERSION;
                (
                    format!("; it has version {version}, and the next command that orders makes it {newest}"),
                    format!("；版本为 {version}，下次下单时升级为 {newest}"),
                )
            } else {
                Default::default()
            };
            let english = format!("sound, {all} jobs{rows}{english}");
            Check::ok("journal", english, format!("完好，{all} 个任务{rows}{chinese}"))
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
