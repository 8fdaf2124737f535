//! The server of bytes: every step does what it says, and the ledger claims no byte that was not read.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use video_testkit::{ClosedPort, RawServer, Step};

const HEAD: &str = "POST /v1/videos HTTP/1.1\r\nContent-Length: 5\r\nno header\r\n\r\n";

async fn connect(server: &RawServer) -> TcpStream {
    let address = server.url("").replace("http://", "");
    TcpStream::connect(address).await.expect("a server that listens")
}

/// Sends a whole request, and tells how the connection ended and what was heard before.
async fn call(server: &RawServer) -> String {
    let mut stream = connect(server).await;
    let mut heard = Vec::new();
    let sent = stream.write_all(format!("{HEAD}hello").as_bytes()).await;
    let ending = match sent.and(stream.read_to_end(&mut heard).await) {
        Ok(_) => "closed".to_owned(),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => "reset".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("{:?}, {ending}", String::from_utf8_lossy(&heard))
}

#[tokio::test]
async fn every_step_does_what_it_says() {
    let scripts = [
        vec![Step::AwaitByte, Step::Reset],
        vec![Step::ReadHead, Step::Reset],
        vec![Step::ReadBytes(HEAD.len() - 1), Step::Reset],
        vec![Step::ReadBytes(HEAD.len() + 2), Step::Reset],
        vec![Step::Forget(HEAD.len() + 2), Step::Reset],
        vec![Step::ReadRequest],
        vec![Step::ReadRequest, Step::write("HTTP/1.1 200 OK\r\n"), Step::write("\r\n")],
        vec![Step::ReadRequest, Step::write("HTTP/1.1 200"), Step::AwaitByte, Step::Reset],
    ];
    let mut table = Vec::new();
    for script in scripts {
        let steps = script.iter().map(|step| match step {
            Step::Write(bytes) => format!("Write({:?})", String::from_utf8_lossy(bytes)),
            step => format!("{step:?}"),
        });
        let steps = steps.collect::<Vec<_>>().join(", ");
        let server = RawServer::start([script]).unwrap();
        let heard = if steps.contains("AwaitByte") && steps.contains("Write") {
            // The byte that is awaited is sent once the answer is there.
            let mut stream = connect(&server).await;
            stream.write_all(format!("{HEAD}hello").as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            stream.write_all(b"P").await.unwrap();
            format!("{:?}, {}", String::from_utf8_lossy(&answer), stream.read_u8().await.unwrap_err().kind())
        } else {
            call(&server).await
        };
        let seen = server.ledger().until(|seen| seen.ended == 1).await;
        table.push(format!("{steps}\n  heard {heard}\n  seen  {seen}\n"));
    }
    insta::assert_snapshot!(table.concat(), @r#"
    AwaitByte, Reset
      heard "", reset
      seen  1 connection
    ReadHead, Reset
      heard "", reset
      seen  1 connection; POST /v1/videos + 0 body bytes, not whole
    ReadBytes(57), Reset
      heard "", reset
      seen  1 connection
    ReadBytes(60), Reset
      heard "", reset
      seen  1 connection; POST /v1/videos + 2 body bytes, not whole
    Forget(60), Reset
      heard "", reset
      seen  1 connection
    ReadRequest
      heard "", closed
      seen  1 connection; POST /v1/videos + 5 body bytes, whole
    ReadRequest, Write("HTTP/1.1 200 OK\r\n"), Write("\r\n")
      heard "HTTP/1.1 200 OK\r\n\r\n", closed
      seen  1 connection; POST /v1/videos + 5 body bytes, whole
    ReadRequest, Write("HTTP/1.1 200"), AwaitByte, Reset
      heard "HTTP/1.1 200", connection reset
      seen  1 connection; POST /v1/videos + 5 body bytes, whole
    "#);
}

#[tokio::test]
async fn a_held_connection_stays_and_one_that_waits_for_the_end_sees_it() {
    let server = RawServer::start([vec![Step::Hold], vec![Step::AwaitClose]]).unwrap();
    let held = connect(&server).await;
    server.ledger().until(|seen| seen.connections == 1).await;
    drop(connect(&server).await);
    let seen = server.ledger().until(|seen| seen.ended == 1).await;
    assert_eq!(seen.connections, 2);
    drop(held);
}

#[tokio::test]
async fn a_connection_without_a_script_is_noted_and_closed() {
    let server = RawServer::start([]).unwrap();
    let mut stream = connect(&server).await;
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(server.ledger().seen().to_string(), "1 connection");
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let port = ClosedPort::take().unwrap();
    let address = port.url("").replace("http://", "");
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
