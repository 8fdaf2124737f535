//! One attempt, from the head of the answer to the last byte of its body.

use bytes::Bytes;
use http::StatusCode;
use video_transport::Response;

use crate::excerpt::EXCERPT_BYTES;
use crate::head::{Asked, Head, judge};
use crate::pace::{Halt, Paced, StallLimit};
use crate::part::Part;
use crate::room::Bounds;
use crate::version::{Validator, Version, place_hash};
use crate::writer::{Begin, Writer, joined};
use crate::{DownloadError, Excerpt, Format, Source};

/// What an attempt may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// The longest video, in bytes.
    pub(crate) limit: u64,
    pub(crate) stall: StallLimit,
}

/// What an answer turned out to be.
enum Look<'a> {
    /// A body that begins like a video, or that continues one.
    Opened(Box<Opened<'a>>),
    /// There is nothing more to come.
    Complete,
}

struct Opened<'a> {
    /// How many bytes the server announced for the whole.
    announced: Option<u64>,
    /// Where its body ends, if that was said.
    end: Option<u64>,
    begin: Begin,
    start: Start,
    body: Paced<'a>,
}

/// The first bytes of a body, looked at before any of it is written.
#[derive(Debug, Default)]
struct Start {
    /// At most [`EXCERPT_BYTES`].
    bytes: Vec<u8>,
    /// What else came in the same chunk.
    rest: Bytes,
    /// The body has ended already.
    ended: bool,
}

/// An unfinished file, and how many bytes the whole has if somebody said so; or why it is not all there.
pub(crate) type Fetched = (Part, Result<Option<u64>, DownloadError>);

/// Asks for what is missing of a part and writes it down as it comes.
///
/// The part comes back whatever the server did; only a disk that has lost its thread keeps it.
pub(crate) async fn fetch(
    mut part: Part,
    source: &mut dyn Source,
    terms: Terms,
    report: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<Fetched, DownloadError> {
    let resume = part.resume();
    let response = match source.open(resume.as_ref()).await {
        Ok(response) => response,
        Err(source) => return Ok((part, Err(DownloadError::Unopened { source }))),
    };
    let asked = resume.and_then(|resume| Some(Asked { offset: resume.offset, version: part.version()? }));
    match look_at(response, asked, source, terms).await {
        Ok(Look::Opened(opened)) => store(*opened, part, terms.limit, report).await,
        Ok(Look::Complete) => {
            let bytes = part.bytes();
            Ok((part, Ok(Some(bytes))))
        }
        Err(error) => {
            if matches!(error, DownloadError::Mixed { .. }) {
                part.forget();
            }
            Ok((part, Err(error)))
        }
    }
}

/// Looks at the head and the first bytes of an answer; what is no video ends here.
async fn look_at<'a>(
    response: Response,
    asked: Option<Asked<'_>>,
    source: &'a mut dyn Source,
    terms: Terms,
) -> Result<Look<'a>, DownloadError> {
    let (head, body) = response.into_parts();
    let place = place_hash(&source.place());
    let judged = judge(head.status, &head.headers, asked);
    let mut body = Paced::new(body, source, terms.stall);
    let (announced, end, goes_on) = match judged {
        Head::Refused => return Err(refused(head.status, body).await),
        Head::NotVideo { why } => return Err(DownloadError::not_video(why, &excerpt_of(body).await)),
        Head::Mixed { why } => return Err(DownloadError::Mixed { why }),
        Head::Complete | Head::Rest { .. } if asked.is_none_or(|asked| asked.version.place != place) => {
            return Err(DownloadError::Mixed { why: "it comes from another place".to_owned() });
        }
        Head::Complete => return Ok(Look::Complete),
        Head::Video { announced } => (announced, announced, false),
        Head::Rest { announced, end } => (announced, Some(end), true),
    };
    if announced.is_some_and(|bytes| bytes > terms.limit) {
        return Err(DownloadError::TooLarge { limit: terms.limit, announced });
    }
    if goes_on {
        let (begin, start) = (Begin::GoOn, Start::default());
        return Ok(Look::Opened(Box::new(Opened { announced, end, begin, start, body })));
    }
    let start = read_start(&mut body).await.map_err(|broken| broken.error)?;
    if Format::of(&start.bytes).is_some() {
        let validator = Validator::of(&head.headers);
        let begin = Begin::Anew(validator.map(|validator| Version { validator, total: announced, place }));
        return Ok(Look::Opened(Box::new(Opened { announced, end, begin, start, body })));
    }
    let received = start.bytes.len() as u64;
    Err(match announced {
        Some(expected) if start.ended && received < expected => {
            DownloadError::Truncated { received, expected, kept: 0 }
        }
        _ if start.bytes.is_empty() => DownloadError::not_video("it is empty", &[]),
        _ => DownloadError::not_video("it starts like no known video", &start.bytes),
    })
}

/// Writes a body into an unfinished file, as it comes, telling `report` after each piece how many bytes there are.
async fn store(
    opened: Opened<'_>,
    part: Part,
    limit: u64,
    report: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<Fetched, DownloadError> {
    let Opened { announced, end, begin, start, body } = opened;
    let looking = tokio::task::spawn_blocking(move || {
        let free = part.free_space();
        (part, free)
    });
    let (part, free) = joined(looking).await?;
    let bounds = Bounds { announced, end, limit, there: part.bytes(), free };
    if let Err(error) = bounds.check_before() {
        return Ok((part, Err(error)));
    }
    let first = if matches!(begin, Begin::GoOn) { part.bytes() } else { 0 };
    let mut writer = Writer::start(part, begin, announced);
    let poured = pour(first, start, body, &mut writer, bounds, report).await;
    let (mut part, written) = writer.finish().await?;
    // what the disk says comes first: a disk that fails ends the pouring without a word
    let poured = match written {
        Err(error) => Err(DownloadError::disk("write the unfinished file")(error)),
        Ok(()) => poured,
    };
    if matches!(poured, Err(DownloadError::NotVideo { .. } | DownloadError::TooLarge { .. })) {
        part.forget();
    }
    Ok((part, poured.map(|()| announced)))
}

/// Hands the body to the writer and counts it. A disk that fails stops it early; the writer knows why.
async fn pour(
    first: u64,
    start: Start,
    mut body: Paced<'_>,
    writer: &mut Writer,
    bounds: Bounds,
    report: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<(), DownloadError> {
    let mut received = first;
    let mut waiting = [Bytes::from(start.bytes), start.rest].into_iter();
    loop {
        let piece = match waiting.next() {
            Some(piece) => piece,
            None if start.ended => break,
            None => {
                let Some(chunk) = body.chunk().await else { break };
                chunk.map_err(|halt| halted(halt, received))?
            }
        };
        if piece.is_empty() {
            continue;
        }
        received += piece.len() as u64;
        bounds.check(received)?;
        if !writer.write(&piece).await {
            return Ok(());
        }
        report(received, bounds.announced);
    }
    match bounds.announced.or(bounds.end) {
        Some(expected) if received < expected => Err(DownloadError::Truncated { received, expected, kept: 0 }),
        _ => Ok(()),
    }
}

fn halted(halt: Halt, received: u64) -> DownloadError {
    match halt {
        Halt::Broken(source) => DownloadError::Broken { received, kept: 0, source },
        Halt::Stalled => DownloadError::Stalled { received, kept: 0 },
    }
}

/// The error for a status without a video, with what the body said as far as it came.
async fn refused(status: StatusCode, body: Paced<'_>) -> DownloadError {
    DownloadError::Refused { status, excerpt: Excerpt::new(&excerpt_of(body).await) }
}

async fn excerpt_of(mut body: Paced<'_>) -> Vec<u8> {
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

async fn read_start(body: &mut Paced<'_>) -> Result<Start, BrokenStart> {
    let mut bytes = Vec::new();
    let mut rest = Bytes::new();
    let mut ended = false;
    while bytes.len() < EXCERPT_BYTES && !ended {
        match body.chunk().await {
            Some(Ok(mut chunk)) => {
                rest = chunk.split_off(chunk.len().min(EXCERPT_BYTES - bytes.len()));
                bytes.extend_from_slice(&chunk);
            }
            Some(Err(halt)) => {
                let error = halted(halt, bytes.len() as u64);
                return Err(BrokenStart { bytes, error });
            }
            None => ended = true,
        }
    }
    Ok(Start { bytes, rest, ended })
}
