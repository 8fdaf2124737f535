//! The text format that Prometheus reads.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use video_protocol::ErrorKind;

use super::{Counts, Labels, Metrics, Times};

impl Metrics {
    /// All of it in the text format of Prometheus, version 0.0.4: for a file that a collector reads, or an answer to a scrape.
    pub fn to_prometheus(&self) -> String {
        let mut text = Text(String::new());
        text.counter(
            "video_requests_total",
            "Requests by what they were for and how they were answered.",
            self,
            |counts| {
                let requests = counts.requests.iter();
                let named = requests.map(|((activity, answer), count)| {
                    (format!(",activity=\"{}\",answer=\"{}\"", activity.as_str(), answer.as_str()), *count)
                });
                named.collect()
            },
        );
        text.counter("video_retries_total", "Times something was tried again.", self, |counts| {
            let named = counts.retries.iter();
            named.map(|(activity, count)| (format!(",activity=\"{}\"", activity.as_str()), *count)).collect()
        });
        text.counter("video_jobs_total", "Jobs whose work ended, by how they stand.", self, |counts| {
            counts.outcomes.iter().map(|(verdict, count)| (format!(",outcome=\"{verdict}\""), *count)).collect()
        });
        text.counter("video_errors_total", "Errors that jobs ended with.", self, |counts| {
            counts.errors.iter().map(|(kind, count)| (format!(",kind=\"{}\"", kind_word(*kind)), *count)).collect()
        });
        text.counter("video_received_bytes_total", "Bytes of answers and of videos.", self, |counts| {
            vec![(String::new(), counts.received)]
        });
        text.head("video_success_ratio", "gauge", "Jobs with a proved file among those that ended.");
        for (labels, counts) in self.iter() {
            if let Some(rate) = counts.success_rate() {
                text.sample("video_success_ratio", labels, "", rate);
            }
        }
        let times: [(&str, &str, TimesOf); 5] = [
            ("video_request_seconds", "From the sending of a request to the end of its answer.", |counts| {
                &counts.latency
            }),
            ("video_queue_seconds", "How long tasks were seen to wait in a queue.", |counts| &counts.queue),
            ("video_generation_seconds", "How long tasks were worked on.", |counts| &counts.generation),
            ("video_download_seconds", "How long downloads took that ended with a proved file.", |counts| {
                &counts.download
            }),
            ("video_job_seconds", "How long jobs took as a whole.", |counts| &counts.job),
        ];
        for (name, help, of) in times {
            text.histogram(name, help, self, of);
        }
        text.0
    }
}

type TimesOf = fn(&Counts) -> &Times;

struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn sample(&mut self, name: &str, labels: &Labels, more: &str, value: impl Display) {
        let (model, gateway) = (escaped(&labels.model), escaped(&labels.gateway));
        self.line(format_args!("{name}{{model=\"{model}\",gateway=\"{gateway}\"{more}}} {value}"));
    }

    fn counter(&mut self, name: &str, help: &str, metrics: &Metrics, of: fn(&Counts) -> Vec<(String, u64)>) {
        self.head(name, "counter", help);
        for (labels, counts) in metrics.iter() {
            for (more, count) in of(counts) {
                self.sample(name, labels, &more, count);
            }
        }
    }

    fn histogram(&mut self, name: &str, help: &str, metrics: &Metrics, of: TimesOf) {
        self.head(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        for (labels, times) in metrics.iter().map(|(labels, counts)| (labels, of(counts))) {
            for (bound, count) in times.cumulative() {
                self.sample(&bucket, labels, &format!(",le=\"{}\"", seconds(bound)), count);
            }
            self.sample(&bucket, labels, ",le=\"+Inf\"", times.count());
            self.sample(&format!("{name}_sum"), labels, "", seconds(times.sum()));
            self.sample(&format!("{name}_count"), labels, "", times.count());
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A string takes all.
        let _ = writeln!(self.0, "{line}");
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// A value of a label: three signs are escaped, and what else may stand there is not.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

/// `OutcomeUnknown` → `outcome-unknown`.
pub(super) fn kind_word(kind: ErrorKind) -> String {
    let mut word = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}
