//! Where the video of a line goes: a path with placeholders.

use std::path::PathBuf;

use super::TemplateError;

/// Longest part of an id that becomes part of a name, in characters.
const LONGEST_ID: usize = 64;

/// A path with the placeholders `{name}` and `{id}`.
///
/// ```
/// use video_client::batch::Template;
///
/// let template: Template = "out/{name}.mp4".parse()?;
/// assert_eq!(template.path("opening", None).to_str(), Some("out/opening.mp4"));
/// # Ok::<(), video_client::batch::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name,
    Id,
}

impl Template {
    /// Whether the path is known only when the gateway has given the task an id.
    pub fn needs_id(&self) -> bool {
        self.0.contains(&Part::Id)
    }

    /// The path of a line called `name`; until there is an id, `_` stands for it.
    ///
    /// An id comes from a server: only letters, digits, `-` and `_` of it are kept.
    pub fn path(&self, name: &str, id: Option<&str>) -> PathBuf {
        let mut path = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Name => path.push_str(name),
                Part::Id => path.push_str(&id.map_or_else(|| "_".to_owned(), plain)),
            }
        }
        PathBuf::from(path)
    }
}

fn plain(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    id.chars().map(plain).take(LONGEST_ID).collect()
}

impl std::str::FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, found) = rest.split_at(at);
            let inside = found.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let (placeholder, after) = inside.ok_or(TemplateError::Unbalanced)?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(match placeholder {
                "name" => Part::Name,
                "id" => Part::Id,
                other => return Err(TemplateError::Unknown(other.to_owned())),
            });
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}
