//! How much room a disk has, and a word before it runs out.

use std::path::Path;

use crate::language::Language;
use crate::screen::Screen;
use crate::settings::home;

/// Less room than this is soon used up by videos, in bytes.
pub(crate) const SCARCE: u64 = 1 << 30;
/// Less than this may not hold one, in bytes.
pub(crate) const TOO_LITTLE: u64 = 100 << 20;

/// How many bytes may still be written to the disk of a folder, or of the nearest one above it that is there; `None` if
/// that cannot be told.
pub(crate) fn free(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    of_disk(folder.ancestors().find(|folder| folder.is_dir())?)
}

#[cfg(unix)]
fn of_disk(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn of_disk(_: &Path) -> Option<u64> {
    None
}

/// `12.3 GB`, in decimal units.
pub(crate) fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ if tenths >= 10 => format!("{}.{} GB", tenths / 10, tenths % 10),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// Says so before money is spent, if the disk where the video goes or that of the journal is nearly full.
pub(crate) fn warn(screen: &Screen, output: &Path) {
    let home = home::folder().ok();
    // Two folders of one disk have the same room.
    let mut told = None;
    for folder in [Some(output), home.as_deref()].into_iter().flatten() {
        let Some(left) = free(folder) else { continue };
        if let Some(text) = warning(folder, left, screen.language())
            && told != Some(left)
        {
            screen.warning("disk", &text);
            told = Some(left);
        }
    }
}

fn warning(folder: &Path, left: u64, language: Language) -> Option<String> {
    let (folder, room) = (folder.display(), size(left));
    let text = match (left, language) {
        (0..TOO_LITTLE, Language::English) => {
            format!(
                "only {room} are left on the disk of {folder}, which may not hold a video: make room, or save elsewhere with -o"
            )
        }
        (0..TOO_LITTLE, Language::Chinese) => {
            format!("{folder} 所在磁盘只剩 {room}，可能放不下一个视频：请清理磁盘，或用 -o 保存到别处")
        }
        (TOO_LITTLE..SCARCE, Language::English) => {
            format!("only {room} are left on the disk of {folder}; `video storage` shows what could go")
        }
        (TOO_LITTLE..SCARCE, Language::Chinese) => {
            format!("{folder} 所在磁盘只剩 {room}；`video storage` 显示可清理的内容")
        }
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        let sizes = [0, 999, 12_345, 999_999_999, 1_000_000_000, 12_345_678_901];
        assert_eq!(sizes.map(size), ["0 B", "999 B", "12 kB", "999 MB", "1.0 GB", "12.3 GB"]);
    }

    #[test]
    fn a_disk_that_is_nearly_full_is_warned_of_and_one_with_room_is_not() {
        let mut told = Vec::new();
        for left in [0, TOO_LITTLE - 1, TOO_LITTLE, SCARCE - 1, SCARCE] {
            for language in [Language::English, Language::Chinese] {
                told.push(warning(Path::new("/videos"), left, language).unwrap_or_else(|| "-".to_owned()));
            }
        }
        insta::assert_snapshot!(told.join("\n"), @"
        only 0 B are left on the disk of /videos, which may not hold a video: make room, or save elsewhere with -o
        /videos 所在磁盘只剩 0 B，可能放不下一个视频：请清理磁盘，或用 -o 保存到别处
        only 104 MB are left on the disk of /videos, which may not hold a video: make room, or save elsewhere with -o
        /videos 所在磁盘只剩 104 MB，可能放不下一个视频：请清理磁盘，或用 -o 保存到别处
        only 104 MB are left on the disk of /videos; `video storage` shows what could go
        /videos 所在磁盘只剩 104 MB；`video storage` 显示可清理的内容
        only 1.0 GB are left on the disk of /videos; `video storage` shows what could go
        /videos 所在磁盘只剩 1.0 GB；`video storage` 显示可清理的内容
        -
        -
        ");
    }

    #[test]
    fn the_room_of_a_folder_that_is_not_there_is_that_of_the_one_above() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(free(&folder.path().join("not/there")).is_some(), cfg!(unix));
    }
}
