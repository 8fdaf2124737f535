//! A sandbox, a clock that is set by hand, and the record of what was asked and answered.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Value, json};
use video_client::{Client, Error};
use video_sandbox::{Sandbox, SandboxBuilder};
use video_transport::{Request, Transport};
use video_types::{Generation, Seconds, Size};

/// A clock that stands until it is set, and that may hold up those who render.
#[derive(Debug, Clone)]
pub(crate) struct Hands(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Milliseconds since 1970.
    now: AtomicI64,
    shut: Mutex<bool>,
    opened: Condvar,
}

/// Where the clock stands at first, in seconds since 1970.
const BEGAN: i64 = 1_800_000_000;

impl Hands {
    pub(crate) fn new() -> Self {
        let now = AtomicI64::new(BEGAN * 1000);
        Self(Arc::new(Inner { now, shut: Mutex::new(false), opened: Condvar::new() }))
    }

    /// Moves the clock; back, too.
    pub(crate) fn turn(&self, milliseconds: i64) {
        self.0.now.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// From now on a clip that has been rendered is not noted before the gate is opened again.
    pub(crate) fn shut(&self) {
        *self.0.shut.lock().expect("the gate") = true;
    }

    pub(crate) fn open(&self) {
        *self.0.shut.lock().expect("the gate") = false;
        self.0.opened.notify_all();
    }

    /// What a sandbox asks.
    pub(crate) fn clock(&self) -> impl Fn() -> SystemTime + Send + Sync + use<> {
        let hands = self.clone();
        move || {
            // A thread that renders asks for the time when it is done.
            if std::thread::current().name() == Some("video-sandbox") {
                let shut = hands.0.shut.lock().expect("the gate");
                drop(hands.0.opened.wait_while(shut, |shut| *shut).expect("the gate"));
            }
            let now = u64::try_from(hands.0.now.load(Ordering::Relaxed)).expect("after 1970");
            UNIX_EPOCH + Duration::from_millis(now)
        }
    }
}

/// A sandbox and a record.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) hands: Hands,
    names: Vec<String>,
    transcript: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(settings: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let hands = Hands::new();
        let sandbox = settings(Sandbox::builder().clock(hands.clock())).build();
        Self { sandbox, hands, names: Vec::new(), transcript: String::new() }
    }

    /// The ordinary client over this sandbox.
    pub(crate) fn client(&self) -> Client {
        let builder = Client::builder("http://sandbox").key("sk-any").transport(self.sandbox.clone());
        builder.build().expect("a client")
    }

    pub(crate) fn say(&mut self, words: &str) {
        self.note(words);
    }

    /// Orders, and gives the id.
    pub(crate) async fn order(&mut self, body: &Value) -> String {
        let response = self.post(body).await;
        let answer: Value = serde_json::from_slice(response.body()).expect("JSON");
        answer["task_id"].as_str().unwrap_or_else(|| panic!("accepted: {answer}")).to_owned()
    }

    /// Orders, and writes down what was answered.
    pub(crate) async fn post(&mut self, body: &Value) -> Response<Bytes> {
        let response = post(&self.sandbox, body).await;
        let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        self.names.extend(answer["task_id"].as_str().map(str::to_owned));
        self.record(&format!("POST {body}"), &response);
        response
    }

    /// Asks, and writes down what was answered.
    pub(crate) async fn get(&mut self, path: &str) -> Response<Bytes> {
        self.ask(Method::GET, path, &[]).await
    }

    pub(crate) async fn poll(&mut self, id: &str) -> Value {
        let response = self.get(&format!("/v1/video/generations/{id}")).await;
        serde_json::from_slice(response.body()).expect("JSON")
    }

    pub(crate) async fn content(&mut self, id: &str, headers: &[(&'static str, &str)]) -> Response<Bytes> {
        self.ask(Method::GET, &format!("/v1/videos/{id}/content"), headers).await
    }

    pub(crate) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Response<Bytes> {
        let mut request = http::Request::builder().method(method.clone()).uri(format!("http://sandbox{path}"));
        let mut line = format!("{method} {path}");
        for (name, value) in headers {
            request = request.header(*name, *value);
            write!(line, ", {name}: {value}").expect("a string takes all");
        }
        let response = send(&self.sandbox, request.body(Bytes::new()).expect("a request")).await;
        self.record(&line, &response);
        response
    }

    fn record(&mut self, line: &str, response: &Response<Bytes>) {
        let mut text = format!("{line}\n  {}", response.status());
        for (name, value) in response.headers() {
            if name != "content-type" || value != "application/json; charset=utf-8" {
                write!(text, ", {name}: {}", value.to_str().expect("text")).expect("a string takes all");
            }
        }
        if response.headers()["content-type"] == "video/mp4" {
            write!(text, ", {} bytes", response.body().len()).expect("a string takes all");
        } else {
            write!(text, "\n  {}", String::from_utf8_lossy(response.body())).expect("a string takes all");
        }
        self.note(&text);
    }

    /// Ids are named in the order of their making. Whether a core has begun with what is at the gate is chance.
    fn note(&mut self, text: &str) {
        let mut text = text.replace("current status: QUEUED", "current status: IN_PROGRESS");
        for (number, name) in self.names.iter().enumerate() {
            text = text.replace(name, &format!("task_{}", number + 1));
        }
        self.transcript.push_str(&text);
        self.transcript.push('\n');
    }

    pub(crate) fn transcript(&self) -> &str {
        &self.transcript
    }
}

/// Orders without a record.
pub(crate) async fn post(sandbox: &Sandbox, body: &Value) -> Response<Bytes> {
    let request = http::Request::post("http://sandbox/v1/video/generations").header("content-type", "application/json");
    send(sandbox, request.body(body.to_string().into()).expect("a request")).await
}

/// The id of a new task.
pub(crate) async fn ordered(sandbox: &Sandbox, body: &Value) -> String {
    let answer = post(sandbox, body).await;
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    answer["task_id"].as_str().unwrap_or_else(|| panic!("accepted: {answer}")).to_owned()
}

/// The whole video of a task.
pub(crate) async fn video(sandbox: &Sandbox, id: &str) -> Response<Bytes> {
    let response = send(sandbox, get(&format!("http://sandbox/v1/videos/{id}/content"))).await;
    assert_eq!(response.status(), 200, "{:?}", response.body());
    response
}

pub(crate) fn get(uri: &str) -> Request {
    http::Request::get(uri).body(Bytes::new()).expect("a request")
}

pub(crate) async fn send(sandbox: &Sandbox, request: Request) -> Response<Bytes> {
    let (head, body) = sandbox.send(request).await.expect("an answer").into_parts();
    Response::from_parts(head, body.collect(64 << 20).await.expect("a whole body"))
}

/// A clip of a second that is rendered in an instant.
pub(crate) fn small(prompt: &str) -> Value {
    json!({"model": "sandbox-1", "prompt": prompt, "size": "64x64", "duration": 1, "fps": 4})
}

/// The same for the client.
pub(crate) fn generation(prompt: &str) -> Generation {
    let mut generation = Generation::new("sandbox-1", prompt).with_size(Size::new(64, 64));
    (generation.seconds, generation.fps) = (Seconds::new(1), Some(4));
    generation
}

/// An error with its causes, and what it says of the task.
pub(crate) fn told(error: &Error) -> String {
    format!("{}: {error}, no task: {}, {:?}", error.verdict(), error.proves_no_task(), error.class())
}

/// A red picture of four pixels, in base64.
pub(crate) fn picture() -> String {
    use base64::Engine as _;
    let mut png = std::io::Cursor::new(Vec::new());
    let red = image::RgbImage::from_pixel(2, 2, image::Rgb([200, 0, 0]));
    red.write_to(&mut png, image::ImageFormat::Png).expect("a png in memory");
    base64::engine::general_purpose::STANDARD.encode(png.into_inner())
}
