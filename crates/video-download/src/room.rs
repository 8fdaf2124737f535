//! How long a video may become: what was announced, what is allowed, what the disk has room for.

use crate::DownloadError;

/// What a body of unknown length leaves free on the disk for others: so much, or half of what is free if that is less.
const SPARED: u64 = 64 << 20;

/// How long a video may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// The length of the whole, as announced.
    pub(crate) announced: Option<u64>,
    /// Where this body ends, as announced.
    pub(crate) end: Option<u64>,
    /// The longest video to take.
    pub(crate) limit: u64,
    /// How many bytes the unfinished file has on the disk already.
    pub(crate) there: u64,
    /// How many more the disk has room for, if that is known.
    pub(crate) free: Option<u64>,
}

impl Bounds {
    /// Whether the announced length can be stored.
    pub(crate) fn check_before(self) -> Result<(), DownloadError> {
        match (self.announced, self.free) {
            (Some(announced), Some(free)) if announced.saturating_sub(self.there) > free => {
                Err(DownloadError::NoSpace { needed: Some(announced - self.there), free })
            }
            _ => Ok(()),
        }
    }

    /// Whether so many bytes are not too many.
    pub(crate) fn check(self, received: u64) -> Result<(), DownloadError> {
        if let Some(end) = self.end.or(self.announced)
            && received > end
        {
            return Err(DownloadError::not_video(format!("it is longer than the {end} bytes announced"), &[]));
        }
        if received > self.limit {
            return Err(DownloadError::TooLarge { limit: self.limit, announced: self.announced });
        }
        match self.free {
            Some(free) if self.announced.is_none() && received > self.there.saturating_add(budget(free)) => {
                Err(DownloadError::NoSpace { needed: None, free })
            }
            _ => Ok(()),
        }
    }
}

/// How much of the free space a body may take that did not say how long it is.
fn budget(free: u64) -> u64 {
    free.saturating_sub(SPARED).max(free / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_says_its_length_may_fill_the_disk_and_one_that_does_not_leaves_some() {
        let bounds = |announced, there, free| Bounds { announced, end: announced, limit: 1 << 40, there, free };
        let told = |bounds: Bounds, received: u64| {
            let told = bounds.check_before().and_then(|()| bounds.check(received));
            told.map_or_else(|error| error.to_string(), |()| "fits".to_owned())
        };
        let rows = [
            ("announced, just fits", told(bounds(Some(1000), 0, Some(1000)), 1000)),
            ("announced, one too many", told(bounds(Some(1001), 0, Some(1000)), 0)),
            ("announced, half is there", told(bounds(Some(1500), 500, Some(1000)), 1500)),
            ("announced, free space unknown", told(bounds(Some(1500), 0, None), 1500)),
            ("endless, half of little", told(bounds(None, 0, Some(1000)), 500)),
            ("endless, more than half of little", told(bounds(None, 0, Some(1000)), 501)),
            ("endless, all but what is spared", told(bounds(None, 0, Some(1 << 30)), (1 << 30) - SPARED)),
            ("endless, into what is spared", told(bounds(None, 0, Some(1 << 30)), (1 << 30) - SPARED + 1)),
        ];
        insta::assert_snapshot!(rows.map(|(name, told)| format!("{name}: {told}")).join("\n"));
    }
}
