//! The example requests of the gateways' own tutorials, and what is said of each before it is sent.
#![expect(clippy::unwrap_used, reason = "a request that cannot be read fails its test")]

use serde_json::{Value, json};
use video_catalog::{Target, report};
use video_types::Generation;
use video_types::new_api::SubmitRequest;
use video_types::openai::CreateVideo;

/// Fields and findings of a request, one a line.
fn told(target: Target, body: Value) -> String {
    let generation = match target {
        Target::Videos => Generation::try_from(serde_json::from_value::<CreateVideo>(body).unwrap()).unwrap(),
        _ => Generation::try_from(serde_json::from_value::<SubmitRequest>(body).unwrap()).unwrap(),
    };
    let report = report(&generation, target);
    let fields = report.fields.iter().map(|field| format!("{}: {}\n", field.path, field.fate));
    let findings = report.findings.iter().map(|finding| format!("{finding}\n"));
    format!(
        "endpoint: {}\n{}---\n{}",
        report.endpoint.unwrap_or("none"),
        fields.collect::<String>(),
        findings.collect::<String>()
    )
}

const PROMPT: &str = "一个穿着宇航服的宇航员在月球上行走, 高品质, 电影级";

#[test]
fn kling_v1_with_a_seed_of_its_own() {
    let body = json!({"model": "kling-v1", "prompt": PROMPT, "size": "1920x1080", "duration": 5,
        "metadata": {"seed": 20_231_234, "negative_prompt": "模糊, 低质量"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: t2v
    model: sends model_name
    prompt: sends prompt
    size: maps to aspect_ratio = 16:9
    seconds: maps to duration = 5
    metadata.negative_prompt: sends negative_prompt
    metadata.seed: ignored
    ---
    warning: metadata.seed: Kling has no seed parameter; the gateway drops it without a word [vercel-ai, newapi, comfy]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
}

#[test]
fn kling_v1_from_text() {
    let body = json!({"model": "kling-v1", "prompt": "一只橘猫在阳光下打盹,毛发蓬松,表情安详", "duration": 5,
        "metadata": {"seed": 12345, "negative_prompt": "模糊, 扭曲", "cfg_scale": 0.8}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: t2v
    model: sends model_name
    prompt: sends prompt
    seconds: maps to duration = 5
    metadata.cfg_scale: sends cfg_scale
    metadata.negative_prompt: sends negative_prompt
    metadata.seed: ignored
    ---
    warning: metadata.seed: Kling has no seed parameter; the gateway drops it without a word [vercel-ai, newapi, comfy]
    warning: size: without size the clip is square (1:1) [newapi]
    "#);
}

#[test]
fn kling_v2_master_for_three_seconds_with_camera_control() {
    let body = json!({"model": "kling-v2-master", "image": "https://example.com/cat.jpg",
        "prompt": "猫咪慢慢睁开眼睛,伸懒腰", "duration": 3,
        "metadata": {"seed": 54321, "negative_prompt": "快速动作", "camera_control": {"type": "simple",
            "config": {"horizontal": 1.0, "vertical": 0, "zoom": 0.5}}}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: i2v
    model: sends model_name
    prompt: sends prompt
    images: maps to image = a link
    seconds: maps to duration = 3
    metadata.camera_control: sends camera_control
    metadata.negative_prompt: sends negative_prompt
    metadata.seed: ignored
    ---
    error: metadata.camera_control: kling-v2-master does not take camera_control [kling-docs, comfy, rules-ts]
    error: metadata.camera_control.config.zoom: type simple takes exactly one non-zero axis [kling-docs, comfy]
    error: seconds: `3` is not one of 5, 10 (nearest: 5) [kling-docs, comfy]
    warning: metadata.seed: Kling has no seed parameter; the gateway drops it without a word [vercel-ai, newapi, comfy]
    warning: mode: sources disagree whether kling-v2-master has mode std; the gateway sends std unless mode is given [rules-ts, comfy, newapi]
    "#);
}

#[test]
fn jimeng_from_text_with_a_duration_in_metadata() {
    let body = json!({"model": "jimeng_vgfm_t2v_l20", "prompt": "海浪拍打着礁石,溅起白色的浪花",
        "metadata": {"req_key": "jimeng_vgfm_t2v_l20", "aspect_ratio": "16:9", "duration": 5}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: submit
    prompt: sends prompt
    model: overridden by metadata.req_key
    metadata.req_key: sends req_key
    metadata.aspect_ratio: sends aspect_ratio
    metadata.duration: ignored
    ---
    warning: metadata.duration: duration inside metadata is ignored; use frames or the gateway's top-level duration (5 or 10) [newapi]
    warning: metadata.seed: through the gateway a missing seed becomes the fixed seed 0; send -1 for random [newapi]
    "#);
}

#[test]
fn jimeng_from_a_picture_given_twice() {
    let body = json!({"model": "jimeng_vgfm_i2v_l20", "image": "https://example.com/landscape.jpg", "prompt": "云朵缓缓飘过天空",
        "metadata": {"req_key": "jimeng_vgfm_i2v_l20", "image_urls": ["https://example.com/landscape.jpg"],
            "aspect_ratio": "16:9"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: submit
    prompt: sends prompt
    images: overridden by metadata.image_urls
    model: overridden by metadata.req_key
    metadata.req_key: sends req_key
    metadata.image_urls: sends image_urls
    metadata.aspect_ratio: sends aspect_ratio
    ---
    warning: metadata.aspect_ratio: image to video follows the picture; aspect_ratio has no effect [volc-docs]
    warning: metadata.seed: through the gateway a missing seed becomes the fixed seed 0; send -1 for random [newapi]
    notice: images: metadata.image_urls is given too, and metadata wins [newapi]
    notice: model: not in the built-in list of New API's jimeng channel: the operator has to add it [newapi]
    "#);
}

#[test]
fn vidu_with_a_size_that_metadata_saves() {
    let body = json!({"model": "viduq1", "prompt": "未来城市的夜景,霓虹灯闪烁", "size": "1920x1080", "duration": 5,
        "metadata": {"resolution": "1080p", "movement_amplitude": "medium", "bgm": true, "seed": 0,
            "callback_url": "https://your-callback-url.com/webhook"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: t2v
    model: sends model
    prompt: sends prompt
    seconds: sends duration
    size: overridden by metadata.resolution
    metadata.resolution: sends resolution
    metadata.bgm: sends bgm
    metadata.callback_url: sends callback_url
    metadata.movement_amplitude: sends movement_amplitude
    metadata.seed: sends seed
    ---
    warning: metadata.seed: seed 0 means random [vidu-docs-cn]
    warning: size: metadata.resolution is given too, and metadata wins [newapi]
    "#);
}

#[test]
fn sora_for_five_seconds_in_a_size_it_does_not_have() {
    let body = json!({"model": "sora-2", "prompt": PROMPT, "seconds": "5", "size": "1920x1080"});
    insta::assert_snapshot!(told(Target::Videos, body), @r#"
    endpoint: create
    model: sends model
    prompt: sends prompt
    size: sends size
    seconds: maps to seconds = 5
    ---
    error: seconds: `5` is not one of 4, 8, 12 (nearest: 4) [openai-spec, openai-guide]
    error: size: `1920x1080` is not one of 720x1280, 1280x720 (nearest: 1280x720) [openai-spec, openai-guide, newapi]
    warning: model: the shutdown of sora-2 was announced for 2026-09-24 [openai-spec, openai-guide, newapi]
    "#);
}

#[test]
fn kling_v1_from_first_and_last_frame() {
    let body = json!({"model": "kling-v1", "prompt": PROMPT, "size": "1920x1080",
        "image": "https://h2.inkwai.com/se/3214b798_raw_image_0.jpg", "duration": 5,
        "metadata": {"seed": 20_231_234, "negative_prompt": "模糊", "image_tail": "https://h1.inkwai.com/1fa0ac67.png"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: i2v
    model: sends model_name
    prompt: sends prompt
    images: maps to image = a link
    size: maps to aspect_ratio = 16:9
    seconds: maps to duration = 5
    metadata.image_tail: sends image_tail
    metadata.negative_prompt: sends negative_prompt
    metadata.seed: ignored
    ---
    warning: metadata.seed: Kling has no seed parameter; the gateway drops it without a word [vercel-ai, newapi, comfy]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    notice: size: aspect_ratio is for t2v, multi-image, omni; this request goes to i2v, where it has no effect [kling-docs, comfy]
    "#);
}

#[test]
fn jimeng_text_model_that_runs_as_the_picture_model() {
    let body = json!({"model": "jimeng_vgfm_t2v_l20", "prompt": "一个穿着宇航服的宇航员在月球上行走",
        "image": "https://h2.inkwai.com/se/3214b798_raw_image_0.jpg",
        "metadata": {"req_key": "jimeng_vgfm_i2v_l20", "image_urls": ["https://h2.inkwai.com/se/3214b798_raw_image_0.jpg"],
            "aspect_ratio": "16:9"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: submit
    prompt: sends prompt
    images: overridden by metadata.image_urls
    model: overridden by metadata.req_key
    metadata.req_key: sends req_key
    metadata.image_urls: sends image_urls
    metadata.aspect_ratio: sends aspect_ratio
    ---
    warning: metadata.aspect_ratio: image to video follows the picture; aspect_ratio has no effect [volc-docs]
    warning: metadata.req_key: the provider runs jimeng_vgfm_i2v_l20; the gateway chooses the channel and bills by the model of the request [newapi]
    warning: metadata.seed: through the gateway a missing seed becomes the fixed seed 0; send -1 for random [newapi]
    notice: images: metadata.image_urls is given too, and metadata wins [newapi]
    notice: model: not in the built-in list of New API's jimeng channel: the operator has to add it [newapi]
    "#);
}

#[test]
fn vidu_with_a_length_given_twice() {
    let body = json!({"model": "viduq1", "prompt": PROMPT, "size": "1920x1080",
        "image": "https://prod-ss-images.s3.cn-northwest-1.amazonaws.com.cn/image2video.png", "duration": 5,
        "metadata": {"duration": 5, "seed": 0, "resolution": "1080p", "movement_amplitude": "auto", "bgm": false,
            "payload": "", "callback_url": "https://your-callback-url.com/webhook"}});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: i2v
    model: sends model
    prompt: sends prompt
    images: maps to images = a link
    seconds: overridden by metadata.duration
    size: overridden by metadata.resolution
    metadata.resolution: sends resolution
    metadata.duration: sends duration
    metadata.bgm: sends bgm
    metadata.callback_url: sends callback_url
    metadata.movement_amplitude: sends movement_amplitude
    metadata.seed: sends seed
    ---
    warning: metadata.seed: seed 0 means random [vidu-docs-cn]
    warning: size: metadata.resolution is given too, and metadata wins [newapi]
    notice: seconds: metadata.duration is given too, and metadata wins [newapi]
    "#);
}

#[test]
fn members_the_documentation_has_and_no_channel_reads() {
    let body = json!({"model": "kling-v1", "prompt": PROMPT, "duration": 5, "fps": 24, "width": 1280, "height": 720, "n": 1,
        "response_format": "url", "seed": 7, "user": "me"});
    insta::assert_snapshot!(told(Target::Generations, body), @r#"
    endpoint: t2v
    model: sends model_name
    prompt: sends prompt
    size: maps to aspect_ratio = 16:9
    seconds: maps to duration = 5
    fps: ignored
    seed: ignored
    response_format: ignored
    user: ignored
    ---
    warning: fps: New API's kling channel does not read it here [newapi]
    warning: response_format: New API's kling channel does not read it here [newapi]
    warning: seed: New API's kling channel does not read it here [newapi]
    warning: user: New API's kling channel does not read it here [newapi]
    notice: size: size only chooses the shape, never the resolution: that comes from mode [newapi]
    "#);
}
