//! One model: what it takes, in which limits, and how to give it.

use serde_json::{Value, json};
use video_catalog::{Carrier, Found, ImageForm, Limits, Model, Param, PictureLimits, Provider, Reach, Word};

use super::words;
use crate::language::Language;
use crate::screen::Screen;
use crate::table;

pub(super) fn show(found: &Found, screen: &Screen) {
    let Found { provider, model, .. } = found;
    if screen.is_json() {
        screen.object(&object(provider, model));
        return;
    }
    let language = screen.language();
    screen.lines(&table::lines(&facts(provider, model, language)));
    screen.data("");
    screen.lines(&table::lines(&parameters(provider, model, language)));
}

fn facts(provider: &Provider, model: &Model, language: Language) -> Vec<Vec<String>> {
    let english = language == Language::English;
    let mut rows = Vec::new();
    let mut row = |en: &str, zh: &str, value: String| {
        if !value.is_empty() {
            rows.push(vec![if english { en } else { zh }.to_owned(), value]);
        }
    };
    let name = if english { provider.name } else { provider.name_zh };
    row("model", "模型", format!("{} ({})", model.id, model.name));
    row("provider", "供应商", format!("{name} ({})", provider.id));
    let end = model.end.map(|end| format!(", {end}")).unwrap_or_default();
    row("status", "状态", format!("{}{end}", words::status(model.status, language)));
    row("also", "别名", model.aliases.join(" "));
    row("stands for", "对应", model.resolves_to.unwrap_or_default().to_owned());
    row("does", "能力", words::kinds(model.kinds, language));
    let default = model.default_duration.filter(|seconds| *seconds > 0);
    let default =
        default.map(|seconds| if english { format!("; default {seconds}") } else { format!("；默认 {seconds}") });
    row("seconds", "秒数", format!("{}{}", words::seconds(model.durations, language), default.unwrap_or_default()));
    row("sizes", "尺寸", model.sizes.join(" "));
    row("resolutions", "分辨率", model.resolutions.join(" "));
    row("shapes", "画幅", model.aspect_ratios.join(" "));
    row("fps", "帧率", model.fps.map(|fps| fps.to_string()).unwrap_or_default());
    row("pictures", "图片", pictures(provider, model, language));
    let (yes, no) = if english { ("yes", "no") } else { ("有", "无") };
    row("sound", "声音", if model.audio { yes } else { no }.to_owned());
    row("notes", "备注", model.notes.unwrap_or_default().to_owned());
    row("sources", "来源", format!("{} ({})", model.sources.join(" "), model.confidence.as_str()));
    rows
}

fn pictures(provider: &Provider, model: &Model, language: Language) -> String {
    let english = language == Language::English;
    if model.max_images == 0 {
        return if english { "none" } else { "不支持" }.to_owned();
    }
    let ImageForm { carrier, link, data_uri, base64, .. } = provider.image_form();
    let forms = [(*link, "链接", "link"), (*data_uri, "data URI", "data URI"), (*base64, "base64", "base64")];
    let forms = forms.into_iter().filter(|(takes, ..)| *takes).map(|(_, zh, en)| if english { en } else { zh });
    let forms = forms.collect::<Vec<_>>().join(if english { " or " } else { "或" });
    let way = match (carrier, english) {
        (Carrier::MetadataKey(key), true) => format!(", as metadata.{key}"),
        (Carrier::MetadataKey(key), false) => format!("，放在 metadata.{key}"),
        (Carrier::FilePart, true) => ", as a file".to_owned(),
        (Carrier::FilePart, false) => "，以文件上传".to_owned(),
        _ => String::new(),
    };
    let PictureLimits { formats, max_bytes, min_side, max_side, min_ratio, max_ratio, .. } = provider.pictures;
    let count = model.max_images;
    let mut parts = vec![if english {
        format!("at most {count}; {forms}{way}")
    } else {
        format!("最多 {count} 张；{forms}{way}")
    }];
    parts.extend((!formats.is_empty()).then(|| formats.join(" ")));
    parts.extend(max_bytes.map(|bytes| format!("≤ {:.1} MiB", megabytes(bytes))));
    parts.extend(min_side.map(|side| format!("≥ {side} px")));
    parts.extend(max_side.map(|side| format!("≤ {side} px")));
    parts.extend(min_ratio.zip(max_ratio).map(|(least, most)| format!("{least:.2}:1 – {most:.2}:1")));
    parts.join(if english { "; " } else { "；" })
}

#[expect(clippy::cast_precision_loss, reason = "a number for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

fn parameters(provider: &'static Provider, model: &'static Model, language: Language) -> Vec<Vec<String>> {
    let heads = match language {
        Language::English => ["PARAMETER", "GIVE IT AS", "TYPE", "VALUES", "DEFAULT"],
        Language::Chinese => ["参数", "写法", "类型", "取值", "默认"],
    };
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for (param, limits) in taken(provider, model) {
        let required = match (limits.required, language) {
            (false, _) => "",
            (true, Language::English) => "required",
            (true, Language::Chinese) => "必填",
        };
        rows.push(vec![
            param.name.to_owned(),
            given_as(provider, model, param, language),
            words::value_type(limits.value_type, language).to_owned(),
            words::limits(limits, language),
            limits.default.as_ref().map_or_else(|| required.to_owned(), Word::to_string),
        ]);
    }
    rows
}

fn taken(provider: &'static Provider, model: &'static Model) -> Vec<(&'static Param, &'static Limits)> {
    let both = |taken: &'static video_catalog::Taken| {
        let param = taken.param(provider)?;
        Some((param, taken.limits.unwrap_or(&param.limits)))
    };
    model.takes.iter().filter_map(both).collect()
}

/// The option of this program that sets it through New API's channel.
fn given_as(provider: &Provider, model: &Model, param: &Param, language: Language) -> String {
    let english = language == Language::English;
    let mut options: Vec<String> = Vec::new();
    for member in provider.channel.members {
        let is_for = (member.only.is_empty() || member.only.contains(&model.id)) && !member.except.contains(&model.id);
        let option = match member.name {
            "model" => "--model",
            "prompt" => "PROMPT",
            "image" | "images" | "input_reference" | "file" => "--image",
            "duration" | "seconds" => "--seconds",
            "size" => "--size",
            "fps" => "--fps",
            "seed" => "--seed",
            _ => continue,
        };
        if member.to == param.name && is_for && !options.iter().any(|known| known == option) {
            options.push(option.to_owned());
        }
    }
    match param.reach {
        Reach::Dropped | Reach::None if options.is_empty() => {
            return if english { "not through New API" } else { "New API 不支持" }.to_owned();
        }
        Reach::VersionDependent => {
            let some = if english { "in some versions" } else { "部分版本" };
            options.extend(param.metadata_path.map(|key| format!("--meta {key}=… ({some})")));
        }
        _ if options.iter().any(|option| option == "PROMPT" || option == "--model") => {}
        _ => options.extend(param.metadata_path.map(|key| format!("--meta {key}=…"))),
    }
    options.join(if english { " or " } else { " 或 " })
}

/// The model as an object, with its parameters: `video.model/1`.
fn object(provider: &'static Provider, model: &'static Model) -> Value {
    let parameters = taken(provider, model).into_iter().map(|(param, limits)| {
        json!({
            "name": param.name,
            "description": param.description,
            "metadata_key": param.metadata_path,
            "reach": format!("{:?}", param.reach).to_lowercase(),
            "type": format!("{:?}", limits.value_type).to_lowercase(),
            "values": limits.values.iter().map(word).collect::<Vec<_>>(),
            "min": limits.min,
            "max": limits.max,
            "min_chars": limits.min_chars,
            "max_chars": limits.max_chars,
            "min_items": limits.min_items,
            "max_items": limits.max_items,
            "default": limits.default.as_ref().map(word),
            "required": limits.required,
            "sources": param.sources,
        })
    });
    let mut object = super::object(provider, model);
    let limits = &provider.pictures;
    let form = provider.image_form();
    if let Value::Object(members) = &mut object {
        members.insert("parameters".to_owned(), parameters.collect());
        members.insert("notes".to_owned(), json!(model.notes));
        let pictures = json!({
            "link": form.link,
            "data_uri": form.data_uri,
            "base64": form.base64,
            "metadata_key": match form.carrier { Carrier::MetadataKey(key) => Some(key), _ => None },
            "file": form.carrier == Carrier::FilePart,
            "formats": limits.formats,
            "max_bytes": limits.max_bytes,
            "min_side": limits.min_side,
            "max_side": limits.max_side,
            "min_ratio": limits.min_ratio,
            "max_ratio": limits.max_ratio,
        });
        members.insert("pictures".to_owned(), pictures);
    }
    object
}

fn word(word: &Word) -> Value {
    match word {
        Word::Text(text) => json!(text),
        Word::Whole(number) => json!(number),
        Word::Number(number) => json!(number),
        Word::Flag(flag) => json!(flag),
        other => json!(other.to_string()),
    }
}
