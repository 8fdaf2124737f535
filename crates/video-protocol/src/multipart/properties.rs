//! What holds for every form there can be, and what no bytes can break.

use bytes::Bytes;
use proptest::prelude::*;

use super::reader::MOST_PARTS;
use super::{Form, Part, read};

/// Names, types and bodies that come near to what parts a form.
fn part() -> impl Strategy<Value = (String, Option<String>, Vec<u8>)> {
    let name = prop_oneof![
        "[a-z_]{1,12}",
        prop::sample::select(vec![
            "a\"b",
            "a\\",
            "\\\"",
            "a;b=c",
            "a\r\nb",
            "视频",
            " a ",
            "a\\\\\"b",
            "--b",
            "name=\"x\""
        ])
        .prop_map(str::to_owned),
    ];
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        prop::sample::select(vec![
            "",
            "\r\n",
            "\n",
            "\r",
            "--",
            "\r\n--",
            "--video-",
            "\r\n--video-0000000000000000--\r\n",
            "\r\n\r\n"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    (name, prop::option::of("[a-z\"\\\\; ]{1,8}\\.png"), body)
}

/// A written form, with some of its bytes changed, cut, doubled or swapped for others that matter.
fn damaged() -> impl Strategy<Value = (String, Vec<u8>)> {
    let form = prop::collection::vec(part(), 0..4).prop_map(|parts| written(&parts));
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            0..6_u8,
            prop::sample::select(vec!["\r\n", "\n", "\r", "--", "\"", ";", ":", "\0", "\u{ff}"]),
        ),
        0..6,
    );
    (form, edits).prop_map(|((content_type, body), edits)| {
        let mut body = body.to_vec();
        for (at, edit, text) in edits {
            let at = at.index(body.len() + 1);
            match edit {
                0 => body.truncate(at),
                1 => body.splice(at..at, text.bytes()).for_each(drop),
                2 if at < body.len() => drop(body.remove(at)),
                3 if at < body.len() => body[at] = text.as_bytes()[0],
                4 => body.extend_from_within(at..),
                _ => body = body.split_off(at),
            }
        }
        (content_type, body)
    })
}

fn written(parts: &[(String, Option<String>, Vec<u8>)]) -> (String, Bytes) {
    let mut form = Form::default();
    for (name, filename, body) in parts {
        match filename {
            Some(filename) => form.file(name, filename, "image/png", body.clone().into()),
            None => form.text(name, String::from_utf8_lossy(body)),
        }
    }
    form.finish()
}

proptest! {
    #[test]
    fn what_was_written_is_read(parts in prop::collection::vec(part(), 0..6)) {
        let (content_type, body) = written(&parts);
        let read = read(&content_type, &body).expect("a form of ours");
        let expected = parts.into_iter().map(|(name, filename, body)| Part {
            name,
            content_type: filename.as_ref().map(|_| "image/png".to_owned()),
            body: if filename.is_some() { body.into() } else { String::from_utf8_lossy(&body).into_owned().into() },
            filename,
        });
        prop_assert_eq!(read, expected.collect::<Vec<_>>());
    }

    #[test]
    fn no_damage_breaks_the_reader((content_type, body) in damaged()) {
        let body = Bytes::from(body);
        if let Ok(parts) = read(&content_type, &body) {
            let inside: usize = parts.iter().map(|part| part.body.len()).sum();
            prop_assert!(inside <= body.len() && parts.len() <= MOST_PARTS);
        }
    }

    #[test]
    fn no_bytes_and_no_boundary_break_the_reader(content_type: String, boundary in "[-b\"]{0,3}", body in "(--|b|\r\n|\n|\r|:|\"|;|name=|Content-Disposition: |\\PC){0,40}") {
        let body = Bytes::from(body);
        let _ = read(&content_type, &body);
        let _ = read(&format!("multipart/form-data; boundary={boundary}"), &body);
    }
}
