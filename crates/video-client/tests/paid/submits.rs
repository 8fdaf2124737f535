//! What a gateway may answer to an order, by the numbers of the forty cases: one order, and it is never called failed
//! while a task may exist.

use std::fmt::Write as _;
use std::sync::Arc;

use insta::assert_snapshot;
use video_client::{Client, Journaled, NewJob};
use video_journal::{Journal, MemoryStore, Record, State};
use video_protocol::OpenAi;
use video_testkit::{Delivery, FarEnd, Fault, Faults, GatewayOptions, Reply, Route, SimulatedGateway};
use video_types::Generation;

use crate::desk::{KEY, MILLI, client, owner};
use crate::purchase::{Offers, Purchase};

/// One order of which the answer is lost, carried out behind it or not: what the gateway's book and the journal say.
async fn lost_in(fault: Fault) -> String {
    let mut text = String::new();
    for carried_out in [true, false] {
        for offers in [Offers::KnownKeys, Offers::List, Offers::Neither] {
            let faults = Faults::at(Route::Submit, 1, fault).carrying_out(carried_out);
            let gateway = GatewayOptions { faults, ..GatewayOptions::default() };
            let bought = Purchase { jobs: 1, at_once: 1, settle_after: 50 * MILLI, gateway }.make(offers).await;
            bought.check(1, &format!("{fault}, {offers:?}"));
            let task = if carried_out { "a task was made" } else { "no task was made" };
            writeln!(text, "{task}, {offers:?}: {} paid, {:?}", bought.judgement.paid, bought.states).expect("text");
        }
    }
    text
}

#[tokio::test]
async fn case_04_an_order_behind_a_500_is_found_or_repeated_under_its_key_and_paid_once() {
    assert_snapshot!(lost_in(Fault::ServerError).await, @"
    a task was made, KnownKeys: 1 paid, {Saved: 1}
    a task was made, List: 1 paid, {Saved: 1}
    a task was made, Neither: 1 paid, {Unknown: 1}
    no task was made, KnownKeys: 1 paid, {Saved: 1}
    no task was made, List: 1 paid, {Saved: 1}
    no task was made, Neither: 0 paid, {Unknown: 1}
    ");
}

#[tokio::test]
async fn case_05_an_order_whose_connection_closed_without_a_byte_is_treated_like_one_behind_a_500() {
    assert_eq!(lost_in(Fault::HungUp).await, lost_in(Fault::ServerError).await);
}

/// One order to whoever answers so; what the journal knows of it then, and every request that came.
async fn ordered(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> (Record, Vec<String>) {
    let far_end = FarEnd::start(answer).expect("a far end");
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let desk = Journaled::new(client(&far_end.url("")), journal.clone(), owner("desk")).with_settle_after(None);
    let mut job = desk.order(NewJob::new(Generation::new("m-1", "a cat"))).await.expect("a journal");
    // A task of which no more comes than its id is left after one look.
    let _end = job.accepted().await;
    if job.reference().is_some() {
        job.update().await;
    }
    let requests = far_end.ledger().seen().deliveries;
    let requests = requests.iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect();
    (job.record().clone(), requests)
}

fn answered(body: impl Into<String>, media: &'static str) -> impl Fn(&Delivery) -> Reply + Send + Sync + 'static {
    let body = body.into();
    move |_| Reply::status(200).header("content-type", media).body(body.clone())
}

/// State and evidence of an order that was sent once.
fn evidence((record, requests): (Record, Vec<String>)) -> String {
    assert_eq!(requests, ["POST /v1/videos"], "it is sent once");
    let evidence = record.evidence.expect("an order nobody knows the outcome of has evidence");
    let body = evidence.body.map(|body| body.as_str().to_owned()).unwrap_or_default();
    assert!(!body.contains(KEY) && !evidence.message.as_str().contains(KEY), "{body}");
    let start: String = body.chars().take(60).collect();
    format!("{}: {}\nkept {} bytes: {start}", record.state, evidence.message.as_str(), body.len())
}

#[tokio::test]
async fn case_07_of_garbled_json_the_beginning_is_kept_without_the_key() {
    let garbled = format!(r#"{{"id" "video_1", "token": "{KEY}", "more": "{}"#, "x".repeat(20_000));
    assert_snapshot!(evidence(ordered(answered(garbled, "application/json")).await), @r#"
    unknown: nobody knows whether the task was created: the answer cannot be understood: not JSON: {"id" "video_1", "token": "***", "more": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (HTTP 200)
    kept 2051 bytes: {"id" "video_1", "token": "***", "more": "xxxxxxxxxxxxxxxxxx
    "#);
}

#[tokio::test]
async fn case_08_a_page_in_place_of_an_answer_is_shown_in_short() {
    let page = format!("<html><body><h1>Welcome</h1>{}</body></html>", "<p>lorem ipsum</p>".repeat(2000));
    assert_snapshot!(evidence(ordered(answered(page, "text/html")).await), @"
    unknown: nobody knows whether the task was created: the answer cannot be understood: not JSON: <html><body><h1>Welcome</h1><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ipsum</p><p>lorem ips… (HTTP 200)
    kept 2051 bytes: <html><body><h1>Welcome</h1><p>lorem ipsum</p><p>lorem ipsum
    ");
}

#[tokio::test]
async fn case_09_without_a_usable_id_nobody_knows_and_odd_ones_stay_in_their_place_of_the_path() {
    let mut text = String::new();
    for (what, id) in [
        ("missing", String::new()),
        ("empty", r#""id":"","#.to_owned()),
        ("null", r#""id":null,"#.to_owned()),
        ("over-long", format!(r#""id":"{}","#, "x".repeat(100_000))),
        ("a list", r#""id":["video_1"],"#.to_owned()),
        ("a number", r#""id":42,"#.to_owned()),
        ("odd", r#""id":"/../a b?c#d%","#.to_owned()),
    ] {
        let body = format!(r#"{{{id}"object":"video","status":"queued"}}"#);
        let (record, requests) = ordered(answered(body, "application/json")).await;
        let posts = requests.iter().filter(|line| line.starts_with("POST")).count();
        assert_eq!(posts, 1, "{what}");
        let kept = record.evidence.as_ref().is_some_and(|seen| seen.body.is_some());
        assert_eq!(kept, record.state == State::Unknown, "{what}: the answer is kept");
        let asked = requests.get(1).map_or("nothing more", String::as_str);
        writeln!(text, "{what}: {}, then {asked}", record.state).expect("text");
    }
    assert_snapshot!(text, @"
    missing: unknown, then nothing more
    empty: unknown, then nothing more
    null: unknown, then nothing more
    over-long: unknown, then nothing more
    a list: unknown, then nothing more
    a number: accepted, then GET /v1/videos/42
    odd: accepted, then GET /v1/videos/%2F..%2Fa%20b%3Fc%23d%25
    ");
}

#[tokio::test]
async fn case_10_an_answer_that_comes_too_late_leaves_the_order_unknown_and_its_task_is_found() {
    let mut text = String::new();
    for lists in [true, false] {
        let faults = Faults::at(Route::Submit, 1, Fault::Stalled);
        let gateway = GatewayOptions { faults, stall: 600 * MILLI, lists, ..GatewayOptions::default() };
        let gateway = SimulatedGateway::start(gateway).expect("a free port");
        let impatient = video_transport_reqwest::Reqwest::builder().head_timeout(150 * MILLI).build();
        let client = Client::builder(&gateway.url("")).key(KEY).dialect(OpenAi::default());
        let client = client.transport(impatient.expect("a transport")).build().expect("a client");
        let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
        let desk = Journaled::new(client, journal.clone(), owner("desk")).with_settle_after(Some(50 * MILLI));
        let mut job = desk.order(NewJob::new(Generation::new("m-1", "a cat"))).await.expect("a journal");
        let _end = job.accepted().await;
        let history = journal.history(job.record().job.clone()).await.expect("a journal");
        let history: Vec<&str> = history.iter().map(|entry| entry.change.as_str()).collect();
        let paid = gateway.account().tasks.len();
        writeln!(text, "lists: {lists}: {paid} paid, {}", history.join(" ")).expect("text");
    }
    assert_snapshot!(text, @"
    lists: true: 1 paid, intent sent unknown adopted succeeded
    lists: false: 1 paid, intent sent unknown
    ");
}

#[tokio::test]
async fn case_11_a_redirect_of_an_order_is_not_followed() {
    let elsewhere = FarEnd::start(|_| Reply::status(200)).expect("a far end");
    let mut text = String::new();
    for status in [307, 308] {
        let target = elsewhere.url("/v1/videos");
        let (record, requests) = ordered(move |_| Reply::status(status).header("location", &target)).await;
        assert_eq!(requests.len(), 1, "{requests:?}");
        writeln!(text, "{status}: {}", record.state).expect("text");
    }
    assert_eq!(elsewhere.ledger().seen().connections, 0, "neither key nor body went there");
    assert_snapshot!(text, @"
    307: unsent
    308: unsent
    ");
}
