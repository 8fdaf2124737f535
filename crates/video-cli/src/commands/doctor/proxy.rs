//! Proxies that the environment names: where to, never with which password.

use super::check::Check;

const NAMES: [&str; 4] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// One check for each variable that is set, in either letter case.
pub(super) fn checks() -> Vec<Check> {
    let set = NAMES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    let set = set.filter_map(|name| Some((std::env::var(&name).ok().filter(|value| !value.trim().is_empty())?, name)));
    let found: Vec<Check> = set.map(|(value, name)| Check::fact("proxy", line(&name, &value))).collect();
    if found.is_empty() { vec![Check::ok("proxy", "none in the environment", "环境中没有代理")] } else { found }
}

fn line(name: &str, value: &str) -> String {
    // A list of hosts, not an address.
    let shown = if name.eq_ignore_ascii_case("NO_PROXY") { value.to_owned() } else { masked(value.trim()) };
    format!("{name}={shown}")
}

/// Scheme and host of a proxy; user and password as `***`, path and query left out.
fn masked(value: &str) -> String {
    let (scheme, rest) = value.split_once("://").map_or(("", value), |(scheme, rest)| (scheme, rest));
    // A password may hold any sign: what stands before the last @ is all credentials.
    let (secret, host) = rest.rsplit_once('@').map_or((false, rest), |(_, host)| (true, host));
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}{}{host}", if secret { "***@" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_proxy_is_shown_without_user_password_path_and_query() {
        for (value, shown) in [
            ("http://proxy.example:8080", "http://proxy.example:8080"),
            ("http://user:planted@proxy.example:8080/", "http://***@proxy.example:8080"),
            ("socks5h://user:pl@nted/:?@proxy.example", "socks5h://***@proxy.example"),
            ("proxy.example:3128", "proxy.example:3128"),
            ("user:planted@proxy.example", "***@proxy.example"),
            ("http://proxy.example/?password=planted", "http://proxy.example"),
            ("", ""),
        ] {
            assert_eq!(masked(value), shown);
        }
    }
}
