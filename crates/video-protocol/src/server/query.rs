//! Queries of requests.

use video_types::TaskId;
use video_types::openai::ContentVariant;

use super::submit::misnamed;
use crate::task_ref::usable_id;
use crate::{Error, HttpRequest, ListOrder, ListQuery};

/// The value of a parameter: the last one given, blank ones counting as absent.
fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let values = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name).map(|(_, value)| value);
    values.last().filter(|value| !value.trim().is_empty()).map(std::borrow::Cow::into_owned)
}

/// `?variant=…`.
pub(crate) fn content_variant(request: &HttpRequest, offered: &[ContentVariant]) -> Result<ContentVariant, Error> {
    let variant = parameter(request, "variant").map_or(ContentVariant::VIDEO, ContentVariant::from);
    if variant == ContentVariant::VIDEO || offered.contains(&variant) {
        return Ok(variant);
    }
    let message = format!("variant {variant:?} is not available: leave it out, or write variant=video");
    Err(misnamed("invalid_request", "variant", message))
}

/// `?limit=…&order=…&after=…`.
pub(crate) fn list(request: &HttpRequest) -> Result<ListQuery, Error> {
    let mut query = ListQuery::default();
    if let Some(limit) = parameter(request, "limit") {
        let limit = limit.trim().parse().ok().filter(|limit| *limit <= ListQuery::MOST);
        let message = format!("limit must be a whole number from 0 to {}", ListQuery::MOST);
        query.limit = limit.ok_or_else(|| misnamed("invalid_request", "limit", message))?;
    }
    if let Some(order) = parameter(request, "order") {
        query.order = [ListOrder::Ascending, ListOrder::Descending]
            .into_iter()
            .find(|known| known.as_str() == order.trim())
            .ok_or_else(|| misnamed("invalid_request", "order", "order must be asc or desc"))?;
    }
    query.after = parameter(request, "after").map(TaskId::from);
    if query.after.as_ref().is_some_and(|after| !usable_id(after)) {
        return Err(misnamed("invalid_request", "after", "after must be the id of a video"));
    }
    Ok(query)
}
