//! The server of frames: each move as the frames a client gets.

use std::fmt::Write as _;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use video_testkit::{FrameServer, Identity, Move, Setting};

async fn connect(server: &FrameServer, identity: &Identity) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(identity.root_pem().as_bytes()).expect("a certificate in PEM");
    roots.add(root).expect("a certificate for a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of the provider")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address = server.url("").replace("https://", "");
    let stream = TcpStream::connect(address).await.expect("a server that listens");
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a trusted server")
}

/// Opens stream 1 with a head and a body, and tells every frame that comes back.
async fn play(turn: Move) -> String {
    let identity = Identity::generate(&["h2"]).expect("a certificate");
    let server = FrameServer::start(&identity, [turn]).expect("a free port");
    let mut stream = connect(&server, &identity).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("a server that reads");
    let frames: [&[u8]; 4] = [
        &[0, 0, 0, 4, 0, 0, 0, 0, 0],
        &[0, 0, 1, 1, 4, 0, 0, 0, 1, 0x82],
        &[0, 0, 4, 0, 1, 0, 0, 0, 1, b'b', b'o', b'd', b'y'],
        &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
    ];
    for frame in frames {
        stream.write_all(frame).await.expect("a server that reads");
    }
    let mut played = format!("{turn:?}\n");
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        let mut payload = vec![0; usize::from(head[2])];
        stream.read_exact(&mut payload).await.expect("the rest of a frame");
        let _ = writeln!(played, "  kind {} flags {} stream {} {payload:?}", head[3], head[4], head[8]);
        // The ping is the last thing said: its echo is the last to hear.
        if head[3] == 6 {
            break;
        }
    }
    let _ = writeln!(played, "  seen {}", server.ledger().seen());
    played
}

#[tokio::test]
async fn every_move_is_these_frames() {
    let mut transcript = String::new();
    for turn in [
        Move::Answer,
        Move::AnswerAfter(Setting::MaxConcurrentStreams, 0),
        Move::AnswerAfter(Setting::InitialWindowSize, 65_536),
        Move::Refuse,
        Move::Reset(2),
        Move::ResetAtHead(2),
        Move::GoAwayBelow(0),
        Move::GoAwayAtThenClose,
        Move::AnswerThenReset(8),
        Move::Hold,
    ] {
        transcript.push_str(&play(turn).await);
    }
    insta::assert_snapshot!(transcript, @r"
    Answer
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 1 flags 5 stream 1 [136]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    AnswerAfter(MaxConcurrentStreams, 0)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 4 flags 0 stream 0 [0, 3, 0, 0, 0, 0]
      kind 1 flags 5 stream 1 [136]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    AnswerAfter(InitialWindowSize, 65536)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 4 flags 0 stream 0 [0, 4, 0, 1, 0, 0]
      kind 1 flags 5 stream 1 [136]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    Refuse
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 3 flags 0 stream 1 [0, 0, 0, 7]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole, thrown away
    Reset(2)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 3 flags 0 stream 1 [0, 0, 0, 2]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    ResetAtHead(2)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 3 flags 0 stream 1 [0, 0, 0, 2]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    GoAwayBelow(0)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 7 flags 0 stream 0 [0, 0, 0, 0, 0, 0, 0, 0]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole, thrown away
    GoAwayAtThenClose
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 7 flags 0 stream 0 [0, 0, 0, 1, 0, 0, 0, 0]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    AnswerThenReset(8)
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 1 flags 4 stream 1 [136]
      kind 0 flags 0 stream 1 [115, 116, 97, 114, 116]
      kind 3 flags 0 stream 1 [0, 0, 0, 8]
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    Hold
      kind 4 flags 0 stream 0 []
      kind 4 flags 1 stream 0 []
      kind 6 flags 1 stream 0 [1, 2, 3, 4, 5, 6, 7, 8]
      seen 1 connection; STREAM 1 + 4 body bytes, whole
    ");
}

#[tokio::test]
async fn a_client_that_does_not_know_the_root_does_not_get_in() {
    let (identity, stranger) = (Identity::generate(&["h2"]).unwrap(), Identity::generate(&["h2"]).unwrap());
    assert_ne!(identity.root_pem(), stranger.root_pem());
    let server = FrameServer::start(&identity, []).unwrap();
    let refused = tokio::spawn(async move { connect(&server, &stranger).await }).await;
    assert!(refused.is_err());
}
