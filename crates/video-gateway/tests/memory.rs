//! How much memory a body of 200 MB takes. Alone in its process, so that the figure means something.

#[path = "behaviour/running.rs"]
mod running;
#[path = "behaviour/upstream.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod upstream;
#[path = "behaviour/wire.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod wire;

use running::{Running, client};
use upstream::Upstream;
use video_gateway::Gateway;
use wire::Wire;

const SENT: usize = 200_000_000;
const PIECE: usize = 50_000;

/// The most memory this process has had resident, in MiB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok()).expect("a number") / 1024
}

/// Sends 200 MB whatever is answered, as a client that does not listen while it talks; gives the status.
///
/// Every byte is taken: many clients report a broken pipe and never look at the answer.
async fn send(running: &Running, length: &str, before: &[u8], after: &[u8]) -> u16 {
    let mut wire = Wire::connect(running.address).await;
    wire.write(format!(
        "POST /v1/video/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\n\
         Content-Type: application/json\r\n{length}\r\n"
    ))
    .await;
    let piece = [before, &vec![b' '; PIECE], after].concat();
    for _ in 0..SENT / PIECE {
        assert!(wire.try_write(&piece).await, "a connection that is still open");
    }
    wire.answer(false).await.expect("an answer").status
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_body_of_200_mb_is_refused_in_bounded_memory() {
    let upstream = Upstream::always(200, &[], r#"{"id":"task_1"}"#);
    let running = Running::start(Gateway::new(client(upstream.clone())).with_body_limit(8 << 20)).await;
    let before = peak();
    let declared = send(&running, &format!("Content-Length: {SENT}\r\n"), b"", b"").await;
    let after_declared = peak() - before;
    let chunked = send(&running, "Transfer-Encoding: chunked\r\n", format!("{PIECE:x}\r\n").as_bytes(), b"\r\n").await;
    let after_chunked = peak() - before;
    assert_eq!((declared, chunked), (413, 413));
    assert!(after_declared <= 4, "{after_declared} MiB for a body that was not to be read");
    assert!(after_chunked <= 32, "{after_chunked} MiB for a limit of 8");
    assert_eq!(upstream.requests().len(), 0);
    running.ended().await;
}
