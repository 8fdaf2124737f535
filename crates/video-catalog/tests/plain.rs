//! A plain request for every model: nothing but what its list of abilities says it takes.
use std::fmt::Write as _;

use video_catalog::{Carrier, Kind, Selection, Target, models, report};
use video_types::{Generation, ImageInput, Seconds};

#[test]
fn a_plain_request_for_a_model_has_only_these_findings() {
    let mut told = String::new();
    for (provider, model) in models(&Selection::all()) {
        let mut generation = Generation::new(model.id, "a lighthouse in fog");
        let seconds = model.default_duration.or(model.durations.iter().copied().find(|seconds| *seconds > 0));
        generation.seconds = seconds.and_then(|seconds| Seconds::new(u32::try_from(seconds).ok()?));
        if !model.can(&[Kind::TextToVideo]) && model.max_images > 0 {
            let image = "https://example.com/a.png";
            match provider.image_form().carrier {
                Carrier::MetadataKey(key) => generation.metadata = generation.metadata.with(key, image),
                _ => generation = generation.with_image(ImageInput::new(image)),
            }
        }
        let target = if provider.id == "sora" { Target::Videos } else { Target::Generations };
        for finding in report(&generation, target).findings {
            if finding.code != "not-listed" {
                writeln!(told, "{}: {finding}", model.id).expect("a String takes everything");
            }
        }
    }
    insta::assert_snapshot!(told);
}
