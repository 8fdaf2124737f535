//! The members of the body a request becomes, by route.

use video_types::{Generation, ImageKind};

use crate::Target;
use crate::forms::Put;

/// The field of a generation that becomes this member.
pub(crate) fn field_of(member: &str) -> &str {
    match member {
        "image" | "images" | "input_reference" | "file" => "images",
        "duration" => "seconds",
        other => other,
    }
}

/// Up to two members, each with what stands in it.
pub(crate) type Members<'a> = [Option<(&'static str, Put<'a>)>; 2];

/// The members of the body, by field of the generation.
pub(crate) fn members<'a>(
    generation: &'a Generation,
    model: &'a str,
    target: Target,
) -> [Option<(&'static str, Members<'a>)>; 8] {
    let one = |name, put| [Some((name, put)), None];
    let pictures = match generation.images.as_slice() {
        [] => None,
        [alone] => {
            let link = alone.kind() == ImageKind::Link;
            let name = match target {
                Target::Generations => "image",
                Target::Videos if link => "input_reference",
                Target::Videos => "file",
            };
            Some(one(name, Put::Pictures(&generation.images)))
        }
        several => Some(one("images", Put::Pictures(several))),
    };
    let seconds = generation.seconds.map(|seconds| {
        let put = Put::Whole(i64::from(seconds.get()));
        let duration = (target == Target::Generations).then_some(("duration", put));
        [duration, Some(("seconds", put))]
    });
    [
        Some(("model", one("model", Put::Text(model)))),
        Some(("prompt", one("prompt", Put::Text(&generation.prompt)))),
        pictures.map(|members| ("images", members)),
        generation.size.as_ref().map(|size| ("size", one("size", Put::Size(size)))),
        seconds.map(|members| ("seconds", members)),
        generation.mode.as_ref().map(|mode| ("mode", one("mode", Put::Text(mode)))),
        generation.fps.map(|fps| ("fps", one("fps", Put::Whole(i64::from(fps))))),
        generation.seed.map(|seed| ("seed", one("seed", Put::Whole(seed)))),
    ]
}
