//! What becomes of the value of a request's member: the forms a channel gives it.

use std::borrow::Cow;

use video_types::{ImageInput, ImageKind, Size};

use crate::seen::Seen;
use crate::{Form, Word};

/// A member of a request, as it goes to the gateway.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Put<'a> {
    Text(&'a str),
    Whole(i64),
    Size(&'a Size),
    Pictures(&'a [ImageInput]),
}

impl<'a> Put<'a> {
    fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Size(size) => Cow::Borrowed(size.as_str()),
            Self::Pictures(_) => Cow::Borrowed(""),
        }
    }

    pub(crate) fn same(self) -> Seen<'a> {
        match self {
            Self::Text(text) => Seen::Text(Cow::Borrowed(text)),
            Self::Whole(number) => Seen::Word(Word::Whole(number)),
            Self::Size(size) => Seen::Text(Cow::Borrowed(size.as_str())),
            Self::Pictures(pictures) => Seen::Pictures(pictures),
        }
    }
}

/// The value that is sent, or `None` if none is.
pub(crate) fn apply<'a>(form: &Form, put: Put<'a>) -> Option<Seen<'a>> {
    let pictures = match put {
        Put::Pictures(pictures) => pictures,
        _ => &[],
    };
    let first = pictures.first();
    let begins_with_link = first.is_some_and(|picture| picture.kind() == ImageKind::Link);
    match form {
        Form::Same => Some(put.same()),
        Form::Text => Some(Seen::Text(put.text())),
        Form::Table(rows, otherwise) => {
            let text = put.text();
            let row = rows.iter().find(|(from, _)| *from == text);
            row.map(|(_, to)| *to).or(*otherwise).map(Seen::Word)
        }
        Form::Contains(rows) => {
            let text = put.text();
            rows.iter().find(|(part, _)| text.contains(part)).map(|(_, to)| Seen::Word(*to))
        }
        Form::First => first.map(Seen::Picture),
        Form::FirstUnlessLink => first.filter(|_| !begins_with_link).map(Seen::Picture),
        Form::List => first.map(|_| Seen::Pictures(pictures)),
        Form::ListIfLinks => begins_with_link.then_some(Seen::Pictures(pictures)),
        Form::ListUnlessLinks => first.filter(|_| !begins_with_link).map(|_| Seen::Pictures(pictures)),
        Form::TextItem => Some(Seen::Content),
        Form::PictureItems => first.map(|_| Seen::Pictures(pictures)),
        Form::IfStar => Some(put.text()).filter(|size| size.contains('*')).map(Seen::Text),
        Form::Tier => {
            let size = Some(put.text()).filter(|size| !size.contains('*'))?.to_uppercase();
            Some(Seen::Text(Cow::Owned(if size.ends_with('P') { size } else { format!("{size}P") })))
        }
        Form::TierOfSides => {
            let (width, height) = sides(put)?;
            let tier = match width.max(height) {
                3840.. => "4k",
                1920.. => "1080p",
                _ => "720p",
            };
            Some(Seen::Word(Word::Text(tier)))
        }
        Form::ShapeOfSides => {
            let (width, height) = sides(put)?;
            Some(Seen::Word(Word::Text(if height > width { "9:16" } else { "16:9" })))
        }
    }
}

/// What a value becomes that the form's table does not have.
pub(crate) fn untabled(form: &Form, put: Put<'_>) -> Option<Word> {
    let Form::Table(rows, otherwise) = form else { return None };
    let text = put.text();
    otherwise.filter(|_| rows.iter().all(|(from, _)| *from != text))
}

fn sides(put: Put<'_>) -> Option<(u32, u32)> {
    match put {
        Put::Size(size) => size.pixels(),
        _ => None,
    }
}
