//! What a fault makes of an answer.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header};

use super::answers::error;
use super::{Fault, GatewayOptions, Route};
use crate::Reply;

const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>\
                    <hr><center>nginx</center></body></html>\n";

/// A refusal that waiting helps.
pub(super) fn busy(status: StatusCode, code: &str, message: &str, options: &GatewayOptions) -> Response<Bytes> {
    let mut response = error(status, "rate_limit_error", code, message);
    let delay = options.retry_after;
    let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    if Duration::from_secs(seconds) != delay {
        let exact = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        response.headers_mut().insert("retry-after-ms", exact.into());
    }
    response
}

/// The answer as it goes out: `honest`, or what `fault` makes of it.
pub(super) fn spoil(
    route: Route,
    honest: Response<Bytes>,
    fault: Option<Fault>,
    date: Option<&str>,
    options: &GatewayOptions,
) -> Reply {
    let Some(fault) = fault else { return whole(honest, date) };
    let half = honest.body().len() / 2;
    let page = |status: u16| Reply::status(status).header("content-type", "text/html").body(PAGE);
    match fault {
        Fault::RateLimited => {
            let refusal = busy(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", "Too many requests.", options);
            whole(refusal, date)
        }
        Fault::Overloaded => {
            let refusal = busy(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The server is overloaded.", options);
            whole(refusal, date)
        }
        Fault::ServerError => {
            let refusal = error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "internal", "Something broke.");
            whole(refusal, date)
        }
        Fault::BadGateway => page(502),
        Fault::HungUp => Reply::hang_up(),
        Fault::Garbled => {
            let text =
                if route == Route::Content { "{\"video\" \"…\"".into() } else { without_colons(honest.body()) };
            Reply::status(200).header("content-type", "application/json").body(text)
        }
        Fault::Page => page(200),
        Fault::Broken => {
            let length = honest.body().len().to_string();
            let first = honest.body().slice(..half);
            headed(&honest, date).header("content-length", &length).body(first).cutting()
        }
        Fault::Truncated => headed(&honest, date).body(honest.body().slice(..half)),
        Fault::Stalled if route == Route::Content => {
            let length = honest.body().len().to_string();
            let (first, rest) = (honest.body().slice(..half), honest.body().slice(half..));
            headed(&honest, date).header("content-length", &length).body(first).pausing(options.stall, rest)
        }
        Fault::Stalled => whole(honest, date).after(options.stall),
    }
}

fn whole(response: Response<Bytes>, date: Option<&str>) -> Reply {
    headed(&response, date).body(response.into_body())
}

/// Status and headers.
fn headed(response: &Response<Bytes>, date: Option<&str>) -> Reply {
    let mut reply = Reply::status(response.status().as_u16());
    for (name, value) in response.headers() {
        reply = reply.named(name.clone(), value.clone());
    }
    match date {
        Some(date) => reply.header("date", date),
        None => reply,
    }
}

/// JSON that is none any more.
fn without_colons(body: &Bytes) -> String {
    String::from_utf8_lossy(body).replace(':', " ")
}
