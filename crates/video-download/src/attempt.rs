//! One attempt, from the head of the answer to the last byte of its body.

use bytes::Bytes;
use http::StatusCode;
use video_transport::{Body, Response};

use crate::excerpt::EXCERPT_BYTES;
use crate::head::{Head, judge};
use crate::part::Part;
use crate::writer::Writer;
use crate::{DownloadError, Excerpt, Format, Sha256};

/// A body that begins like a video.
#[derive(Debug)]
pub(crate) struct Opened {
    /// How many bytes the server announced.
    pub(crate) announced: Option<u64>,
    start: Start,
    body: Body,
}

/// A body that has come whole, as far as its length tells.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) announced: Option<u64>,
    pub(crate) bytes: u64,
    pub(crate) sha256: Sha256,
}

/// The first bytes of a body, looked at before any of it is written.
#[derive(Debug)]
struct Start {
    /// At most [`EXCERPT_BYTES`].
    bytes: Vec<u8>,
    /// What else came in the same chunk.
    rest: Bytes,
    /// The body has ended already.
    ended: bool,
}

/// Looks at the head and the first bytes of an answer; what is no video ends here.
pub(crate) async fn look_at(response: Response, limit: u64) -> Result<Opened, DownloadError> {
    let (head, mut body) = response.into_parts();
    let announced = match judge(head.status, &head.headers) {
        Head::Refused => return Err(refused(head.status, body).await),
        Head::NotVideo { why } => return Err(DownloadError::not_video(why, &excerpt_of(body).await)),
        Head::Video { announced } => announced,
    };
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(DownloadError::TooLarge { limit, announced });
    }
    let start = read_start(&mut body).await.map_err(|broken| broken.error)?;
    if Format::of(&start.bytes).is_some() {
        return Ok(Opened { announced, start, body });
    }
    let received = start.bytes.len() as u64;
    Err(match announced {
        Some(expected) if start.ended && received < expected => DownloadError::Truncated { received, expected },
        _ if start.bytes.is_empty() => DownloadError::not_video("it is empty", &[]),
        _ => DownloadError::not_video("it starts like no known video", &start.bytes),
    })
}

/// Writes a body into an unfinished file, as it comes, telling `report` after each piece how many bytes there are.
///
/// The part comes back whatever the body did; only a disk that has lost its thread keeps it.
pub(crate) async fn store(
    opened: Opened,
    part: Part,
    limit: u64,
    report: &(dyn Fn(u64) + Send + Sync),
) -> Result<(Part, Result<Received, DownloadError>), DownloadError> {
    let Opened { announced, start, body } = opened;
    let mut writer = Writer::start(part, announced);
    match pour(start, body, &mut writer, Bounds { announced, limit }, report).await {
        Ok(bytes) => {
            let (part, written) = writer.finish().await?;
            let received = written
                .map(|sha256| Received { announced, bytes, sha256 })
                .map_err(DownloadError::disk("write the unfinished file"));
            Ok((part, received))
        }
        Err(error) => {
            let (part, _) = writer.stop().await?;
            Ok((part, Err(error)))
        }
    }
}

/// How long a body may be.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    announced: Option<u64>,
    limit: u64,
}

impl Bounds {
    fn check(self, received: u64) -> Result<(), DownloadError> {
        match self.announced {
            Some(announced) if received > announced => {
                Err(DownloadError::not_video(format!("it is longer than the {announced} bytes announced"), &[]))
            }
            _ if received > self.limit => Err(DownloadError::TooLarge { limit: self.limit, announced: self.announced }),
            _ => Ok(()),
        }
    }
}

/// Hands the body to the writer and counts it. A disk that fails stops it early; the writer knows why.
async fn pour(
    start: Start,
    mut body: Body,
    writer: &mut Writer,
    bounds: Bounds,
    report: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, DownloadError> {
    let mut received = 0;
    let mut waiting = [Bytes::from(start.bytes), start.rest].into_iter();
    loop {
        let piece = match waiting.next() {
            Some(piece) => piece,
            None if start.ended => break,
            None => {
                let Some(chunk) = body.chunk().await else { break };
                chunk.map_err(|source| DownloadError::Broken { received, source })?
            }
        };
        received += piece.len() as u64;
        bounds.check(received)?;
        if !writer.write(&piece).await {
            return Ok(received);
        }
        report(received);
    }
    match bounds.announced {
        Some(expected) if received < expected => Err(DownloadError::Truncated { received, expected }),
        _ => Ok(received),
    }
}

/// The error for another status than 200, with what the body said as far as it came.
async fn refused(status: StatusCode, body: Body) -> DownloadError {
    DownloadError::Refused { status, excerpt: Excerpt::new(&excerpt_of(body).await) }
}

async fn excerpt_of(mut body: Body) -> Vec<u8> {
    match read_start(&mut body).await {
        Ok(start) => start.bytes,
        Err(broken) => broken.bytes,
    }
}

/// A body that broke before its first bytes were all there.
#[derive(Debug)]
struct BrokenStart {
    bytes: Vec<u8>,
    error: DownloadError,
}

async fn read_start(body: &mut Body) -> Result<Start, BrokenStart> {
    let mut bytes = Vec::new();
    let mut rest = Bytes::new();
    let mut ended = false;
    while bytes.len() < EXCERPT_BYTES && !ended {
        match body.chunk().await {
            Some(Ok(mut chunk)) => {
                rest = chunk.split_off(chunk.len().min(EXCERPT_BYTES - bytes.len()));
                bytes.extend_from_slice(&chunk);
            }
            Some(Err(source)) => {
                let error = DownloadError::Broken { received: bytes.len() as u64, source };
                return Err(BrokenStart { bytes, error });
            }
            None => ended = true,
        }
    }
    Ok(Start { bytes, rest, ended })
}
