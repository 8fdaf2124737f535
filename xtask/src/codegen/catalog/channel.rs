//! Writes what New API's channel makes of a request.

use super::language;
use crate::Failure;
use crate::codegen::rust::{list, option, text, texts, word};
use crate::codegen::spec::{Carrier, Channel, Member, MetadataForm};

pub(super) fn channel(provider: &str, channel: &Channel) -> Result<String, Failure> {
    let metadata = match channel.metadata {
        MetadataForm::Merged | MetadataForm::Nested => "Merged",
        MetadataForm::Member => "Member",
    };
    let key = channel.images.key.as_deref().unwrap_or_default();
    let carrier = match channel.images.carrier {
        Carrier::Image => "Image".to_owned(),
        Carrier::File => "FilePart".to_owned(),
        Carrier::Metadata => format!("MetadataKey({})", text(key)),
    };
    let images = format!(
        "ImageForm {{ carrier: Carrier::{carrier}, link: {}, data_uri: {}, base64: {}, sources: {} }}",
        channel.images.link,
        channel.images.data_uri,
        channel.images.base64,
        texts(&channel.images.sources),
    );
    let mut endpoints = Vec::new();
    for choice in &channel.endpoints {
        let when = language::conditions(provider, &choice.id, &choice.when)?;
        endpoints.push(format!("({}, {when})", text(&choice.id)));
    }
    let members = channel.member.iter().map(|member| self::member(provider, member)).collect::<Result<Vec<_>, _>>()?;
    Ok(format!(
        "Channel {{ name: {}, models: {}, metadata: MetadataForm::{metadata}, images: {images}, defaults: {}, \
         endpoints: &[{}], ignores: {}, members: &[{}], lenient: {}, drops_zero: {}, confidence: {}, sources: {} }}",
        text(&channel.name),
        texts(&channel.models),
        list(&channel.defaults, |default| format!("({}, {})", text(&default.param), word(&default.value))),
        endpoints.join(", "),
        texts(&channel.ignores),
        members.join(", "),
        channel.lenient,
        texts(&channel.drops_zero),
        super::confidence(channel.confidence),
        texts(&channel.sources),
    ))
}

fn member(provider: &str, member: &Member) -> Result<String, Failure> {
    let table = || list(&member.table, |(from, to)| format!("({}, {})", text(from), word(to)));
    let form = match member.form.as_deref() {
        None | Some("same") => "Same".to_owned(),
        Some("text") => "Text".to_owned(),
        Some("table") => format!("Table({}, {})", table(), option(member.otherwise.as_ref(), word)),
        Some("contains") => format!("Contains({})", table()),
        Some("first") => "First".to_owned(),
        Some("not-link") => "FirstUnlessLink".to_owned(),
        Some("list") => "List".to_owned(),
        Some("links") => "ListIfLinks".to_owned(),
        Some("not-links") => "ListUnlessLinks".to_owned(),
        Some("text-item") => "TextItem".to_owned(),
        Some("picture-items") => "PictureItems".to_owned(),
        Some("with-star") => "IfStar".to_owned(),
        Some("tier") => "Tier".to_owned(),
        Some("tier-of-sides") => "TierOfSides".to_owned(),
        Some("shape-of-sides") => "ShapeOfSides".to_owned(),
        Some(other) => {
            let place = format!("spec/providers/{provider}.toml: channel.member `{}`", member.name);
            return Err(format!("{place}: no form is called `{other}`").into());
        }
    };
    let remark = member.remark.as_deref().zip(member.remark_zh.as_deref());
    let absent = member.absent.as_deref().zip(member.absent_zh.as_deref());
    Ok(format!(
        "Member {{ name: {}, to: {}, only: {}, except: {}, form: Form::{form}, remark: {}, absent: {} }}",
        text(&member.name),
        text(&member.to),
        texts(&member.models),
        texts(&member.except),
        option(remark, |(en, zh)| format!("({}, {})", text(en), text(zh))),
        option(absent, |(en, zh)| format!("({}, {}, {})", text(en), text(zh), texts(&member.absent_unless))),
    ))
}
