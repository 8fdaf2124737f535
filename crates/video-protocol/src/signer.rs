//! Proof of who asks.

use std::fmt;
use std::time::SystemTime;

use http::{HeaderValue, header};

use crate::{Error, HttpRequest};

/// Adds credentials to a finished request.
pub trait Signer: fmt::Debug + Send + Sync + 'static {
    /// Signs `request` as of `now`.
    fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error>;
}

/// `Authorization: Bearer …`.
#[derive(Clone)]
pub struct Bearer(HeaderValue);

impl Bearer {
    /// Wraps a key; white space and a `Bearer ` around it are cut.
    ///
    /// # Errors
    ///
    /// The key is empty or holds characters a header cannot carry. The error does not repeat it.
    pub fn new(key: &str) -> Result<Self, Error> {
        let (first, rest) = key.trim().split_once(char::is_whitespace).unwrap_or((key.trim(), ""));
        let key = if first.eq_ignore_ascii_case("bearer") { rest.trim() } else { key.trim() };
        let refused = |why: &str| Error::new(crate::ErrorKind::Unauthorized).with_message(why).with_proof_of_no_task();
        if key.is_empty() {
            return Err(refused("the key is empty"));
        }
        if !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(refused("the key holds a character that cannot be sent; copy it again"));
        }
        let mut value =
            HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| refused("the key cannot be sent"))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

impl Signer for Bearer {
    fn sign(&self, request: &mut HttpRequest, _now: SystemTime) -> Result<(), Error> {
        request.headers_mut().insert(header::AUTHORIZATION, self.0.clone());
        Ok(())
    }
}
