//! What follows a failed attempt: decided from its error alone.

use crate::DownloadError;

/// What to do after an attempt has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Open the same place again.
    Again,
    /// Ask for a fresh place, then open that.
    Refresh,
    /// End with this error.
    GiveUp,
}

/// A read costs nothing, so all that may be a bad moment is tried again: also an error page with status 200, which
/// busy proxies send. What the disk, the target or the limits said is final.
pub(crate) fn next(error: &DownloadError) -> Next {
    match error {
        DownloadError::Refused { status, .. } => match status.as_u16() {
            401 | 403 | 404 | 410 | 300..=399 => Next::Refresh,
            200..=299 | 408 | 425 | 429 | 500.. => Next::Again,
            _ => Next::GiveUp,
        },
        // a fragmented file cut between two fragments cannot be proved either, and a whole one may follow
        DownloadError::Unprovable { .. }
        | DownloadError::NotVideo { .. }
        | DownloadError::Truncated { .. }
        | DownloadError::Mixed { .. }
        | DownloadError::Stalled { .. }
        | DownloadError::Broken { .. } => Next::Again,
        DownloadError::Unopened { source } if source.is_temporary() => Next::Again,
        DownloadError::Unopened { .. }
        | DownloadError::TooLarge { .. }
        | DownloadError::NoSpace { .. }
        | DownloadError::Exists { .. }
        | DownloadError::Busy { .. }
        | DownloadError::Target { .. }
        | DownloadError::Disk { .. } => Next::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Excerpt;

    #[test]
    fn every_status_has_its_next_step() {
        let mut table: Vec<(Next, Vec<u16>)> = Vec::new();
        for code in [
            201, 202, 204, 206, 301, 302, 307, 400, 401, 402, 403, 404, 405, 408, 410, 416, 425, 429, 451, 500, 502,
            503, 599,
        ] {
            let status = http::StatusCode::from_u16(code).expect("a status");
            let next = next(&DownloadError::Refused { status, excerpt: Excerpt::new(b"") });
            match table.iter_mut().find(|row| row.0 == next) {
                Some(row) => row.1.push(code),
                None => table.push((next, vec![code])),
            }
        }
        let table: Vec<String> = table.iter().map(|row| format!("{:?} {:?}", row.0, row.1)).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        Again [201, 202, 204, 206, 408, 425, 429, 500, 502, 503, 599]
        Refresh [301, 302, 307, 401, 403, 404, 410]
        GiveUp [400, 402, 405, 416, 451]
        ");
    }
}
