//! What an order said, for the answer to it: few upstreams repeat all of it, and the official clients require it.

use video_protocol::Task;
use video_types::{Generation, ModelId, Size};

/// The parts of an order that the answer to it repeats.
#[derive(Debug, Default)]
pub(crate) struct AsOrdered {
    model: Option<ModelId>,
    prompt: String,
    size: Option<Size>,
    seconds: Option<String>,
}

impl AsOrdered {
    pub(crate) fn of(generation: &Generation) -> Self {
        Self {
            model: Some(generation.model.clone()),
            prompt: generation.prompt.clone(),
            size: generation.size.clone(),
            seconds: generation.seconds.map(|seconds| seconds.to_string()),
        }
    }

    /// A remix says no more than its prompt.
    pub(crate) fn of_prompt(prompt: &str) -> Self {
        Self { prompt: prompt.to_owned(), ..Self::default() }
    }

    /// Adds what the upstream left out; what it said itself stands.
    pub(crate) fn complete(self, task: &mut Task) {
        task.model = task.model.take().or(self.model);
        task.prompt.get_or_insert(self.prompt);
        task.size = task.size.take().or(self.size);
        task.seconds = task.seconds.take().or(self.seconds);
    }
}

#[cfg(test)]
mod tests {
    use video_protocol::TaskRef;
    use video_types::{Seconds, TaskStatus};

    use super::*;

    #[test]
    fn what_the_upstream_says_stands_and_the_rest_is_as_ordered() {
        let order =
            Generation::new("sora-2", "a cat").with_size(Size::from("720p")).with_seconds(Seconds::new(4).unwrap());
        let mut silent = Task::new(TaskRef::new("new-api", "task_1"), TaskStatus::QUEUED);
        let mut telling = silent.clone();
        telling.model = Some("kling-v1-6".into());
        telling.size = Some(Size::from("1280x720"));
        telling.seconds = Some("5.1".to_owned());
        let mut rows = Vec::new();
        for task in [&mut silent, &mut telling] {
            AsOrdered::of(&order).complete(task);
            rows.push(format!("{:?} {:?} {:?} {:?}", task.model, task.prompt, task.size, task.seconds));
        }
        insta::assert_snapshot!(rows.join("\n"), @r#"
        Some("sora-2") Some("a cat") Some("720p") Some("4")
        Some("kling-v1-6") Some("a cat") Some("1280x720") Some("5.1")
        "#);
    }
}
