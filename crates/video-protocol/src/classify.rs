//! From an answer that is no task to an [`Error`].

use std::time::Duration;

use http::{StatusCode, header};
use serde_json::Value;
use video_types::{Answer, Failure, Phase, Problem};

use crate::delays::retry_after;
use crate::error_table::{Proof, Row, Says};
use crate::generated::ROWS;
use crate::{Error, ErrorKind, HttpResponse};

/// Reads what a JSON body says of a task, or says why the answer is an error.
pub(crate) fn read_answer(response: &HttpResponse) -> Result<Answer, Error> {
    read_body(response).map(|(_, answer)| answer)
}

/// Reads a JSON body, as it is and for what it says of a task, or says why the answer is an error.
pub(crate) fn read_body(response: &HttpResponse) -> Result<(Value, Answer), Error> {
    if !response.status().is_success() {
        return Err(refusal(response));
    }
    let body: Value = serde_json::from_slice(response.body()).map_err(|source| {
        let problem = Problem::parse(response.body());
        Error::new(ErrorKind::Decode)
            .with_message(if problem.message.is_empty() {
                "the body is empty".to_owned()
            } else {
                format!("not JSON: {}", problem.message)
            })
            .with_status(response.status())
            .with_source(source)
            .temporary(retry_after(response.headers()))
    })?;
    match Answer::read(&body) {
        Answer::Problem(problem) => Err(problem_error(response, problem)),
        answer => Ok((body, answer)),
    }
}

/// What an answer whose status is not a success says.
pub(crate) fn refusal(response: &HttpResponse) -> Error {
    let status = response.status();
    if status.is_redirection() || status.is_informational() {
        return redirect(response);
    }
    problem_error(response, Problem::parse(response.body()))
}

/// Why a task that has ended has no video.
pub(crate) fn failure_kind(phase: Phase, failure: Option<&Failure>) -> ErrorKind {
    let problem = failure.map(|failure| {
        let mut problem = Problem::default();
        problem.code.clone_from(&failure.code);
        problem.message.clone_from(&failure.message);
        problem
    });
    // The words of a refusal count as they would on a submit; status and proof do not apply here.
    let moderated = problem
        .as_ref()
        .and_then(|problem| find(400, problem))
        .is_some_and(|row| row.kind == ErrorKind::ContentRejected);
    let code = failure.and_then(|failure| failure.code.as_deref());
    match (phase, code) {
        _ if moderated => ErrorKind::ContentRejected,
        (Phase::Expired, _) | (_, Some("expired")) => ErrorKind::TaskExpired,
        (Phase::Cancelled, _) | (_, Some("cancelled")) => ErrorKind::TaskCancelled,
        _ => ErrorKind::TaskFailed,
    }
}

fn problem_error(response: &HttpResponse, mut problem: Problem) -> Error {
    let status = response.status();
    if problem.request_id.is_none() {
        let headers = ["x-oneapi-request-id", "x-request-id"].into_iter();
        let mut ids = headers.filter_map(|name| response.headers().get(name)?.to_str().ok());
        problem.request_id = ids.next().map(str::to_owned);
    }
    let delay = retry_after(response.headers());
    let Some(row) = find(status.as_u16(), &problem) else {
        // A refusal inside a success status that no table knows proves nothing.
        return Error::new(ErrorKind::Decode).with_status(status).with_problem(problem).temporary(delay);
    };
    let proven = match row.proof {
        Proof::NoTask => true,
        Proof::Open => false,
        Proof::NoTaskIfTheGatewaySpeaks => problem.is_json || delay.is_some(),
    };
    let message = explain(status, &problem);
    let error = Error::new(row.kind).with_status(status).with_message(message).with_problem(problem);
    let error = if proven { error.with_proof_of_no_task() } else { error };
    if row.temporary { error.temporary(delay) } else { keep_delay(error, delay) }
}

/// A permanent refusal keeps the delay for whoever wants to try later by hand.
fn keep_delay(error: Error, delay: Option<Duration>) -> Error {
    if delay.is_some() { error.temporary(delay).permanent() } else { error }
}

/// Whether a JSON answer with this status and these words proves that no task was created.
pub(crate) fn reads_as_proof(status: StatusCode, problem: &Problem) -> bool {
    find(status.as_u16(), problem).is_some_and(|row| row.proof != Proof::Open)
}

/// What a JSON answer with this status and these words is read as.
pub(crate) fn reads_as(status: StatusCode, problem: &Problem) -> Option<ErrorKind> {
    find(status.as_u16(), problem).map(|row| row.kind)
}

fn find(status: u16, problem: &Problem) -> Option<&'static Row> {
    ROWS.iter().find(|row| (row.status.0..=row.status.1).contains(&status) && matches(row.says, problem))
}

fn matches(says: Says, problem: &Problem) -> bool {
    let codes = || problem.code.iter().chain(&problem.provider_code);
    match says {
        Says::Code(known) => codes().any(|code| known.contains(&code.as_str())),
        Says::Number(first, last) => {
            codes().any(|code| code.parse::<u32>().is_ok_and(|number| (first..=last).contains(&number)))
        }
        Says::CodeHas(parts) => codes().any(|code| parts.iter().any(|part| code.contains(part))),
        Says::Class(class) => problem.class.as_deref() == Some(class),
        Says::Words(parts) => {
            let words = problem.message.to_lowercase();
            parts.iter().any(|part| words.contains(&part.to_lowercase()))
        }
        Says::Page => !problem.is_json,
        Says::Anything => true,
    }
}

/// The server's words, or our own where it said nothing.
fn explain(status: StatusCode, problem: &Problem) -> String {
    if !problem.message.is_empty() {
        return problem.message.clone();
    }
    let reason = status.canonical_reason().unwrap_or("no reason");
    format!("{} with an empty answer", reason.to_lowercase())
}

/// A redirect of a submit is not followed. 301, 307 and 308 say that the request belongs elsewhere and
/// was not acted on; 302 and 303 may follow an accepted form, so they prove nothing.
fn redirect(response: &HttpResponse) -> Error {
    let status = response.status();
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    let to = to.map(|to| to.split(['?', '#']).next().unwrap_or_default());
    let error = Error::new(ErrorKind::Misconfigured).with_status(status).with_message(match to {
        Some(to) => format!("the server redirects to {to}: correct the base URL"),
        None => "the server redirects to nowhere".to_owned(),
    });
    if to.is_some() && matches!(status.as_u16(), 301 | 307 | 308) { error.with_proof_of_no_task() } else { error }
}
