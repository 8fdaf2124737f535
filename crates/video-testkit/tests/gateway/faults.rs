//! How the gateway goes wrong.

use std::time::Duration;

use insta::assert_snapshot;
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};

use crate::caller::{Caller, told};

fn start(faults: Faults) -> (SimulatedGateway, Caller) {
    let options = GatewayOptions {
        job_time: Duration::ZERO,
        video_bytes: 200,
        faults,
        stall: Duration::from_millis(30),
        ..GatewayOptions::default()
    };
    let gateway = SimulatedGateway::start(options).expect("a free port");
    let caller = Caller::new(&gateway);
    (gateway, caller)
}

/// What a client hears whose every operation goes wrong once in this way.
async fn heard_once(fault: Fault) -> String {
    let (gateway, mut caller) = start(Faults::once(fault).carrying_out(true));
    let mut log = vec![format!("submit: {}", told(caller.order("a cat", &[]).await.as_ref()))];
    if gateway.account().tasks.is_empty() {
        log.push("        nothing ordered".to_owned());
        caller.order("a cat", &[]).await.expect("only the first goes wrong");
    }
    for (route, target) in [
        ("poll", "/v1/video/generations/task_00000001"),
        ("list", "/v1/videos"),
        ("content", "/v1/videos/task_00000001/content"),
    ] {
        log.push(format!("{route}: {}", told(caller.get(target, &[]).await.as_ref())));
        let again = caller.get(target, &[]).await.expect("only the first goes wrong");
        assert!(again.status == 200 && again.whole, "{route}");
    }
    let account = gateway.account();
    assert_eq!(account.faults.len(), 4, "one on each route: {:?}", account.faults);
    assert_eq!(account.faults.values().sum::<u64>(), 4);
    log.join("\n")
}

#[tokio::test]
async fn refusals_under_load_ask_for_a_pause_and_order_nothing() {
    assert_snapshot!(heard_once(Fault::RateLimited).await, @r#"
    submit: 429 [content-type: application/json] [content-length: 110] [retry-after: 1]
      {"error":{"code":"rate_limit_exceeded","message":"Too many requests.","param":null,"type":"rate_limit_error"}}
            nothing ordered
    poll: 429 [content-type: application/json] [content-length: 110] [retry-after: 1]
      {"error":{"code":"rate_limit_exceeded","message":"Too many requests.","param":null,"type":"rate_limit_error"}}
    list: 429 [content-type: application/json] [content-length: 110] [retry-after: 1]
      {"error":{"code":"rate_limit_exceeded","message":"Too many requests.","param":null,"type":"rate_limit_error"}}
    content: 429 [content-type: application/json] [content-length: 110] [retry-after: 1]
      {"error":{"code":"rate_limit_exceeded","message":"Too many requests.","param":null,"type":"rate_limit_error"}}
    "#);
    assert_snapshot!(heard_once(Fault::Overloaded).await, @r#"
    submit: 503 [content-type: application/json] [content-length: 108] [retry-after: 1]
      {"error":{"code":"overloaded","message":"The server is overloaded.","param":null,"type":"rate_limit_error"}}
            nothing ordered
    poll: 503 [content-type: application/json] [content-length: 108] [retry-after: 1]
      {"error":{"code":"overloaded","message":"The server is overloaded.","param":null,"type":"rate_limit_error"}}
    list: 503 [content-type: application/json] [content-length: 108] [retry-after: 1]
      {"error":{"code":"overloaded","message":"The server is overloaded.","param":null,"type":"rate_limit_error"}}
    content: 503 [content-type: application/json] [content-length: 108] [retry-after: 1]
      {"error":{"code":"overloaded","message":"The server is overloaded.","param":null,"type":"rate_limit_error"}}
    "#);
}

#[tokio::test]
async fn a_broken_server_says_so_in_json_or_its_proxy_with_a_page() {
    assert_snapshot!(heard_once(Fault::ServerError).await, @r#"
    submit: 500 [content-type: application/json] [content-length: 93]
      {"error":{"code":"internal","message":"Something broke.","param":null,"type":"server_error"}}
    poll: 500 [content-type: application/json] [content-length: 93]
      {"error":{"code":"internal","message":"Something broke.","param":null,"type":"server_error"}}
    list: 500 [content-type: application/json] [content-length: 93]
      {"error":{"code":"internal","message":"Something broke.","param":null,"type":"server_error"}}
    content: 500 [content-type: application/json] [content-length: 93]
      {"error":{"code":"internal","message":"Something broke.","param":null,"type":"server_error"}}
    "#);
    assert_snapshot!(heard_once(Fault::BadGateway).await, @"
    submit: 502 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    poll: 502 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    list: 502 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    content: 502 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    ");
}

#[tokio::test]
async fn a_connection_closes_without_an_answer() {
    assert_snapshot!(heard_once(Fault::HungUp).await, @"
    submit: no answer
    poll: no answer
    list: no answer
    content: no answer
    ");
}

#[tokio::test]
async fn nonsense_comes_with_the_right_status() {
    assert_snapshot!(heard_once(Fault::Garbled).await, @r#"
    submit: 200 [content-type: application/json] [content-length: 243]
      {"completed_at" T,"created_at" T,"error" null,"expires_at" null,"id" "task_00000001","model" "m-1","object" "video","progress" 100,"prompt" "a cat","remixed_from_video_id" null,"seconds" null,"size" null,"status" "completed"}
    poll: 200 [content-type: application/json] [content-length: 232]
      {"code" "success","data" {"fail_reason" "","finish_time" T,"progress" "100%","result_url" "http //gw.test/v1/videos/task_00000001/content","status" "SUCCESS","submit_time" T,"task_id" "task_00000001"},"message" ""}
    list: 200 [content-type: application/json] [content-length: 340]
      {"data" [{"completed_at" T,"created_at" T,"error" null,"expires_at" null,"id" "task_00000001","model" "m-1","object" "video","progress" 100,"prompt" "a cat","remixed_from_video_id" null,"seconds" null,"size" null,"status" "completed"}],"first_id" "task_00000001","has_more" false,"last_id" "task_00000001","object" "list"}
    content: 200 [content-type: application/json] [content-length: 14]
      {"video" "…"
    "#);
    assert_snapshot!(heard_once(Fault::Page).await, @"
    submit: 200 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    poll: 200 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    list: 200 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    content: 200 [content-type: text/html] [content-length: 137]
      <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
    ");
}

#[tokio::test]
async fn a_body_breaks_off_or_is_cut_and_ends_cleanly() {
    assert_snapshot!(heard_once(Fault::Broken).await, @r#"
    submit: 200 [content-type: application/json] [content-length: 243]
      {"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","obj
      and broke off
    poll: 200 [content-type: application/json] [content-length: 232]
      {"code":"success","data":{"fail_reason":"","finish_time":T,"progress":"100%","result_url":"http://gw.test/v
      and broke off
    list: 200 [content-type: application/json] [content-length: 340]
      {"data":[{"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a
      and broke off
    content: 200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      100 bytes of video
      and broke off
    "#);
    assert_snapshot!(heard_once(Fault::Truncated).await, @r#"
    submit: 200 [content-type: application/json] [content-length: 121]
      {"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","obj
    poll: 200 [content-type: application/json] [content-length: 116]
      {"code":"success","data":{"fail_reason":"","finish_time":T,"progress":"100%","result_url":"http://gw.test/v
    list: 200 [content-type: application/json] [content-length: 170]
      {"data":[{"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a
    content: 200 [content-type: video/mp4] [content-length: 100] [etag: "video-1"]
      100 bytes of video
    "#);
}

#[tokio::test]
async fn a_stall_is_late_and_otherwise_right() {
    let log = heard_once(Fault::Stalled).await;
    assert_snapshot!(log, @r#"
    submit: 200 [content-type: application/json] [content-length: 243]
      {"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a cat","remixed_from_video_id":null,"seconds":null,"size":null,"status":"completed"}
    poll: 200 [content-type: application/json] [content-length: 232]
      {"code":"success","data":{"fail_reason":"","finish_time":T,"progress":"100%","result_url":"http://gw.test/v1/videos/task_00000001/content","status":"SUCCESS","submit_time":T,"task_id":"task_00000001"},"message":""}
    list: 200 [content-type: application/json] [content-length: 340]
      {"data":[{"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a cat","remixed_from_video_id":null,"seconds":null,"size":null,"status":"completed"}],"first_id":"task_00000001","has_more":false,"last_id":"task_00000001","object":"list"}
    content: 200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      200 bytes of video
    "#);
}

#[tokio::test]
async fn a_stall_takes_as_long_as_it_is_told_to() {
    for target in ["/v1/videos/task_00000001", "/v1/videos/task_00000001/content"] {
        let faults = Faults::once(Fault::Stalled).only_on(&[Route::Poll, Route::Content]);
        let options = GatewayOptions {
            job_time: Duration::ZERO,
            faults,
            stall: Duration::from_millis(30),
            ..GatewayOptions::default()
        };
        let gateway = SimulatedGateway::start(options).expect("a free port");
        let mut caller = Caller::new(&gateway);
        caller.order("a cat", &[]).await.expect("an answer");
        let before = tokio::time::Instant::now();
        caller.get(target, &[]).await.expect("an answer");
        assert!(before.elapsed() >= Duration::from_millis(30), "{target}");
    }
}

#[tokio::test]
async fn exactly_the_planned_request_goes_wrong() {
    let (gateway, mut caller) =
        start(Faults::at(Route::Submit, 2, Fault::Overloaded).and_at(Route::Poll, 1, Fault::Page));
    let mut statuses = Vec::new();
    for number in 1..=3 {
        statuses.push(caller.order(&format!("job {number}"), &[]).await.expect("an answer").status.as_u16());
    }
    assert_eq!(statuses, [200, 503, 200]);
    assert_eq!(
        caller.get("/v1/videos/task_00000001", &[]).await.expect("an answer").header("content-type"),
        Some("text/html")
    );
    assert_eq!(gateway.account().faults.values().sum::<u64>(), 2);
}

/// What is drawn for jobs that come in this order, sorted by job.
fn drawn(faults: &Faults, jobs: impl Iterator<Item = u64>) -> Vec<(u64, Vec<String>)> {
    let mut log: Vec<_> = jobs
        .zip(1..)
        .map(|(job, number)| {
            let hits =
                (1..=3).flat_map(|nth| Route::ALL.map(|route| faults.hit(route, &format!("job {job}"), nth, number)));
            (job, hits.map(|hit| format!("{hit:?}")).collect())
        })
        .collect();
    log.sort();
    log
}

#[test]
fn the_same_seed_gives_the_same_faults_in_whatever_order_jobs_come() {
    let faults = Faults::drawn(7, 0.2);
    assert_eq!(drawn(&faults, 0..200), drawn(&faults, (0..200).rev()));
    assert_ne!(drawn(&faults, 0..200), drawn(&Faults::drawn(8, 0.2), 0..200));
}

#[test]
fn a_rate_is_kept_on_every_route_and_every_kind_is_drawn_alike() {
    let faults = Faults::drawn(1, 0.2);
    let mut log = Vec::new();
    for route in Route::ALL {
        let hits: Vec<_> = (0..10_000).filter_map(|job| faults.hit(route, &format!("job {job}"), 1, 1)).collect();
        assert!((1900..=2100).contains(&hits.len()), "{route}: {}", hits.len());
        for fault in Fault::ALL {
            let of_kind: Vec<_> = hits.iter().filter(|hit| hit.fault == fault).collect();
            let carried = of_kind.iter().filter(|hit| hit.carried_out).count();
            assert!((150..=250).contains(&of_kind.len()), "{route} {fault}: {}", of_kind.len());
            let part = carried * 10 / of_kind.len();
            if route == Route::Submit {
                log.push(format!(
                    "{fault}: {}",
                    match part {
                        0 => "never ordered",
                        10 => "always ordered",
                        4 | 5 => "half of them ordered",
                        _ => "odd",
                    }
                ));
            }
        }
    }
    assert_snapshot!(log.join("\n"), @"
    429 + Retry-After: never ordered
    503 + Retry-After: never ordered
    500: half of them ordered
    502 page: half of them ordered
    closed without reply: half of them ordered
    garbled JSON: always ordered
    page with 200: half of them ordered
    break in the body: always ordered
    clean truncation: always ordered
    stall: always ordered
    ");
}

#[test]
fn draws_can_be_kept_to_some_routes_and_kinds() {
    let faults = Faults::drawn(1, 1.0).only(&[Fault::Page]).only_on(&[Route::Poll]);
    let hit = |route| faults.hit(route, "a cat", 1, 1).map(|hit| hit.fault);
    assert_eq!(Route::ALL.map(hit), [None, Some(Fault::Page), None, None]);
    assert_eq!(Faults::drawn(1, 1.0).only(&[]).hit(Route::Poll, "a cat", 1, 1), None);
    assert_eq!(Faults::default().hit(Route::Submit, "a cat", 1, 1), None);
    assert!(
        !Faults::once(Fault::HungUp).carrying_out(false).hit(Route::Submit, "a cat", 1, 1).expect("a hit").carried_out
    );
}
