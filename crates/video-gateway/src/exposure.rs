//! Whether a gateway without tokens may listen on an address.

use std::net::SocketAddr;

/// Refuses a gateway without tokens on an address that other machines may reach.
///
/// Whoever reaches such a gateway spends the money of its upstream key.
///
/// ```
/// use video_gateway::check_exposure;
///
/// assert!(check_exposure("127.0.0.1:8787".parse()?, false).is_ok());
/// assert!(check_exposure("0.0.0.0:8787".parse()?, false).is_err());
/// assert!(check_exposure("0.0.0.0:8787".parse()?, true).is_ok());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
///
/// # Errors
///
/// There are no tokens and the address is not a loopback one.
pub fn check_exposure(listen: SocketAddr, has_tokens: bool) -> Result<(), Exposed> {
    if has_tokens || listen.ip().to_canonical().is_loopback() { Ok(()) } else { Err(Exposed { listen }) }
}

/// A gateway that anybody on the network could spend money with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{listen} can be reached from other machines, and without tokens anybody there could order videos: set a token, \
     or listen on 127.0.0.1"
)]
#[non_exhaustive]
pub struct Exposed {
    /// The address asked for.
    pub listen: SocketAddr,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_open_to_everybody() {
        let rows =
            ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "0.0.0.0:1", "[::]:1", "10.0.0.1:1"];
        let table: Vec<String> = rows
            .into_iter()
            .map(|listen| {
                let verdict = check_exposure(listen.parse().unwrap(), false);
                format!("{listen:20} {}", verdict.map_or_else(|error| error.to_string(), |()| "fine".to_owned()))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
