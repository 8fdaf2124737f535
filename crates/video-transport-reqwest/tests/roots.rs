//! A machine without root certificates: plain HTTP works, and TLS says what is missing.

use std::error::Error as _;
use std::process::Command;

use bytes::Bytes;
use video_testkit::{FarEnd, Identity, Reply};
use video_transport::{Request, Sent, Transport, TransportErrorKind};
use video_transport_reqwest::Reqwest;

fn get(url: &str) -> Request {
    http::Request::get(url).body(Bytes::new()).expect("a request")
}

/// Set in the process that has no root certificates: the environment belongs to the whole process.
const WITHOUT_ROOTS: &str = "TEST_WITHOUT_ROOTS";

#[tokio::test]
async fn a_machine_without_roots_is_told_so_and_can_still_talk_to_its_neighbour() {
    if std::env::var_os(WITHOUT_ROOTS).is_some() {
        return on_a_machine_without_roots().await;
    }
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "a_machine_without_roots_is_told_so_and_can_still_talk_to_its_neighbour"])
        .env(WITHOUT_ROOTS, "1")
        .env("SSL_CERT_FILE", "/nonexistent/roots.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .expect("this test again");
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&child.stderr));
}

#[expect(clippy::unwrap_used, reason = "the body of a test")]
async fn on_a_machine_without_roots() {
    let identity = Identity::generate(&["h2"]).unwrap();
    let (near, far) = (FarEnd::start(|_| Reply::status(200)), FarEnd::start_tls(&identity, |_| Reply::status(200)));
    let (near, far) = (near.unwrap(), far.unwrap());
    let transport = Reqwest::builder().no_proxy().build().unwrap();
    transport.send(get(&near.url("/"))).await.unwrap();

    let error = transport.send(get(&far.url("/"))).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (TransportErrorKind::Tls, Sent::No));
    assert!(error.source().unwrap().to_string().starts_with("this machine has no root certificates: install"));
    assert_eq!(far.ledger().seen().connections, 0);

    let given = Reqwest::builder().no_proxy().root_certificate(identity.root_pem()).build().unwrap();
    given.send(get(&far.url("/"))).await.unwrap();
}
