//! Every rule with a request it lets pass and one it complains about.
#![expect(clippy::unwrap_used, reason = "a request that cannot be read fails its test")]

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use video_catalog::{Severity, Target, providers, report};
use video_types::Generation;
use video_types::new_api::SubmitRequest;

/// Rule, model, what passes, what does not: members of a request in JSON, without model and prompt.
const TABLE: &[(&str, &str, &str, &str)] = &[
    (
        "jimeng/i2v-follows-picture",
        "jimeng_i2v_first_v30",
        r#"{"image":"http://a/b"}"#,
        r#"{"metadata":{"aspect_ratio":"16:9"}}"#,
    ),
    ("jimeng/no-duration", "jimeng_t2v_v30", r#"{"duration":5}"#, r#"{"metadata":{"duration":5}}"#),
    (
        "jimeng/one-image-form",
        "jimeng_i2v_first_v30",
        r#"{"metadata":{"image_urls":["http://a/b"]}}"#,
        r#"{"metadata":{"image_urls":["http://a/b"],"binary_data_base64":["aGk="]}}"#,
    ),
    (
        "jimeng/recamera-needs-template",
        "jimeng_i2v_recamera_v30",
        r#"{"metadata":{"template_id":"handheld","camera_strength":"weak"}}"#,
        r#"{"metadata":{"template_id":"handheld"}}"#,
    ),
    ("jimeng/send-seed", "jimeng_t2v_v30", r#"{"metadata":{"seed":-1}}"#, r#"{"seed":7}"#),
    ("kling/image-required-for-i2v", "kling-v2-1", r#"{"image":"http://a/b"}"#, "{}"),
    (
        "kling/multi-prompt-sum",
        "kling-v3",
        r#"{"duration":5,"metadata":{"shot_type":"customize","multi_prompt":[{"duration":"2"},{"duration":"3"}]}}"#,
        r#"{"duration":5,"metadata":{"shot_type":"customize","multi_prompt":[{"duration":"2"},{"duration":"2"}]}}"#,
    ),
    ("kling/no-cfg-2x", "kling-v2-6", "{}", r#"{"metadata":{"cfg_scale":0.4}}"#),
    ("kling/no-seed", "kling-v1", r#"{"seed":7}"#, r#"{"metadata":{"seed":7}}"#),
    (
        "kling/preset-no-config",
        "kling-v1",
        r#"{"metadata":{"camera_control":{"type":"down_back"}}}"#,
        r#"{"metadata":{"camera_control":{"type":"down_back","config":{"pan":1}}}}"#,
    ),
    (
        "kling/simple-needs-one-axis",
        "kling-v1",
        r#"{"metadata":{"camera_control":{"type":"simple","config":{"pan":1,"zoom":0}}}}"#,
        r#"{"metadata":{"camera_control":{"type":"simple","config":{"pan":0}}}}"#,
    ),
    (
        "kling/tail-brush-camera-exclusive",
        "kling-v1",
        r#"{"metadata":{"static_mask":"http://a/b","dynamic_masks":[{"mask":"http://a/b"}]}}"#,
        r#"{"metadata":{"static_mask":"http://a/b","image_tail":"http://a/b"}}"#,
    ),
    (
        "kling/tail-pro-only",
        "kling-v1-6",
        r#"{"mode":"pro","metadata":{"image_tail":"http://a/b"}}"#,
        r#"{"metadata":{"image_tail":"http://a/b"}}"#,
    ),
    ("kling/v1-5-camera-disputed", "kling-v1-5", "{}", r#"{"metadata":{"camera_control":{"type":"down_back"}}}"#),
    (
        "kling/v1-camera-std-5s",
        "kling-v1",
        r#"{"duration":5,"metadata":{"camera_control":{"type":"down_back"}}}"#,
        r#"{"duration":10,"metadata":{"camera_control":{"type":"down_back"}}}"#,
    ),
    (
        "kling/v1-tail-5s",
        "kling-v1",
        r#"{"metadata":{"image_tail":"http://a/b"}}"#,
        r#"{"duration":10,"metadata":{"image_tail":"http://a/b"}}"#,
    ),
    ("kling/v2-master-std-disputed", "kling-v2-master", r#"{"mode":"pro"}"#, "{}"),
    ("kling/v21-master-1080", "kling-v2-1-master", r#"{"mode":"pro"}"#, "{}"),
    (
        "kling/v26-sound-pro-only",
        "kling-v2-6",
        r#"{"mode":"pro","metadata":{"sound":"on"}}"#,
        r#"{"metadata":{"sound":"on"}}"#,
    ),
    (
        "kling/v26-tail-silent",
        "kling-v2-6",
        r#"{"mode":"pro","metadata":{"image_tail":"http://a/b"}}"#,
        r#"{"mode":"pro","metadata":{"image_tail":"http://a/b","sound":"on"}}"#,
    ),
    ("kling/v3-voice-disputed", "kling-v3", "{}", r#"{"metadata":{"voice_list":[{"voice_id":"1"}]}}"#),
    (
        "kling/voice-needs-sound",
        "kling-v2-6",
        r#"{"metadata":{"voice_list":[{"voice_id":"1"}],"sound":"on"}}"#,
        r#"{"metadata":{"voice_list":[{"voice_id":"1"}]}}"#,
    ),
    (
        "kling/voice-or-elements",
        "kling-v3",
        r#"{"metadata":{"element_list":[{"element_id":1}]}}"#,
        r#"{"metadata":{"voice_list":[{"voice_id":"1"}],"element_list":[{"element_id":1}]}}"#,
    ),
    (
        "minimax/1080-6s",
        "MiniMax-Hailuo-02",
        r#"{"size":"1080p","duration":6}"#,
        r#"{"size":"1920x1080","duration":10}"#,
    ),
    (
        "minimax/512-no-tail",
        "MiniMax-Hailuo-02",
        r#"{"size":"512p","metadata":{"first_frame_image":"http://a/b"}}"#,
        r#"{"size":"512p","metadata":{"first_frame_image":"http://a/b","last_frame_image":"http://a/c"}}"#,
    ),
    (
        "minimax/fast-needs-image",
        "I2V-01",
        r#"{"metadata":{"first_frame_image":"http://a/b"}}"#,
        r#"{"image":"http://a/b"}"#,
    ),
    (
        "seedance/draft-480p",
        "doubao-seedance-1-5-pro-251215",
        r#"{"metadata":{"draft":true,"resolution":"480p"}}"#,
        r#"{"metadata":{"draft":true}}"#,
    ),
    (
        "seedance/frames-step",
        "doubao-seedance-1-0-pro-250528",
        r#"{"metadata":{"frames":33}}"#,
        r#"{"metadata":{"frames":34}}"#,
    ),
    ("sora/no-metadata", "sora-2", "{}", r#"{"metadata":{"style":"anime"}}"#),
    (
        "veo/hd-8s",
        "veo-3.1-generate-preview",
        r#"{"size":"1920x1080","duration":8}"#,
        r#"{"size":"1920x1080","duration":4}"#,
    ),
    ("vidu/8s-720p", "vidu2.0", r#"{"duration":8,"metadata":{"resolution":"720p"}}"#, r#"{"duration":8}"#),
    (
        "vidu/images-or-subjects",
        "viduq1",
        r#"{"metadata":{"action":"referenceGenerate","subjects":[{"name":"cat"}]}}"#,
        r#"{"image":"http://a/b","metadata":{"action":"referenceGenerate","subjects":[{"name":"cat"}]}}"#,
    ),
    ("vidu/mix-short-disputed", "viduq3-mix", r#"{"duration":3}"#, r#"{"duration":2}"#),
    ("vidu/no-t2v", "vidu2.0", r#"{"image":"http://a/b"}"#, "{}"),
    ("vidu/q1-audio-disputed", "viduq1", "{}", r#"{"metadata":{"audio":true}}"#),
    (
        "vidu/q2-startend-8s",
        "viduq2-pro",
        r#"{"duration":8,"images":["http://a/b","http://a/c"]}"#,
        r#"{"duration":9,"images":["http://a/b","http://a/c"]}"#,
    ),
    (
        "vidu/ref-prompt-2000",
        "viduq1",
        r#"{"prompt":"LONG"}"#,
        r#"{"prompt":"LONG","metadata":{"action":"referenceGenerate"}}"#,
    ),
    ("vidu/seed-zero", "viduq1", r#"{"metadata":{"seed":1}}"#, r#"{"metadata":{"seed":0}}"#),
    ("vidu/size-is-not-resolution", "viduq1", r#"{"size":"1080p"}"#, r#"{"size":"1920x1080"}"#),
    (
        "vidu/start-end-two-images",
        "viduq1",
        r#"{"images":["http://a/b","http://a/c"],"metadata":{"action":"firstTailGenerate"}}"#,
        r#"{"image":"http://a/b","metadata":{"action":"firstTailGenerate"}}"#,
    ),
    ("wan/first-frame-no-ratio", "wan2.7-i2v", "{}", r#"{"metadata":{"parameters":{"ratio":"16:9"}}}"#),
    ("wan/star-size", "wan2.6-t2v", r#"{"size":"1920*1080"}"#, r#"{"metadata":{"parameters":{"size":"1920x1080"}}}"#),
    ("wan/t2v-size-star", "wan2.7-t2v", r#"{"size":"1920*1080"}"#, r#"{"size":"1920x1080"}"#),
];

/// Weight of the finding of a rule about a request, if there is one.
fn found(rule: &str, model: &str, members: &str) -> Option<Severity> {
    let mut body: Map<String, Value> = serde_json::from_str(members).unwrap();
    body.insert("model".to_owned(), model.into());
    let long = body.get("prompt").is_some();
    body.insert("prompt".to_owned(), if long { "word ".repeat(500).into() } else { "a cat".into() });
    let generation = Generation::try_from(SubmitRequest::read(body).unwrap()).unwrap();
    let findings = report(&generation, Target::Generations).findings;
    findings.into_iter().find(|finding| finding.code == rule).map(|finding| finding.severity)
}

#[test]
fn every_rule_lets_one_request_pass_and_finds_fault_with_another() {
    for (rule, model, passes, fails) in TABLE {
        assert_eq!(found(rule, model, passes), None, "{rule} finds fault with {passes}");
        let (provider, id) = rule.split_once('/').unwrap();
        let provider = providers().iter().find(|known| known.id == provider).unwrap();
        let known = provider.rules.iter().find(|known| known.id == id).unwrap_or_else(|| panic!("{rule} is no rule"));
        assert_eq!(found(rule, model, fails), Some(known.severity), "{rule} lets {fails} pass");
    }
}

#[test]
fn every_rule_stands_in_the_table() {
    let shown: BTreeSet<String> = TABLE.iter().map(|(rule, ..)| (*rule).to_owned()).collect();
    let all = providers()
        .iter()
        .flat_map(|provider| provider.rules.iter().map(|rule| format!("{}/{}", provider.id, rule.id)));
    let missing: Vec<String> = all.filter(|rule| !shown.contains(rule)).collect();
    assert!(missing.is_empty(), "these rules have no requests: {missing:?}");
}
