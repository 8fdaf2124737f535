//! Handles of tasks as text.

use insta::assert_snapshot;
use proptest::prelude::*;
use video_protocol::TaskRef;

#[test]
fn a_handle_is_read_from_text_or_refused() {
    let texts = [
        "new-api:task_8Jd0@88api.ai",
        "new-api:task_8Jd0",
        " new-api:task_8Jd0@host:8443/prefix\n",
        "kling:123#image2video@host",
        "new-api:a%2Fb%40c%23d@host",
        "new-api:%2F%2Fx",
        "new-api:视频@host",
        "new-api:bW9k-ZW_x",
        "https://host/v1/videos/task_1",
        "new-api:",
        "new-api:%20",
        "new-api:a%00b",
        "new-api:a%FFb",
        ":task_1",
        "New-API:task_1",
        "task_1",
        "new-api:task_1@",
        "new-api:task_1@ho st",
        "new-api:task_1@主机",
        "",
    ];
    let rows = texts.map(|text| {
        let shown = match text.parse::<TaskRef>() {
            Ok(task) => format!("{} {:?} {:?} {:?}", task.dialect, task.id, task.route, task.origin),
            Err(error) => format!("refused: {error}"),
        };
        format!("{text:40?} {shown}")
    });
    assert_snapshot!(rows.join("\n"), @r#"
    "new-api:task_8Jd0@88api.ai" new-api "task_8Jd0" None Some("88api.ai")
    "new-api:task_8Jd0" new-api "task_8Jd0" None None
    " new-api:task_8Jd0@host:8443/prefix\n" new-api "task_8Jd0" None Some("host:8443/prefix")
    "kling:123#image2video@host" kling "123" Some("image2video") Some("host")
    "new-api:a%2Fb%40c%23d@host" new-api "a/b@c#d" None Some("host")
    "new-api:%2F%2Fx" new-api "//x" None None
    "new-api:视频@host" new-api "视频" None Some("host")
    "new-api:bW9k-ZW_x" new-api "bW9k-ZW_x" None None
    "https://host/v1/videos/task_1" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:%20" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:a%00b" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:a%FFb" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    ":task_1" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "New-API:task_1" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "task_1" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:task_1@" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:task_1@ho st" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "new-api:task_1@主机" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "" refused: not a task: expected DIALECT:ID or DIALECT:ID@HOST, such as new-api:task_8Jd0@88api.ai
    "#);
}

#[test]
fn the_file_form_leaves_out_what_is_not_there() {
    let task = TaskRef::new("new-api", "task_1");
    assert_eq!(serde_json::to_string(&task).expect("text keys"), r#"{"dialect":"new-api","id":"task_1"}"#);
    let task = task.with_origin("host").with_route("image2video");
    let text = serde_json::to_string(&task).expect("text keys");
    assert_eq!(serde_json::from_str::<TaskRef>(&text).expect("what was written"), task);
}

proptest! {
    #[test]
    fn a_handle_that_was_written_is_read_as_the_same(
        dialect in "[a-z][a-z0-9-]{0,9}",
        id in any::<String>().prop_filter("a usable id", |id| {
            !id.trim().is_empty() && id.len() <= 512 && !id.contains(char::is_control)
        }),
        origin in prop::option::of("[a-z0-9.-]{1,20}(:[0-9]{1,5})?(/[a-zA-Z0-9@:%._~-]{1,8}){0,2}"),
        route in prop::option::of(any::<String>()),
    ) {
        let mut task = TaskRef::new(dialect, id);
        task.origin = origin;
        task.route = route;
        prop_assert_eq!(task.to_string().parse::<TaskRef>().expect("what was written"), task);
    }

    #[test]
    fn no_text_breaks_the_reader(text: String) {
        if let Ok(task) = text.parse::<TaskRef>() {
            prop_assert_eq!(task.to_string().parse::<TaskRef>().expect("what was written"), task);
        }
    }
}
