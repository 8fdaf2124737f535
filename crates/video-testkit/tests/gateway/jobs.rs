//! A thousand jobs of clients with known habits, and what the book says of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use tokio::task::JoinSet;
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};

use crate::caller::Caller;

/// How a client treats a submit without a usable answer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Habit {
    GivesUp,
    Repeats,
    RepeatsUnderAKey,
}

/// One job, by a client that takes every content that comes for good: the file it says it finished.
async fn job(gateway: &SimulatedGateway, prompt: &str, habit: Habit) -> Option<Vec<u8>> {
    let mut caller = Caller::new(gateway);
    let key: &[(&str, &str)] = if habit == Habit::RepeatsUnderAKey { &[("idempotency-key", prompt)] } else { &[] };
    let attempts = if habit == Habit::GivesUp { 1 } else { 40 };
    let mut id = None;
    for _ in 0..attempts {
        let heard = caller.order(prompt, key).await.filter(|heard| heard.whole && heard.status == 200);
        id = heard.and_then(|heard| Some(heard.json()?["id"].as_str()?.to_owned()));
        if id.is_some() {
            break;
        }
    }
    let id = id?;
    for _ in 0..1000 {
        let heard = caller.get(&format!("/v1/videos/{id}"), &[]).await.filter(|heard| heard.whole);
        if heard.and_then(|heard| heard.json()).is_some_and(|body| body["status"] == "completed") {
            let content = caller.get(&format!("/v1/videos/{id}/content"), &[]).await?;
            return (content.status == 200 && content.whole).then_some(content.body);
        }
    }
    None
}

async fn work(
    options: GatewayOptions,
    jobs: usize,
    habit: Habit,
) -> (Arc<SimulatedGateway>, BTreeMap<String, Vec<u8>>) {
    let gateway = Arc::new(SimulatedGateway::start(options).expect("a free port"));
    let mut files = BTreeMap::new();
    let mut running = JoinSet::new();
    for number in 0..jobs {
        let gateway = Arc::clone(&gateway);
        running.spawn(async move {
            let prompt = format!("job {number}");
            let file = job(&gateway, &prompt, habit).await;
            (prompt, file)
        });
        if running.len() >= 64
            && let Some(Ok((prompt, Some(file)))) = running.join_next().await
        {
            files.insert(prompt, file);
        }
    }
    while let Some(done) = running.join_next().await {
        if let Ok((prompt, Some(file))) = done {
            files.insert(prompt, file);
        }
    }
    (gateway, files)
}

fn options(faults: Faults) -> GatewayOptions {
    let brief = Duration::from_millis(1);
    GatewayOptions { job_time: brief, video_bytes: 1000, faults, stall: brief, ..GatewayOptions::default() }
}

#[tokio::test]
async fn without_faults_every_job_is_one_good_file_and_the_book_says_so() {
    let (gateway, files) = work(options(Faults::default()), 200, Habit::GivesUp).await;
    let account = gateway.account();
    let judged = account.judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file)));
    assert_snapshot!(judged, @"200 good, 0 bad, 200 paid, 0 ordered twice, 0 paid without a good file");
    assert_eq!((account.requests[&Route::Submit], account.requests[&Route::Content]), (200, 200));
    let arrived = gateway.ledger().seen().deliveries.len() as u64;
    assert_eq!((account.all_requests(), account.faults.len()), (arrived, 0));
    let mine = account.tasks_of("job 7").next().expect("a task");
    assert_eq!((&mine.body[..], mine.lost_in), (&br#"{"model":"m-1","prompt":"job 7"}"#[..], None));
    assert!((1..=64).contains(&account.most_in_flight), "{}", account.most_in_flight);
}

#[tokio::test]
async fn at_twenty_percent_of_faults_the_book_finds_doubles_bad_files_and_losses() {
    let mut log = Vec::new();
    for (habit, honours_keys) in [
        (Habit::GivesUp, false),
        (Habit::Repeats, false),
        (Habit::RepeatsUnderAKey, false),
        (Habit::RepeatsUnderAKey, true),
    ] {
        let options =
            GatewayOptions { honours_keys, ..options(Faults::drawn(1, 0.2).only_on(&[Route::Submit, Route::Content])) };
        let (gateway, files) = work(options, 1000, habit).await;
        let account = gateway.account();
        let judged = account.judge(files.iter().map(|(prompt, file)| (prompt.as_str(), file)));
        // Whoever repeats until it has an id has one task more for each that was lost on the way.
        let lost = account.tasks.iter().filter(|task| task.lost_in.is_some()).count();
        log.push(format!("{habit:?}, keys honoured: {honours_keys}: {judged}, {lost} answers of tasks spoiled"));
    }
    assert_snapshot!(log.join("\n"), @"
    GivesUp, keys honoured: false: 659 good, 61 bad, 930 paid, 0 ordered twice, 271 paid without a good file, 103 answers of tasks spoiled
    Repeats, keys honoured: false: 805 good, 69 bad, 1128 paid, 110 ordered twice, 323 paid without a good file, 128 answers of tasks spoiled
    RepeatsUnderAKey, keys honoured: false: 805 good, 69 bad, 1128 paid, 110 ordered twice, 323 paid without a good file, 128 answers of tasks spoiled
    RepeatsUnderAKey, keys honoured: true: 805 good, 69 bad, 1000 paid, 0 ordered twice, 195 paid without a good file, 110 answers of tasks spoiled
    ");
}

#[tokio::test]
async fn a_file_of_another_job_a_short_one_and_a_page_are_bad() {
    let (gateway, files) = work(options(Faults::default()), 3, Habit::GivesUp).await;
    let (account, first) = (gateway.account(), &files["job 0"]);
    let judge = |files: &[(&str, &[u8])]| account.judge(files.iter().copied()).to_string();
    assert_snapshot!(judge(&[("job 0", first), ("job 1", first), ("job 2", &first[..500]), ("job 9", b"<html>")]), @"1 good, 3 bad, 3 paid, 0 ordered twice, 2 paid without a good file");
}

#[tokio::test]
async fn one_fault_on_each_operation_is_met_once_by_each_job() {
    let (gateway, _) = work(options(Faults::once(Fault::HungUp)), 20, Habit::Repeats).await;
    let account = gateway.account();
    let met: Vec<String> =
        account.faults.iter().map(|((route, fault), times)| format!("{route} {fault}: {times}")).collect();
    assert_snapshot!(met.join("\n"), @"
    submit closed without reply: 20
    poll closed without reply: 20
    content closed without reply: 20
    ");
    let doubled = account.ordered_twice().len();
    assert!((1..20).contains(&doubled), "by the seed some were carried out and some not: {doubled}");
}
