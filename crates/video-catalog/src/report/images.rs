//! Pictures: how many, and in which form.

use video_types::{Generation, ImageKind};

use super::Checks;
use crate::finding::{Finding, Severity, Text};
use crate::seen::Seen;
use crate::{Carrier, Target};

pub(super) fn check(generation: &Generation, target: Target, checks: &Checks<'_>, findings: &mut Vec<Finding>) {
    let ignored = checks.sent.lost.iter().any(|lost| lost.path == "images" && !lost.is_read);
    if generation.images.is_empty() || ignored {
        return;
    }
    let form = checks.provider.image_form();
    if form.carrier == Carrier::FilePart && target == Target::Generations {
        let (name, name_zh) = (checks.provider.name, checks.provider.name_zh);
        let message = Text::new(
            format!("{name} takes the picture as a file, which only POST /v1/videos can carry"),
            format!("{name_zh}只接受以文件上传的图片，只有 POST /v1/videos 能上传"),
        );
        let hint = Text::new("use the OpenAI format", "请改用 OpenAI 格式");
        // Behind such a channel may stand another gateway, which takes it.
        findings.push(checks.of_channel(Severity::Warning, "image-form", "images", message, Some(hint)));
        return;
    }
    for (index, image) in generation.images.iter().enumerate() {
        let fine = match image.kind() {
            ImageKind::Link => form.link,
            ImageKind::DataUri => form.data_uri,
            ImageKind::Base64 => form.base64,
        };
        // A file part carries the bytes, however they were given.
        let as_file = target == Target::Videos && generation.images.len() == 1 && image.kind() != ImageKind::Link;
        if fine || as_file || checks.sent.overridden.iter().any(|over| over.path == "images") {
            continue;
        }
        let forms = [
            (form.link, ("a link", "链接")),
            (form.data_uri, ("a data URI", "data URI")),
            (form.base64, ("base64 without a prefix", "不带前缀的 base64")),
        ];
        let takes = |pick: fn((&'static str, &'static str)) -> &'static str, word: &str| {
            forms.iter().filter(|(fine, _)| *fine).map(|(_, names)| pick(*names)).collect::<Vec<_>>().join(word)
        };
        let (en, zh) = match form.carrier {
            Carrier::FilePart => ("takes the picture as a file, from ", "只接受以文件上传的图片："),
            _ => ("takes ", "只接受"),
        };
        let name = checks.provider.name;
        let message = Text::new(
            format!("{name} {en}{}", takes(|names| names.0, " or ")),
            format!("{}{zh}{}", checks.provider.name_zh, takes(|names| names.1, "或")),
        );
        let path = format!("images[{index}]");
        let finding = checks.of_channel(Severity::Error, "image-form", &path, message, None);
        findings.push(Finding { sources: form.sources, ..finding });
    }
    let count = generation.images.len();
    let arriving = checks.sent.given.iter().find(|given| given.path == "images");
    if count > 1 && arriving.is_some_and(|given| matches!(given.value, Seen::Picture(_))) {
        let message =
            Text::new(format!("only the first of {count} pictures is sent"), format!("{count} 张图片中只发送第一张"));
        findings.push(checks.of_channel(Severity::Warning, "item-count", "images", message, None));
        return;
    }
    let Some(model) = checks.model else { return };
    let most = usize::try_from(model.max_images).unwrap_or(usize::MAX);
    // A list with a limit of its own says it better.
    let counted = checks.sent.given.iter().any(|given| {
        given.path == "images"
            && model.taken(checks.provider, given.name).is_none_or(|taken| {
                let param = taken.param(checks.provider).map(|param| param.limits);
                taken.limits.copied().or(param).is_some_and(|limits| limits.max_items.is_some())
            })
    });
    if count > most && !counted {
        let message = Text::new(
            format!("{} takes at most {most} pictures, {count} are given", model.id),
            format!("{} 最多接受 {most} 张图片，现有 {count} 张", model.id),
        );
        findings.push(Finding {
            severity: if model.firm_images { Severity::Error } else { Severity::Warning },
            path: "images".to_owned(),
            code: "item-count".to_owned(),
            message,
            hint: None,
            confidence: model.confidence,
            sources: model.sources,
        });
    }
}
