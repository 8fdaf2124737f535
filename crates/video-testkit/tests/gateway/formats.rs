//! What the gateway answers when nothing goes wrong.

use std::time::Duration;

use insta::assert_snapshot;
use video_testkit::{GatewayOptions, SimulatedGateway};

use crate::caller::{Caller, request, told};

fn start(options: GatewayOptions) -> (SimulatedGateway, Caller) {
    let gateway = SimulatedGateway::start(options).expect("a free port");
    let caller = Caller::new(&gateway);
    (gateway, caller)
}

fn small(job_time: Duration) -> GatewayOptions {
    GatewayOptions { job_time, video_bytes: 200, ..GatewayOptions::default() }
}

const HOUR: Duration = Duration::from_secs(3600);

/// Plays requests, one line each: `METHOD target`, and a body after it.
async fn play(caller: &mut Caller, lines: &[&str]) -> String {
    let mut log = Vec::new();
    for line in lines {
        let mut parts = line.splitn(3, ' ');
        let (method, target) = (parts.next().expect("a method"), parts.next().expect("a target"));
        let heard = caller
            .send(request(method, target, &[("content-type", "application/json")], parts.next().unwrap_or("")))
            .await;
        log.push(format!("{line}\n{}", told(heard.as_ref())));
    }
    log.join("\n")
}

#[tokio::test]
async fn a_job_of_new_api_runs_and_ends() {
    let (_open, mut caller) = start(small(HOUR));
    let submit = r#"POST /v1/video/generations {"model":"m-1","prompt":"a cat","size":"1280x720","duration":5}"#;
    let poll = "GET /v1/video/generations/task_00000001";
    let running = play(&mut caller, &[submit, poll, "GET /v1/videos/task_00000001/content"]).await;
    let (_over, mut caller) = start(small(Duration::ZERO));
    let ended = play(&mut caller, &[submit, poll, "GET /v1/videos/task_00000001/content"]).await;
    assert_snapshot!(format!("{running}\n\n{ended}"), @r#"
    POST /v1/video/generations {"model":"m-1","prompt":"a cat","size":"1280x720","duration":5}
    200 [content-type: application/json] [content-length: 104]
      {"created_at":T,"id":"task_00000001","model":"m-1","status":"queued","task_id":"task_00000001"}
    GET /v1/video/generations/task_00000001
    200 [content-type: application/json] [content-length: 179]
      {"code":"success","data":{"fail_reason":"","finish_time":0,"progress":"0%","result_url":"","status":"IN_PROGRESS","submit_time":T,"task_id":"task_00000001"},"message":""}
    GET /v1/videos/task_00000001/content
    400 [content-type: application/json] [content-length: 132]
      {"error":{"code":"","message":"Task is not completed yet, current status: IN_PROGRESS","param":null,"type":"invalid_request_error"}}

    POST /v1/video/generations {"model":"m-1","prompt":"a cat","size":"1280x720","duration":5}
    200 [content-type: application/json] [content-length: 104]
      {"created_at":T,"id":"task_00000001","model":"m-1","status":"queued","task_id":"task_00000001"}
    GET /v1/video/generations/task_00000001
    200 [content-type: application/json] [content-length: 232]
      {"code":"success","data":{"fail_reason":"","finish_time":T,"progress":"100%","result_url":"http://gw.test/v1/videos/task_00000001/content","status":"SUCCESS","submit_time":T,"task_id":"task_00000001"},"message":""}
    GET /v1/videos/task_00000001/content
    200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      200 bytes of video
    "#);
}

#[tokio::test]
async fn a_job_of_openai_runs_and_ends() {
    let (_open, mut caller) = start(small(HOUR));
    let submit = r#"POST /v1/videos {"model":"m-1","prompt":"a cat","size":"1280x720","seconds":"5"}"#;
    let running = play(&mut caller, &[submit, "GET /v1/videos/task_00000001"]).await;
    let (_over, mut caller) = start(small(Duration::ZERO));
    let ended = play(&mut caller, &[submit, "GET /v1/videos/task_00000001"]).await;
    assert_snapshot!(format!("{running}\n\n{ended}"), @r#"
    POST /v1/videos {"model":"m-1","prompt":"a cat","size":"1280x720","seconds":"5"}
    200 [content-type: application/json] [content-length: 237]
      {"completed_at":null,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":0,"prompt":"a cat","remixed_from_video_id":null,"seconds":"5","size":"1280x720","status":"queued"}
    GET /v1/videos/task_00000001
    200 [content-type: application/json] [content-length: 237]
      {"completed_at":null,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":0,"prompt":"a cat","remixed_from_video_id":null,"seconds":"5","size":"1280x720","status":"queued"}

    POST /v1/videos {"model":"m-1","prompt":"a cat","size":"1280x720","seconds":"5"}
    200 [content-type: application/json] [content-length: 248]
      {"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a cat","remixed_from_video_id":null,"seconds":"5","size":"1280x720","status":"completed"}
    GET /v1/videos/task_00000001
    200 [content-type: application/json] [content-length: 248]
      {"completed_at":T,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":100,"prompt":"a cat","remixed_from_video_id":null,"seconds":"5","size":"1280x720","status":"completed"}
    "#);
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_and_nothing_is_ordered() {
    let (gateway, mut caller) = start(small(HOUR));
    let lines = [
        "POST /v1/videos {}",
        r#"POST /v1/videos {"model":"m-1","prompt":""}"#,
        "POST /v1/video/generations nonsense",
        "GET /v1/videos/task_9",
        "GET /v1/video/generations/task_9",
        "GET /v1/videos/task_9/content",
        "GET /v1/videos?limit=101",
        "GET /v1/videos?after=task_9",
        "DELETE /v1/videos/task_9",
        "GET /",
    ];
    assert_snapshot!(play(&mut caller, &lines).await, @r#"
    POST /v1/videos {}
    400 [content-type: application/json] [content-length: 122]
      {"error":{"code":"invalid_request","message":"model and prompt are required","param":null,"type":"invalid_request_error"}}
    POST /v1/videos {"model":"m-1","prompt":""}
    400 [content-type: application/json] [content-length: 122]
      {"error":{"code":"invalid_request","message":"model and prompt are required","param":null,"type":"invalid_request_error"}}
    POST /v1/video/generations nonsense
    400 [content-type: application/json] [content-length: 122]
      {"error":{"code":"invalid_request","message":"model and prompt are required","param":null,"type":"invalid_request_error"}}
    GET /v1/videos/task_9
    404 [content-type: application/json] [content-length: 125]
      {"error":{"code":"task_not_found","message":"Video with id 'task_9' not found.","param":null,"type":"invalid_request_error"}}
    GET /v1/video/generations/task_9
    400 [content-type: application/json] [content-length: 64]
      {"code":"task_not_exist","data":null,"message":"task_not_exist"}
    GET /v1/videos/task_9/content
    404 [content-type: application/json] [content-length: 125]
      {"error":{"code":"task_not_found","message":"Video with id 'task_9' not found.","param":null,"type":"invalid_request_error"}}
    GET /v1/videos?limit=101
    400 [content-type: application/json] [content-length: 118]
      {"error":{"code":"invalid_request","message":"limit or after is invalid","param":null,"type":"invalid_request_error"}}
    GET /v1/videos?after=task_9
    400 [content-type: application/json] [content-length: 118]
      {"error":{"code":"invalid_request","message":"limit or after is invalid","param":null,"type":"invalid_request_error"}}
    DELETE /v1/videos/task_9
    404 [content-type: application/json] [content-length: 116]
      {"error":{"code":"","message":"Invalid URL (DELETE /v1/videos/task_9)","param":null,"type":"invalid_request_error"}}
    GET /
    404 [content-type: application/json] [content-length: 97]
      {"error":{"code":"","message":"Invalid URL (GET /)","param":null,"type":"invalid_request_error"}}
    "#);
    let stranger =
        caller.send(http::Request::post("/v1/videos").body("{}".to_owned().into()).expect("a request")).await;
    assert_eq!(stranger.expect("an answer").status, 401);
    assert_eq!(gateway.account().tasks.len(), 0);
}

#[tokio::test]
async fn a_form_is_read_like_json() {
    let (gateway, mut caller) = start(small(HOUR));
    let body = "--xx\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nm-2\r\n--xx\r\n\
                content-disposition: form-data; name=\"prompt\"\r\n\r\na dog\r\nin snow\r\n--xx--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=xx")];
    let heard = caller.send(request("POST", "/v1/videos", &headers, body)).await.expect("an answer");
    assert_eq!(heard.status, 200);
    let account = gateway.account();
    assert_eq!((account.tasks[0].model.as_str(), account.tasks[0].prompt.as_str()), ("m-2", "a dog\r\nin snow"));
}

#[tokio::test]
async fn the_list_has_pages_in_both_orders() {
    let (_gateway, mut caller) = start(small(HOUR));
    for number in 1..=5 {
        caller.order(&format!("job {number}"), &[]).await.expect("an answer");
    }
    let mut log = Vec::new();
    let targets = [
        "",
        "?limit=2",
        "?limit=2&after=task_00000004",
        "?limit=2&after=task_00000002",
        "?order=asc&limit=3",
        "?order=asc&after=task_00000003",
        "?limit=0",
    ];
    for query in targets {
        let page = caller.get(&format!("/v1/videos{query}"), &[]).await.and_then(|heard| heard.json()).expect("a page");
        let ids =
            page["data"].as_array().expect("a list").iter().map(|task| task["prompt"].as_str().expect("a prompt"));
        let ids: Vec<&str> = ids.collect();
        log.push(format!("{query:32} {} … {}, more: {}: {ids:?}", page["first_id"], page["last_id"], page["has_more"]));
    }
    assert_snapshot!(log.join("\n"), @r#"
                                     "task_00000005" … "task_00000001", more: false: ["job 5", "job 4", "job 3", "job 2", "job 1"]
    ?limit=2                         "task_00000005" … "task_00000004", more: true: ["job 5", "job 4"]
    ?limit=2&after=task_00000004     "task_00000003" … "task_00000002", more: true: ["job 3", "job 2"]
    ?limit=2&after=task_00000002     "task_00000001" … "task_00000001", more: false: ["job 1"]
    ?order=asc&limit=3               "task_00000001" … "task_00000003", more: true: ["job 1", "job 2", "job 3"]
    ?order=asc&after=task_00000003   "task_00000004" … "task_00000005", more: false: ["job 4", "job 5"]
    ?limit=0                         null … null, more: true: []
    "#);
}

#[tokio::test]
async fn a_list_may_be_missing_or_late() {
    let (_none, mut caller) = start(GatewayOptions { lists: false, ..small(HOUR) });
    assert_snapshot!(play(&mut caller, &["GET /v1/videos"]).await, @r#"
    GET /v1/videos
    404 [content-type: application/json] [content-length: 106]
      {"error":{"code":"","message":"Invalid URL (GET /v1/videos)","param":null,"type":"invalid_request_error"}}
    "#);
    let (_late, mut caller) = start(GatewayOptions { list_lag: HOUR, ..small(HOUR) });
    caller.order("a cat", &[]).await.expect("an answer");
    assert_snapshot!(play(&mut caller, &["GET /v1/videos"]).await, @r#"
    GET /v1/videos
    200 [content-type: application/json] [content-length: 75]
      {"data":[],"first_id":null,"has_more":false,"last_id":null,"object":"list"}
    "#);
}

#[tokio::test]
async fn a_content_comes_in_the_part_asked_for_unless_it_is_of_another_version() {
    let (gateway, mut caller) = start(small(Duration::ZERO));
    caller.order("a cat", &[]).await.expect("an answer");
    let video = gateway.account().tasks[0].video();
    let mut log = Vec::new();
    let asked: [&[(&str, &str)]; 8] = [
        &[],
        &[("range", "bytes=0-9")],
        &[("range", "bytes=190-")],
        &[("range", "bytes=-7")],
        &[("range", "bytes=150-9999"), ("if-range", "\"video-1\"")],
        &[("range", "bytes=150-"), ("if-range", "\"video-2\"")],
        &[("range", "bytes=200-")],
        &[("range", "bytes=0-1,4-5")],
    ];
    for headers in asked {
        let heard = caller.get("/v1/videos/task_00000001/content", headers).await.expect("an answer");
        let handed = gateway.account().contents.last().cloned().expect("a line in the book");
        assert_eq!(heard.body, video[handed.from..handed.to], "{headers:?}");
        log.push(format!("{headers:?}\n{}", heard.told()));
    }
    assert_snapshot!(log.join("\n"), @r#"
    []
    200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      200 bytes of video
    [("range", "bytes=0-9")]
    206 [content-type: video/mp4] [content-length: 10] [content-range: bytes 0-9/200] [etag: "video-1"]
      10 bytes of video
    [("range", "bytes=190-")]
    206 [content-type: video/mp4] [content-length: 10] [content-range: bytes 190-199/200] [etag: "video-1"]
      10 bytes of video
    [("range", "bytes=-7")]
    206 [content-type: video/mp4] [content-length: 7] [content-range: bytes 193-199/200] [etag: "video-1"]
      7 bytes of video
    [("range", "bytes=150-9999"), ("if-range", "\"video-1\"")]
    206 [content-type: video/mp4] [content-length: 50] [content-range: bytes 150-199/200] [etag: "video-1"]
      50 bytes of video
    [("range", "bytes=150-"), ("if-range", "\"video-2\"")]
    200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      200 bytes of video
    [("range", "bytes=200-")]
    416 [content-type: video/mp4] [content-length: 0] [content-range: bytes */200] [etag: "video-1"]
      0 bytes of video
    [("range", "bytes=0-1,4-5")]
    200 [content-type: video/mp4] [content-length: 200] [etag: "video-1"]
      200 bytes of video
    "#);
}

#[tokio::test]
async fn every_task_has_a_video_of_its_own_whose_boxes_add_up() {
    let (gateway, mut caller) = start(GatewayOptions { video_bytes: 0, ..small(HOUR) });
    for number in 1..=3 {
        caller.order(&format!("job {number}"), &[]).await.expect("an answer");
    }
    let videos: Vec<_> = gateway.account().tasks.iter().map(video_testkit::PaidTask::video).collect();
    assert!(videos[0] != videos[1] && videos[1] != videos[2] && videos[0] != videos[2]);
    let (mut at, mut boxes) = (0, Vec::new());
    while let Some(head) = videos[0].get(at..at + 8) {
        boxes.push(String::from_utf8_lossy(&head[4..]).into_owned());
        at += u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    }
    assert_eq!((boxes.join(" ").as_str(), at), ("ftyp moov mdat", videos[0].len()));
}

#[tokio::test]
async fn a_key_is_honoured_only_where_the_gateway_does() {
    let mut log = Vec::new();
    for honours_keys in [false, true] {
        let (gateway, mut caller) = start(GatewayOptions { honours_keys, ..small(HOUR) });
        let others = [("idempotency-key", "k-1"), ("authorization", "Bearer sk-2")];
        for (prompt, headers) in
            [("a cat", &others[..1]), ("a cat", &others[..1]), ("a dog", &others[..1]), ("a cat", &others[..])]
        {
            let heard = caller.order(prompt, headers).await.expect("an answer");
            let said = heard.json().map(|body| body["id"].as_str().unwrap_or("no id").to_owned());
            let echo = heard.header("idempotency-key").unwrap_or("none");
            log.push(format!("{prompt}: {} {}, echo {echo}", heard.status.as_u16(), said.unwrap_or_default()));
        }
        let account = gateway.account();
        log.push(format!("honoured: {honours_keys}, {} tasks, {} repeated", account.tasks.len(), account.repeated));
        assert_eq!(account.tasks[0].key.as_deref(), Some("k-1"));
        assert_eq!(account.tasks.last().expect("a task").caller, "Bearer sk-2");
    }
    assert_snapshot!(log.join("\n"), @"
    a cat: 200 task_00000001, echo none
    a cat: 200 task_00000002, echo none
    a dog: 200 task_00000003, echo none
    a cat: 200 task_00000004, echo none
    honoured: false, 4 tasks, 0 repeated
    a cat: 200 task_00000001, echo k-1
    a cat: 200 task_00000001, echo k-1
    a dog: 409 no id, echo k-1
    a cat: 200 task_00000002, echo k-1
    honoured: true, 2 tasks, 1 repeated
    ");
}

#[tokio::test(start_paused = true)]
async fn a_submit_above_the_limit_is_refused_until_a_task_has_ended() {
    let options = GatewayOptions {
        most_in_flight: Some(2),
        retry_after: Duration::from_millis(1500),
        ..small(Duration::from_secs(60))
    };
    let (gateway, mut caller) = start(options);
    let mut log = Vec::new();
    for number in 1..=3 {
        log.push(told(caller.order(&format!("job {number}"), &[]).await.as_ref()));
    }
    tokio::time::advance(Duration::from_secs(60)).await;
    log.push(told(caller.order("job 3", &[]).await.as_ref()));
    assert_snapshot!(log.join("\n"), @r#"
    200 [content-type: application/json] [content-length: 232]
      {"completed_at":null,"created_at":T,"error":null,"expires_at":null,"id":"task_00000001","model":"m-1","object":"video","progress":0,"prompt":"job 1","remixed_from_video_id":null,"seconds":null,"size":null,"status":"queued"}
    200 [content-type: application/json] [content-length: 232]
      {"completed_at":null,"created_at":T,"error":null,"expires_at":null,"id":"task_00000002","model":"m-1","object":"video","progress":0,"prompt":"job 2","remixed_from_video_id":null,"seconds":null,"size":null,"status":"queued"}
    429 [content-type: application/json] [content-length: 146] [retry-after: 2] [retry-after-ms: 1500]
      {"error":{"code":"concurrency_limit_exceeded","message":"Too many concurrent tasks: wait for one to end.","param":null,"type":"rate_limit_error"}}
    200 [content-type: application/json] [content-length: 232]
      {"completed_at":null,"created_at":T,"error":null,"expires_at":null,"id":"task_00000003","model":"m-1","object":"video","progress":0,"prompt":"job 3","remixed_from_video_id":null,"seconds":null,"size":null,"status":"queued"}
    "#);
    let account = gateway.account();
    assert_eq!((account.most_in_flight, account.crowded_out, account.tasks.len()), (2, 1, 3));
}

#[tokio::test]
async fn a_clock_that_is_ahead_shows_in_every_time() {
    let (gateway, mut caller) = start(GatewayOptions { clock_ahead: 7200, ..small(HOUR) });
    let (exact, mut other) = start(small(HOUR));
    let ahead = caller.order("a cat", &[]).await.expect("an answer");
    let right = other.order("a cat", &[]).await.expect("an answer");
    assert_ne!(ahead.header("date"), right.header("date"));
    let apart = gateway.account().tasks[0].created_at - exact.account().tasks[0].created_at;
    assert!((7195..=7205).contains(&apart), "{apart}");
}
