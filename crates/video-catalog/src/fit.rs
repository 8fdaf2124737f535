//! Gives pictures the form the provider takes, so that they arrive.

use serde_json::Value;
use video_types::{Generation, ImageInput, ImageKind};

use crate::lookup::{find, provider_of};
use crate::pictures::base64_of;
use crate::{Carrier, PictureFacts};

/// The same request with every picture in the form its model takes: with or without the `data:` prefix, or under the
/// key of the metadata that the model's channel reads. Links and a key that is given already are left alone.
///
/// A picture for a model nobody listed becomes a data URI. Nothing is converted: a picture stays the file it is. Where
/// no form is fine it stays as it was, and [`report`](crate::report) says so.
///
/// ```
/// use video_catalog::fit_pictures;
/// use video_types::{Generation, ImageInput};
///
/// let generation = Generation::new("kling-v1", "a cat").with_image(ImageInput::new("data:image/png;base64,iVBORw0="));
/// assert_eq!(fit_pictures(generation).images[0].as_str(), "iVBORw0=");
/// ```
#[must_use]
pub fn fit_pictures(mut generation: Generation) -> Generation {
    let name = generation.model.as_str();
    let found = find(name);
    let provider = found.map(|found| found.provider).or_else(|| provider_of(name));
    let form = provider.map(|provider| *provider.image_form());
    let (data_uri, base64) = form.map_or((true, false), |form| (form.data_uri, form.base64));
    for image in &mut generation.images {
        let other = match image.kind() {
            ImageKind::DataUri if base64 && !data_uri => without_prefix(image),
            ImageKind::Base64 if data_uri && !base64 => with_prefix(image),
            _ => None,
        };
        if let Some(other) = other {
            *image = other;
        }
    }
    if let (Some(provider), Some(Carrier::MetadataKey(key))) = (provider, form.map(|form| form.carrier))
        && found.is_none_or(|found| found.model.taken(provider, key).is_some())
        && !generation.images.is_empty()
        && generation.metadata.iter().all(|(given, _)| !given.eq_ignore_ascii_case(key))
    {
        let first = generation.images.remove(0);
        generation.metadata.insert(key, Value::from(first.as_str()));
    }
    generation
}

fn without_prefix(image: &ImageInput) -> Option<ImageInput> {
    base64_of(image.as_str()).map(ImageInput::new)
}

/// Text that looks like no picture may be a provider's own name for one.
fn with_prefix(image: &ImageInput) -> Option<ImageInput> {
    let facts = PictureFacts::of(image).filter(|facts| facts.format.is_some())?;
    Some(ImageInput::new(format!("data:{};base64,{}", facts.media_type(), image.as_str())))
}
