//! Whether the embedded sandbox renders a clip and the client proves it.

use video_client::{Client, Outcome, Target};
use video_protocol::{Error, Verdict};
use video_sandbox::Sandbox;
use video_types::{Generation, Seconds};

use super::check::Check;
use crate::advice::describe;
use crate::language::Language;

/// Renders one tiny clip in memory; nothing is kept.
pub(super) async fn renders() -> Check {
    match tiny_clip().await {
        Ok(bytes) => Check::ok("sandbox", format!("renders: {bytes} bytes"), format!("可渲染：{bytes} 字节")),
        Err(error) => Check::problem(
            "sandbox",
            Verdict::Local,
            describe(&error, Language::English),
            describe(&error, Language::Chinese),
        ),
    }
}

async fn tiny_clip() -> Result<u64, Error> {
    let client = Client::builder("http://sandbox").key("sandbox").transport(Sandbox::new()).build()?;
    let mut generation = Generation::new("sandbox-1", "doctor");
    generation.size = Some("64x64".into());
    generation.seconds = Seconds::new(1);
    let folder =
        tempfile::tempdir().map_err(|cause| Error::new(video_protocol::ErrorKind::Local).with_source(cause))?;
    let job = client.submit(generation).await?;
    match job.finish().await {
        Outcome::Succeeded(task) => {
            let target = Target::file(folder.path().join("clip.mp4"));
            client.download(&task, target, &|_| ()).await.map(|saved| saved.bytes)
        }
        Outcome::Ended(error) => Err(error),
        _ => Err(Error::new(video_protocol::ErrorKind::TaskFailed)),
    }
}
