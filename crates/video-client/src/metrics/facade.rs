//! What is counted, for whichever recorder a program has installed behind the `metrics` facade.

use ::metrics::{counter, histogram};

use crate::events::{Activity, Exchange, JobEvent, JobEventKind, Observer, Subject};

/// Hands counts and times on to the `metrics` facade, under the names that [`Metrics`](super::Metrics) prints. An observer of
/// [`Events`](crate::events::Events). It passes every model name on: whoever cannot bound them bounds them in the recorder.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Facade;

fn labels(subject: &Subject) -> Vec<(&'static str, String)> {
    vec![("model", subject.model.clone()), ("gateway", subject.gateway.clone())]
}

fn with(subject: &Subject, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
    labels(subject).into_iter().chain(more).collect()
}

impl Observer for Facade {
    fn event(&self, event: &JobEvent) {
        let subject = &event.subject;
        match &event.kind {
            JobEventKind::Trouble(trouble) => {
                counter!("video_retries_total", &with(subject, &[("activity", trouble.activity.as_str())]))
                    .increment(1);
            }
            JobEventKind::Succeeded { queued, generated } => {
                if let Some(queued) = queued {
                    histogram!("video_queue_seconds", &labels(subject)).record(*queued);
                }
                if let Some(generated) = generated {
                    histogram!("video_generation_seconds", &labels(subject)).record(*generated);
                }
            }
            JobEventKind::Saved(stored) => histogram!("video_download_seconds", &labels(subject)).record(stored.took),
            JobEventKind::Ended(ending) => {
                counter!("video_jobs_total", &with(subject, &[("outcome", ending.verdict.as_str())])).increment(1);
                if let Some(kind) = ending.error {
                    let kind = super::prometheus::kind_word(kind);
                    counter!("video_errors_total", &with(subject, &[("kind", &kind)])).increment(1);
                }
                histogram!("video_job_seconds", &labels(subject)).record(event.elapsed);
            }
            _ => {}
        }
    }

    fn exchange(&self, exchange: &Exchange) {
        let subject = &exchange.subject;
        counter!("video_received_bytes_total", &labels(subject)).increment(exchange.received);
        if exchange.activity != Activity::Download {
            let answer = super::Answered::by(exchange.status).as_str();
            let more = [("activity", exchange.activity.as_str()), ("answer", answer)];
            counter!("video_requests_total", &with(subject, &more)).increment(1);
            histogram!("video_request_seconds", &labels(subject)).record(exchange.took);
        }
    }
}
