//! Finishes a job over a transport of forty lines on `std::net::TcpStream`.
//!
//! ```sh
//! video serve --sandbox &
//! cargo run -p video-client --no-default-features --example own_transport -- http://127.0.0.1:8787 cat.mp4
//! ```
//!
//! HTTP/1.0 without TLS: enough for a gateway on the same machine, and short enough to read. What any
//! transport must get right is in its one return value: whether the request may have been sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use video_client::{Client, Saved, Target};
use video_transport::TransportErrorKind::{Connect, Interrupted, Other};
use video_transport::{Body, Request, Response, Transport, TransportError};
use video_types::{Generation, Seconds, Size};

#[derive(Debug)]
struct Plain;

#[async_trait::async_trait]
impl Transport for Plain {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Blocking, so one job at a time; a real transport would not be.
        exchange(&request)
    }
}

fn exchange(request: &Request) -> Result<Response, TransportError> {
    let host = request.uri().authority().map_or("", |authority| authority.as_str());
    // Nothing was sent if there is no connection; after that, nobody can be sure.
    let mut stream = TcpStream::connect(host).map_err(|error| TransportError::new(Connect, error))?;
    let broken = |error: std::io::Error| TransportError::new(Interrupted, error);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut head =
        format!("{} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {}\r\n", request.method(), request.body().len());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(request.body())).map_err(broken)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(broken)?;
    parse(&answer).ok_or_else(|| TransportError::new(Other, "the answer is not HTTP"))
}

fn parse(answer: &[u8]) -> Option<Response> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&answer[..end]).ok()?.lines();
    let mut response = http::Response::builder().status(lines.next()?.split(' ').nth(1)?);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        response = response.header(name, value.trim());
    }
    response.body(Body::full(answer[end + 4..].to_vec())).ok()
}

/// Orders a clip, waits for it and saves it.
pub async fn run(base_url: &str, path: &Path) -> Result<Saved, Box<dyn std::error::Error + Send + Sync>> {
    let client = Client::builder(base_url).key("sk-xxxx").transport(Plain).build()?;
    let mut generation = Generation::new("sandbox-1", "a paper boat on a canal").with_size(Size::new(320, 180));
    generation.seconds = Seconds::new(1);
    let job = client.submit(generation).await?;
    Ok(client.finish_and_download(job, Target::file(path).with_overwrite(true), &|_| ()).await?)
}

#[allow(dead_code, clippy::print_stdout, reason = "the tests of the command line run this file as a module")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base_url), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: own_transport http://HOST:PORT FILE.mp4".into());
    };
    let saved = run(&base_url, Path::new(&path)).await?;
    println!("{} bytes, sha256 {}", saved.bytes, saved.sha256);
    Ok(())
}
