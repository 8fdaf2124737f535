//! The gateway at work: from a request to its answer, and into the book.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answers::{self, Described};
use super::order::Order;
use super::route::{Asked, Format};
use super::spoil::{busy, spoil};
use super::video::video;
use super::{Account, Fault, GatewayOptions, HandedOut, PaidTask, Route};
use crate::{Delivery, Reply};

/// What the gateway remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) account: Account,
    /// In step with `account.tasks`.
    works: Vec<Work>,
    /// From an id to a place in both.
    places: BTreeMap<String, usize>,
    /// From caller and idempotency key to a place, and since when.
    keys: BTreeMap<(String, String), (usize, Instant)>,
    /// When the tasks that run will have ended, the first one first.
    ends: VecDeque<Instant>,
    /// How often each job was asked about on each route.
    asked: BTreeMap<(Route, String), u64>,
}

#[derive(Debug)]
struct Work {
    order: Order,
    made: Instant,
}

/// The two clocks of one moment.
#[derive(Debug, Clone, Copy)]
struct Now {
    instant: Instant,
    /// Seconds since 1970 by the gateway's clock.
    seconds: i64,
}

pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one request.
pub(super) fn answer(state: &Mutex<State>, options: &GatewayOptions, delivery: &Delivery) -> Reply {
    let now = Now::read(options);
    let date = (options.clock_ahead != 0 || options.clock.is_some()).then(|| now.date());
    let Some(asked) = Asked::read(&delivery.method, &delivery.target) else {
        let message = format!("Invalid URL ({} {})", delivery.method, delivery.target);
        let answer = answers::error(StatusCode::NOT_FOUND, "invalid_request_error", "", &message);
        return spoil(Route::Poll, answer, None, date.as_deref(), options);
    };
    let (honest, fault) = lock(state).serve(options, now, &asked, delivery);
    spoil(asked.route, honest, fault, date.as_deref(), options)
}

impl State {
    /// The honest answer, and what goes wrong with it.
    fn serve(
        &mut self,
        options: &GatewayOptions,
        now: Now,
        asked: &Asked<'_>,
        delivery: &Delivery,
    ) -> (Response<Bytes>, Option<Fault>) {
        let route = asked.route;
        let order = (route == Route::Submit).then(|| Order::read(&delivery.headers, &delivery.body)).flatten();
        let number = self.account.requests.entry(route).or_default();
        *number += 1;
        let number = *number;
        let subject = match (&order, self.places.get(asked.id)) {
            (Some(order), _) => order.prompt.clone(),
            (None, Some(place)) => self.works[*place].order.prompt.clone(),
            (None, None) => asked.id.to_owned(),
        };
        let nth = self.asked.entry((route, subject.clone())).or_default();
        *nth += 1;
        let hit = options.faults.hit(route, &subject, *nth, number);
        let fault = hit.map(|hit| hit.fault);
        if let Some(fault) = fault {
            *self.account.faults.entry((route, fault)).or_default() += 1;
        }
        let unsaid = || Response::new(Bytes::new());
        let answer = match route {
            _ if !delivery.headers.contains_key(header::AUTHORIZATION) => {
                let status = StatusCode::UNAUTHORIZED;
                answers::error(status, "invalid_request_error", "invalid_api_key", "No API key provided.")
            }
            Route::Submit if hit.is_some_and(|hit| !hit.carried_out) => unsaid(),
            Route::Submit => self.submit(options, now, asked.format, order, delivery, fault),
            Route::Poll => self.poll(options, now, asked, delivery),
            Route::List => self.list(options, now, asked),
            Route::Content => self.content(options, now, asked, delivery, fault),
        };
        (answer, fault)
    }

    fn submit(
        &mut self,
        options: &GatewayOptions,
        now: Now,
        format: Format,
        order: Option<Order>,
        delivery: &Delivery,
        fault: Option<Fault>,
    ) -> Response<Bytes> {
        let Some(order) = order else {
            let status = StatusCode::BAD_REQUEST;
            return answers::error(status, "invalid_request_error", "invalid_request", "model and prompt are required");
        };
        let caller = text(&delivery.headers, "authorization").unwrap_or_default();
        let key = text(&delivery.headers, "idempotency-key");
        let kept = key.filter(|_| options.honours_keys).map(|key| (caller, key));
        let young = |since: Instant| now.instant.saturating_duration_since(since) < options.keys_kept_for;
        let known = kept.as_ref().and_then(|kept| self.keys.get(kept)).copied();
        let known = known.filter(|(_, since)| young(*since)).map(|(place, _)| place);
        let answer = match known {
            Some(place) if self.account.tasks[place].body != delivery.body => {
                let message = "This idempotency key was used for another request.";
                answers::error(StatusCode::CONFLICT, "invalid_request_error", "idempotency_key_reused", message)
            }
            None if self.in_flight(now) >= options.most_in_flight.unwrap_or(usize::MAX) => {
                self.account.crowded_out += 1;
                let message = "Too many concurrent tasks: wait for one to end.";
                busy(StatusCode::TOO_MANY_REQUESTS, "concurrency_limit_exceeded", message, options)
            }
            known => {
                let place = known.unwrap_or_else(|| self.make(options, now, order, delivery, fault));
                self.account.repeated += u64::from(known.is_some());
                if let (Some(kept), None) = (kept.clone(), known) {
                    self.keys.insert(kept, (place, now.instant));
                }
                let task = self.described(place, now, options, delivery);
                answers::json(StatusCode::OK, &answers::accepted(format, &task))
            }
        };
        echoing(answer, kept.map(|(_, key)| key))
    }

    /// Makes a task, which costs money, and gives its place.
    fn make(
        &mut self,
        options: &GatewayOptions,
        now: Now,
        order: Order,
        delivery: &Delivery,
        fault: Option<Fault>,
    ) -> usize {
        let place = self.account.tasks.len();
        let id = format!("task_{:08}", place + 1);
        self.account.tasks.push(PaidTask {
            number: place + 1,
            id: id.clone(),
            model: order.model.clone(),
            prompt: order.prompt.clone(),
            body: Bytes::copy_from_slice(&delivery.body),
            key: text(&delivery.headers, "idempotency-key"),
            caller: text(&delivery.headers, "authorization").unwrap_or_default(),
            created_at: now.seconds,
            lost_in: fault.filter(|fault| *fault != Fault::Stalled),
            video_bytes: options.video_bytes,
        });
        self.works.push(Work { order, made: now.instant });
        self.places.insert(id, place);
        self.ends.push_back(now.instant + options.job_time);
        self.account.most_in_flight = self.account.most_in_flight.max(self.ends.len());
        place
    }

    fn poll(&self, options: &GatewayOptions, now: Now, asked: &Asked<'_>, delivery: &Delivery) -> Response<Bytes> {
        match self.places.get(asked.id) {
            Some(place) => {
                let task = self.described(*place, now, options, delivery);
                answers::json(StatusCode::OK, &answers::polled(asked.format, &task))
            }
            None => answers::unknown_task(asked.format, asked.id),
        }
    }

    fn list(&self, options: &GatewayOptions, now: Now, asked: &Asked<'_>) -> Response<Bytes> {
        if !options.lists {
            let message = "Invalid URL (GET /v1/videos)";
            return answers::error(StatusCode::NOT_FOUND, "invalid_request_error", "", message);
        }
        let limit = asked.parameter("limit").map_or(Some(20), |limit| limit.parse().ok().filter(|limit| *limit <= 100));
        let after = asked.parameter("after").map(|after| self.places.get(after).copied());
        let (Some(limit), None | Some(Some(_))) = (limit, after) else {
            let status = StatusCode::BAD_REQUEST;
            return answers::error(status, "invalid_request_error", "invalid_request", "limit or after is invalid");
        };
        let shown = self.works.partition_point(|work| work.made + options.list_lag <= now.instant);
        let places: Vec<usize> = match (asked.parameter("order"), after.flatten()) {
            (Some("asc"), after) => (after.map_or(0, |after| after + 1)..shown).collect(),
            (_, after) => (0..after.unwrap_or(shown).min(shown)).rev().collect(),
        };
        let page = places.get(..limit.min(places.len())).unwrap_or_default();
        let nobody = Delivery::default();
        let described = page.iter().map(|place| answers::object(&self.described(*place, now, options, &nobody)));
        let described: Vec<Value> = described.collect();
        let id = |place: Option<&usize>| place.map(|place| self.account.tasks[*place].id.as_str());
        answers::json(
            StatusCode::OK,
            &json!({
                "object": "list", "data": described, "first_id": id(page.first()), "last_id": id(page.last()),
                "has_more": page.len() < places.len(),
            }),
        )
    }

    fn content(
        &mut self,
        options: &GatewayOptions,
        now: Now,
        asked: &Asked<'_>,
        delivery: &Delivery,
        fault: Option<Fault>,
    ) -> Response<Bytes> {
        let Some(place) = self.places.get(asked.id).copied() else {
            return answers::unknown_task(Format::OpenAi, asked.id);
        };
        if self.described(place, now, options, delivery).ended_at.is_none() {
            let message = "Task is not completed yet, current status: IN_PROGRESS";
            return answers::error(StatusCode::BAD_REQUEST, "invalid_request_error", "", message);
        }
        let number = place + 1;
        let (answer, part) =
            answers::content(&delivery.headers, &format!("\"video-{number}\""), &video(number, options.video_bytes));
        if delivery.method == "GET" {
            self.account.contents.push(HandedOut { number, from: part.start, to: part.end, fault });
        }
        answer
    }

    /// How many tasks run.
    fn in_flight(&mut self, now: Now) -> usize {
        while self.ends.front().is_some_and(|end| *end <= now.instant) {
            self.ends.pop_front();
        }
        self.ends.len()
    }

    fn described<'a>(
        &'a self,
        place: usize,
        now: Now,
        options: &GatewayOptions,
        delivery: &'a Delivery,
    ) -> Described<'a> {
        let (task, work) = (&self.account.tasks[place], &self.works[place]);
        let age = now.instant.saturating_duration_since(work.made);
        let ended = age >= options.job_time;
        let percent = age.as_millis() * 100 / options.job_time.as_millis().max(1);
        let whole_seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        Described {
            id: &task.id,
            order: &work.order,
            created_at: task.created_at,
            progress: if ended { 100 } else { u8::try_from(percent).unwrap_or(99).min(99) },
            ended_at: ended.then(|| task.created_at.saturating_add(whole_seconds(options.job_time))),
            host: delivery.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
        }
    }
}

impl Now {
    fn read(options: &GatewayOptions) -> Self {
        let ahead = options.clock_ahead;
        if let Some(clock) = &options.clock {
            return Self { instant: clock.instant(), seconds: clock.seconds().saturating_add(ahead) };
        }
        #[expect(clippy::disallowed_methods, reason = "the gateway has a clock of its own")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Self { instant: Instant::now(), seconds: seconds.saturating_add(ahead) }
    }

    fn date(self) -> String {
        let since = Duration::from_secs(u64::try_from(self.seconds).unwrap_or(0));
        httpdate::fmt_http_date(UNIX_EPOCH + since)
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn echoing(mut answer: Response<Bytes>, key: Option<String>) -> Response<Bytes> {
    if let Some(key) = key.and_then(|key| key.parse().ok()) {
        answer.headers_mut().insert("idempotency-key", key);
    }
    answer
}
