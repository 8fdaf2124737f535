//! The host a request names.

use http::uri::Authority;
use http::{HeaderMap, Uri, header};

/// A host that cannot be used: several, or one that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadHost;

/// The host and port a request names, if it names any: HTTP/1.0 and in-process callers need not.
pub(crate) fn named_host(uri: &Uri, headers: &HeaderMap) -> Result<Option<Authority>, BadHost> {
    let mut lines = headers.get_all(header::HOST).into_iter();
    let line = match (lines.next(), lines.next()) {
        (_, Some(_)) => return Err(BadHost),
        (line, None) => line,
    };
    // The request line goes before the header (RFC 9112, 3.2.2).
    let text = match (uri.authority(), line) {
        (Some(authority), _) => authority.as_str(),
        (None, Some(line)) => line.to_str().map_err(|_| BadHost)?,
        (None, None) => return Ok(None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if text.len() > 261 || !text.chars().all(plain) {
        return Err(BadHost);
    }
    let (_, after_address) = text.rsplit_once(']').unwrap_or(("", text));
    let port = after_address.split_once(':').map_or("", |(_, port)| port);
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadHost);
    }
    text.parse().map(Some).map_err(|_| BadHost)
}

/// Whether a host can only be this machine: `localhost`, a name under it, or a loopback address.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address: std::net::IpAddr| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port_and_nothing_else() {
        let rows = [
            "127.0.0.1:8787",
            "localhost",
            "LOCALHOST.:80",
            "a.localhost:80",
            "[::1]:8787",
            "[::ffff:127.0.0.1]",
            "gateway.example:443",
            "localhost.example",
            "2130706433",
            "user@localhost",
            "localhost/path",
            "local host",
            "localhost\"",
            "",
            "[::1",
            "a:b",
        ];
        let mut table = Vec::new();
        for row in rows {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, row.parse().unwrap());
            let host = named_host(&Uri::from_static("/v1"), &headers);
            let here = host.as_ref().is_ok_and(|host| host.as_ref().is_some_and(|host| is_this_machine(host.host())));
            table.push(format!("{row:22} {host:?}{}\n", if here { ", this machine" } else { "" }));
        }
        insta::assert_snapshot!(table.concat());
    }

    #[test]
    fn the_request_line_goes_before_the_header_and_two_headers_are_refused() {
        let mut headers = HeaderMap::new();
        let absolute = Uri::from_static("http://one.example/v1");
        assert_eq!(named_host(&Uri::from_static("/v1"), &headers), Ok(None));
        headers.append(header::HOST, "two.example".parse().unwrap());
        assert_eq!(named_host(&absolute, &headers), Ok(Some(Authority::from_static("one.example"))));
        headers.append(header::HOST, "two.example".parse().unwrap());
        assert_eq!(named_host(&absolute, &headers), Err(BadHost));
    }
}
