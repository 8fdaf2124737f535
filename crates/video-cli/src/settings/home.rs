//! Where state lives.

use std::path::PathBuf;

use video_protocol::Error;

use crate::complaint::What;

/// `$VIDEO_HOME`, else `video` in the platform's data folder. Nothing is made.
pub(crate) fn folder() -> Result<PathBuf, Error> {
    let chosen = std::env::var_os("VIDEO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    chosen.or_else(|| dirs::data_dir().map(|data| data.join("video"))).ok_or_else(|| What::NoHome.into_error())
}
