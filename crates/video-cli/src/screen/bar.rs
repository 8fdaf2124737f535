//! The progress bar of one job; lines where there is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use video_types::Phase;

/// What the last line or bar said.
type Said = (Phase, String, Option<u8>);

/// The progress of one job.
#[derive(Debug)]
pub(crate) struct Bar {
    drawn: Option<ProgressBar>,
    said: Option<Said>,
    warned: bool,
}

impl Bar {
    pub(super) fn new(drawn: bool) -> Self {
        let bar = drawn.then(|| {
            let bar = ProgressBar::new(100);
            let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { drawn: bar, said: None, warned: false }
    }

    /// Whether this differs from what was said last. Lines come in steps of ten percent, a bar follows each.
    pub(super) fn is_news(&mut self, phase: Phase, word: &str, progress: Option<u8>) -> bool {
        let step = if self.drawn.is_some() { 1 } else { 10 };
        let now = (phase, word.to_owned(), progress.map(|percent| percent / step * step));
        let news = self.said.as_ref() != Some(&now);
        self.said = Some(now);
        news
    }

    /// Whether a word nobody knows was not warned of yet.
    pub(super) fn is_first_warning(&mut self) -> bool {
        !std::mem::replace(&mut self.warned, true)
    }

    /// Shows a message and a position; `false` if there is no bar.
    pub(super) fn show(&self, message: &str, progress: Option<u8>) -> bool {
        let Some(bar) = &self.drawn else { return false };
        bar.set_message(message.to_owned());
        bar.set_position(progress.unwrap_or(0).into());
        true
    }

    /// Shows how much of the file has come.
    pub(crate) fn download(&self, received: u64, total: Option<u64>) {
        if let Some(bar) = &self.drawn {
            bar.set_length(total.unwrap_or(received).max(1));
            bar.set_position(received);
        }
    }

    /// Prints something without tearing the bar.
    pub(crate) fn above(&self, print: impl FnOnce()) {
        match &self.drawn {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}
