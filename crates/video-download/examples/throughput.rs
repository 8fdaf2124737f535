//! How fast a download is, beside loops that prove nothing: `cargo run --release --example throughput -- [MIB] [FOLDER]…`.
//!
//! A thread of this process serves a film of so many MiB (1024 by default) over the loopback. The ways of
//! fetching it are run in turns, five times into each folder; the best counts. On a file system in memory (`/dev/shm`) a sync costs nothing, so
//! that folder shows a download without it. `serve` as the only argument keeps serving, for other programs.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use video_download::{Download, Resume, Source, SourceError, Target};
use video_transport::{Body, Response, TransportError, TransportErrorKind};

/// What is measured; a proved download hashes and syncs.
const WAYS: [&str; 5] =
    ["bare loop", "bare loop, hash", "bare loop, fsync", "bare loop, hash, fsync", "proved download"];
/// How often; the best counts.
const ROUNDS: u32 = 5;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a film begins with: its type, an empty index, and the head of its frames with a size of 64 bits.
fn film_head(frames: u64) -> Vec<u8> {
    let ftyp = [&24_u32.to_be_bytes()[..], b"ftypisom\0\0\x02\0isommp41"].concat();
    let mdat = [&1_u32.to_be_bytes()[..], b"mdat", &(frames + 16).to_be_bytes()].concat();
    [ftyp, [&8_u32.to_be_bytes()[..], b"moov"].concat(), mdat].concat()
}

/// Answers one request after another: the film to `/v1/videos/…/content`, a finished task to everything else.
fn serve(mut stream: TcpStream, frames: u64) -> io::Result<()> {
    let block = vec![0x5a; 1 << 20];
    let mut head = Vec::new();
    let mut byte = [0; 1];
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 {
                return Ok(());
            }
            head.push(byte[0]);
        }
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        if !line.windows(8).any(|part| part == b"/content") {
            let task = r#"{"code":"success","data":{"task_id":"task_1","status":"SUCCESS","progress":"100%"}}"#;
            let length = task.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{task}"
            )?;
            continue;
        }
        let start = film_head(frames);
        let length = start.len() as u64 + frames;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\netag: \"v1\"\r\ncontent-length: {length}\r\n\r\n"
        )?;
        stream.write_all(&start)?;
        let mut left = frames;
        while left > 0 {
            let now = left.min(block.len() as u64);
            stream.write_all(&block[..usize::try_from(now).map_err(io::Error::other)?])?;
            left -= now;
        }
    }
}

/// Asks with hyper, as a transport would.
async fn ask(address: &str) -> Result<hyper::Response<hyper::body::Incoming>, BoxError> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = http::Request::get("/v1/videos/task_1/content").header("host", address);
    Ok(sender.send_request(request.body(Empty::<Bytes>::new())?).await?)
}

/// A source over hyper.
struct Hyper(String);

#[async_trait]
impl Source for Hyper {
    async fn open(&mut self, _: Option<&Resume>) -> Result<Response, SourceError> {
        let (head, body) = ask(&self.0).await.map_err(SourceError::temporary)?.into_parts();
        let pieces = stream::unfold(body, |mut body| async {
            let piece = loop {
                match body.frame().await? {
                    Ok(frame) => {
                        if let Ok(data) = frame.into_data() {
                            break Ok(data);
                        }
                    }
                    Err(error) => break Err(TransportError::new(TransportErrorKind::Interrupted, error)),
                }
            };
            Some((piece, body))
        });
        Ok(Response::from_parts(head, Body::new(pieces)))
    }

    async fn refresh(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

/// The bare loop: reads with hyper, writes, proves nothing; with a hash on request.
async fn bare(address: &str, path: &Path, hash: bool, sync: bool) -> Result<(), BoxError> {
    let mut body = ask(address).await?.into_body();
    let mut file = File::create(path)?;
    let mut hasher = Sha256::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            if hash {
                hasher.update(&data);
            }
            file.write_all(&data)?;
        }
    }
    std::hint::black_box(hasher.finalize());
    if sync {
        file.sync_all()?;
    }
    Ok(())
}

async fn proved(address: &str, path: &Path) -> Result<(), BoxError> {
    let target = Target::file(path).with_overwrite(true);
    Download::new(target).run(&mut Hyper(address.to_owned()), &|_| ()).await?;
    Ok(())
}

#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement")]
#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mib: u64 = arguments.first().and_then(|mib| mib.parse().ok()).unwrap_or(1024);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let server = std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream, mib << 20));
        }
    });
    if arguments.iter().any(|argument| argument == "serve") {
        println!("{address}");
        return server.join().map_err(|_| "the server died".into());
    }
    let folders: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let folders = if folders.is_empty() { vec!["."] } else { folders };
    for folder in folders {
        let path = Path::new(folder).join("throughput.mp4");
        let mut best = WAYS.map(|way| (way, Duration::MAX));
        // in turns, so that a busy moment of the machine hits all of them
        for _ in 0..ROUNDS {
            for (way, best) in &mut best {
                let began = Instant::now();
                match *way {
                    "proved download" => proved(&address, &path).await?,
                    way => bare(&address, &path, way.contains("hash"), way.contains("fsync")).await?,
                }
                *best = began.elapsed().min(*best);
                std::fs::remove_file(&path)?;
            }
        }
        for (way, best) in best {
            let bytes = u32::try_from(mib).map_or(f64::MAX, f64::from) * 1.048_576;
            println!("{folder:10} {way:24} {:5.0} MB/s", bytes / best.as_secs_f64());
        }
    }
    Ok(())
}
