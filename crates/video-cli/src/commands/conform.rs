//! `video conform`: what a gateway speaks and how it behaves, from questions that cost nothing.

mod words;

use std::process::ExitCode;

use serde_json::json;
use video_protocol::{Caller, Error, ErrorKind, Feature, HttpResponse, Question, Reason, State, Survey};

use crate::advice::one_line;
use crate::arguments::{Conform, GatewayChoice};
use crate::asking::{Asking, unreachable};
use crate::columns::padded;
use crate::complaint::What;
use crate::connect;
use crate::exit;
use crate::screen::Screen;
use crate::settings::profiles::Profiles;
use crate::settings::{Place, home, need_key};

pub(super) async fn conform(arguments: Conform, screen: &Screen) -> Result<ExitCode, Error> {
    let asking = asking(&arguments)?;
    if arguments.dry_run {
        return dry_run(&asking, screen);
    }
    let mut answers: Vec<(Question, HttpResponse)> = Vec::new();
    let mut first_failure = None;
    for question in Question::ALL {
        match asking.ask(question).await? {
            Ok(answer) => answers.push((question, answer)),
            // Where no connection comes about, twelve more attempts say no more.
            Err(error) if answers.is_empty() && !error.may_have_been_sent() => return Err(unreachable(error)),
            Err(error) => first_failure = first_failure.or(Some(error)),
        }
    }
    if let (true, Some(error)) = (answers.is_empty(), first_failure) {
        return Err(unreachable(error));
    }
    let survey = Survey::of(&answers);
    print(&asking, &survey, screen);
    match verdict(&survey) {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => {
            screen.trouble(&error);
            Ok(exit::of(error.verdict()))
        }
    }
}

/// The gateway and its key. A URL gets the key of the environment, else that of its own profile.
fn asking(arguments: &Conform) -> Result<Asking, Error> {
    let choice = GatewayChoice {
        base_url: arguments.url.clone(),
        profile: arguments.profile.clone(),
        ..GatewayChoice::default()
    };
    let Place::Gateway { base_url: (base_url, _), key } = connect::settings(&choice, None)?.place else {
        return Err(What::NothingToConform.into_error());
    };
    if arguments.dry_run {
        // Nothing is sent, so no key is needed.
        return Asking::new(&base_url, "none");
    }
    if let Some((key, _)) = &key {
        return Asking::new(&base_url, &key.0);
    }
    let origin = video_protocol::Endpoint::new(&base_url, video_protocol::Bearer::new("none")?)?.origin();
    let profiles = Profiles::read(&home::folder()?)?;
    match profiles.at(&origin).and_then(|(_, profile)| profile.key.as_deref()) {
        Some(key) => Asking::new(&base_url, key),
        None => Asking::new(&base_url, &need_key(None, &base_url)?.0),
    }
}

fn dry_run(asking: &Asking, screen: &Screen) -> Result<ExitCode, Error> {
    for question in Question::ALL {
        let request = asking.request(question)?;
        let key = match question.caller() {
            Caller::Own => "own",
            Caller::Wrong => "wrong",
            Caller::Nobody => "none",
        };
        let (method, url) = (request.method().as_str(), request.uri().to_string());
        screen.data(&format!("{} {method:8}{url}", padded(&words::key_used(question, screen.language()), 12)));
        screen.object(&json!({
            "schema": "video.request/1", "question": question.name(), "method": method, "url": url, "key": key,
        }));
    }
    Ok(ExitCode::SUCCESS)
}

/// Why the gateway cannot be used; nothing if it can.
fn verdict(survey: &Survey) -> Option<Error> {
    let has = |reason| {
        [Feature::NewApi, Feature::OpenAi]
            .into_iter()
            .filter_map(|format| survey.finding(format))
            .any(|finding| finding.reason == Some(reason))
    };
    if survey.is_usable() {
        return None;
    }
    let error = if survey.refuses_key() || has(Reason::Forbidden) {
        Error::new(ErrorKind::Unauthorized)
    } else if has(Reason::Trouble) {
        Error::new(ErrorKind::Unavailable)
    } else if has(Reason::NoAnswer) {
        Error::new(ErrorKind::NoAnswer)
    } else {
        return Some(What::NoVideoGateway.into_error());
    };
    Some(error.with_proof_of_no_task())
}

fn print(asking: &Asking, survey: &Survey, screen: &Screen) {
    let language = screen.language();
    screen.data(&asking.base_url());
    for finding in &survey.findings {
        let reason = finding.reason.map(|reason| words::reason(reason, language));
        let value = one_line(&finding.value);
        let notes: Vec<&str> =
            [value.as_str(), reason.unwrap_or_default()].into_iter().filter(|note| !note.is_empty()).collect();
        let line = format!(
            "  {}{}{}",
            padded(words::feature(finding.feature, language), 36),
            padded(words::state(finding.state, language), 9),
            notes.join("; "),
        );
        screen.data(line.trim_end());
    }
    let consequences = words::consequences(survey, language);
    for line in survey.quirks.iter().map(|quirk| words::quirk(*quirk, language)).chain(consequences) {
        screen.data(&format!("- {line}"));
    }
    let findings: serde_json::Map<String, serde_json::Value> = survey
        .findings
        .iter()
        .map(|finding| {
            let reason = finding.reason.map(|reason| words::reason(reason, crate::language::Language::English));
            let value = json!({"answer": finding.state.as_str(), "seen": finding.value, "why": reason});
            (finding.feature.name().to_owned(), value)
        })
        .collect();
    let answers: Vec<_> = survey
        .answers
        .iter()
        .map(|(question, seen)| {
            let request = question.request();
            json!({
                "question": question.name(), "method": request.method().as_str(),
                "path": request.uri().to_string(), "seen": seen,
            })
        })
        .collect();
    screen.object(&json!({
        "schema": "video.conform/1",
        "base_url": asking.base_url(),
        "usable": survey.is_usable(),
        "format": format(survey),
        "findings": findings,
        "quirks": survey.quirks.iter().map(|quirk| quirk.name()).collect::<Vec<_>>(),
        "answers": answers,
    }));
}

/// The `--format` that fits, the default first.
fn format(survey: &Survey) -> Option<&'static str> {
    let speaks = |format| survey.state(format) == State::Yes;
    if speaks(Feature::NewApi) { Some("new-api") } else { speaks(Feature::OpenAi).then_some("openai") }
}
