//! Whether a listed task can be that of a lost order.

use video_types::{Generation, ModelId, Seconds, Size, TaskId};

use super::window::Window;
use crate::Task;

/// From this length on a prompt that only begins like ours may have been shortened by the list.
const SHORTENED_FROM: usize = 100;

/// What a list can tell of an order.
#[derive(Debug)]
pub(super) struct Wanted {
    /// `None` for a remix, which takes that of its origin.
    pub(super) model: Option<ModelId>,
    pub(super) prompt: String,
    pub(super) size: Option<Size>,
    pub(super) seconds: Option<Seconds>,
    /// The task a remix is made from.
    pub(super) remix_of: Option<TaskId>,
}

impl From<Generation> for Wanted {
    fn from(wanted: Generation) -> Self {
        let Generation { model, prompt, size, seconds, .. } = wanted;
        Self { model: Some(model), prompt, size, seconds, remix_of: None }
    }
}

/// How far a task is like the one that was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resemblance {
    /// In everything a list can tell.
    Same,
    /// In prompt and time, but not, or not for sure, in the rest: a reason not to say that there is none.
    Perhaps,
    /// It is another one.
    Other,
}

/// Compares a listed task with what was ordered.
///
/// Only another prompt or an earlier creation proves that a task is another one. Gateways rename models and spell sizes
/// in their own way, so a difference there proves nothing.
pub(super) fn of(task: &Task, wanted: &Wanted, window: Window) -> Resemblance {
    let (created, early) = match task.created_at {
        Some(at) if at < window.oldest => return Resemblance::Other,
        Some(at) => (at >= window.surely_from, at < window.perhaps_from),
        None => (false, false),
    };
    let prompt = match task.prompt.as_deref().filter(|told| !told.trim().is_empty()) {
        Some(told) if told == wanted.prompt => true,
        Some(told) if !could_be(told, &wanted.prompt) => return Resemblance::Other,
        _ => false,
    };
    let model = wanted.model.is_none() || task.model == wanted.model;
    let size = match (&task.size, &wanted.size) {
        (Some(told), Some(wanted)) => match (told.pixels(), wanted.pixels()) {
            (Some(told), Some(wanted)) => told == wanted,
            _ => told.as_str().eq_ignore_ascii_case(wanted.as_str()),
        },
        _ => true,
    };
    let seconds = match (&task.seconds, wanted.seconds) {
        // A result may say `5.1`.
        (Some(told), Some(wanted)) => {
            told.trim().parse().is_ok_and(|told: f64| (told - f64::from(wanted.get())).abs() < 1.0)
        }
        _ => true,
    };
    // An order of its own is no remix.
    let origin = task.remixed_from == wanted.remix_of;
    match prompt && model && size && seconds && origin {
        true if created => Resemblance::Same,
        false if early => Resemblance::Other,
        _ => Resemblance::Perhaps,
    }
}

/// Whether a list that trims or shortens prompts could tell `prompt` so.
fn could_be(told: &str, prompt: &str) -> bool {
    let (told, prompt) = (told.trim(), prompt.trim());
    let marked = told.strip_suffix('…').or_else(|| told.strip_suffix("..."));
    told == prompt
        || marked.is_some_and(|start| prompt.starts_with(start.trim_end()))
        || (told.len() >= SHORTENED_FROM && prompt.starts_with(told))
}
