//! Nothing this transport says holds a key, a query or a password.

use std::error::Error as StdError;
use std::fmt::Write as _;

use bytes::Bytes;
use video_testkit::{ClosedPort, FarEnd, FrameServer, Identity, Move, RawServer, Reply, Step};
use video_transport::{Transport, TransportError};
use video_transport_reqwest::{Builder, Reqwest};

/// Everything an error says, in both ways, down to its last cause.
fn everything(error: &(dyn StdError + 'static)) -> String {
    let mut text = format!("{error}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = writeln!(text, "  {error}");
        cause = error.source();
    }
    assert!(!format!("{text}{error:?}").contains("sk-"), "{error:?}");
    text
}

async fn failing(transport: Builder, url: &str) -> TransportError {
    let transport = transport.build().expect("a transport");
    assert!(!format!("{transport:?}").contains("sk-"));
    let request = http::Request::post(format!("{url}?key=sk-query")).header("authorization", "Bearer sk-key");
    let request = request.body(Bytes::from("sk-body")).expect("a request");
    match transport.send(request).await {
        Ok(response) => response.into_body().collect(1024).await.expect_err("no whole answer"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn errors_tell_what_happened_and_keep_what_is_secret() {
    let (identity, other) = (Identity::generate(&["h2"]).unwrap(), Identity::generate(&["h2"]).unwrap());
    // Trusts somebody, so that it is the same on a machine without root certificates.
    let direct = || Reqwest::builder().no_proxy().root_certificate(other.root_pem());
    let refusing = ClosedPort::take().unwrap();
    let cut = FarEnd::start(|_| Reply::status(200).body("part").cutting()).unwrap();
    let garbage = RawServer::start([vec![Step::ReadRequest, Step::write("sk-answer\r\n\r\n")]]).unwrap();
    let untrusted = FarEnd::start_tls(&identity, |_| Reply::status(200)).unwrap();
    let refused = FrameServer::start(&identity, [Move::Refuse]).unwrap();
    let proxy = RawServer::start([vec![Step::ReadHead, Step::write("HTTP/1.1 407 sk-answer\r\n\r\n")]]).unwrap();
    let proxied = direct().proxy(proxy.url("").replace("http://", "http://user:sk-password@"));
    assert!(!format!("{proxied:?}").contains("sk-"));

    let errors = [
        failing(direct(), "https://user:sk-user@256.256.256.256/").await,
        failing(direct(), "https://gateway.example/..").await,
        failing(direct(), &format!("http://{}.example/", "x".repeat(64))).await,
        failing(direct(), &refusing.url("/")).await,
        failing(direct(), &cut.url("/")).await,
        failing(direct(), &garbage.url("/")).await,
        failing(direct(), &untrusted.url("/")).await,
        failing(direct().root_certificate(identity.root_pem()), &refused.url("/")).await,
        failing(proxied, "https://gateway.example/").await,
    ];
    let text = errors.iter().map(|error| everything(error)).collect::<String>();
    let port = refusing.url("").replace("http://", "");
    insta::assert_snapshot!(text.replace(&port, "(port)"), @r"
    the request cannot be sent as it stands
      the host of the URL is not one
    the request cannot be sent as it stands
      the path of the URL has a part `.` or `..`, which would be resolved on the way
    the server's name has no address
      error sending request
      client error (Connect)
      dns error
      error resolving DNS
      failed to lookup address information: Name or service not known
    could not connect to the server
      error sending request
      client error (Connect)
      tcp connect error
      Connection refused (os error 111)
    the connection broke before the answer was whole
      error decoding response body
      error reading a body from connection
      unexpected EOF during chunk size line
    the exchange failed
      error sending request
      client error (SendRequest)
      invalid HTTP version parsed
    could not make a trusted connection
      error sending request
      client error (Connect)
      invalid peer certificate: UnknownIssuer
    the connection broke before the answer was whole, nothing was sent
      error sending request
      client error (SendRequest)
      http2 error
      stream error received: refused stream before processing any application logic
    could not connect through the proxy
      error sending request
      client error (Connect)
      tunnel error: proxy authorization required
    ");
}

#[test]
fn settings_that_cannot_be_used_are_named_and_not_repeated() {
    let wrong = [
        Reqwest::builder().proxy("http://user:sk-password@"),
        Reqwest::builder().proxy("ftp://user:sk-password@127.0.0.1"),
        Reqwest::builder().proxy("user sk-password"),
        Reqwest::builder().root_certificate("sk-no certificate"),
        Reqwest::builder().root_certificate("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
        Reqwest::builder().root_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        Reqwest::builder().user_agent("sk-agent\n"),
    ];
    let text = wrong.map(|builder| everything(&builder.build().expect_err("a wrong setting")));
    insta::assert_snapshot!(text.concat(), @r"
    the proxy cannot be used: give a URL like `http://127.0.0.1:7890` or `socks5h://user:password@host:1080`
    the proxy cannot be used: give a URL like `http://127.0.0.1:7890` or `socks5h://user:password@host:1080`
    the proxy cannot be used: give a URL like `http://127.0.0.1:7890` or `socks5h://user:password@host:1080`
    the root certificate cannot be used: give the PEM text of a certification authority
      it holds no certificate
    the root certificate cannot be used: give the PEM text of a certification authority
      base64 decode error: InvalidCharacter(33)
    the root certificate cannot be used: give the PEM text of a certification authority
      invalid peer certificate: BadEncoding
    the user agent has a character that a header cannot hold: use printable ASCII
    ");
}

#[test]
fn proxies_may_be_written_as_people_write_them() {
    for url in
        ["127.0.0.1:7890", "localhost:7890", "user:pass@localhost:7890", "https://proxy.example", "socks5h://h:1"]
    {
        Reqwest::builder().proxy(url).build().expect(url);
    }
}
