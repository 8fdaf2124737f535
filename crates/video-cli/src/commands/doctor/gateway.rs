//! The gateway in force: settings, key, connection, clock.

use std::time::{Duration, SystemTime};

use http::header;
use sha2::{Digest as _, Sha256};
use video_protocol::{Bearer, Endpoint, Error, Feature, HttpResponse, Question, Reason, State, Survey, Verdict};
use video_transport::{TransportError, TransportErrorKind};

use super::check::Check;
use crate::advice::{describe, next_step};
use crate::arguments::{Format, GatewayChoice};
use crate::asking::{Asking, now};
use crate::connect;
use crate::language::Language;
use crate::settings::{Place, Secret, Settings};

/// How far two clocks may be apart before certificates and signatures suffer.
const LARGEST_GAP: Duration = Duration::from_secs(60);

/// Looks at the settings, and asks the gateway one free question.
pub(super) async fn checks(choice: &GatewayChoice) -> Vec<Check> {
    let settings = match connect::settings(choice, None) {
        Ok(settings) => settings,
        Err(error) => return vec![broken("gateway", &error)],
    };
    let (base_url, key) = match &settings.place {
        Place::Sandbox => {
            return vec![Check::ok("gateway", "the embedded sandbox, as asked for", "内置沙盒（按要求）")];
        }
        Place::Fallback => {
            let none =
                Check::warning("gateway", "none is set up: generate uses the sandbox", "尚未配置：generate 使用沙盒");
            return vec![
                none.but("video config add --preset 88api --key-stdin", "video config add --preset 88api --key-stdin"),
            ];
        }
        Place::Gateway { base_url, key } => (base_url, key),
    };
    // Only what is a base URL is repeated: anything else may hold a password.
    let endpoint = match Bearer::new("none").and_then(|bearer| Endpoint::new(&base_url.0, bearer)) {
        Ok(endpoint) => endpoint,
        Err(error) => return vec![broken("gateway", &error)],
    };
    let mut checks = vec![gateway(&endpoint, &settings)];
    let Some((key, origin)) = key else {
        let none = Check::problem("key", Verdict::Refused, "there is none for this gateway", "此网关没有密钥");
        checks.push(none.but(
            "set VIDEO_API_KEY, or video config add NAME --key-stdin",
            "请设置 VIDEO_API_KEY，或运行 video config add NAME --key-stdin",
        ));
        return checks;
    };
    checks.push(Check::ok(
        "key",
        format!("{} characters, fingerprint {} ({origin})", length(key), fingerprint(key)),
        format!("{} 个字符，指纹 {}（{origin}）", length(key), fingerprint(key)),
    ));
    let asking = match Asking::new(&base_url.0, &key.0) {
        Ok(asking) => asking,
        Err(error) => {
            checks.push(broken("key", &error));
            return checks;
        }
    };
    let question = match settings.format.0 {
        Format::NewApi => Question::Wrapper,
        Format::OpenAi => Question::Object,
    };
    match asking.ask(question).await {
        Err(error) => checks.push(broken("connection", &error)),
        Ok(Err(error)) => checks.push(unreachable(&error)),
        Ok(Ok(answer)) => {
            checks.push(Check::ok(
                "connection",
                format!("HTTP {}", answer.status().as_u16()),
                format!("HTTP {}", answer.status().as_u16()),
            ));
            checks.extend(clock(&answer, now()));
            checks.push(let_in(question, answer));
        }
    }
    checks
}

fn gateway(endpoint: &Endpoint, settings: &Settings) -> Check {
    let Place::Gateway { base_url: (_, origin), .. } = &settings.place else {
        return Check::fact("gateway", endpoint.base_url());
    };
    let fact =
        format!("{} ({origin}), format {} ({})", endpoint.base_url(), settings.format.0.name(), settings.format.1);
    let local = is_local(&endpoint.base_url());
    if endpoint.base_url().starts_with("http://") && !local {
        let open = Check::warning(
            "gateway",
            format!("{fact}: the key travels unencrypted"),
            format!("{fact}：密钥以明文传输"),
        );
        return open.but("use https:// if the gateway has it", "如网关支持，请改用 https://");
    }
    Check::fact("gateway", fact)
}

fn is_local(base_url: &str) -> bool {
    let host = base_url.split("://").nth(1).unwrap_or_default();
    ["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local))
}

/// The error of a setting, in its own words.
fn broken(subject: &'static str, error: &Error) -> Check {
    let check = Check::problem(
        subject,
        error.verdict(),
        describe(error, Language::English),
        describe(error, Language::Chinese),
    );
    match (next_step(error, Language::English), next_step(error, Language::Chinese)) {
        (Some(english), Some(chinese)) => check.but(english, chinese),
        _ => check,
    }
}

fn length(key: &Secret) -> usize {
    key.0.trim().chars().count()
}

/// What tells the key from another one: never a sign of it.
fn fingerprint(key: &Secret) -> String {
    let digest = Sha256::digest(key.0.trim().as_bytes());
    format!("{:02x}{:02x}", digest[0], digest[1])
}

fn unreachable(error: &TransportError) -> Check {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.source().is_none() {
            words = format!("{words} [{cause}]");
        }
        source = cause.source();
    }
    let (english, chinese) = match error.kind() {
        TransportErrorKind::Resolve => {
            ("check the host of the base URL, and the network", "请检查网关地址中的主机名和网络")
        }
        TransportErrorKind::Tls => (
            "check the scheme of the base URL and the clock; behind a company's proxy, install its root certificate",
            "请检查地址的协议和系统时钟；在公司代理后面时，请安装其根证书",
        ),
        TransportErrorKind::Proxy => ("check the proxy below", "请检查下方的代理"),
        _ => ("check the base URL, the port and the network", "请检查网关地址、端口和网络"),
    };
    Check::problem("connection", Verdict::Unsent, words.clone(), words).but(english, chinese)
}

/// The server's clock against ours.
fn clock(answer: &HttpResponse, now: SystemTime) -> Option<Check> {
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    let there = httpdate::parse_http_date(date).ok()?;
    let (gap, way) = match now.duration_since(there) {
        Ok(gap) => (gap, ("ahead of", "快于")),
        Err(error) => (error.duration(), ("behind", "慢于")),
    };
    if gap <= LARGEST_GAP {
        return Some(Check::ok("clock", "agrees with the gateway's to the minute", "与网关时钟相差不到一分钟"));
    }
    let seconds = gap.as_secs();
    let check = Check::warning(
        "clock",
        format!("{seconds} s {} the gateway's", way.0),
        format!("{}网关时钟 {seconds} 秒", way.1),
    );
    Some(check.but("set the clock of this machine", "请校准本机时钟"))
}

/// Whether the key opens the gateway, by what it says of a task that there is not.
fn let_in(question: Question, answer: HttpResponse) -> Check {
    let survey = Survey::of(&[(question, answer)]);
    let seen = survey.answers.iter().map(|(_, seen)| seen.as_str()).collect::<String>();
    let feature = if question == Question::Object { Feature::OpenAi } else { Feature::NewApi };
    let reason = survey.finding(feature).and_then(|finding| finding.reason);
    match (survey.state(Feature::Key), survey.state(feature)) {
        (State::No, _) => {
            Check::problem("access", Verdict::Refused, format!("refused: {seen}"), format!("未通过：{seen}"))
                .but("use another key, or look it up with the gateway's operator", "请更换密钥，或向网关运营方核实")
        }
        _ if reason == Some(Reason::Forbidden) => {
            let (english, chinese) = (format!("forbidden to this key: {seen}"), format!("此密钥无权访问：{seen}"));
            Check::problem("access", Verdict::Refused, english, chinese).but(
                "use a key without limits, or ask the gateway's operator",
                "请使用没有限制的密钥，或联系网关运营方",
            )
        }
        _ if reason == Some(Reason::Trouble) => {
            let (english, chinese) = (format!("the server is in trouble: {seen}"), format!("服务器出现故障：{seen}"));
            Check::warning("access", english, chinese).but("try again later", "请稍后再试")
        }
        (_, State::Yes) => Check::ok("access", format!("the key is let in: {seen}"), format!("有效：{seen}")),
        _ => Check::problem(
            "format",
            Verdict::Unsent,
            format!("the answer is none of this format: {seen}"),
            format!("答复不符合此格式：{seen}"),
        )
        .but("video conform shows what this server speaks", "运行 video conform 查看此服务器支持的格式"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_compared_with_the_gateways() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let said = |date: String| {
            let answer = http::Response::builder().header("date", date).body(Vec::new().into()).expect("an answer");
            let check = clock(&answer, now);
            check.map_or_else(
                || "nothing".to_owned(),
                |check| {
                    let (english, chinese) = (check.said(Language::English), check.said(Language::Chinese));
                    format!("{:?}: {english} | {chinese}", check.level)
                },
            )
        };
        let at = |time| httpdate::fmt_http_date(time);
        let rows = [
            said(at(now - Duration::from_secs(60))),
            said(at(now - Duration::from_secs(61))),
            said(at(now + Duration::from_secs(7200))),
            said("yesterday".to_owned()),
        ];
        insta::assert_snapshot!(rows.join("\n"), @"
        Ok: agrees with the gateway's to the minute | 与网关时钟相差不到一分钟
        Warning: 61 s ahead of the gateway's | 快于网关时钟 61 秒
        Warning: 7200 s behind the gateway's | 慢于网关时钟 7200 秒
        nothing
        ");
    }

    #[test]
    fn a_key_is_told_from_another_one_without_a_sign_of_it() {
        assert_eq!(fingerprint(&Secret("sk-planted".to_owned())), fingerprint(&Secret(" sk-planted\n".to_owned())));
        assert_ne!(fingerprint(&Secret("sk-planted".to_owned())), fingerprint(&Secret("sk-planter".to_owned())));
        assert!(!fingerprint(&Secret("sk-planted".to_owned())).contains("sk-"));
    }
}
