//! Where requests go, and which of them carry the key.

use std::sync::Arc;
use std::time::SystemTime;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri, header};

use crate::address::resolve;
use crate::{Error, ErrorKind, HttpRequest, Signer};

/// A gateway's address together with the proof of who asks.
///
/// [`prepare`](Self::prepare) is the only place that sees both a host and a secret, and it signs only
/// what goes to this endpoint's own scheme, host, port and path prefix.
#[derive(Debug, Clone)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
    signer: Arc<dyn Signer>,
}

impl Endpoint {
    /// Reads a base URL such as `https://88api.ai` or `https://host/prefix`.
    ///
    /// A trailing `/v1` means the same without it, since dialects write it themselves.
    ///
    /// # Errors
    ///
    /// Not an http(s) URL with a host, or one with a user name, a query or a fragment.
    pub fn new(base: &str, signer: impl Signer) -> Result<Self, Error> {
        let refused = |why: &str| Error::invalid(format!("base URL {why}, such as https://88api.ai"));
        let base = base.trim();
        if !base.is_ascii() {
            return Err(refused("must be written in ASCII; look for full-width signs"));
        }
        if base.contains(['?', '#']) {
            return Err(refused("must not have a query or a fragment; write only scheme, host and path"));
        }
        if !base.contains("://") {
            return Err(refused("must begin with https:// or http://"));
        }
        let uri: Uri = base.parse().map_err(|_| refused("must be a URL"))?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or_else(|| refused("must begin with https:// or http://"))?;
        let authority = parts.authority.ok_or_else(|| refused("must name a host"))?;
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(refused("must begin with https:// or http://"));
        }
        if authority.as_str().contains('@') {
            return Err(refused("must not hold a user name or password"));
        }
        let default: u16 = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = match authority.as_str().rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((_, "")) | None => default,
            Some((_, port)) => port
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| refused("must have a port between 1 and 65535, or none"))?,
        };
        let host = authority.host();
        let authority = if port == default { host.to_owned() } else { format!("{host}:{port}") };
        let authority: Authority = authority.parse().map_err(|_| refused("must name a host"))?;
        let prefix = parts.path_and_query.as_ref().map_or("", PathAndQuery::path).trim_end_matches('/');
        let prefix = prefix.strip_suffix("/v1").unwrap_or(prefix).trim_end_matches('/').to_owned();
        Ok(Self { scheme, authority, prefix, signer: Arc::new(signer) })
    }

    /// Host, port and path prefix: what pins a [`TaskRef`](crate::TaskRef) to this gateway.
    pub fn origin(&self) -> String {
        format!("{}{}", self.authority.as_str().to_ascii_lowercase(), self.prefix)
    }

    /// The base URL, without `/v1`.
    pub fn base_url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.prefix)
    }

    /// Makes a request in origin form absolute, and signs it if it goes to this endpoint.
    ///
    /// # Errors
    ///
    /// The address cannot be built, or the signer fails.
    pub fn prepare(&self, mut request: HttpRequest, now: SystemTime) -> Result<HttpRequest, Error> {
        if request.uri().authority().is_none() {
            let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
            *request.uri_mut() = Uri::builder()
                .scheme(self.scheme.clone())
                .authority(self.authority.clone())
                .path_and_query(format!("{}{path}", self.prefix))
                .build()
                .map_err(|source| Error::invalid("the address cannot be built").with_source(source))?;
        }
        request.headers_mut().remove(header::AUTHORIZATION);
        if self.owns(request.uri()) {
            self.signer.sign(&mut request, now)?;
        }
        Ok(request)
    }

    /// The request a redirect asks for, unsigned; `None` if the answer is no redirect of a GET or HEAD.
    ///
    /// A redirect of anything that spends is never followed. The caller bounds the number of hops and
    /// passes the result through [`prepare`](Self::prepare).
    ///
    /// # Errors
    ///
    /// The answer redirects to nowhere, or to something that is not http(s).
    pub fn follow<B>(&self, sent: &HttpRequest, response: &http::Response<B>) -> Result<Option<HttpRequest>, Error> {
        let reads = matches!(*sent.method(), Method::GET | Method::HEAD);
        if !reads || !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let nowhere =
            || Error::new(ErrorKind::Decode).with_message("redirected to nowhere").with_status(response.status());
        let location =
            response.headers().get(header::LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        let location = location.ok_or_else(nowhere)?;
        let target = resolve(location, sent.uri()).ok_or_else(nowhere)?;
        if !matches!(target.scheme_str(), Some("http" | "https")) {
            return Err(nowhere());
        }
        let mut next = HttpRequest::new(bytes::Bytes::new());
        *next.method_mut() = sent.method().clone();
        *next.uri_mut() = target;
        for kept in [header::RANGE, header::IF_RANGE, header::ACCEPT, header::ACCEPT_ENCODING] {
            if let Some(value) = sent.headers().get(&kept) {
                next.headers_mut().insert(kept, value.clone());
            }
        }
        Ok(Some(next))
    }

    /// Whether a request may carry the key: the same scheme, host and port, and a path that cannot leave the prefix.
    fn owns(&self, uri: &Uri) -> bool {
        let path = uri.path();
        // Both ways in which servers write "above", and both in which they hide a slash.
        let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
        let climbs = plain.split(['/', '\\']).any(|segment| matches!(segment, "." | ".."));
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
        let same_host = uri.authority().is_some_and(|authority| {
            !authority.as_str().contains('@')
                && authority.host().eq_ignore_ascii_case(self.authority.host())
                && port(authority) == port(&self.authority)
        });
        uri.scheme() == Some(&self.scheme)
            && same_host
            && path.strip_prefix(self.prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
            && (self.prefix.is_empty() || !climbs)
    }
}
