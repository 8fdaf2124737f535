//! A certificate for 127.0.0.1, made anew for every test.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What a TLS server shows: a certificate for `127.0.0.1` and `localhost`, signed by a root that nobody trusts.
///
/// Installs no process-wide rustls provider.
#[derive(Debug, Clone)]
pub struct Identity {
    root_pem: String,
    server: Arc<ServerConfig>,
}

impl Identity {
    /// A new root and a new certificate for a server that speaks these protocols (ALPN), the preferred one first.
    pub fn generate(protocols: &[&str]) -> io::Result<Self> {
        let root_key = KeyPair::generate().map_err(io::Error::other)?;
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Two roots with one name would be taken for one root with a wrong signature.
        let name = root_key.public_key_raw().iter().rev().take(8).fold(0, |name, byte| name << 8 | u64::from(*byte));
        root.distinguished_name.push(DnType::CommonName, format!("testkit root {name:x}"));
        let root_pem = root.self_signed(&root_key).map_err(io::Error::other)?.pem();
        let issuer = Issuer::new(root, root_key);

        let key = KeyPair::generate().map_err(io::Error::other)?;
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let certificate = CertificateParams::new(names).and_then(|leaf| leaf.signed_by(&key, &issuer));
        let chain = vec![certificate.map_err(io::Error::other)?.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));

        let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|server| server.with_no_client_auth().with_single_cert(chain, key))
            .map_err(io::Error::other)?;
        server.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Ok(Self { root_pem, server: Arc::new(server) })
    }

    /// The root as PEM: who adds it to their roots trusts the server.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}
