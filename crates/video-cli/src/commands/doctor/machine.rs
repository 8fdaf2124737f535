//! This machine: program, home folder, disks, terminal.

use std::fs;
use std::io::IsTerminal as _;
use std::path::Path;

use video_protocol::Verdict;

use super::check::Check;
use crate::settings::profiles::{FILE, Profiles};

/// Less room than this is soon used up by videos, in bytes.
const SCARCE: u64 = 1 << 30;
/// Less than this may not hold one, in bytes.
const TOO_LITTLE: u64 = 100 << 20;

pub(super) fn program() -> Check {
    let (version, system, processor) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    Check::fact("video", format!("{version} ({system} {processor})"))
}

/// The home folder and its profile file.
pub(super) fn home(home: &Path) -> Vec<Check> {
    let shown = home.display();
    let mut checks = Vec::new();
    checks.push(if home.is_dir() {
        Check::fact("home", shown.to_string())
    } else {
        Check::ok("home", format!("{shown} (made when it is needed)"), format!("{shown}（需要时创建）"))
    });
    let file = home.join(FILE);
    if file.exists() {
        checks.push(profiles(home, &file));
    }
    checks
}

fn profiles(home: &Path, file: &Path) -> Check {
    let Ok(profiles) = Profiles::read(home) else {
        // The line about the gateway says what is wrong with it.
        let shown = file.display();
        let check =
            Check::problem("profiles", Verdict::Local, format!("{shown} is damaged"), format!("{shown} 已损坏"));
        return check.but("correct it or delete it", "请改正或删除该文件");
    };
    let count = profiles.iter().count();
    permission(file).unwrap_or_else(|| {
        Check::ok("profiles", format!("{count}, readable by you only"), format!("{count} 个，仅您可读"))
    })
}

/// A warning if others can read the keys.
#[cfg(unix)]
fn permission(file: &Path) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(file).ok()?.permissions().mode() & 0o777;
    let shown = file.display();
    (mode & 0o077 != 0).then(|| {
        let check = Check::warning(
            "profiles",
            format!("{shown} has mode {mode:o}: others can read the keys"),
            format!("{shown} 的权限为 {mode:o}：他人可读取密钥"),
        );
        check.but(format!("chmod 600 {shown}"), format!("chmod 600 {shown}"))
    })
}

#[cfg(not(unix))]
fn permission(_: &Path) -> Option<Check> {
    None
}

/// Whether a folder can be written to, and how much room there is.
pub(super) fn disk(subject: &'static str, folder: &Path) -> Check {
    let shown = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let shown = shown.display();
    if let Err(error) = tempfile::tempfile_in(folder) {
        let check = Check::problem(
            subject,
            Verdict::Local,
            format!("{shown} cannot be written [{error}]"),
            format!("无法写入 {shown} [{error}]"),
        );
        return check
            .but("choose another folder with -o, or correct its permissions", "请用 -o 选择其他文件夹，或修改其权限");
    }
    let Some(free) = free(folder) else {
        return Check::ok(subject, format!("{shown} can be written"), format!("{shown} 可写"));
    };
    let (english, chinese) = (format!("{shown}, {} free", size(free)), format!("{shown}，剩余 {}", size(free)));
    let check = match free {
        ..TOO_LITTLE => Check::problem(subject, Verdict::Local, english, chinese),
        TOO_LITTLE..SCARCE => Check::warning(subject, english, chinese),
        _ => return Check::ok(subject, english, chinese),
    };
    check.but("make room, or save elsewhere with -o", "请清理磁盘，或用 -o 保存到别处")
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

/// `12.3 GB`, in decimal units.
fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    if tenths >= 10 { format!("{}.{} GB", tenths / 10, tenths % 10) } else { format!("{} MB", bytes / 1_000_000) }
}

/// Where talk goes, and whether Chinese can be shown there.
pub(super) fn terminal() -> Vec<Check> {
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, text(name)?)));
    let mut checks = vec![if std::io::stderr().is_terminal() {
        let colour = text("NO_COLOR").is_none() && text("TERM").is_none_or(|term| term != "dumb");
        let width = crate::columns::of_terminal().map_or_else(|| "?".to_owned(), |columns| columns.to_string());
        let (english, chinese) = if colour { ("colour", "彩色") } else { ("no colour", "无颜色") };
        Check::ok("terminal", format!("{width} columns, {english}"), format!("{width} 列，{chinese}"))
    } else {
        Check::ok("terminal", "none: no bar, no colour", "无：不显示进度条和颜色")
    }];
    checks.push(match locale {
        Some((name, value)) if is_utf8(&value) => Check::fact("locale", format!("{name}={value}")),
        // Windows has no such variables and shows all signs.
        None if cfg!(windows) => Check::fact("locale", "-"),
        found => {
            let shown = found.map_or_else(|| "-".to_owned(), |(name, value)| format!("{name}={value}"));
            let check = Check::warning(
                "locale",
                format!("{shown} is not UTF-8: Chinese may not be shown"),
                format!("{shown} 不是 UTF-8：中文可能无法显示"),
            );
            check.but("export LANG=C.UTF-8", "export LANG=C.UTF-8")
        }
    });
    checks
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        assert_eq!(size(0), "0 MB");
        assert_eq!(size(999_999_999), "999 MB");
        assert_eq!(size(12_345_678_901), "12.3 GB");
        assert!(is_utf8("zh_CN.UTF-8") && is_utf8("C.utf8") && !is_utf8("POSIX") && !is_utf8("zh_CN.GBK"));
    }
}
