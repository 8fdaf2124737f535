//! The words of the catalogue, for people.

use video_catalog::{Kind, Limits, Status, ValueType, Word};

use crate::language::Language;

pub(super) fn status(status: Status, language: Language) -> &'static str {
    if language == Language::English {
        return status.as_str();
    }
    match status {
        Status::Active => "在役",
        Status::Legacy => "旧版",
        Status::Deprecated => "已弃用",
        Status::Preview => "预览",
        Status::Offline => "已下线",
        Status::Retired => "已退役",
        Status::Historical => "历史",
        Status::Shutdown => "停止服务",
        Status::GatewayAlias => "网关别名",
        Status::Unconfirmed => "未证实",
        other => other.as_str(),
    }
}

pub(super) fn kinds(kinds: &[Kind], language: Language) -> String {
    let words: Vec<_> = kinds.iter().map(|kind| kind_word(*kind, language)).collect();
    words.join(if language == Language::English { ", " } else { "、" })
}

fn kind_word(kind: Kind, language: Language) -> &'static str {
    if language == Language::English {
        return kind.as_str();
    }
    match kind {
        Kind::TextToVideo => "文生视频",
        Kind::ImageToVideo => "图生视频",
        Kind::FirstLastFrame => "首尾帧",
        Kind::Reference => "参考生成",
        Kind::CameraControl => "运镜控制",
        Kind::MotionBrush => "运动笔刷",
        Kind::MotionControl => "动作控制",
        Kind::MultiShot => "多镜头",
        Kind::Multiframe => "多关键帧",
        Kind::Audio => "声音",
        Kind::Voice => "音色",
        Kind::Avatar => "数字人",
        Kind::LipSync => "对口型",
        Kind::Effects => "特效",
        Kind::Edit => "编辑",
        Kind::Extend => "延长",
        Kind::Remix => "重制",
        Kind::Draft => "样片",
        other => other.as_str(),
    }
}

/// `5, 10`, `3-15`; 0 and -1 let the model choose.
pub(super) fn seconds(durations: &[i64], language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = durations;
    while let Some(first) = rest.first() {
        let run = (1_i64..)
            .zip(&rest[1..])
            .take_while(|(step, next)| *first > 0 && **next == first.saturating_add(*step))
            .count();
        let last = rest[run];
        let choose = if language == Language::English { "auto" } else { "自动" };
        match run {
            0 if last <= 0 => parts.push(choose.to_owned()),
            0 | 1 => {
                parts.push(first.to_string());
                rest = &rest[1..];
                continue;
            }
            _ => parts.push(format!("{first}-{last}")),
        }
        rest = &rest[run + 1..];
    }
    parts.join(" ")
}

/// What a value may be: `std pro`, `0 to 1`, `at most 2500 characters`.
pub(super) fn limits(limits: &Limits, language: Language) -> String {
    let english = language == Language::English;
    if !limits.values.is_empty() {
        return limits.values.iter().map(Word::to_string).collect::<Vec<_>>().join(" ");
    }
    let number = |number: Option<f64>| number.map(|number| number.to_string());
    let count = |count: Option<u32>| count.map(|count| count.to_string());
    let range = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
        (Some(least), Some(most)) if english => Some(format!("{least} to {most}{unit}")),
        (Some(least), Some(most)) => Some(format!("{least} 到 {most}{unit}")),
        (None, Some(most)) if english => Some(format!("at most {most}{unit}")),
        (None, Some(most)) => Some(format!("最多 {most}{unit}")),
        (Some(least), None) if english => Some(format!("at least {least}{unit}")),
        (Some(least), None) => Some(format!("至少 {least}{unit}")),
        (None, None) => None,
    };
    let (characters, items) = if english { (" characters", " items") } else { (" 个字符", " 项") };
    let parts = [
        range(number(limits.min), number(limits.max), ""),
        range(count(limits.min_chars), count(limits.max_chars), characters),
        range(count(limits.min_items), count(limits.max_items), items),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(super) fn value_type(value_type: ValueType, language: Language) -> &'static str {
    match (value_type, language) {
        (ValueType::Text, Language::English) => "text",
        (ValueType::Text, Language::Chinese) => "文本",
        (ValueType::Whole, Language::English) => "whole number",
        (ValueType::Whole, Language::Chinese) => "整数",
        (ValueType::Number, Language::English) => "number",
        (ValueType::Number, Language::Chinese) => "数字",
        (ValueType::Flag, Language::English) => "true or false",
        (ValueType::Flag, Language::Chinese) => "true 或 false",
        (ValueType::Object, Language::English) => "object",
        (ValueType::Object, Language::Chinese) => "对象",
        (ValueType::Texts, Language::English) => "list of text",
        (ValueType::Texts, Language::Chinese) => "文本列表",
        (ValueType::Objects, Language::English) => "list of objects",
        (ValueType::Objects, Language::Chinese) => "对象列表",
        (_, Language::English) => "any",
        (_, Language::Chinese) => "任意",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_follow_each_other_are_a_range() {
        let rows: [&[i64]; 7] = [&[], &[5], &[5, 10], &[4, 5], &[3, 4, 5, 6], &[4, 6, 7, 8, -1], &[i64::MAX, i64::MIN]];
        let shown = rows.map(|durations| seconds(durations, Language::English));
        assert_eq!(shown, ["", "5", "5 10", "4 5", "3-6", "4 6-8 auto", "9223372036854775807 auto"]);
    }
}
