//! Names of files with places for what is known only later: `{name}-{id}.mp4`.

use std::path::{Path, PathBuf};

use crate::names::safe_word;

/// The path of a file with places to fill in: `{name}`, `{id}`, `{model}`, `{seed}` and `{date}`; `{{` and `}}` stand for
/// braces.
///
/// Places are allowed in the name of the file and not in its folders, so that what a server says can never choose a
/// folder.
///
/// ```
/// use video_download::{NameFields, Template};
///
/// let template = Template::parse("clips/{model}-{id}.mp4".as_ref())?;
/// let fields = NameFields { id: Some("task_8Jd0"), model: Some("kling/v1.6"), ..NameFields::default() };
/// assert_eq!(template.fill(&fields), std::path::Path::new("clips/kling_v1.6-task_8Jd0.mp4"));
/// # Ok::<(), video_download::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    folder: PathBuf,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
    /// A name that is no text of any encoding has no places.
    Raw(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Id,
    Model,
    Seed,
    Date,
}

/// What fills the places of a [`Template`]. What is `None` becomes `none`; nothing here can leave the folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; a new place is a breaking change anyway")]
pub struct NameFields<'a> {
    /// The name the caller gave the job, or the beginning of its prompt.
    pub name: Option<&'a str>,
    /// The id of the task.
    pub id: Option<&'a str>,
    /// The model.
    pub model: Option<&'a str>,
    /// The seed.
    pub seed: Option<i64>,
    /// The day, as `2026-11-22`; this crate has no calendar.
    pub date: Option<&'a str>,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// No such place.
    #[error(
        "there is no place {{{place}}}: write {{name}}, {{id}}, {{model}}, {{seed}} or {{date}}, and {{{{ for a brace"
    )]
    #[non_exhaustive]
    Unknown {
        /// What stands between the braces.
        place: String,
    },
    /// A brace without its other half.
    #[error("a brace stands alone: write {{{{ or }}}} for a brace")]
    Lone,
    /// A place in the name of a folder.
    #[error("a place stands in the name of a folder: only the name of the file may have places")]
    InFolder,
}

impl Template {
    /// Reads a path.
    pub fn parse(path: &Path) -> Result<Self, TemplateError> {
        let Some(name) = path.file_name() else {
            return Ok(Self { folder: PathBuf::new(), parts: vec![Part::Raw(path.to_owned())] });
        };
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        if let Some(folder) = folder.to_str()
            && read(folder)?.iter().any(|part| matches!(part, Part::Field(_)))
        {
            return Err(TemplateError::InFolder);
        }
        let folder = folder.to_str().map_or(Ok(folder.clone()), |text| read(text).map(|parts| plain(&parts).into()))?;
        let parts = match name.to_str() {
            Some(name) => read(name)?,
            None => vec![Part::Raw(name.into())],
        };
        Ok(Self { folder, parts })
    }

    /// Whether the name is the same for every job.
    pub fn is_fixed(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Part::Field(_)))
    }

    /// Whether the name is known only when there is a task: it has a place for the id.
    pub fn needs_id(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Id))
    }

    /// The folder, as it was given; empty for a bare name.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path with its places filled in.
    pub fn fill(&self, fields: &NameFields<'_>) -> PathBuf {
        let mut name = std::ffi::OsString::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => name.push(text),
                Part::Raw(raw) => name.push(raw),
                Part::Field(field) => name.push(field.word(fields)),
            }
        }
        self.folder.join(name)
    }
}

impl Field {
    fn of(place: &str) -> Option<Self> {
        Some(match place {
            "name" => Self::Name,
            "id" => Self::Id,
            "model" => Self::Model,
            "seed" => Self::Seed,
            "date" => Self::Date,
            _ => return None,
        })
    }

    fn word(self, fields: &NameFields<'_>) -> String {
        let word = match self {
            Self::Name => fields.name,
            Self::Id => fields.id,
            Self::Model => fields.model,
            Self::Date => fields.date,
            Self::Seed => return fields.seed.map_or_else(|| "none".to_owned(), |seed| seed.to_string()),
        };
        safe_word(word.unwrap_or("none"))
    }
}

/// Reads text with places.
fn read(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            plain.push_str(&from[..1]);
            rest = after;
            continue;
        }
        let (place, after) = from.strip_prefix('{').and_then(|from| from.split_once('}')).ok_or(TemplateError::Lone)?;
        let field = Field::of(place).ok_or_else(|| TemplateError::Unknown { place: place.to_owned() })?;
        parts.push(Part::Text(std::mem::take(&mut plain)));
        parts.push(Part::Field(field));
        rest = after;
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    Ok(parts)
}

fn plain(parts: &[Part]) -> String {
    parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_with_what_cannot_leave_the_folder() {
        let fields = NameFields {
            name: Some("a cat / in the sun"),
            id: Some("../../etc/passwd"),
            model: None,
            seed: Some(-7),
            date: Some("2026-11-22"),
        };
        let rows: Vec<String> = [
            "cat.mp4",
            "out/{name}.mp4",
            "/abs/{id}.mp4",
            "{model}_{seed}_{date}.mp4",
            "{id}",
            "{{{seed}}}.mp4",
            "a{{b}}/c{{d}}.mp4",
            "{}.mp4",
            "{prompt}.mp4",
            "{id.mp4",
            "id}.mp4",
            "{date}/{id}.mp4",
            "..",
            "",
        ]
        .into_iter()
        .map(|text| match Template::parse(text.as_ref()) {
            Ok(template) => {
                let fixed = if template.is_fixed() { " (fixed)" } else { "" };
                format!("{text:?} -> {}{fixed}", template.fill(&fields).display())
            }
            Err(error) => format!("{text:?}: {error}"),
        })
        .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
