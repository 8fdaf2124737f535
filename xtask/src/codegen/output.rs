//! Generated files on disk: written, or compared.

use std::fs;
use std::io::Write;
use std::path::Path;

use similar::TextDiff;

use crate::{Failure, Verdict};

const REPAIR: &str = "cargo xtask codegen";

/// Folders in which nothing but generated files stands.
const OURS: [&str; 2] = ["crates/video-catalog/src/generated", "docs/reference"];

/// Writes what differs, removes what nothing generates any more, and says so.
pub(super) fn write(root: &Path, files: &[(String, String)], out: &mut dyn Write) -> Result<(), Failure> {
    let mut changed = 0;
    for (path, text) in files {
        let place = root.join(path);
        if fs::read_to_string(&place).is_ok_and(|there| there == *text) {
            continue;
        }
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{path}: {error}"))?;
        }
        fs::write(&place, text).map_err(|error| format!("{path}: {error}"))?;
        writeln!(out, "wrote {path}")?;
        changed += 1;
    }
    for path in left_over(root, files)? {
        fs::remove_file(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        writeln!(out, "removed {path}")?;
        changed += 1;
    }
    writeln!(out, "codegen: {} files, {changed} changed", files.len())?;
    Ok(())
}

/// Shows every file that is not what the facts say, and how to repair it.
pub(super) fn compare(root: &Path, files: &[(String, String)], out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut stale = 0;
    for (path, text) in files {
        let there = fs::read_to_string(root.join(path)).unwrap_or_default();
        if there == *text {
            continue;
        }
        stale += 1;
        let diff = TextDiff::from_lines(there.as_str(), text.as_str());
        let headed = diff.unified_diff().context_radius(2).header(path, &format!("{path} (from spec/)")).to_string();
        writeln!(out, "{headed}")?;
    }
    for path in left_over(root, files)? {
        stale += 1;
        writeln!(out, "{path}: nothing generates this any more\n")?;
    }
    if stale == 0 {
        writeln!(out, "codegen: {} files are what the facts say", files.len())?;
        return Ok(Verdict::Good);
    }
    writeln!(out, "codegen: {stale} of {} files are stale; repair: {REPAIR}", files.len())?;
    Ok(Verdict::Bad)
}

fn left_over(root: &Path, files: &[(String, String)]) -> Result<Vec<String>, Failure> {
    let mut left = Vec::new();
    for folder in OURS {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !files.iter().any(|(known, _)| *known == path) {
                left.push(path);
            }
        }
    }
    left.sort();
    Ok(left)
}
