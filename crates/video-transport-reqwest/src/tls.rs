//! TLS without a process-wide crypto provider: a configuration of our own, handed to reqwest ready made.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::BuildError;

/// A TLS configuration, and whether it can trust anybody.
pub(crate) struct Tls {
    pub(crate) config: ClientConfig,
    /// Why no server can be trusted: the machine has no root certificates, and none was given.
    pub(crate) rootless: Option<rustls::Error>,
}

/// rustls with ring, the roots of the platform and `extra` ones, HTTP/2 before HTTP/1.1.
pub(crate) fn client(extra: Vec<CertificateDer<'static>>) -> Result<Tls, BuildError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::Tls(error.into()))?;
    let (builder, rootless) = match verifier(extra, provider)? {
        Ok(verifier) => (builder.dangerous().with_custom_certificate_verifier(verifier), None),
        // A container without root certificates can still talk plain HTTP to the gateway beside it.
        Err(error) => (builder.with_root_certificates(RootCertStore::empty()), Some(error)),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { config, rootless })
}

type Found = Result<Arc<dyn ServerCertVerifier>, rustls::Error>;

/// The inner error: the platform has no root, and there is no extra one. The outer: an extra one is not usable.
fn verifier(extra: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Found, BuildError> {
    if extra.is_empty() {
        return Ok(Verifier::new(provider).map(|verifier| Arc::new(verifier) as _));
    }
    let verifier = Verifier::new_with_extra_roots(extra, provider);
    verifier.map(|verifier| Ok(Arc::new(verifier) as _)).map_err(|error| BuildError::RootCertificate(error.into()))
}

/// The certificates in a PEM text: one at least.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match found {
        Ok(found) if found.is_empty() => Err(BuildError::RootCertificate("it holds no certificate".into())),
        found => found.map_err(|error| BuildError::RootCertificate(error.into())),
    }
}
