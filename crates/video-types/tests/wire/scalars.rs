//! Numbers, times and texts in the forms gateways spell them.

use insta::assert_snapshot;
use serde_json::{Value, json};
use video_types::new_api::TaskReport;
use video_types::openai::Video;
use video_types::{Metadata, ProviderMetadata, Seconds, Size};

use crate::transcript::table;

/// `input → what was read`, or where it was kept.
fn video_member(name: &str, inputs: &[Value]) -> String {
    table(inputs.iter().map(|input| {
        let video: Video = serde_json::from_value(json!({ name: input })).expect("never fails");
        let written = serde_json::to_value(&video).expect("text keys");
        let kept = if video.extra.contains_key(name) { " (kept as it is)" } else { "" };
        let read = written.get(name).map_or_else(|| "absent".to_owned(), Value::to_string);
        format!("{:24} {read}{kept}", input.to_string())
    }))
}

#[test]
fn progress_is_percent_however_it_is_spelled() {
    let inputs = [
        json!(30),
        json!(30.9),
        json!("30%"),
        json!(" 30 % "),
        json!("30"),
        json!(0.25),
        json!("0.5"),
        json!("0.5%"),
        json!(1),
        json!(1.0),
        json!(100),
        json!(250),
        json!(-3),
        json!("NaN"),
        json!("inf"),
        json!(""),
        json!("soon"),
        json!(null),
        json!(true),
        json!([30]),
    ];
    assert_snapshot!(video_member("progress", &inputs), @r#"
    30                       30
    30.9                     30
    "30%"                    30
    " 30 % "                 30
    "30"                     30
    0.25                     25
    "0.5"                    50
    "0.5%"                   0
    1                        1
    1.0                      1
    100                      100
    250                      100
    -3                       0
    "NaN"                    "NaN" (kept as it is)
    "inf"                    "inf" (kept as it is)
    ""                       "" (kept as it is)
    "soon"                   "soon" (kept as it is)
    null                     absent
    true                     true (kept as it is)
    [30]                     [30] (kept as it is)
    "#);
}

#[test]
fn times_are_seconds_also_from_milliseconds_and_text() {
    let inputs = [
        json!(1_772_150_400),
        json!(1_772_150_400_123_i64),
        json!(1_772_150_400.9),
        json!(100_000_000_001_000_i64),
        json!("1772150400"),
        json!("1772150400123"),
        json!(0),
        json!(-1),
        json!(1e300),
        json!("2025-09-15T02:40:00.123Z"),
        json!(""),
        json!(null),
        json!({}),
    ];
    assert_snapshot!(video_member("created_at", &inputs), @r#"
    1772150400               1772150400
    1772150400123            1772150400
    1772150400.9             1772150400
    100000000001000          100000000001000 (kept as it is)
    "1772150400"             1772150400
    "1772150400123"          1772150400
    0                        0
    -1                       -1
    1e+300                   1e+300 (kept as it is)
    "2025-09-15T02:40:00.123Z" "2025-09-15T02:40:00.123Z" (kept as it is)
    ""                       "" (kept as it is)
    null                     absent
    {}                       {} (kept as it is)
    "#);
}

#[test]
fn metadata_of_the_wrong_type_keeps_meta_data_beside_it_as_it_is() {
    let body = json!({"metadata": false, "meta_data": {"url": "x"}});
    let video: Video = serde_json::from_value(body.clone()).expect("never fails");
    assert!(video.metadata.is_empty());
    assert_eq!(serde_json::to_value(&video).expect("text keys"), body);
}

#[test]
fn seconds_are_text() {
    let inputs = [json!("5"), json!(5), json!(5.1), json!("5.1"), json!(""), json!(null), json!([5])];
    assert_snapshot!(video_member("seconds", &inputs), @r#"
    "5"                      "5"
    5                        "5"
    5.1                      "5.1"
    "5.1"                    "5.1"
    ""                       "" (kept as it is)
    null                     absent
    [5]                      [5] (kept as it is)
    "#);
}

#[test]
fn an_error_is_read_with_text_numbers_and_nulls() {
    let inputs = [
        json!({"message": "no", "code": "x"}),
        json!({"message": "no", "code": 1301}),
        json!({"message": null, "code": null}),
        json!({}),
        json!({"message": "no", "code": "", "param": "size"}),
        json!("no"),
        json!(null),
    ];
    assert_snapshot!(video_member("error", &inputs), @r#"
    {"code":"x","message":"no"} {"code":"x","message":"no"}
    {"code":1301,"message":"no"} {"code":"1301","message":"no"}
    {"code":null,"message":null} {"code":"","message":""}
    {}                       {} (kept as it is)
    {"code":"","message":"no","param":"size"} {"code":"","message":"no","param":"size"}
    "no"                     "no" (kept as it is)
    null                     absent
    "#);
}

#[test]
fn whole_numbers_are_read_from_floats_and_text() {
    let inputs =
        [json!(7), json!("7"), json!(7.0), json!("7.0"), json!(7.5), json!("1e3"), json!(u64::MAX), json!("x")];
    let rows = inputs.into_iter().map(|input| {
        let report: TaskReport = serde_json::from_value(json!({"quota": input})).expect("never fails");
        format!("{:24} {:?} {:?}", input.to_string(), report.quota, report.extra.get("quota"))
    });
    assert_snapshot!(table(rows), @r#"
    7                        Some(7) None
    "7"                      Some(7) None
    7.0                      Some(7) None
    "7.0"                    Some(7) None
    7.5                      None Some(Number(7.5))
    "1e3"                    Some(1000) None
    18446744073709551615     None Some(Number(18446744073709551615))
    "x"                      None Some(String("x"))
    "#);
}

#[test]
fn a_size_has_pixels_or_is_a_word() {
    let texts =
        ["1280x720", "1280*720", "1280X720", "1280×720", " 1280 x 720 ", "0x720", "1080p", "x", "1x2x3", "-1x2", "é"];
    let rows = texts.into_iter().map(|text| format!("{text:14} {:?}", Size::from(text).pixels()));
    assert_snapshot!(table(rows), @"
    1280x720       Some((1280, 720))
    1280*720       Some((1280, 720))
    1280X720       Some((1280, 720))
    1280×720       Some((1280, 720))
     1280 x 720    Some((1280, 720))
    0x720          None
    1080p          None
    x              None
    1x2x3          None
    -1x2           None
    é              None
    ");
}

#[test]
fn a_length_lies_between_one_second_and_an_hour() {
    assert_eq!(
        [0, 1, 3600, 3601].map(|seconds| Seconds::new(seconds).map(Seconds::get)),
        [None, Some(1), Some(3600), None]
    );
    assert_snapshot!(serde_json::from_str::<Seconds>("0").expect_err("outside"), @"seconds must be between 1 and 3600");
    assert_eq!(serde_json::to_string(&Seconds::new(5)).expect("a number"), "5");
}

/// A typed view that knows one key.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct OnlyMode {
    mode: String,
    #[serde(flatten)]
    rest: video_types::Extra,
}

impl ProviderMetadata for OnlyMode {
    const PROVIDER: &'static str = "example";
}

#[test]
fn a_typed_view_of_metadata_reads_and_merges_without_loss() {
    let mut metadata = Metadata::default().with("mode", "std").with("seed", 7);
    let mut view: OnlyMode = metadata.view().expect("mode is text");
    view.mode = "pro".to_owned();
    metadata.merge(&view).expect("an object");
    assert_eq!(serde_json::to_string(&metadata).expect("text keys"), r#"{"mode":"pro","seed":7}"#);
    let error = Metadata::default().with("mode", 5).view::<OnlyMode>().expect_err("mode is a number");
    assert_snapshot!(error, @"metadata does not have the form example expects");
}
