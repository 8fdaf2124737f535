//! The settings of the transport.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::Reqwest;
use crate::tls;

/// Settings of a [`Reqwest`] transport, each with a default that suits a video gateway.
///
/// ```
/// use std::time::Duration;
/// use video_transport_reqwest::Reqwest;
///
/// let transport = Reqwest::builder()
///     .no_proxy()
///     .head_timeout(Duration::from_secs(300))
///     .user_agent("studio/2.1")
///     .build()?;
/// # Ok::<_, video_transport_reqwest::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Builder {
    pub(crate) connect_timeout: Duration,
    pub(crate) head_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pool_idle_per_host: usize,
    pool_idle_timeout: Duration,
    proxy: Proxy,
    roots: Vec<Vec<u8>>,
    user_agent: String,
}

/// Which proxy to use. The URL may hold a password, so it is not printed.
#[derive(Clone)]
enum Proxy {
    System,
    None,
    Url(String),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(60),
            pool_idle_per_host: 64,
            pool_idle_timeout: Duration::from_secs(30),
            proxy: Proxy::System,
            roots: Vec::new(),
            user_agent: concat!("video/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Builder {
    /// How long making a connection may take, with its name, its proxy and its TLS handshake. Default: 10 s.
    #[must_use]
    pub fn connect_timeout(self, limit: Duration) -> Self {
        Self { connect_timeout: limit, ..self }
    }

    /// How long the head of an answer may take, from the call of `send`. Default: 120 s.
    ///
    /// Making the connection and sending the whole body count, and so does the time in which a gateway fetches and
    /// checks the pictures of a submit. Give more on a slow uplink: a submit that is cut off here is a job of which nobody
    /// knows whether it was ordered.
    #[must_use]
    pub fn head_timeout(self, limit: Duration) -> Self {
        Self { head_timeout: limit, ..self }
    }

    /// How long the next piece of a body may take. Default: 60 s.
    ///
    /// There is no limit for the whole: a download may take as long as it moves.
    #[must_use]
    pub fn idle_timeout(self, limit: Duration) -> Self {
        Self { idle_timeout: limit, ..self }
    }

    /// How many idle HTTP/1.1 connections to keep for one host. Default: 64.
    ///
    /// It is no limit for connections in use: who sends a thousand requests at a time over HTTP/1.1 gets a thousand.
    #[must_use]
    pub fn pool_idle_per_host(self, connections: usize) -> Self {
        Self { pool_idle_per_host: connections, ..self }
    }

    /// How long to keep an idle connection. Default: 30 s.
    ///
    /// Shorter than most servers keep theirs: a server that closes a connection at the very moment a submit is written to
    /// it leaves a job of which nobody knows whether it was ordered.
    #[must_use]
    pub fn pool_idle_timeout(self, limit: Duration) -> Self {
        Self { pool_idle_timeout: limit, ..self }
    }

    /// Sends everything through this proxy, whatever the system says.
    ///
    /// A URL with the scheme `http` (also if it has none), `https`, `socks4`, `socks4a`, `socks5` or `socks5h`, and with
    /// user and password where the proxy asks for them. `socks5h` and `socks4a` let the proxy resolve names. The default
    /// is the proxy of the system: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, on macOS and Windows also
    /// the system's settings.
    #[must_use]
    pub fn proxy(self, url: impl Into<String>) -> Self {
        Self { proxy: Proxy::Url(url.into()), ..self }
    }

    /// Uses no proxy, whatever the system says.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        Self { proxy: Proxy::None, ..self }
    }

    /// Trusts the certificates in this PEM text, besides the roots of the platform. May be called more than once.
    ///
    /// For a private gateway with its own certification authority.
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// The `User-Agent` of requests that have none. Default: `video/` and the version of this crate.
    #[must_use]
    pub fn user_agent(self, name: impl Into<String>) -> Self {
        Self { user_agent: name.into(), ..self }
    }

    /// The transport with these settings.
    ///
    /// Reads the root certificates of the platform, and the proxy settings of the system if they are used. A machine
    /// without root certificates is no error here: what it sends over TLS fails, saying so.
    pub fn build(self) -> Result<Reqwest, BuildError> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(tls::certificates(pem)?);
        }
        let tls = tls::client(roots)?;
        let user_agent = http::HeaderValue::try_from(&self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.config)
            .connect_timeout(self.connect_timeout)
            .pool_max_idle_per_host(self.pool_idle_per_host)
            .pool_idle_timeout(self.pool_idle_timeout)
            .user_agent(user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        let client = match &self.proxy {
            Proxy::System => client,
            Proxy::None => client.no_proxy(),
            Proxy::Url(url) => client.proxy(proxy(url)?),
        };
        let client = client.build().map_err(|error| BuildError::Client(error.without_url().into()))?;
        let proxied = matches!(self.proxy, Proxy::Url(_));
        Ok(Reqwest::assemble(client, &self, proxied, tls.rootless))
    }
}

fn proxy(url: &str) -> Result<reqwest::Proxy, BuildError> {
    // `localhost:7890` alone would be taken for the scheme `localhost`.
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let url: reqwest::Url = url.parse().map_err(|_| BuildError::Proxy)?;
    match url.scheme() {
        "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h" if url.has_host() => {
            reqwest::Proxy::all(url).map_err(|_| BuildError::Proxy)
        }
        _ => Err(BuildError::Proxy),
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = match self.proxy {
            Proxy::System => "system",
            Proxy::None => "none",
            Proxy::Url(_) => "given",
        };
        f.debug_struct("Builder")
            .field("connect_timeout", &self.connect_timeout)
            .field("head_timeout", &self.head_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("pool_idle_per_host", &self.pool_idle_per_host)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("proxy", &format_args!("{proxy}"))
            .field("roots", &self.roots.len())
            .field("user_agent", &self.user_agent)
            .finish()
    }
}

/// Why a transport could not be built. None of its texts holds the proxy's password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The proxy is not a URL that can be used.
    #[error("the proxy cannot be used: give a URL like `http://127.0.0.1:7890` or `socks5h://user:password@host:1080`")]
    Proxy,
    /// A root certificate cannot be read or used.
    #[error("the root certificate cannot be used: give the PEM text of a certification authority")]
    RootCertificate(#[source] Box<dyn StdError + Send + Sync>),
    /// The user agent cannot be sent.
    #[error("the user agent has a character that a header cannot hold: use printable ASCII")]
    UserAgent,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] Box<dyn StdError + Send + Sync>),
    /// reqwest did not accept the settings.
    #[error("the HTTP client could not be set up")]
    Client(#[source] Box<dyn StdError + Send + Sync>),
}
