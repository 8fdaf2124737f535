//! A client that writes bytes and reads bytes.

use std::fmt::Write as _;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they arrived.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body came to the end it promised.
    pub(crate) whole: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The answer as text: headers in order of their names, without what differs from run to run or is the same
    /// everywhere.
    pub(crate) fn show(&self) -> String {
        const LEFT_OUT: [&str; 4] = ["access-control-expose-headers", "date", "vary", "x-request-id"];
        let mut text = format!("{}\n", self.status);
        let mut headers = self.headers.clone();
        headers.sort();
        for (name, value) in headers.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())) {
            let value = if name == "x-oneapi-request-id" { "<request id>" } else { value };
            let _ = writeln!(text, "{name}: {value}");
        }
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let body = match self.header("x-oneapi-request-id") {
            Some(id) => body.replace(id, "<request id>"),
            None => body,
        };
        text.push('\n');
        text.push_str(&without_passes(&body));
        if !self.whole {
            text.push_str(" (cut)");
        }
        text.push('\n');
        text
    }
}

/// The text with a mark for every pass in a link.
pub(crate) fn without_passes(text: &str) -> String {
    let mut pieces = text.split("?access=");
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
        let whole = piece.len() - rest.len() == 43;
        shown.push_str(if whole { "?access=<pass>" } else { "?access=<part of a pass>" });
        shown.push_str(rest);
    }
    shown
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    held: Vec<u8>,
    reset: bool,
}

impl Wire {
    pub(crate) async fn connect(to: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(to).await.expect("a listening gateway"), held: Vec::new(), reset: false }
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("a connection that takes bytes");
    }

    /// Writes as long as the other side takes it.
    pub(crate) async fn try_write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// Says that nothing more will be written.
    pub(crate) async fn finish(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// What arrives until the other side closes; a reset counts as closing.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.held)
    }

    /// Whether the connection ended with a reset instead of a goodbye.
    pub(crate) fn was_reset(&self) -> bool {
        self.reset
    }

    /// Reads one piece; `false` at the end.
    async fn more(&mut self) -> bool {
        let mut buffer = vec![0; 16 << 10];
        match self.stream.read(&mut buffer).await {
            Ok(0) => false,
            Err(_) => {
                self.reset = true;
                false
            }
            Ok(read) => {
                self.held.extend_from_slice(&buffer[..read]);
                true
            }
        }
    }

    /// The head of the next answer.
    pub(crate) async fn head(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = self.held.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            if !self.more().await {
                return None;
            }
        };
        let text = String::from_utf8_lossy(&self.held[..end]).into_owned();
        self.held.drain(..end + 4);
        let mut lines = text.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Answer { status, headers, body: Vec::new(), whole: true })
    }

    /// The next `length` bytes, fewer if the connection ends before.
    pub(crate) async fn take(&mut self, length: usize) -> Vec<u8> {
        while self.held.len() < length && self.more().await {}
        self.held.drain(..length.min(self.held.len())).collect()
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.held.windows(2).position(|bytes| bytes == b"\r\n") {
                let line = String::from_utf8_lossy(&self.held[..end]).into_owned();
                self.held.drain(..end + 2);
                return Some(line);
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next answer with its body; `bodiless` for the answer to a HEAD.
    pub(crate) async fn answer(&mut self, bodiless: bool) -> Option<Answer> {
        let mut answer = self.head().await?;
        if bodiless || matches!(answer.status, 204 | 304) {
            return Some(answer);
        }
        if answer.header("transfer-encoding").is_some() {
            loop {
                let Some(length) = self.line().await.and_then(|line| usize::from_str_radix(&line, 16).ok()) else {
                    answer.whole = false;
                    break;
                };
                let piece = self.take(length).await;
                answer.whole = piece.len() == length;
                answer.body.extend(piece);
                let end = self.line().await;
                if length == 0 || end.is_none() {
                    answer.whole &= end.is_some();
                    break;
                }
            }
        } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
            answer.body = self.take(length).await;
            answer.whole = answer.body.len() == length;
        } else {
            answer.body = self.rest().await;
        }
        Some(answer)
    }
}

/// One request on a connection of its own, and its answer.
pub(crate) async fn exchange(to: SocketAddr, request: &str) -> Answer {
    let mut wire = Wire::connect(to).await;
    wire.write(request).await;
    wire.answer(request.starts_with("HEAD ")).await.expect("an answer")
}

/// A GET or HEAD with a key.
pub(crate) fn get(line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:8787\r\nAuthorization: Bearer sk-test\r\n{headers}\r\n")
}

/// A submit with a key.
pub(crate) fn post(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /v1/video/generations HTTP/1.1\r\nHost: 127.0.0.1:8787\r\nAuthorization: Bearer sk-test\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}
