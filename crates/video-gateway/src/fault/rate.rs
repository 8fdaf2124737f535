//! A rate, exactly: sums of decimals must not depend on how a computer rounds them.

use std::fmt;

use super::error::Why;

/// Six decimals.
pub(super) const ONE: u32 = 1_000_000;

/// A share of all requests in millionths, at most all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate(pub(super) u32);

impl Rate {
    /// Reads `0`, `1`, `0.25`, `.5`, `1.`: digits with at most one point.
    pub(super) fn read(text: &str) -> Result<Self, Why> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let known = digits(whole) && digits(decimals) && !(whole.is_empty() && decimals.is_empty());
        if !known || decimals.len() > 6 || whole.len() > 3 {
            return Err(Why::Rate);
        }
        let number = |text: &str| if text.is_empty() { Ok(0) } else { text.parse::<u32>().map_err(|_| Why::Rate) };
        let millionths = number(whole)? * ONE + number(&format!("{decimals:0<6}"))?;
        if millionths <= ONE { Ok(Self(millionths)) } else { Err(Why::Rate) }
    }
}

/// Without zeros at the end: `0.1`, `1`, `0`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / ONE, self.0 % ONE);
        let text = format!("{whole}.{decimals:06}");
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}
