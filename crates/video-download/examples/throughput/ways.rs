//! The ways of fetching a film: ours, and those it is measured against.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use video_download::{Download, Resume, Source, SourceError, Target};
use video_transport::{Body, Response, TransportError, TransportErrorKind};

use crate::BoxError;

/// Where the film is, as every gateway has it.
const CONTENT: &str = "/v1/videos/task_1/content";

/// One way of fetching a film into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// `curl`, which neither hashes nor syncs.
    Curl,
    /// Reads with hyper and writes each piece as it comes.
    Bare { hash: bool, sync: bool },
    /// [`Download`], which hashes, proves, syncs and renames.
    Proved,
    /// The program `video`, at this path.
    Program(String),
}

impl Way {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Bare { hash: false, sync: false } => "bare loop",
            Self::Bare { hash: true, sync: false } => "bare loop, hash",
            Self::Bare { hash: false, sync: true } => "bare loop, fsync",
            Self::Bare { hash: true, sync: true } => "bare loop, hash, fsync",
            Self::Proved => "Download",
            Self::Program(_) => "video download",
        }
    }

    /// Whether this machine can do it.
    pub(crate) fn is_there(&self) -> bool {
        let program = match self {
            Self::Curl => "curl",
            Self::Program(path) => path,
            _ => return true,
        };
        Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    pub(crate) async fn fetch(&self, address: &str, path: &Path) -> Result<(), BoxError> {
        match self {
            Self::Curl => run(Command::new("curl").arg("-sSf").arg("-o").arg(path).arg(url(address))),
            Self::Bare { hash, sync } => bare(address, path, *hash, *sync).await,
            Self::Proved => proved(address, path).await,
            Self::Program(program) => {
                let mut command = Command::new(program);
                command.args(["download", "task_1", "-q", "-o"]).arg(path);
                run(command.env("VIDEO_BASE_URL", format!("http://{address}")).env("VIDEO_API_KEY", "sk-none"))
            }
        }
    }
}

fn url(address: &str) -> String {
    format!("http://{address}{CONTENT}")
}

fn run(command: &mut Command) -> Result<(), BoxError> {
    let status = command.stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", command.get_program().display()).into()) }
}

/// Asks with hyper, as a transport would.
async fn ask(address: &str) -> Result<hyper::Response<hyper::body::Incoming>, BoxError> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = http::Request::get(CONTENT).header("host", address);
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

/// The floor: reads with hyper, writes, proves nothing; with a hash and a sync on request.
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
