//! Findings of every kind, as people read them.
#![expect(clippy::unwrap_used, reason = "a request that cannot be read fails its test")]

use serde_json::{Value, json};
use video_catalog::{Finding, Language, Target, report, report_as};
use video_types::Generation;
use video_types::new_api::SubmitRequest;

fn generation(body: Value) -> Generation {
    let mut body = body;
    body["prompt"] = "a cat".into();
    Generation::try_from(serde_json::from_value::<SubmitRequest>(body).unwrap()).unwrap()
}

fn found(target: Target, body: Value) -> String {
    lines(&report(&generation(body), target).findings)
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_mistyped_key_and_a_mistyped_value_are_told_what_was_meant() {
    let body = json!({"model": "kling-v1", "size": "1280x720", "metadata": {"negativPrompt": "blur", "mode": "prof",
        "camera_control": {"typ": "simple", "config": {"pan": 11}}}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: metadata.camera_control.config.pan: `11` is not within -10 to 10 (nearest: 10) [kling-docs, comfy]
    error: metadata.mode: `prof` is not one of std, pro (nearest: pro) [kling-docs, comfy, rules-ts]
    error: metadata.mode: kling-v1 moves the camera only in std at 5 s [kling-docs, rules-ts]
    warning: metadata.camera_control.typ: is not a member the provider knows (did you mean type?) [kling-docs, comfy]
    warning: metadata.negativPrompt: New API's kling channel does not know this key and drops it (did you mean negative_prompt?) [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
}

#[test]
fn a_value_of_the_wrong_type_fails_the_whole_request() {
    let body = json!({"model": "kling-v1", "size": "1280x720", "metadata": {"duration": 5, "cfg_scale": "0.5"}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: metadata.cfg_scale: must be a number [newapi]
    error: metadata.duration: must be text [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    let body = json!({"model": "doubao-seedance-1-0-pro-250528", "metadata": {"watermark": "true", "seed": "7"}});
    insta::assert_snapshot!(found(Target::Generations, body), @"");
}

#[test]
fn what_the_channel_drops_is_a_warning() {
    let body = json!({"model": "kling-v2-6", "size": "1280x720", "mode": "pro", "metadata": {"sound": "on", "voice_list": [{"voice_id": "1"}]}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    warning: metadata.sound: some versions of New API's kling channel drop it without an error [newapi]
    warning: metadata.voice_list: New API's kling channel drops it without an error [newapi]
    notice: model: not in the built-in list of New API's kling channel: the operator has to add it [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    let body = json!({"model": "kling-v1", "size": "1280x720", "metadata": {"cfg_scale": 0}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    warning: metadata.cfg_scale: New API's kling channel cannot send 0: the default is taken [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    let body = json!({"model": "wan2.7-t2v", "metadata": {"negative_prompt": "blur", "parameters": {"sed": 7}}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    warning: metadata.negative_prompt: New API's ali channel does not know this key and drops it (give metadata.input.negative_prompt) [newapi]
    warning: metadata.parameters.sed: New API's ali channel does not know this key and drops it (did you mean parameters.seed?) [newapi]
    "#);
}

#[test]
fn fields_in_the_wrong_place_are_told_the_right_one() {
    let body = json!({"model": "MiniMax-Hailuo-02", "image": "https://example.com/a.png"});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"warning: images: New API's hailuo-video channel does not read it here (give metadata.first_frame_image) [newapi]"#);
    let body = json!({"model": "kling-v1", "size": "1280x720", "duration": 10});
    insta::assert_snapshot!(found(Target::Videos, body), @r#"
    warning: seconds: New API's kling channel does not read it here (give metadata.duration) [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    let body = json!({"model": "veo-3.0-generate-001", "image": "https://example.com/a.png", "seed": 7});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: images[0]: Google Veo takes a data URI or base64 without a prefix [python-genai, newapi]
    warning: seed: New API's gemini channel does not read it here (give metadata.seed) [newapi]
    "#);
}

#[test]
fn a_size_the_channel_has_no_row_for_is_told_what_it_becomes() {
    let body = json!({"model": "kling-v1", "size": "854x480"});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    warning: size: New API's kling channel has no aspect_ratio for `854x480` and sends 1:1 [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    let body = json!({"model": "wan2.5-i2v-preview", "image": "https://example.com/a.png", "size": "1280x720"});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: size: `1280X720P` is not one of 480P, 720P, 1080P [dashscope-docs, cards, newapi]
    notice: size: without a star, size is sent as a resolution: give 480P, 720P or 1080P [newapi]
    "#);
}

#[test]
fn pictures_have_to_be_of_the_form_and_number_the_model_takes() {
    let body = json!({"model": "kling-v1", "image": "data:image/png;base64,aGk=", "mode": "pro"});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"error: images[0]: Kling AI takes a link or base64 without a prefix [kling-docs, newapi]"#);
    let body =
        json!({"model": "jimeng_i2v_first_v30", "images": ["http://a/b", "http://a/c"], "metadata": {"seed": -1}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: images: has 2 items, takes at most 1 [volc-docs, cards]
    notice: model: not in the built-in list of New API's jimeng channel: the operator has to add it [newapi]
    "#);
    let body = json!({"model": "doubao-seedance-1-0-pro-250528", "images": ["http://a/b", "http://a/c", "http://a/d"]});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    error: images: doubao-seedance-1-0-pro-250528 takes at most 2 pictures, 3 are given [cards, ark-sdk, comfy]
    notice: images: pictures get no role; give roles through metadata.content [newapi]
    "#);
    let body =
        json!({"model": "jimeng_i2v_first_v30", "image": "data:image/png;base64,aGk=", "metadata": {"seed": -1}});
    insta::assert_snapshot!(found(Target::Videos, body), @r#"notice: model: not in the built-in list of New API's jimeng channel: the operator has to add it [newapi]"#);
}

#[test]
fn values_sources_disagree_about_are_warnings() {
    insta::assert_snapshot!(found(Target::Videos, json!({"model": "sora-2-pro", "seconds": "16", "size": "1920x1080"})), @r#"
    warning: model: the shutdown of sora-2-pro was announced for 2026-09-24 [openai-spec, openai-guide, newapi]
    warning: seconds: sources disagree whether sora-2-pro takes `16` [openai-spec, openai-guide]
    warning: size: sources disagree whether sora-2-pro takes `1920x1080` [openai-spec, openai-guide, newapi]
    "#);
}

#[test]
fn limits_without_a_source_are_warnings() {
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "wanx2.1-i2v-plus", "image": "http://a/b", "duration": 10})), @r#"warning: seconds: `10` is not one of 5 (nearest: 5) [newapi]"#);
}

#[test]
fn a_model_nobody_listed_is_a_notice() {
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "klingv1"})), @r#"
    warning: size: without size the clip is square (1:1) [newapi]
    notice: model: the catalogue does not have this model; the channel of Kling AI is assumed (did you mean kling-v1?) [derived]
    "#);
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "kling-v99", "metadata": {"seed": 1}})), @r#"
    warning: metadata.seed: Kling has no seed parameter; the gateway drops it without a word [vercel-ai, newapi, comfy]
    warning: size: without size the clip is square (1:1) [newapi]
    notice: model: the catalogue does not have this model; the channel of Kling AI is assumed (did you mean kling-v1?) [derived]
    "#);
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "reseller/Kling-V1", "size": "1280x720"})), @r#"
    notice: model: checked as kling-v1 [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "sandbox-1"})), @r#"notice: model: the catalogue does not have this model, so nothing about it is checked [derived]"#);
    let renamed = generation(json!({"model": "cheap-video", "duration": 3, "size": "1280x720"}));
    let findings = report_as("kling-v1", &renamed, Target::Generations).findings;
    insta::assert_snapshot!(lines(&findings), @r#"
    error: seconds: `3` is not one of 5, 10 (nearest: 5) [kling-docs, comfy]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
}

#[test]
fn findings_are_said_in_chinese_too() {
    let body = json!({"model": "kling-v2-master", "duration": 3, "fps": 24, "image": "data:image/png;base64,aGk=",
        "metadata": {"seed": 1, "negativPrompt": "blur", "cfg_scale": 2}});
    let findings = report(&generation(body), Target::Generations).findings;
    let lines = findings.iter().map(|finding| format!("{}\n", finding.line(Language::Chinese)));
    insta::assert_snapshot!(lines.collect::<String>(), @r#"
    images[0]：可灵AI只接受链接或不带前缀的 base64
    seconds：`3` 不在可选值之中：5, 10（最接近：5）
    fps：New API 的 kling 渠道在此不读取该字段
    metadata.cfg_scale：2.x 模型忽略或拒绝 cfg_scale
    metadata.negativPrompt：New API 的 kling 渠道不认识该字段，会直接丢弃（是否想写 negative_prompt？）
    metadata.seed：可灵没有 seed 参数；网关会直接丢弃，不作提示
    mode：kling-v2-master 是否支持 mode std，各来源说法不一；未指定 mode 时网关发送 std
    "#);
}

#[test]
fn metadata_that_names_another_model_is_checked_as_that_one() {
    let body = json!({"model": "jimeng_vgfm_t2v_l20", "metadata": {"req_key": "jimeng_t2v_v31", "seed": -1}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"
    warning: metadata.req_key: the provider runs jimeng_t2v_v31; the gateway chooses the channel and bills by the model of the request [newapi]
    notice: metadata.req_key: the catalogue does not have this model; the channel of Jimeng AI is assumed (did you mean jimeng_t2v_v30?) [derived]
    "#);
    let body = json!({"model": "viduq1", "metadata": {"model": "viduq2"}});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"warning: metadata.model: New API's vidu channel does not know this key and drops it [newapi]"#);
}

#[test]
fn pictures_that_are_not_sent_are_counted() {
    let body = json!({"model": "wan2.5-i2v-preview", "images": ["http://a/b", "http://a/c"]});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"warning: images: only the first of 2 pictures is sent [newapi]"#);
    let body = json!({"model": "wan2.7-i2v", "images": ["http://a/b", "http://a/c"]});
    insta::assert_snapshot!(found(Target::Generations, body), @r#"notice: images: the first picture is the first frame, the second the last; more are not sent [newapi]"#);
}

#[test]
fn a_body_that_is_passed_on_as_it_is_may_be_refused() {
    let body = json!({"model": "sora-2", "image": "https://example.com/a.png", "duration": 8, "user": "me"});
    insta::assert_snapshot!(found(Target::Generations, body.clone()), @r#"
    warning: images: OpenAI Sora takes the picture as a file, which only POST /v1/videos can carry (use the OpenAI format) [newapi]
    warning: images: is passed on as image, which OpenAI Sora does not know and may refuse [newapi]
    warning: model: the shutdown of sora-2 was announced for 2026-09-24 [openai-spec, openai-guide, newapi]
    warning: seconds: is passed on as duration, which OpenAI Sora does not know and may refuse [newapi]
    warning: user: is passed on as user, which OpenAI Sora does not know and may refuse [newapi]
    notice: images: Sora has no member image; give the picture through /v1/videos as the file input_reference [newapi]
    "#);
    insta::assert_snapshot!(found(Target::Videos, body), @r#"
    warning: model: the shutdown of sora-2 was announced for 2026-09-24 [openai-spec, openai-guide, newapi]
    warning: user: is passed on as user, which OpenAI Sora does not know and may refuse [newapi]
    "#);
}

#[test]
fn a_name_that_only_begins_like_a_provider_is_nobodys() {
    insta::assert_snapshot!(found(Target::Generations, json!({"model": "wanderer"})), @r#"notice: model: the catalogue does not have this model, so nothing about it is checked [derived]"#);
}
