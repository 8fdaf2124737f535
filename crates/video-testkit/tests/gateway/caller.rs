//! A client that knows nothing: it sends what it is told and says what it heard.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use video_testkit::SimulatedGateway;

/// One connection at a time, opened again when it is gone.
pub(crate) struct Caller {
    address: String,
    connection: Option<SendRequest<Full<Bytes>>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body came to an end.
    pub(crate) whole: bool,
}

impl Caller {
    pub(crate) fn new(gateway: &SimulatedGateway) -> Self {
        Self { address: gateway.url("").replace("http://", ""), connection: None }
    }

    /// `None` if no answer came.
    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Option<Heard> {
        if self.connection.as_ref().is_none_or(SendRequest::is_closed) {
            let stream = TcpStream::connect(&self.address).await.expect("a server that listens");
            let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("a handshake");
            tokio::spawn(connection);
            self.connection = Some(sender);
        }
        let sender = self.connection.as_mut().expect("just opened");
        sender.ready().await.ok()?;
        let Ok(answer) = sender.send_request(request).await else {
            self.connection = None;
            return None;
        };
        let (parts, mut incoming) = answer.into_parts();
        let mut heard = Heard { status: parts.status, headers: parts.headers, body: Vec::new(), whole: true };
        while let Some(frame) = incoming.frame().await {
            let Ok(frame) = frame else {
                heard.whole = false;
                self.connection = None;
                break;
            };
            heard.body.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
        }
        Some(heard)
    }

    pub(crate) async fn get(&mut self, target: &str, headers: &[(&str, &str)]) -> Option<Heard> {
        self.send(request("GET", target, headers, "")).await
    }

    pub(crate) async fn post(&mut self, target: &str, headers: &[(&str, &str)], body: &str) -> Option<Heard> {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(request("POST", target, &all, body)).await
    }

    /// Orders a video in the OpenAI format.
    pub(crate) async fn order(&mut self, prompt: &str, headers: &[(&str, &str)]) -> Option<Heard> {
        self.post("/v1/videos", headers, &format!(r#"{{"model":"m-1","prompt":"{prompt}"}}"#)).await
    }
}

pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(target).header("host", "gw.test");
    if !headers.iter().any(|(name, _)| *name == "authorization") {
        request = request.header("authorization", "Bearer sk-1");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).expect("a request")
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Status, what matters of the headers, body; times as `T`.
    pub(crate) fn told(&self) -> String {
        let mut told = self.status.as_u16().to_string();
        let names = [
            "content-type",
            "content-length",
            "content-range",
            "etag",
            "retry-after",
            "retry-after-ms",
            "idempotency-key",
        ];
        for name in names {
            if let Some(value) = self.header(name) {
                told.push_str(&format!(" [{name}: {value}]"));
            }
        }
        let body = if self.header("content-type") == Some("video/mp4") {
            format!("{} bytes of video", self.body.len())
        } else {
            times(&self.text())
        };
        told.push_str(&format!("\n  {}", body.trim_end()));
        if !self.whole {
            told.push_str("\n  and broke off");
        }
        told
    }
}

/// What was heard, or that nothing was.
pub(crate) fn told(heard: Option<&Heard>) -> String {
    heard.map_or_else(|| "no answer".to_owned(), Heard::told)
}

/// Replaces seconds since 1970.
fn times(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        shown.push_str(if digits.len() == 10 { "T" } else { &digits });
        digits.clear();
        shown.push(letter);
    }
    shown
}
