//! From what was asked for to what will be rendered; pure.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::Uri;
use serde_json::Value;
use video_protocol::{DataUri, Error};
use video_types::{Generation, ImageInput, ImageKind, Problem, Size, TaskStatus};

use crate::render::{Clip, FirstFrame, RenderError};

/// Everything one task needs.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) clip: Clip,
    pub(super) steering: Steering,
}

/// What `metadata.sandbox` asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Steering {
    /// Shortest time until the end, in seconds, if it is named.
    pub(super) seconds: Option<f64>,
    /// How to end without a video.
    pub(super) fail: Option<Fail>,
    /// What to say until the end.
    pub(super) status: Option<String>,
}

/// How a steered job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fail {
    Failed,
    Filtered,
    Expired,
}

impl Order {
    /// # Errors
    ///
    /// Something cannot be rendered or read; the error names the field.
    pub(super) fn read(generation: &Generation) -> Result<Self, Error> {
        let mut clip = Clip::new(&generation.prompt);
        if let Some((width, height)) = generation.size.as_ref().map(pixels).transpose()? {
            clip = clip.with_size(width, height);
        }
        if let Some(seconds) = generation.seconds {
            clip = clip.with_seconds(f64::from(seconds.get()));
        }
        if let Some(fps) = generation.fps {
            clip = clip.with_fps(fps);
        }
        let seed = generation.seed.or_else(|| generation.metadata.get("seed").and_then(Value::as_i64));
        clip = clip.with_seed(seed.unwrap_or(0).cast_unsigned());
        if let Some(image) = generation.images.first() {
            clip = clip.with_first_frame(first_frame(image)?);
        }
        clip.validate().map_err(refused)?;
        Ok(Self { clip, steering: steering(generation)? })
    }
}

/// What cannot be rendered, under the name of its field.
fn refused(source: RenderError) -> Error {
    let (field, code) = match source {
        RenderError::Size { .. } => ("size", "invalid_size"),
        RenderError::Seconds { .. } => ("seconds", "invalid_seconds"),
        RenderError::Fps { .. } => ("fps", "invalid_request"),
        _ => ("image", "invalid_request"),
    };
    Error::invalid(format!("{field}: {source}")).with_problem(about(field, code)).with_source(source)
}

fn about(field: &str, code: &str) -> Problem {
    let mut problem = Problem::default();
    (problem.param, problem.code) = (Some(field.to_owned()), Some(code.to_owned()));
    problem
}

/// Pixels of a size. The words of vendors mean 16:9, as theirs do.
fn pixels(size: &Size) -> Result<(u32, u32), Error> {
    if let Some(pixels) = size.pixels() {
        return Ok(pixels);
    }
    let word = size.as_str().trim().to_ascii_lowercase();
    let height: u32 = match word.as_str() {
        "2k" => 1440,
        "4k" => 2160,
        word => word.strip_suffix('p').unwrap_or(word).parse().unwrap_or(0),
    };
    if !(144..=2160).contains(&height) {
        let words = format!("size {:?} is not understood: write it as 1280x720 or 720p", size.as_str());
        return Err(Error::invalid(words).with_problem(about("size", "invalid_size")));
    }
    Ok(((height * 16 / 9).next_multiple_of(2), height))
}

fn first_frame(image: &ImageInput) -> Result<FirstFrame, Error> {
    let refused = || Error::invalid("image is neither a link nor a data URI nor base64 of a PNG, JPEG or WebP file");
    match image.kind() {
        ImageKind::Link => {
            let host = image.as_str().parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
            Ok(FirstFrame::Placeholder(host.ok_or_else(refused)?))
        }
        ImageKind::DataUri => {
            DataUri::parse(image.as_str()).map(|data| FirstFrame::Picture(data.bytes)).ok_or_else(refused)
        }
        ImageKind::Base64 => {
            let lenient =
                GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
            let lenient = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
            let text: String = image.as_str().chars().filter(|c| !c.is_whitespace()).collect();
            lenient
                .decode(text)
                .map(|bytes| FirstFrame::Picture(bytes.into()))
                .map_err(|source| refused().with_source(source))
        }
    }
}

fn steering(generation: &Generation) -> Result<Steering, Error> {
    let refused = |what: &str| Error::invalid(format!("metadata.sandbox.{what}"));
    let Some(wish) = generation.metadata.get("sandbox").filter(|wish| !wish.is_null()) else {
        return Ok(Steering::default());
    };
    if !wish.is_object() {
        return Err(Error::invalid("metadata.sandbox must be an object such as {\"seconds\": 3}"));
    }
    let seconds = match wish.get("seconds") {
        None => None,
        Some(value) => {
            // Forms, such as OpenAI's clients send, hold text alone.
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            let seconds = number.filter(|seconds| (0.0..=86_400.0).contains(seconds));
            Some(seconds.ok_or_else(|| refused("seconds must be a number from 0 to 86400"))?)
        }
    };
    let fail = match wish.get("fail").map(Value::as_str) {
        None => None,
        Some(Some("failed")) => Some(Fail::Failed),
        Some(Some("filtered")) => Some(Fail::Filtered),
        Some(Some("expired")) => Some(Fail::Expired),
        Some(_) => return Err(refused("fail must be failed, filtered or expired")),
    };
    let status = match wish.get("status") {
        None => None,
        Some(value) => {
            let word = value.as_str().ok_or_else(|| refused("status must be text"))?;
            if TaskStatus::from(word).phase().is_terminal() {
                return Err(refused("status must not be a word for an end; fail makes the task end"));
            }
            Some(word.to_owned())
        }
    };
    Ok(Steering { seconds, fail, status })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use video_types::Metadata;

    use super::*;

    fn read(generation: &Generation) -> String {
        match Order::read(generation) {
            Ok(order) => format!("{:?}", order.steering),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn steering_is_read_or_refused_by_name() {
        let wishes = [
            json!({}),
            json!({"seconds": 3, "status": "hatching"}),
            json!({"fail": "filtered"}),
            json!(null),
            json!("slow"),
            json!({"seconds": "3"}),
            json!({"seconds": "soon"}),
            json!({"seconds": "NaN"}),
            json!({"seconds": -1}),
            json!({"fail": "maybe"}),
            json!({"fail": 1}),
            json!({"status": 5}),
            json!({"status": "SUCCESS"}),
        ];
        let rows: Vec<String> = wishes
            .into_iter()
            .map(|wish| {
                let generation =
                    Generation::new("m", "p").with_metadata(Metadata::default().with("sandbox", wish.clone()));
                format!("{wish} -> {}", read(&generation))
            })
            .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }

    #[test]
    fn sizes_are_pixels_or_the_words_of_vendors() {
        let rows: Vec<String> =
            ["1280x720", "1280*720", "720p", "768P", "1080", "4k", "2K", "huge", "9000p", "10x10", "p", ""]
                .into_iter()
                .map(|size| {
                    let size = Size::from(size);
                    format!(
                        "{:10} {}",
                        size.as_str(),
                        pixels(&size).map_or_else(|error| error.to_string(), |size| format!("{size:?}"))
                    )
                })
                .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }

    #[test]
    fn a_picture_is_read_in_every_form_and_a_link_is_never_fetched() {
        let rows: Vec<String> = [
            "https://img.example/cat.png?sig=1",
            "data:image/png;base64,AAAA",
            "AAAA",
            "not base64 at all!",
            "http://",
        ]
        .into_iter()
        .map(|image| match first_frame(&ImageInput::new(image)) {
            Ok(frame) => format!("{image} -> {frame:?}"),
            Err(error) => format!("{image} -> {error}"),
        })
        .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
