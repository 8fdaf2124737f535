//! One line of a batch as an order.

use serde_json::Value;
use video_journal::{Order, RequestHash};
use video_types::new_api::SubmitRequest;
use video_types::{Generation, ImageInput, Metadata, ModelId, Seconds, Size};

use super::LineProblem;

/// Longest name of a line, in bytes: with an ending it still fits the usual file systems.
const LONGEST_NAME: usize = 200;

/// What a line means by what it does not say. It is part of the order: with other defaults a line is another order.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Defaults {
    /// The model.
    pub model: Option<ModelId>,
    /// The size of the picture.
    pub size: Option<Size>,
    /// The length.
    pub seconds: Option<Seconds>,
    /// Frames a second.
    pub fps: Option<u32>,
    /// The seed.
    pub seed: Option<i64>,
    /// Parameters of the provider, each where a line does not give it.
    pub metadata: Metadata,
}

/// Makes what goes over the wire of a picture as a line names it, such as a data URI of the path of a file; or says
/// why it cannot.
pub type ReadPicture<'a> = &'a dyn Fn(&str) -> Result<ImageInput, String>;

/// One line of a batch as an order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchLine {
    /// What its file is to be called, if it says so.
    pub name: Option<String>,
    /// What it orders.
    pub generation: Generation,
}

impl BatchLine {
    /// Reads one line: a JSON object with the members of a request, in New API's or OpenAI's spelling, and `name`.
    ///
    /// Members nobody knows are kept and sent along.
    ///
    /// # Errors
    ///
    /// It is no JSON object, or a member cannot be used.
    pub fn read(line: &[u8], defaults: &Defaults, picture: ReadPicture<'_>) -> Result<Self, LineProblem> {
        let value: Value = serde_json::from_slice(line).map_err(|error| not_json(&error))?;
        let Value::Object(mut members) = value else { return Err(LineProblem::NotAnObject) };
        let name = match members.remove("name") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) if can_name_a_file(&name) => Some(name),
            Some(_) => return Err(LineProblem::Name),
        };
        let mut request = SubmitRequest::read(members).map_err(LineProblem::Field)?;
        request.model = request.model.or_else(|| defaults.model.clone());
        let mut generation = Generation::try_from(request).map_err(LineProblem::Field)?;
        generation.size = generation.size.or_else(|| defaults.size.clone());
        generation.seconds = generation.seconds.or(defaults.seconds);
        generation.fps = generation.fps.or(defaults.fps);
        generation.seed = generation.seed.or(defaults.seed);
        for (key, value) in defaults.metadata.iter() {
            if generation.metadata.get(key).is_none() {
                generation.metadata.insert(key, value.clone());
            }
        }
        for image in &mut generation.images {
            *image = picture(image.as_str()).map_err(LineProblem::Picture)?;
        }
        Ok(Self { name, generation })
    }

    /// What it is known by, together with its number among equal lines.
    pub fn hash(&self) -> RequestHash {
        Order::from(self.generation.clone()).request_hash()
    }
}

/// What the parser says, without its own count of lines: a line of a batch is one line.
fn not_json(error: &serde_json::Error) -> LineProblem {
    let words = error.to_string().replace(" at line 1 column ", " at column ");
    LineProblem::NotJson { words, stops: error.is_eof() }
}

/// One plain part of a path that can be made on the usual file systems.
fn can_name_a_file(name: &str) -> bool {
    let plain = !name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\'));
    plain && !name.trim().is_empty() && name.len() <= LONGEST_NAME && !matches!(name, "." | "..")
}
