//! Whether a submit without a usable answer created a task, found out by listing, as a value.

mod listing;
mod resemblance;
mod settled;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use video_types::{Generation, TaskId};

pub use settled::{Settled, Undecided};

use crate::chance::Chance;
use crate::delays::date;
use crate::{
    Class, Dialect, Error, ErrorKind, HttpResponse, Input, Lost, Purpose, RetryPolicy, Signal, Step, Task, TaskPage,
    TaskRef,
};
use listing::{Listing, Read};
use resemblance::{Resemblance, Wanted};
use window::Window;

/// Looks through the gateway's list for the task that a lost submit may have created.
///
/// A value that performs no I/O and reads no clock, driven like a [`Flow`](crate::Flow); all it sends is free. A task
/// matches if it is of the same model and prompt (to the letter), of the same size and length where the list tells them, was
/// created at the intent minus 5 s or later, and is owned by no job; a remix, if it was made from the same task and prompt. The gateway's clock is compared with ours by the `Date`
/// of its answers; a task like it that was created up to two hours before that is a reason for doubt, since our clock may have been set
/// back meanwhile. Two listings, [`settle_after`](Self::with_settle_after) apart, decide:
///
/// - one match, in either of them: [`Settled::Found`];
/// - nothing in both that is or could be it: [`Settled::Absent`], so the order may be sent again;
/// - everything else: [`Settled::Undecided`], with what stands in the way. Never guessed.
///
/// What it cannot see: pictures and parameters, since lists do not repeat them. Two orders that differ in nothing else look
/// alike to it; a driver that has several of them in doubt says so with [`with_equals`](Self::with_equals), settles them one
/// after another, and not while another one is being submitted. A task that shows in the list only after both listings is
/// not seen either.
///
/// ```
/// use std::sync::Arc;
/// use std::time::{Duration, SystemTime};
/// use video_protocol::{Input, OpenAi, Settle, Settled, Step};
/// use video_types::Generation;
///
/// let intended_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_787_000_000);
/// let began_at = intended_at + Duration::from_secs(60);
/// let cat = Generation::new("sora-2", "a cat");
/// let mut settle = Settle::new(Arc::new(OpenAi::default()), cat, intended_at, began_at);
///
/// let mine = |_: &video_types::TaskId| false; // asks the journal whether a job owns the task
/// let Step::Send { request, .. } = settle.advance(Duration::ZERO, Input::Start, mine) else { panic!() };
/// assert_eq!(request.uri(), "/v1/videos?limit=100&order=desc");
/// let list = r#"{"data":[{"id":"video_1","model":"sora-2","prompt":"a cat","status":"queued","created_at":1787000001}],
///     "has_more":false}"#;
/// let answer = Input::Response(http::Response::new(list.into()));
/// let Step::Done(Settled::Found(task)) = settle.advance(Duration::ZERO, answer, mine) else { panic!() };
/// assert_eq!(task.reference.to_string(), "openai:video_1");
/// ```
#[derive(Debug)]
pub struct Settle {
    dialect: Arc<dyn Dialect>,
    wanted: Wanted,
    intended_at: SystemTime,
    began_at: SystemTime,
    pause: Duration,
    most_requests: u32,
    equals: usize,
    retry: RetryPolicy,
    origin: Option<String>,
    chance: Chance,
    listing: Listing,
    /// Whether the first listing has been read to its end.
    second: bool,
    /// After which task a listing ended though it had promised more.
    ended_after: Option<TaskId>,
    /// Most entries without a usable id in one listing.
    unread: usize,
    /// What is or could be the task, of both listings.
    candidates: BTreeMap<TaskId, (Task, Resemblance)>,
    asked: u32,
    /// Failures in a row.
    streak: u32,
    /// How often a listing had to begin again.
    restarts: u32,
    over: bool,
    signal: Option<Signal>,
}

impl Settle {
    /// Begins to look for the task of a submit of `wanted`.
    ///
    /// `intended_at` is when the intent to submit was written down, and `began_at` is now: both by the clock of this
    /// machine. [`advance`](Self::advance) counts from `began_at`.
    pub fn new(dialect: Arc<dyn Dialect>, wanted: Generation, intended_at: SystemTime, began_at: SystemTime) -> Self {
        Self::looking_for(dialect, wanted.into(), intended_at, began_at)
    }

    /// Begins to look for the task of a remix of the task `of`, in the same way.
    pub fn remix(
        dialect: Arc<dyn Dialect>,
        of: &TaskRef,
        prompt: impl Into<String>,
        intended_at: SystemTime,
        began_at: SystemTime,
    ) -> Self {
        let (prompt, remix_of) = (prompt.into(), Some(of.id.clone()));
        let wanted = Wanted { model: None, prompt, size: None, seconds: None, remix_of };
        Self::looking_for(dialect, wanted, intended_at, began_at)
    }

    fn looking_for(dialect: Arc<dyn Dialect>, wanted: Wanted, intended_at: SystemTime, began_at: SystemTime) -> Self {
        Self {
            dialect,
            wanted,
            intended_at,
            began_at,
            pause: Duration::from_secs(30),
            most_requests: 400,
            equals: 1,
            retry: RetryPolicy::default(),
            origin: None,
            chance: Chance::new(0),
            listing: Listing::default(),
            second: false,
            ended_after: None,
            unread: 0,
            candidates: BTreeMap::new(),
            asked: 0,
            streak: 0,
            restarts: 0,
            over: false,
            signal: None,
        }
    }

    /// Replaces the time between the two listings; 30 s by default.
    #[must_use]
    pub fn with_settle_after(mut self, settle_after: Duration) -> Self {
        self.pause = settle_after;
        self
    }

    /// Replaces the most requests that are sent in all, of up to 100 tasks each; 400 by default.
    #[must_use]
    pub fn with_most_requests(mut self, most: u32) -> Self {
        self.most_requests = most;
        self
    }

    /// States how many orders that the list cannot tell apart from this one are in doubt, this one included; 1 by
    /// default. As long as no more tasks match than that, any of them will do, and the oldest is found.
    #[must_use]
    pub fn with_equals(mut self, orders: usize) -> Self {
        self.equals = orders;
        self
    }

    /// Replaces the retry policy: its attempts are the failures in a row after which it gives up.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Pins the handle of a found task to one gateway.
    #[must_use]
    pub fn with_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Seeds the jitter: the same seed and inputs give the same steps.
    #[must_use]
    pub fn with_chance(mut self, seed: u64) -> Self {
        self.chance = Chance::new(seed);
        self
    }

    /// What the last input said of the server, as [`Flow::signal`](crate::Flow::signal).
    pub fn signal(&self) -> Option<Signal> {
        self.signal
    }

    /// Takes one input, `at` after it began, and says what comes next.
    ///
    /// `owned` says whether a job, this one included, is known to own the task of an id; it is asked anew at the end of
    /// each listing. An input out of turn at worst asks the list once more.
    pub fn advance(&mut self, at: Duration, input: Input, owned: impl Fn(&TaskId) -> bool) -> Step<Settled> {
        self.signal = None;
        match input {
            Input::Start | Input::Waited => self.ask(),
            Input::Response(response) => {
                let page = self.dialect.decode_list(&self.listing.query(), &response);
                self.signal = Signal::of(page.as_ref());
                match page {
                    Ok(page) => self.read(at, &response, page, &owned),
                    Err(error) => self.failed(error),
                }
            }
            Input::Lost(Lost { for_good, source, .. }) => {
                let error = Error::new(ErrorKind::NoAnswer).with_message(source.to_string()).with_source(source);
                if for_good {
                    return self.undecided(Undecided::Failing(error));
                }
                let error = error.temporary(None);
                self.signal = Signal::of::<()>(Err(&error));
                self.failed(error)
            }
        }
    }

    fn ask(&mut self) -> Step<Settled> {
        if self.over || self.asked >= self.most_requests {
            return self.undecided(Undecided::Endless);
        }
        match self.dialect.encode_list(&self.listing.query()) {
            Ok(request) => {
                self.asked += 1;
                Step::Send { purpose: Purpose::Settle, request }
            }
            Err(_) => self.undecided(Undecided::NotListed),
        }
    }

    fn read(
        &mut self,
        at: Duration,
        response: &HttpResponse,
        page: TaskPage,
        owned: &dyn Fn(&TaskId) -> bool,
    ) -> Step<Settled> {
        self.streak = 0;
        let now = self.began_at.checked_add(at).unwrap_or(self.began_at);
        let window = Window::new(self.intended_at, now, date(response.headers()));
        let read = self.listing.read(&page, window);
        for task in page.tasks {
            let resemblance = resemblance::of(&task, &self.wanted, window);
            if resemblance != Resemblance::Other {
                self.candidates.insert(task.reference.id.clone(), (task, resemblance));
            }
        }
        self.unread = self.unread.max(self.listing.unread);
        match read {
            Read::More => self.ask(),
            Read::Complete => self.decide(owned),
            Read::Repeats => self.undecided(Undecided::Endless),
            // Behind the same task twice: a server that promises more after every full page.
            Read::Gone if self.ended_after == self.listing.after => self.decide(owned),
            Read::Gone => {
                self.ended_after.clone_from(&self.listing.after);
                self.restart("it ended where it had promised more")
            }
        }
    }

    /// A listing has been read to its end.
    fn decide(&mut self, owned: &dyn Fn(&TaskId) -> bool) -> Step<Settled> {
        let free = || self.candidates.values().filter(|(task, _)| !owned(&task.reference.id));
        let of = |wanted: Resemblance| free().filter(move |(_, found)| *found == wanted).map(|(task, _)| task);
        let same: Vec<&Task> = of(Resemblance::Same).collect();
        let similar: Vec<&Task> = of(Resemblance::Perhaps).collect();
        let handles = |tasks: &[&Task]| tasks.iter().map(|task| self.pinned(task).reference).collect();
        if (1..=self.equals.max(1)).contains(&same.len())
            && let Some(oldest) = same.iter().min_by_key(|task| task.created_at)
        {
            let found = Settled::Found(Box::new(self.pinned(oldest)));
            self.over = true;
            return Step::Done(found);
        }
        if !self.second {
            self.second = true;
            self.listing = Listing::default();
            return Step::Wait(self.pause);
        }
        let why = match (&same[..], &similar[..], self.unread) {
            ([], [], 0) => {
                self.over = true;
                return Step::Done(Settled::Absent);
            }
            ([], [], entries) => Undecided::Unreadable(entries),
            ([], similar, _) => Undecided::Similar(handles(similar)),
            (same, _, _) => Undecided::Ambiguous(handles(same)),
        };
        self.undecided(why)
    }

    fn failed(&mut self, error: Error) -> Step<Settled> {
        let spoken = error.problem().is_some_and(|problem| problem.is_json);
        if spoken && error.class() == Class::Permanent {
            // 404 and 405 are words of the router: no such route, or none for GET.
            let routed = error.status().is_some_and(|status| matches!(status.as_u16(), 404 | 405 | 501));
            return match (self.listing.begun(), routed) {
                // The task the next page comes after may be gone.
                (true, _) => self.restart(error.message()),
                (false, true) => self.undecided(Undecided::NotListed),
                (false, false) => self.undecided(Undecided::Failing(error)),
            };
        }
        self.streak += 1;
        if self.streak >= self.retry.attempts {
            return self.undecided(Undecided::Failing(error));
        }
        self.back_off(self.streak, error.retry_after())
    }

    fn restart(&mut self, why: &str) -> Step<Settled> {
        self.restarts += 1;
        self.listing = Listing::default();
        if self.restarts >= self.retry.attempts {
            let why = format!("the list could not be read to its end: {why}");
            return self.undecided(Undecided::Failing(Error::new(ErrorKind::Decode).with_message(why)));
        }
        self.back_off(self.restarts, None)
    }

    fn back_off(&mut self, tried: u32, asked: Option<Duration>) -> Step<Settled> {
        let delay = self.retry.backoff(tried, asked, self.chance.next());
        Step::Wait(delay.unwrap_or(self.retry.patience))
    }

    fn undecided(&mut self, why: Undecided) -> Step<Settled> {
        self.over = true;
        Step::Done(Settled::Undecided(why))
    }

    fn pinned(&self, task: &Task) -> Task {
        let mut task = task.clone();
        if task.reference.origin.is_none() {
            task.reference.origin.clone_from(&self.origin);
        }
        task
    }
}
