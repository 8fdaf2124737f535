//! All tasks of a sandbox, and the threads that render them.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};

use video_protocol::{Error, ErrorKind, Task, TaskRef};
use video_types::{Generation, TaskId};

use super::Clock;
use super::folder::Folder;
use super::order::Order;
use super::shelf::{RenderedClip, Shelf};
use super::task::{SandboxTask, Stage, seconds};
use crate::render::{Clip, Progress, RenderError, render};

/// All tasks of a sandbox. Dropping it stops its threads.
pub(super) struct Studio {
    folder: Option<Folder>,
    at_once: NonZeroUsize,
    cores: NonZeroUsize,
    clock: Clock,
    state: Mutex<State>,
    closing: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    tasks: BTreeMap<TaskId, SandboxTask>,
    queue: VecDeque<TaskId>,
    rendering: usize,
    shelf: Shelf,
    /// Those who wait for a clip to be rendered.
    waiting: Vec<Waker>,
}

impl Studio {
    pub(super) fn new(folder: Option<Folder>, at_once: NonZeroUsize, cores: NonZeroUsize, clock: Clock) -> Arc<Self> {
        let (state, closing) = (Mutex::default(), Arc::default());
        Arc::new(Self { folder, at_once, cores, clock, state, closing })
    }

    /// Takes an order; rendering begins when a core is free.
    pub(super) fn accept(self: &Arc<Self>, generation: &Generation) -> Result<Task, Error> {
        let order = Order::read(generation)?;
        let created_at = (self.clock)();
        let task =
            SandboxTask { id: new_id(), model: generation.model.clone(), created_at, order, stage: Stage::Queued };
        if let Some(folder) = &self.folder {
            folder.keep(&task, generation).map_err(|source| {
                Error::new(ErrorKind::Local)
                    .with_message("the sandbox cannot write its folder")
                    .with_proof_of_no_task()
                    .with_source(source)
            })?;
        }
        let described = task.describe(created_at);
        let id = task.id.clone();
        let mut state = self.state();
        state.tasks.insert(id.clone(), task);
        self.enqueue(&mut state, id);
        Ok(described)
    }

    /// The task as it is now.
    pub(super) fn task(self: &Arc<Self>, id: &TaskId) -> Result<Task, Error> {
        let mut state = self.state();
        self.load(&mut state, id)?;
        let task = state.tasks.get(id).ok_or_else(|| unknown(id))?;
        Ok(task.describe((self.clock)()))
    }

    /// The clip of a task that has succeeded; rendered again first if it is no longer at hand.
    pub(super) async fn clip(self: &Arc<Self>, id: &TaskId) -> Result<RenderedClip, Error> {
        poll_fn(|cx| {
            let mut state = self.state();
            if let Err(error) = self.load(&mut state, id) {
                return Poll::Ready(Err(error));
            }
            let Some(task) = state.tasks.get(id) else { return Poll::Ready(Err(unknown(id))) };
            if let Some(refusal) = task.content_refusal((self.clock)()) {
                return Poll::Ready(Err(refusal));
            }
            if let Some(clip) = state.shelf.get(id) {
                return Poll::Ready(Ok(clip));
            }
            state.waiting.push(cx.waker().clone());
            self.enqueue(&mut state, id.clone());
            Poll::Pending
        })
        .await
    }

    /// Brings a task of another process into the table.
    fn load(self: &Arc<Self>, state: &mut State, id: &TaskId) -> Result<(), Error> {
        if state.tasks.contains_key(id) {
            return Ok(());
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        let found = folder.find(id).map_err(|source| {
            Error::new(ErrorKind::Local).with_message("the sandbox cannot read its folder").with_source(source)
        })?;
        if let Some((task, _)) = found {
            let unfinished = matches!(task.stage, Stage::Queued);
            state.tasks.insert(id.clone(), task);
            if unfinished {
                self.enqueue(state, id.clone());
            }
        }
        Ok(())
    }

    fn enqueue(self: &Arc<Self>, state: &mut State, id: TaskId) {
        if state.queue.contains(&id)
            || matches!(state.tasks.get(&id), Some(SandboxTask { stage: Stage::Rendering { .. }, .. }))
        {
            return;
        }
        state.queue.push_back(id);
        if state.rendering < self.at_once.get() {
            state.rendering += 1;
            let (studio, closing) = (Arc::downgrade(self), self.closing.clone());
            let worker = std::thread::Builder::new().name("video-sandbox".to_owned());
            if worker.spawn(move || work(&studio, &closing)).is_err() {
                // No thread now: the next order or question tries again.
                state.rendering -= 1;
            }
        }
    }

    /// The next order, and how many threads its rendering may use; none: the worker ends.
    fn next(&self) -> Option<(TaskId, Clip, NonZeroUsize)> {
        let mut state = self.state();
        let next = loop {
            match state.queue.pop_front() {
                Some(id) => {
                    if let Some(task) = state.tasks.get_mut(&id) {
                        // A clip that is rendered again stays "rendered" for those who ask.
                        if !matches!(task.stage, Stage::Rendered { .. }) {
                            task.stage = Stage::Rendering { percent: 0 };
                        }
                        break Some((id, task.order.clip.clone()));
                    }
                }
                None => break None,
            }
        };
        if next.is_none() {
            state.rendering -= 1;
        }
        let share = NonZeroUsize::new(self.cores.get() / state.rendering.max(1)).unwrap_or(NonZeroUsize::MIN);
        next.map(|(id, clip)| (id, clip, share))
    }

    fn report(&self, id: &TaskId, progress: Progress) {
        let percent = u64::from(progress.frames_done) * 100 / u64::from(progress.frames_total.max(1));
        if let Some(SandboxTask { stage: Stage::Rendering { percent: shown }, .. }) = self.state().tasks.get_mut(id) {
            *shown = u8::try_from(percent.min(99)).unwrap_or(99);
        }
    }

    fn finish(&self, id: &TaskId, result: Result<Vec<u8>, RenderError>) {
        let at = (self.clock)();
        let clip = result.map(RenderedClip::new);
        let mut state = self.state();
        let mut first_time = false;
        if let Some(task) = state.tasks.get_mut(id) {
            first_time = !matches!(task.stage, Stage::Rendered { .. });
            match &clip {
                Ok(_) if first_time => task.stage = Stage::Rendered { at },
                Ok(_) => {}
                Err(error) => task.stage = Stage::Broken { why: error.to_string(), at },
            }
        }
        if let Ok(clip) = clip {
            state.shelf.put(id.clone(), clip);
        }
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for waker in waiting {
            waker.wake();
        }
        if let Some(folder) = self.folder.as_ref().filter(|_| first_time) {
            // The record only spares another process the rendering; without it that process renders.
            let _ = folder.finish(id, seconds(at));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is made whole under the lock, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
    }
}

/// Renders until the queue is empty or the studio is gone.
fn work(studio: &Weak<Studio>, closing: &AtomicBool) {
    loop {
        let Some((id, clip, threads)) = studio.upgrade().and_then(|studio| studio.next()) else { return };
        let result = render(&clip, threads, &|progress| {
            if closing.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            if let Some(studio) = studio.upgrade() {
                studio.report(&id, progress);
            }
            ControlFlow::Continue(())
        });
        let Some(studio) = studio.upgrade() else { return };
        studio.finish(&id, result);
    }
}

fn unknown(id: &TaskId) -> Error {
    Error::new(ErrorKind::NotFound).with_message("task_not_exist").with_task(TaskRef::new("new-api", id.clone()))
}

/// An id as New API makes them: `task_` and 32 letters and digits.
fn new_id() -> TaskId {
    let name: String = std::iter::repeat_with(fastrand::alphanumeric).take(32).collect();
    TaskId::from(format!("task_{name}"))
}
