//! The part of a page about New API's channel.

use super::cells::{cite, code, kebab, names, phrase, table, value};
use crate::codegen::spec::{Carrier, Provider};

pub(super) fn channel(provider: &Provider) -> String {
    let channel = &provider.channel;
    let mut page = format!(
        "\n## Through New API\n\nChannel `{}`. Built-in models: {}.",
        channel.name,
        if channel.models.is_empty() { "none".to_owned() } else { names(&channel.models) }
    );
    for (what, models) in
        [("Later or forked versions", &channel.models_unverified), ("In the price table only", &channel.models_priced)]
    {
        if !models.is_empty() {
            page.push_str(&format!(" {what}: {}.", names(models)));
        }
    }
    page.extend(channel.native_prefix.iter().map(|prefix| format!(" Native routes under `{prefix}`.")));
    page.extend(channel.note.iter().map(|note| format!(" {note}.")));
    let images = &channel.images;
    let forms = [(images.link, "a link"), (images.data_uri, "a data URI"), (images.base64, "base64 without a prefix")];
    let forms: Vec<_> = forms.into_iter().filter(|(fine, _)| *fine).map(|(_, form)| form).collect();
    let carrier = match (&images.carrier, &images.key) {
        (Carrier::Metadata, Some(key)) => format!("only under `metadata.{key}`"),
        (Carrier::File, _) => "as a file part of `POST /v1/videos`".to_owned(),
        _ => "as an input picture".to_owned(),
    };
    page.push_str(&format!(" A picture goes {carrier}, as {} ({}).", forms.join(" or "), images.sources.join(", ")));
    let metadata = kebab(&format!("{:?}", channel.metadata));
    page.push_str(&format!(" Metadata: {metadata}. Ignored: {}.", names(&channel.ignores)));
    if channel.lenient {
        page.push_str(" Numbers and flags may be spelled as text.");
    }
    if !channel.drops_zero.is_empty() {
        page.push_str(&format!(" Zero cannot be sent for {}.", names(&channel.drops_zero)));
    }
    page.push_str(&format!(" Known by: {}.\n\n", cite(&kebab(&format!("{:?}", channel.confidence)), &channel.sources)));
    let rows = channel.member.iter().map(|member| {
        let mut how = member.form.clone().unwrap_or_else(|| "as it is".to_owned());
        let pairs: Vec<_> = member.table.iter().map(|(from, to)| format!("{from} → {}", value(to))).collect();
        if !pairs.is_empty() {
            how.push_str(&format!(": {}", pairs.join(", ")));
        }
        how.extend(member.otherwise.as_ref().map(|other| format!("; anything else → {}", value(other))));
        let said = [&member.remark, &member.absent].into_iter().flatten().cloned().collect::<Vec<_>>().join("; ");
        let mut name = code(&member.name);
        for (word, models) in [("of", &member.models), ("not of", &member.except)] {
            if !models.is_empty() {
                name.push_str(&format!(" ({word} {})", names(models)));
            }
        }
        vec![name, code(&member.to), how, said]
    });
    page.push_str(&table(&["member of the request", "reaches", "form", "remark"], rows));
    let defaults: Vec<_> =
        channel.defaults.iter().map(|default| format!("`{}` {}", default.param, value(&default.value))).collect();
    if !defaults.is_empty() {
        page.push_str(&format!("\nSent when nothing is given: {}.\n", defaults.join(", ")));
    }
    let choices: Vec<_> =
        channel.endpoints.iter().map(|choice| format!("`{}` ({})", choice.id, phrase(&choice.when))).collect();
    page.push_str(&format!("\nEndpoint, the first that fits: {}.\n", choices.join(", ")));
    page
}
