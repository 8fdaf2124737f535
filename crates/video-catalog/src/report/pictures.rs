//! What is in the pictures of a request: their type, bytes and pixels.

use video_types::{Generation, ImageInput, ImageKind, Size};

use super::Checks;
use crate::finding::{Finding, Severity, Text};
use crate::{Carrier, Confidence, PictureFacts, PictureLimits};

/// The form of a picture for a model nobody knows is a guess.
pub(super) fn guessed(generation: &Generation) -> Option<Finding> {
    generation.images.iter().any(|image| image.kind() != ImageKind::Link).then(|| Finding {
        severity: Severity::Warning,
        path: "images".to_owned(),
        code: "image-form".to_owned(),
        message: Text::new(
            "which form of a picture this model takes is not known: most take a data URI, all but a few a link",
            "不知道该模型接受哪种形式的图片：多数接受 data URI，几乎都接受链接",
        ),
        hint: None,
        confidence: Confidence::Derived,
        sources: &["derived"],
    })
}

/// What is in the pictures, as far as the request holds them.
pub(super) fn check(generation: &Generation, checks: &Checks<'_>, findings: &mut Vec<Finding>) {
    let limits = &checks.provider.pictures;
    let ignored = checks.sent.lost.iter().any(|lost| lost.path == "images");
    for (index, image) in generation.images.iter().enumerate().filter(|_| !ignored) {
        let size = generation.size.as_ref().filter(|_| index == 0);
        content(image, &format!("images[{index}]"), size, limits, findings);
    }
    if let Carrier::MetadataKey(key) = checks.provider.image_form().carrier
        && let Some(text) = generation.metadata.get(key).and_then(serde_json::Value::as_str)
    {
        content(&ImageInput::new(text), &format!("metadata.{key}"), None, limits, findings);
    }
}

fn content(image: &ImageInput, path: &str, size: Option<&Size>, limits: &PictureLimits, findings: &mut Vec<Finding>) {
    let Some(facts) = PictureFacts::of(image) else { return };
    let mut say = |code: &str, en: String, zh: String| {
        findings.push(Finding {
            severity: if limits.firm { Severity::Error } else { Severity::Warning },
            path: path.to_owned(),
            code: code.to_owned(),
            message: Text::new(en, zh),
            hint: None,
            confidence: limits.confidence,
            sources: limits.sources,
        });
    };
    if let Some(format) = facts.format.filter(|format| !limits.formats.is_empty() && !limits.formats.contains(format)) {
        let (en, zh) = (limits.formats.join(" or "), limits.formats.join(" 或 "));
        say("picture-type", format!("a {format} file; only {en} is taken"), format!("是 {format} 文件；只接受 {zh}"));
    }
    if let Some(most) = limits.max_bytes.filter(|most| facts.bytes > *most) {
        let (has, most) = (megabytes(facts.bytes), megabytes(most));
        say("picture-bytes", format!("{has} MiB; at most {most} MiB are taken"), format!("{has} MiB；最多 {most} MiB"));
    }
    let Some((width, height)) = facts.pixels else { return };
    if let Some(least) = limits.min_side.filter(|least| width.min(height) < *least) {
        say(
            "picture-pixels",
            format!("{width}x{height}; both sides must have at least {least} pixels"),
            format!("{width}x{height}；两边都不得少于 {least} 像素"),
        );
    }
    if let Some(most) = limits.max_side.filter(|most| width.max(height) > *most) {
        say(
            "picture-pixels",
            format!("{width}x{height}; no side may have more than {most} pixels"),
            format!("{width}x{height}；任何一边都不得超过 {most} 像素"),
        );
    }
    let ratio = f64::from(width) / f64::from(height);
    let (least, most) = (limits.min_ratio.unwrap_or(0.0), limits.max_ratio.unwrap_or(f64::INFINITY));
    // A file of whole pixels cannot meet a bound such as 1:3 to the last digit.
    if ratio < least * 0.999 || ratio > most * 1.001 {
        say(
            "picture-shape",
            format!("{width}x{height}; width to height must be from {least:.2} to {most:.2}"),
            format!("{width}x{height}；宽高比须在 {least:.2} 到 {most:.2} 之间"),
        );
    }
    if let Some(clip) =
        size.filter(|size| limits.same_size && size.pixels().is_some_and(|clip| clip != (width, height)))
    {
        say(
            "picture-size",
            format!("{width}x{height}; the first frame must have the size of the clip, {clip}"),
            format!("{width}x{height}；首帧必须与视频尺寸 {clip} 相同"),
        );
    }
}

/// With one digit, rounded up so that what is too much never looks like enough.
#[expect(clippy::cast_precision_loss, reason = "a number for people")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1}", (bytes as f64 / 1_048_576.0 * 10.0).ceil() / 10.0)
}
