//! Where in an answer the video can be found.

use serde_json::Value;

/// How deep chained gateways are followed.
const DEEPEST: usize = 8;

/// Whether `text` can be fetched: an http(s) link, a `data:` URI, or the path of a content route.
///
/// ```
/// # use video_types::is_link;
/// assert!(is_link("https://cdn.example/v.mp4"));
/// assert!(is_link("/v1/videos/task_1/content"));
/// assert!(!is_link("task failed"));
/// ```
pub fn is_link(text: &str) -> bool {
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if begins("data:") {
        // Base64 may be broken into lines, but a sentence that begins with "data:" is no URI.
        return text.split_once(',').is_some_and(|(head, _)| !head.contains(char::is_whitespace));
    }
    let path = text.starts_with("/v1/videos/") && text.ends_with("/content");
    (begins("http://") || begins("https://") || path) && !text.contains(char::is_whitespace)
}

/// All links of an answer, the most trustworthy first, each once.
///
/// The order: the gateway's own field, the documented ones, the providers' own paths, the copy of the
/// provider's answer in `data` (of the next gateway, where gateways are chained), and last
/// `fail_reason`, where New API up to 0.10 puts the link of a success.
pub(crate) fn links(answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(answer, DEEPEST, &mut found);
    found
}

fn collect(answer: &Value, deeper: usize, found: &mut Vec<String>) {
    const PLACES: &[&str] = &[
        "/result_url",
        "/url",
        "/video_url",
        "/content_url",
        "/metadata/url",
        "/meta_data/url",
        "/metadata/video_url",
        "/output",
        "/output/0",
        "/output/0/url",
        "/output/0/video_url",
        "/output/video_url",
        "/output/url",
        "/task_result/videos/0/url",
        "/videos/0/url",
        "/content/video_url",
        "/creations/0/url",
    ];
    for place in PLACES {
        keep(answer.pointer(place), found);
    }
    // The artifacts of a task (plugin releases).
    let artifacts = answer.get("artifacts").and_then(Value::as_array);
    for video in artifacts.into_iter().flatten().filter(|artifact| artifact.get("type") == Some(&"video".into())) {
        keep(video.get("content_url"), found);
    }
    keep(answer.get("legacy_content_url"), found);
    if let Some(inner) = answer.get("data").filter(|_| deeper > 0) {
        collect(inner, deeper - 1, found);
    }
    keep(answer.get("fail_reason"), found);
}

fn keep(value: Option<&Value>, found: &mut Vec<String>) {
    if let Some(Value::String(text)) = value
        && is_link(text)
        && !found.contains(text)
    {
        found.push(text.clone());
    }
}
