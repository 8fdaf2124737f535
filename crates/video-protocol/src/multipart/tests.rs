//! Forms as bytes: what is written and what is read.

use bytes::Bytes;
use insta::assert_snapshot;

use super::reader::{FormError, MOST_PARTS};
use super::writer::free_boundary;
use super::{Form, Part, read};

/// One line for each part, or the error.
fn told(form: &Result<Vec<Part>, FormError>) -> String {
    let part = |part: &Part| {
        let optional = |text: &Option<String>| text.as_ref().map_or_else(|| "-".to_owned(), |text| format!("{text:?}"));
        format!(
            "{:?} file {} type {} body {:?}",
            part.name,
            optional(&part.filename),
            optional(&part.content_type),
            String::from_utf8_lossy(&part.body)
        )
    };
    match form {
        Ok(parts) if parts.is_empty() => "no parts".to_owned(),
        Ok(parts) => parts.iter().map(part).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("refused: {error}"),
    }
}

fn read_text(content_type: &str, body: &str) -> String {
    told(&read(content_type, &Bytes::copy_from_slice(body.as_bytes())))
}

const TYPE: &str = "multipart/form-data; boundary=b";

#[test]
fn the_same_form_is_always_written_to_the_same_bytes() {
    let mut form = Form::default();
    form.text("model", "sora-2");
    form.text("prompt", "a \"cat\"\r\nin the sun");
    form.text("odd \"name\" \\ \r\n", "");
    form.file("input_reference", "cat.png", "image/png", Bytes::from_static(b"\x89PNG"));
    let (content_type, body) = form.finish();
    let body = String::from_utf8_lossy(&body).replace("\r\n", "␍␊\n");
    assert_snapshot!(format!("{content_type}\n\n{body}"), @r#"
    multipart/form-data; boundary=video-d65a3dee5ef759e9

    --video-d65a3dee5ef759e9␍␊
    Content-Disposition: form-data; name="model"␍␊
    ␍␊
    sora-2␍␊
    --video-d65a3dee5ef759e9␍␊
    Content-Disposition: form-data; name="prompt"␍␊
    ␍␊
    a "cat"␍␊
    in the sun␍␊
    --video-d65a3dee5ef759e9␍␊
    Content-Disposition: form-data; name="odd \"name\" \\ %0D%0A"␍␊
    ␍␊
    ␍␊
    --video-d65a3dee5ef759e9␍␊
    Content-Disposition: form-data; name="input_reference"; filename="cat.png"␍␊
    Content-Type: image/png␍␊
    ␍␊
    �PNG␍␊
    --video-d65a3dee5ef759e9--␍␊
    "#);
}

#[test]
fn a_boundary_that_stands_in_a_part_is_not_taken() {
    let head = |text: &str| (text.to_owned(), Bytes::new());
    let body = |text: &str| (String::new(), Bytes::copy_from_slice(text.as_bytes()));
    let free = free_boundary(&[], 7);
    let next = free_boundary(&[body(&format!("x{free}y"))], 7);
    let third = free_boundary(&[body(&format!("v{free}")), head(&next)], 7);
    assert_snapshot!(format!("{free}\n{next}\n{third}"), @"
    video-0000000000000007
    video-0000060000000a32
    video-00146500001154a9
    ");
    assert_eq!(free_boundary(&[body(&free[..free.len() - 1])], 7), free);
}

#[test]
fn a_form_is_read_in_every_spelling_of_its_lines() {
    let head = "Content-Disposition: form-data; name=\"a\"";
    let rows = [
        ("as the standard has it", format!("--b\r\n{head}\r\n\r\n1\r\n--b--\r\n")),
        ("LF alone", format!("--b\n{head}\n\n1\n--b--\n")),
        ("text before and after", format!("hello\r\n--bb\r\n--b\r\n{head}\r\n\r\n1\r\n--b--\r\nbye\r\n--b\r\n")),
        ("blanks after the boundary", format!("--b \t\r\n{head}\r\n\r\n1\r\n--b--  \r\n")),
        ("no line end at the end", format!("--b\r\n{head}\r\n\r\n1\r\n--b--")),
        ("an empty body", format!("--b\r\n{head}\r\n\r\n\r\n--b--\r\n")),
        ("an empty body without its line end", format!("--b\r\n{head}\r\n\r\n--b--\r\n")),
        (
            "line ends and near misses in the body",
            format!("--b\r\n{head}\r\n\r\n\r\n--bc\r\n --b\r\n\n--b\n\r\n--b--\r\n"),
        ),
        ("a carriage return before LF", format!("--b\n{head}\n\n1\r\n--b--\n")),
        ("no part", "--b--\r\n".to_owned()),
        (
            "letter case, blanks, folding",
            "--b\r\ncontent-DISPOSITION :form-data ;\r\n\tNAME = \"a\" ; x\r\n\r\n1\r\n--b--\r\n".to_owned(),
        ),
        (
            "other headers",
            format!(
                "--b\r\nX-Part: 1\r\nno colon\r\n{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n1\r\n--b--\r\n"
            ),
        ),
        ("an encoding that is none", format!("--b\r\n{head}\r\nContent-Transfer-Encoding: 8BIT\r\n\r\n1\r\n--b--\r\n")),
        ("the same name twice", format!("--b\r\n{head}\r\n\r\n1\r\n--b\r\n{head}\r\n\r\n2\r\n--b--\r\n")),
    ];
    let rows = rows.map(|(what, body)| format!("{what}\n    {}", read_text(TYPE, &body).replace('\n', "\n    ")));
    assert_snapshot!(rows.join("\n"), @r#"
    as the standard has it
        "a" file - type - body "1"
    LF alone
        "a" file - type - body "1"
    text before and after
        "a" file - type - body "1"
    blanks after the boundary
        "a" file - type - body "1"
    no line end at the end
        "a" file - type - body "1"
    an empty body
        "a" file - type - body ""
    an empty body without its line end
        "a" file - type - body ""
    line ends and near misses in the body
        "a" file - type - body "\r\n--bc\r\n --b\r\n\n--b\n"
    a carriage return before LF
        "a" file - type - body "1\r"
    no part
        no parts
    letter case, blanks, folding
        "a" file - type - body "1"
    other headers
        "a" file - type "text/plain; charset=utf-8" body "1"
    an encoding that is none
        "a" file - type - body "1"
    the same name twice
        "a" file - type - body "1"
        "a" file - type - body "2"
    "#);
}

#[test]
fn a_boundary_and_names_are_read_in_every_quoting() {
    let boundaries = [
        "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=\"b\"",
        "Multipart/Form-Data;charset=utf-8;BOUNDARY=b ; x=1",
        "multipart/form-data; x=\"boundary=c;\"; boundary=b",
    ];
    for content_type in boundaries {
        let form = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\n";
        assert_eq!(read_text(content_type, form), "\"a\" file - type - body \"1\"", "{content_type}");
    }
    let dispositions = [
        r#"form-data; name="a"; filename="b.png""#,
        r"form-data; name=a; filename=b.png",
        r#"form-data; name="a;b=c"; filename="say \"hi\" \\ there.png""#,
        r#"form-data; name="a"; filename="C:\temp\cat.png""#,
        r#"form-data; name="a%22b%0D%0a%41"; filename="100%.png""#,
        r#"form-data; name="a"; filename="x.png"; filename*=UTF-8''%E7%8C%AB.png"#,
        r#"form-data; filename*=iso-8859-1'de'M%FCll.png; name="a""#,
        r#"form-data; name="a"; filename*=x.png"#,
        r#"form-data; name="视频"; filename="猫.png""#,
        r#"form-data; name="a"; filename="#,
        r#"form-data; name="a; filename=b"#,
        r#"form-data; name; name="a""#,
    ];
    let rows = dispositions.map(|disposition| {
        let body = format!("--b\r\nContent-Disposition: {disposition}\r\n\r\n1\r\n--b--\r\n");
        format!("{disposition}\n    {}", read_text(TYPE, &body))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    form-data; name="a"; filename="b.png"
        "a" file "b.png" type - body "1"
    form-data; name=a; filename=b.png
        "a" file "b.png" type - body "1"
    form-data; name="a;b=c"; filename="say \"hi\" \\ there.png"
        "a;b=c" file "say \"hi\" \\ there.png" type - body "1"
    form-data; name="a"; filename="C:\temp\cat.png"
        "a" file "C:\\temp\\cat.png" type - body "1"
    form-data; name="a%22b%0D%0a%41"; filename="100%.png"
        "a\"b\r\n%41" file "100%.png" type - body "1"
    form-data; name="a"; filename="x.png"; filename*=UTF-8''%E7%8C%AB.png
        "a" file "猫.png" type - body "1"
    form-data; filename*=iso-8859-1'de'M%FCll.png; name="a"
        "a" file "Müll.png" type - body "1"
    form-data; name="a"; filename*=x.png
        "a" file "x.png" type - body "1"
    form-data; name="视频"; filename="猫.png"
        "视频" file "猫.png" type - body "1"
    form-data; name="a"; filename=
        "a" file "" type - body "1"
    form-data; name="a; filename=b
        "a; filename=b" file - type - body "1"
    form-data; name; name="a"
        "a" file - type - body "1"
    "#);
}

#[test]
fn what_is_no_form_is_refused_in_one_line_that_says_why() {
    let head = "Content-Disposition: form-data; name=\"a\"";
    let long = format!("--b\r\n{head}\r\nX: {}\r\n\r\n1\r\n--b--\r\n", "x".repeat(20_000));
    let many_lines = format!("--b\r\n{}{head}\r\n\r\n1\r\n--b--\r\n", "X: y\r\n".repeat(5_000));
    let rows = [
        ("multipart/form-data", "--b--".to_owned()),
        ("multipart/form-data; boundary=", "--b--".to_owned()),
        ("multipart/form-data; boundary=\"\"", "--b--".to_owned()),
        (TYPE, String::new()),
        (TYPE, "--c\r\n".to_owned()),
        (TYPE, "--b".to_owned()),
        (TYPE, "--b\r\n".to_owned()),
        (TYPE, format!("--b\r\n{head}\r\n\r\n1\r\n")),
        (TYPE, format!("--b\r\n{head}\r\n\r\n1\r\n--b")),
        (TYPE, format!("--b\r\n{head}\r\n\r\n1\n--b--\n")),
        (TYPE, format!("--b\r\n{head}\r\n--b--\r\n")),
        (TYPE, "--b\r\n--b--\r\n".to_owned()),
        (TYPE, "--b\r\n\r\n1\r\n--b--\r\n".to_owned()),
        (TYPE, "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--\r\n".to_owned()),
        (TYPE, format!("--b\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--\r\n")),
        (TYPE, long),
        (TYPE, many_lines),
    ];
    let rows = rows.map(|(content_type, body)| {
        let shown: String = format!("{body:?}").chars().take(90).collect();
        format!("{content_type} {shown}\n    {}", read_text(content_type, &body))
    });
    assert_snapshot!(rows.join("\n"), @r#"
    multipart/form-data "--b--"
        refused: Content-Type names no boundary: write multipart/form-data; boundary=…
    multipart/form-data; boundary= "--b--"
        refused: Content-Type names no boundary: write multipart/form-data; boundary=…
    multipart/form-data; boundary="" "--b--"
        refused: Content-Type names no boundary: write multipart/form-data; boundary=…
    multipart/form-data; boundary=b ""
        refused: the boundary of Content-Type does not begin any line of the body
    multipart/form-data; boundary=b "--c\r\n"
        refused: the boundary of Content-Type does not begin any line of the body
    multipart/form-data; boundary=b "--b"
        refused: the boundary of Content-Type does not begin any line of the body
    multipart/form-data; boundary=b "--b\r\n"
        refused: the form ends before its last boundary
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        refused: the form ends before its last boundary
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b"
        refused: the form ends before its last boundary
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--b--\n"
        refused: the form ends before its last boundary
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n--b--\r\n"
        refused: part 1 has no empty line after its head
    multipart/form-data; boundary=b "--b\r\n--b--\r\n"
        refused: part 1 has no empty line after its head
    multipart/form-data; boundary=b "--b\r\n\r\n1\r\n--b--\r\n"
        refused: part 1 has no name
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--\r\n"
        refused: part 1 has no name
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\
        refused: part 1 is sent with Content-Transfer-Encoding: send its bytes as they are
    multipart/form-data; boundary=b "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        refused: the head of part 1 is longer than 16384 bytes
    multipart/form-data; boundary=b "--b\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX:
        refused: the head of part 1 is longer than 16384 bytes
    "#);
    let long = format!("multipart/form-data; boundary={}", "b".repeat(201));
    assert_snapshot!(read_text(&long, "--b--"), @"refused: the boundary of Content-Type is longer than 200 bytes");
}

#[test]
fn a_thousand_parts_are_taken_and_one_more_is_not() {
    let form = |parts: usize| {
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        read(TYPE, &Bytes::from(format!("{}--b--\r\n", part.repeat(parts))))
    };
    assert_eq!(form(MOST_PARTS).map(|parts| parts.len()), Ok(MOST_PARTS));
    assert_eq!(form(MOST_PARTS + 1), Err(FormError::TooManyParts));
    assert_eq!(form(10_000), Err(FormError::TooManyParts));
}

#[test]
fn bodies_are_slices_of_the_form() {
    let form = Bytes::from("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody\r\n--b--\r\n");
    let parts = read(TYPE, &form).expect("a form");
    assert!(form.as_ptr_range().contains(&parts[0].body.as_ptr()));
}
