//! What a transport error says, and what it lets the client do.

use video_transport::{Sent, TransportError, TransportErrorKind};

const KINDS: [TransportErrorKind; 9] = [
    TransportErrorKind::Resolve,
    TransportErrorKind::Connect,
    TransportErrorKind::Tls,
    TransportErrorKind::Proxy,
    TransportErrorKind::Timeout,
    TransportErrorKind::Interrupted,
    TransportErrorKind::BodyTooLarge,
    TransportErrorKind::Invalid,
    TransportErrorKind::Other,
];

#[test]
fn every_kind_has_a_word_a_clause_and_a_careful_default() {
    let line = |kind| {
        let error = TransportError::new(kind, "cause");
        format!("{kind:<14} {:<5} {error}\n", format!("{:?}", error.sent()))
    };
    insta::assert_snapshot!(KINDS.map(line).concat(), @r"
    resolve        No    the server's name has no address
    connect        No    could not connect to the server
    tls            No    could not make a trusted connection
    proxy          No    could not connect through the proxy
    timeout        Maybe the answer did not come in time
    interrupted    Maybe the connection broke before the answer was whole
    body-too-large Maybe the answer is too large
    invalid        No    the request cannot be sent as it stands
    other          Maybe the exchange failed
    ");
}

#[test]
fn an_error_says_when_nothing_was_sent_although_its_kind_would_let_one_fear_it() {
    let line = |kind| format!("{}\n", TransportError::new(kind, "cause").with_sent(Sent::No));
    insta::assert_snapshot!(KINDS.map(line).concat(), @r"
    the server's name has no address
    could not connect to the server
    could not make a trusted connection
    could not connect through the proxy
    the answer did not come in time, nothing was sent
    the connection broke before the answer was whole, nothing was sent
    the answer is too large, nothing was sent
    the request cannot be sent as it stands
    the exchange failed, nothing was sent
    ");
}

#[test]
fn a_transport_may_also_doubt_what_its_kind_would_promise() {
    let error = TransportError::new(TransportErrorKind::Connect, "cause").with_sent(Sent::Maybe);
    assert!(error.may_have_been_sent());
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}
