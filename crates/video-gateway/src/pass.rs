//! Links that open one video without a key: a `<video>` element cannot send one.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;
use video_types::TaskId;

/// The query parameter that holds a pass; plugin-era New API calls its own the same.
const PARAMETER: &str = "access";
/// Bytes of a key: a block of SHA-256.
const KEY: usize = 64;

/// Makes and checks the passes of one gateway: 43 characters, a MAC of the task's id.
///
/// A pass reads the content of its one task and nothing else. It ends with the process: the key is never kept.
#[derive(Clone)]
pub(crate) struct Passes(Hmac<Sha256>);

impl Passes {
    /// Passes that no other gateway makes or takes.
    pub(crate) fn new() -> Self {
        // From the system's random numbers: 244 bits, which is what a MAC of 256 can use.
        let (mut key, random) = ([0; KEY], [Uuid::new_v4(), Uuid::new_v4()]);
        for (place, byte) in key.iter_mut().zip(random.iter().flat_map(Uuid::as_bytes)) {
            *place = *byte;
        }
        Self::with_key(key)
    }

    fn with_key(key: [u8; KEY]) -> Self {
        Self(Hmac::new(&key.into()))
    }

    /// The query that opens the content of a task.
    pub(crate) fn query(&self, id: &TaskId) -> String {
        format!("{PARAMETER}={}", URL_SAFE_NO_PAD.encode(self.of(id).finalize().into_bytes()))
    }

    /// Whether the pass of a request opens the content of a task; `None` if it brings none.
    pub(crate) fn opens(&self, id: &TaskId, query: Option<&str>) -> Option<bool> {
        let value = |pair: &'_ str| pair.strip_prefix(PARAMETER)?.strip_prefix('=').map(str::to_owned);
        let pass = query?.split('&').find_map(value)?;
        let mac = URL_SAFE_NO_PAD.decode(pass);
        Some(mac.is_ok_and(|mac| self.of(id).verify_slice(&mac).is_ok()))
    }

    fn of(&self, id: &TaskId) -> Hmac<Sha256> {
        self.0.clone().chain_update(b"video content 1\n").chain_update(id.as_str())
    }
}

impl fmt::Debug for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passes(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_opens_one_task_of_one_gateway() {
        let passes = Passes::with_key([1; KEY]);
        let (one, other) = (TaskId::from("task_1"), TaskId::from("task_2"));
        let pass = passes.query(&one);
        assert_eq!(pass.len(), "access=".len() + 43);
        assert_eq!(pass, Passes::with_key([1; KEY]).query(&one));
        assert_eq!(passes.opens(&one, Some(&pass)), Some(true));
        assert_eq!(passes.opens(&one, Some(&format!("variant=video&{pass}&x=1"))), Some(true));
        assert_eq!(passes.opens(&other, Some(&pass)), Some(false));
        assert_eq!(Passes::with_key([2; KEY]).opens(&one, Some(&pass)), Some(false));
        assert_eq!(Passes::new().opens(&one, Some(&Passes::new().query(&one))), Some(false));
    }

    #[test]
    fn what_is_no_pass_opens_nothing() {
        let passes = Passes::with_key([1; KEY]);
        let id = TaskId::from("task_1");
        let pass = passes.query(&id);
        let (shorter, changed) = (&pass[..pass.len() - 1], pass.replacen("access=", "access=A", 1));
        for query in ["access=", "access=====", shorter, &changed, &pass.replace("access=", "access=%20")] {
            assert_eq!(passes.opens(&id, Some(query)), Some(false), "{query}");
        }
        for query in [None, Some(""), Some("access"), Some("accessible=1"), Some("x=access=1")] {
            assert_eq!(passes.opens(&id, query), None, "{query:?}");
        }
    }
}
