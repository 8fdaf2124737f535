//! All tasks of a sandbox, and the threads that render them.

mod verbs;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};
use std::time::SystemTime;

use video_protocol::{Error, ErrorKind, Task, TaskRef};
use video_types::{Generation, TaskId};

use super::Clock;
use super::arrival::Arrivals;
use super::folder::Folder;
use super::latency::Latency;
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
    /// Held while a record is made, changed or removed, so that tasks appear in the order of their ids. Locked before
    /// the state, never after.
    arrivals: Mutex<Arrivals>,
    latency: Option<Latency>,
    /// Orders so far.
    orders: AtomicU64,
    state: Mutex<State>,
    closing: Arc<AtomicBool>,
}

struct State {
    tasks: BTreeMap<TaskId, SandboxTask>,
    queue: VecDeque<TaskId>,
    /// Those that are being rendered, for the first time or again.
    at_work: BTreeSet<TaskId>,
    /// Threads that render or look for something to render.
    workers: usize,
    shelf: Shelf,
    /// Those who wait for a clip, or for the end of all work.
    waiting: Vec<Waker>,
}

impl Studio {
    /// A studio that keeps at most `room` bytes of clips.
    pub(super) fn new(
        folder: Option<Folder>,
        at_once: NonZeroUsize,
        cores: NonZeroUsize,
        room: usize,
        clock: Clock,
        latency: Option<Latency>,
    ) -> Arc<Self> {
        let state = Mutex::new(State {
            tasks: BTreeMap::new(),
            queue: VecDeque::new(),
            at_work: BTreeSet::new(),
            workers: 0,
            shelf: Shelf::new(room),
            waiting: Vec::new(),
        });
        Arc::new(Self {
            folder,
            at_once,
            cores,
            clock,
            latency,
            arrivals: Mutex::default(),
            orders: AtomicU64::new(0),
            state,
            closing: Arc::default(),
        })
    }

    /// Takes an order; rendering begins when a core is free.
    pub(super) fn accept(self: &Arc<Self>, generation: &Generation) -> Result<Task, Error> {
        self.admit(generation, Order::read(generation)?, None)
    }

    fn admit(
        self: &Arc<Self>,
        generation: &Generation,
        order: Order,
        remixed_from: Option<TaskId>,
    ) -> Result<Task, Error> {
        let mut arrivals = self.arrivals();
        let created_at = (self.clock)();
        let id = arrivals.next(created_at);
        let task = SandboxTask::new(id.clone(), generation.clone(), created_at, order, Stage::Queued);
        let number = self.orders.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let latency = self.latency.as_ref().map(|latency| latency.of(number));
        let mut task = task.with_origin(remixed_from).with_latency(latency);
        if let Some(folder) = &self.folder {
            folder.keep(&task, generation).map_err(|source| {
                let words = "the sandbox cannot write its folder, so nothing was accepted";
                trouble(words, source).with_proof_of_no_task()
            })?;
        }
        let described = task.describe(created_at);
        let mut state = self.state();
        state.tasks.insert(id.clone(), task);
        self.enqueue(&mut state, id);
        Ok(described)
    }

    /// The task as it is now.
    pub(super) fn task(self: &Arc<Self>, id: &TaskId) -> Result<Task, Error> {
        let now = (self.clock)();
        let mut state = self.state();
        self.load(&mut state, id)?;
        // If there was no thread for it when it was ordered, there may be one now.
        self.hire(&mut state);
        let task = state.tasks.get_mut(id).ok_or_else(|| unknown(id))?;
        Ok(task.describe(now))
    }

    /// The clip of a task that has succeeded; rendered again first if it is no longer at hand.
    pub(super) async fn clip(self: &Arc<Self>, id: &TaskId) -> Result<RenderedClip, Error> {
        poll_fn(|cx| {
            let now = (self.clock)();
            let mut state = self.state();
            if let Err(error) = self.load(&mut state, id) {
                return Poll::Ready(Err(error));
            }
            let Some(task) = state.tasks.get_mut(id) else { return Poll::Ready(Err(unknown(id))) };
            if let Some(refusal) = task.describe(now).content_refusal() {
                return Poll::Ready(Err(refusal));
            }
            if let Some(clip) = state.shelf.get(id) {
                return Poll::Ready(Ok(clip));
            }
            self.enqueue(&mut state, id.clone());
            if state.workers == 0 {
                let error = Error::new(ErrorKind::Unavailable).with_message("no thread to render on; ask again later");
                return Poll::Ready(Err(error.temporary(None)));
            }
            state.waiting.push(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Waits until nothing is queued or being rendered.
    pub(super) async fn idle(self: &Arc<Self>) {
        poll_fn(|cx| {
            let mut state = self.state();
            self.hire(&mut state);
            if state.workers == 0 {
                return Poll::Ready(());
            }
            state.waiting.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Brings a task of another process into the table.
    fn load(self: &Arc<Self>, state: &mut State, id: &TaskId) -> Result<(), Error> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if let Some(task) = state.tasks.get_mut(id) {
            // The only thing another process does to a task of ours, besides forgetting it.
            if !task.describe((self.clock)()).phase().is_terminal()
                && let Ok(Some(at)) = folder.cancelled_at(id)
            {
                stop(state, id, at);
            }
            return Ok(());
        }
        let found = folder
            .find(id)
            .map_err(|source| trouble(&format!("the sandbox cannot read its record {id}.json"), source))?;
        if let Some(task) = found {
            let unfinished = matches!(task.stage, Stage::Queued);
            state.tasks.insert(id.clone(), task);
            if unfinished {
                self.enqueue(state, id.clone());
            }
        }
        Ok(())
    }

    fn enqueue(self: &Arc<Self>, state: &mut State, id: TaskId) {
        if !state.at_work.contains(&id) && !state.queue.contains(&id) {
            state.queue.push_back(id);
        }
        self.hire(state);
    }

    /// One thread more if there is work for it. If the system gives none, the next question tries again.
    fn hire(self: &Arc<Self>, state: &mut State) {
        if state.queue.is_empty() || state.workers >= self.at_once.get() {
            return;
        }
        let (studio, closing) = (Arc::downgrade(self), self.closing.clone());
        let worker = std::thread::Builder::new().name("video-sandbox".to_owned());
        if worker.spawn(move || work(&studio, &closing)).is_ok() {
            state.workers += 1;
        }
    }

    /// The next order, and how many threads its rendering may use; none: the worker ends.
    fn next(&self) -> Option<(TaskId, Clip, NonZeroUsize)> {
        let mut state = self.state();
        while let Some(id) = state.queue.pop_front() {
            let Some(task) = state.tasks.get_mut(&id) else { continue };
            if matches!(task.stage, Stage::Cancelled { .. }) {
                continue;
            }
            // A clip that is rendered again stays "rendered" for those who ask.
            if !matches!(task.stage, Stage::Rendered { .. }) {
                task.stage = Stage::Rendering { percent: 0 };
            }
            let clip = task.order.clip.clone();
            state.at_work.insert(id.clone());
            let share = NonZeroUsize::new(self.cores.get() / state.workers.max(1)).unwrap_or(NonZeroUsize::MIN);
            return Some((id, clip, share));
        }
        state.workers -= 1;
        wake(state);
        None
    }

    /// Notes how far a rendering is, and says whether it is still wanted.
    fn report(&self, id: &TaskId, progress: Progress) -> ControlFlow<()> {
        let percent = u64::from(progress.frames_done) * 100 / u64::from(progress.frames_total.max(1));
        match self.state().tasks.get_mut(id).map(|task| &mut task.stage) {
            Some(Stage::Rendering { percent: shown }) => *shown = u8::try_from(percent.min(99)).unwrap_or(99),
            Some(Stage::Cancelled { .. }) => return ControlFlow::Break(()),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn finish(&self, id: &TaskId, result: Result<Vec<u8>, RenderError>) {
        let at = (self.clock)();
        let clip = result.map(RenderedClip::new);
        let mut state = self.state();
        state.at_work.remove(id);
        let mut first_time = false;
        if let Some(task) = state.tasks.get_mut(id) {
            match &clip {
                _ if matches!(task.stage, Stage::Cancelled { .. }) => {}
                Ok(_) if matches!(task.stage, Stage::Rendered { .. }) => {}
                Ok(_) => {
                    first_time = true;
                    task.stage = Stage::Rendered { at };
                }
                Err(error) => task.stage = Stage::Broken { why: error.to_string(), at },
            }
        }
        // It may have been deleted while its clip was rendered again, or cancelled.
        let is_wanted = |task: &SandboxTask| !matches!(task.stage, Stage::Cancelled { .. });
        if let Some(clip) = clip.ok().filter(|_| state.tasks.get(id).is_some_and(is_wanted)) {
            state.shelf.put(id.clone(), clip);
        }
        wake(state);
        if let Some(folder) = self.folder.as_ref().filter(|_| first_time) {
            let _arrivals = self.arrivals();
            // The record only spares another process the rendering; without it that process renders. What could not
            // be rendered is not marked: another process finds that out by itself.
            let _ = folder.finish(id, seconds(at));
        }
    }

    fn arrivals(&self) -> MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Lets everybody who waits look again, once nobody holds the state.
fn wake(mut state: MutexGuard<'_, State>) {
    let waiting = std::mem::take(&mut state.waiting);
    drop(state);
    for waker in waiting {
        waker.wake();
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
            studio.upgrade().map_or(ControlFlow::Continue(()), |studio| studio.report(&id, progress))
        });
        let Some(studio) = studio.upgrade() else { return };
        studio.finish(&id, result);
    }
}

/// Stops a task: it leaves the queue, and whoever renders it finds out with the next picture.
fn stop(state: &mut State, id: &TaskId, at: SystemTime) {
    let Some(task) = state.tasks.get_mut(id) else { return };
    task.stage = Stage::Cancelled { at };
    state.queue.retain(|queued| queued != id);
    state.shelf.take(id);
}

fn unknown(id: &TaskId) -> Error {
    Error::new(ErrorKind::NotFound).with_message("task_not_exist").with_task(TaskRef::new("new-api", id.clone()))
}

/// Why the sandbox itself cannot go on.
fn trouble(words: &str, source: std::io::Error) -> Error {
    Error::new(ErrorKind::Misconfigured).with_message(format!("{words}: {source}")).with_source(source)
}
