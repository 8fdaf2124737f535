//! The far end: a thread that serves a film over the loopback, and a finished task to whoever asks for one.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// Serves a film with so many bytes of frames to everybody, until the process ends. The address, and the thread.
pub(crate) fn start(frames: u64) -> io::Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let thread = std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream, frames));
        }
    });
    Ok((address, thread))
}

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
