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

#[test]
fn a_machine_without_roots_is_told_so_and_can_still_talk_to_its_neighbour() {
    // The environment belongs to the whole process, so the test runs in one of its own.
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", "on_a_machine_without_roots"])
        .env("SSL_CERT_FILE", "/nonexistent/roots.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .expect("this test again");
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&child.stderr));
}

#[tokio::test]
#[ignore = "run by the test above, without root certificates"]
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
