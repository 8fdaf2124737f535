//! What the jobs of one origin and key share: budget, breaker, pace, and the three ways of "too many".

use std::fmt::Write as _;
use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;
use video_protocol::{
    Admission, Breaker, Dialect as _, Error, ErrorKind, NewApi, Pace, Purpose, Repetition, Restraint, RetryBudget,
    RetryPolicy, Signal, Throttle,
};
use video_types::Generation;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The error of a submit that was answered so.
fn refused(status: u16, body: &'static str) -> Error {
    let response = http::Response::builder().status(status).body(body.into()).expect("an answer");
    NewApi.decode_submit(&Generation::new("kling-v1-6", "a cat"), &response).expect_err("a refusal")
}

#[test]
fn rate_concurrency_and_quota_are_told_apart() {
    let rows = [
        (429, ""),
        (429, "<html>too many"),
        (429, r#"{"error":{"message":"Too many requests.","code":"rate_limit_exceeded"}}"#),
        (429, r#"{"code":"task_failed","message":"{\"code\":1302,\"message\":\"request too frequent\"}"}"#),
        (429, r#"{"code":"1303","message":"parallel task over resource pack limit"}"#),
        (429, r#"{"code":"task_failed","message":"parallel task over resource pack limit"}"#),
        (429, r#"{"error":{"message":"You have too many concurrent tasks","code":""}}"#),
        (429, r#"{"error":{"message":"并发任务数已达上限"}}"#),
        (500, r#"{"code":"50429","message":"Request Has Reached API Limit"}"#),
        (500, r#"{"code":"50430","message":"Request Has Reached API Concurrent Limit"}"#),
        (429, r#"{"code":"QuotaExceeded","message":"queue full"}"#),
        (429, r#"{"code":"SystemThrottling","message":"platform busy"}"#),
        (429, r#"{"code":"Throttling.RateQuota","message":"Requests rate limit exceeded"}"#),
        (429, r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#),
        (403, r#"{"code":"insufficient_user_quota","message":"用户额度不足"}"#),
        // The operator's account, not the caller's.
        (429, r#"{"code":"Throttling.AllocationQuota","message":"plan quota used up"}"#),
        (503, r#"{"error":{"message":"busy"}}"#),
        (400, r#"{"code":"invalid_request","message":"no"}"#),
    ];
    let rows = rows.map(|(status, body)| {
        let error = refused(status, body);
        let wish = Throttle::of(&error).map_or("-", Throttle::as_str);
        format!("{wish:12} {status} {body}")
    });
    assert_snapshot!(rows.join("\n"), @r#"
    rate         429 
    rate         429 <html>too many
    rate         429 {"error":{"message":"Too many requests.","code":"rate_limit_exceeded"}}
    rate         429 {"code":"task_failed","message":"{\"code\":1302,\"message\":\"request too frequent\"}"}
    concurrency  429 {"code":"1303","message":"parallel task over resource pack limit"}
    concurrency  429 {"code":"task_failed","message":"parallel task over resource pack limit"}
    concurrency  429 {"error":{"message":"You have too many concurrent tasks","code":""}}
    concurrency  429 {"error":{"message":"并发任务数已达上限"}}
    rate         500 {"code":"50429","message":"Request Has Reached API Limit"}
    concurrency  500 {"code":"50430","message":"Request Has Reached API Concurrent Limit"}
    concurrency  429 {"code":"QuotaExceeded","message":"queue full"}
    rate         429 {"code":"SystemThrottling","message":"platform busy"}
    rate         429 {"code":"Throttling.RateQuota","message":"Requests rate limit exceeded"}
    quota        429 {"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}
    quota        403 {"code":"insufficient_user_quota","message":"用户额度不足"}
    -            429 {"code":"Throttling.AllocationQuota","message":"plan quota used up"}
    -            503 {"error":{"message":"busy"}}
    -            400 {"code":"invalid_request","message":"no"}
    "#);
    assert_eq!(Throttle::Rate.to_string(), "rate");
}

#[test]
fn one_refusal_slows_the_whole_key_and_the_longest_wait_stands() {
    let mut pace = Pace::default();
    let mut log = String::new();
    let mut note = |what: &str, pace: &Pace| {
        let [poll, settle, submit] =
            [Purpose::Poll, Purpose::Settle, Purpose::Submit].map(|purpose| pace.wait(secs(10), purpose).as_secs());
        writeln!(log, "{what:30} poll {poll}, settle {settle}, submit {submit}").expect("writing to text");
    };
    note("nothing", &pace);
    pace.slow(secs(10), secs(10), Throttle::Quota, secs(99));
    note("quota", &pace);
    pace.slow(secs(10), secs(10), Throttle::Rate, secs(7));
    note("rate, 7 s", &pace);
    pace.slow(secs(10), secs(10), Throttle::Rate, secs(2));
    note("rate, 2 s", &pace);
    pace.slow(secs(10), secs(10), Throttle::Concurrency, secs(30));
    note("concurrency, 30 s", &pace);
    pace.task_ended();
    note("a task ended", &pace);
    pace.slow(Duration::MAX, Duration::MAX, Throttle::Rate, Duration::MAX);
    assert_eq!(pace.wait(Duration::MAX, Purpose::Poll), Duration::ZERO);
    assert_snapshot!(log, @"
    nothing                        poll 0, settle 0, submit 0
    quota                          poll 0, settle 0, submit 0
    rate, 7 s                      poll 7, settle 7, submit 7
    rate, 2 s                      poll 7, settle 7, submit 7
    concurrency, 30 s              poll 7, settle 7, submit 30
    a task ended                   poll 7, settle 7, submit 7
    ");
}

#[test]
fn a_budget_pays_for_repetitions_until_something_succeeds() {
    let mut budget = RetryBudget::default();
    let failures = (0..1000).take_while(|_| budget.spend(Repetition::Failed, 0)).count();
    let throttled = (0..1000).take_while(|_| budget.spend(Repetition::Throttled, 0)).count();
    assert_eq!((failures, throttled, budget.left()), (35, 2, 0));
    budget.succeeded(None);
    assert_eq!(budget.left(), 1);
    budget.succeeded(Some(Repetition::Failed));
    assert_eq!(budget.left(), 15);
    (0..1000).for_each(|_| budget.succeeded(Some(Repetition::Throttled)));
    assert_eq!(budget, RetryBudget::new(500), "never more than it holds");
}

/// What a breaker that opens at three failures says over time: `f` a failure, `a` an answer, `p` a poll asks, `s` a submit
/// asks, a number lets so many seconds pass.
fn breaker_log(script: &str) -> String {
    let mut breaker = Breaker::default().with_failures(3);
    let (mut at, mut log) = (0, String::new());
    for word in script.split(' ') {
        let said = match word {
            "f" => {
                breaker.failed(secs(at), secs(at), 1.0);
                if breaker.is_open() { "open".to_owned() } else { "closed".to_owned() }
            }
            "a" => {
                breaker.answered(secs(at));
                "closed".to_owned()
            }
            "p" | "s" => {
                let purpose = if word == "p" { Purpose::Poll } else { Purpose::Submit };
                match breaker.admit(secs(at), purpose) {
                    Admission::Wait(delay) => format!("wait {}", delay.as_secs()),
                    other => format!("{other:?}"),
                }
            }
            pause => {
                at += pause.parse::<u64>().expect("seconds");
                continue;
            }
        };
        writeln!(log, "{at:3} {word} {said}").expect("writing to text");
    }
    log
}

#[test]
fn a_breaker_opens_after_failures_in_a_row_only() {
    assert_snapshot!(breaker_log("f f a f f p s f p s"), @"
    0 f closed
    0 f closed
    0 a closed
    0 f closed
    0 f closed
    0 p Send
    0 s Send
    0 f open
    0 p wait 1
    0 s wait 1
    ");
}

#[test]
fn a_breaker_probes_with_one_free_request_and_closes_on_its_answer() {
    assert_snapshot!(breaker_log("f f f 1 s p p s a s p"), @"
    0 f closed
    0 f closed
    0 f open
    1 s AwaitProbe
    1 p Probe
    1 p wait 60
    1 s wait 60
    1 a closed
    1 s Send
    1 p Send
    ");
}

#[test]
fn the_pause_doubles_with_every_failed_probe() {
    assert_snapshot!(breaker_log("f f f 1 p f p 2 p f p 4 p f p 8 p f p 16 p f p 32 p f p 60 p f p"), @"
      0 f closed
      0 f closed
      0 f open
      1 p Probe
      1 f open
      1 p wait 2
      3 p Probe
      3 f open
      3 p wait 4
      7 p Probe
      7 f open
      7 p wait 8
     15 p Probe
     15 f open
     15 p wait 16
     31 p Probe
     31 f open
     31 p wait 32
     63 p Probe
     63 f open
     63 p wait 60
    123 p Probe
    123 f open
    123 p wait 60
    ");
}

#[test]
fn failures_from_before_it_opened_change_nothing_and_a_lost_probe_is_replaced() {
    assert_snapshot!(breaker_log("f f f f f 1 p 59 p 1 p f p"), @"
     0 f closed
     0 f closed
     0 f open
     0 f open
     0 f open
     1 p Probe
    60 p wait 1
    61 p Probe
    61 f open
    61 p wait 2
    ");
}

#[test]
fn what_speaks_of_a_server_that_is_down() {
    let rows = [
        (500, "{}"),
        (502, "<html>bad gateway"),
        (503, r#"{"error":{"message":"overloaded"}}"#),
        (200, "<html>hello"),
        (429, "{}"),
        (400, "{}"),
        (401, "{}"),
        (503, r#"{"error":{"message":"No available channel for model m"}}"#),
    ];
    let mut rows =
        rows.map(|(status, body)| format!("{:5} {status} {body}", Breaker::counts(&refused(status, body)))).to_vec();
    let silence = Error::new(ErrorKind::NoAnswer).temporary(None);
    rows.push(format!("{:5} no answer", Breaker::counts(&silence)));
    assert_snapshot!(rows.join("\n"), @r#"
    true  500 {}
    true  502 <html>bad gateway
    true  503 {"error":{"message":"overloaded"}}
    true  200 <html>hello
    false 429 {}
    false 400 {}
    false 401 {}
    false 503 {"error":{"message":"No available channel for model m"}}
    true  no answer
    "#);
}

proptest! {
    #[test]
    fn no_submit_ever_goes_while_a_breaker_is_open(events in prop::collection::vec((0u8..4, 0u64..40), 1..200), chance in 0.0..1.0) {
        let mut breaker = Breaker::default().with_failures(2).with_policy(RetryPolicy::default());
        let (mut at, mut row, mut probe) = (Duration::ZERO, 0, None::<Duration>);
        for (event, pause) in events {
            at += secs(pause);
            match event {
                0 => {
                    breaker.failed(at, at, chance);
                    row += 1;
                    probe = None;
                }
                1 => {
                    breaker.answered(at);
                    (row, probe) = (0, None);
                }
                _ => {
                    let purpose = if event == 2 { Purpose::Submit } else { Purpose::Poll };
                    let open = breaker.is_open();
                    prop_assert_eq!(open, row >= 2);
                    match breaker.admit(at, purpose) {
                        Admission::Send => prop_assert!(!open),
                        Admission::Probe => {
                            prop_assert!(open && purpose == Purpose::Poll);
                            prop_assert!(probe.is_none_or(|since| at >= since + secs(60)), "two probes at once");
                            probe = Some(at);
                        }
                        Admission::Wait(delay) => prop_assert!(open && delay > Duration::ZERO && delay <= secs(60)),
                        Admission::AwaitProbe => prop_assert!(open && purpose == Purpose::Submit),
                    }
                }
            }
        }
    }

    #[test]
    fn in_an_outage_repetitions_end(jobs in 1u32..2000) {
        let mut budget = RetryBudget::default();
        let repeated = (0..jobs).filter(|_| budget.spend(Repetition::Failed, 0)).count();
        prop_assert!(repeated <= 35);
    }
}

/// What a restraint says over time: `d` a failure, `a` an answer, `r` a refusal that asks for 9 s, `c` one for tasks at once;
/// a capital letter is what came of a probe; `?` nothing came of it. `p` a poll asks, `s` a submit; a number lets so
/// many seconds pass.
fn restraint_log(script: &str) -> String {
    let mut restraint = Restraint::default().with_breaker(Breaker::default().with_failures(3));
    let (mut at, mut log) = (0, String::new());
    for word in script.split(' ') {
        let rate = Signal::Throttled(Throttle::Rate, Some(secs(9)));
        let said = match word {
            "p" | "s" => match restraint.admit(secs(at), if word == "p" { Purpose::Poll } else { Purpose::Submit }) {
                Admission::Wait(delay) => format!("wait {}: {}", delay.as_secs(), restraint.why()),
                other => format!("{other:?}"),
            },
            "d" | "D" => told(&mut restraint, at, Some(Signal::Down), word == "D"),
            "a" | "A" => told(&mut restraint, at, Some(Signal::AtWork), word == "A"),
            "r" | "R" => told(&mut restraint, at, Some(rate), word == "R"),
            "c" => told(&mut restraint, at, Some(Signal::Throttled(Throttle::Concurrency, None)), false),
            "?" => told(&mut restraint, at, None, true),
            "end" => format!("ask again: {}", restraint.task_ended(secs(at))),
            pause => {
                at += pause.parse::<u64>().expect("seconds");
                continue;
            }
        };
        writeln!(log, "{at:3} {word} {said}").expect("writing to text");
    }
    log
}

fn told(restraint: &mut Restraint, at: u64, signal: Option<Signal>, is_probe: bool) -> String {
    format!("ask again: {}", restraint.heard(secs(at), secs(at), signal, is_probe, 1.0))
}

#[test]
fn a_refusal_is_checked_by_one_free_request_and_holds_for_all_if_that_is_refused_too() {
    assert_snapshot!(restraint_log("r s p p R p R p s 9 p s"), @"
    0 r ask again: false
    0 s wait 9: the server asked for fewer requests
    0 p Probe
    0 p wait 0: the server asked for fewer requests
    0 R ask again: true
    0 p Probe
    0 R ask again: true
    0 p wait 9: the server asked for fewer requests
    0 s wait 9: the server asked for fewer requests
    9 p Send
    9 s Send
    ");
}

#[test]
fn a_refusal_that_does_not_hold_for_a_check_holds_for_nobody() {
    assert_snapshot!(restraint_log("r p p ? p A s p"), @"
    0 r ask again: false
    0 p Probe
    0 p wait 0: the server asked for fewer requests
    0 ? ask again: true
    0 p Probe
    0 A ask again: true
    0 s Send
    0 p Send
    ");
}

#[test]
fn after_many_refusals_nothing_is_checked() {
    assert_snapshot!(restraint_log("r r r r r p s 9 r p"), @"
    0 r ask again: false
    0 r ask again: false
    0 r ask again: false
    0 r ask again: false
    0 r ask again: false
    0 p wait 9: the server asked for fewer requests
    0 s wait 9: the server asked for fewer requests
    9 r ask again: false
    9 p wait 9: the server asked for fewer requests
    ");
}

#[test]
fn orders_wait_for_a_task_to_end_and_polls_do_not() {
    assert_snapshot!(restraint_log("c s p 1 c s end s c s"), @"
    0 c ask again: false
    0 s wait 1: the server asked for fewer requests
    0 p Send
    1 c ask again: false
    1 s wait 2: the server asked for fewer requests
    1 end ask again: true
    1 s Send
    1 c ask again: false
    1 s wait 1: the server asked for fewer requests
    ");
}

#[test]
fn what_was_sent_before_the_last_answer_does_not_count_as_down() {
    let mut breaker = Breaker::default().with_failures(3);
    breaker.answered(secs(10));
    (0..100).for_each(|_| breaker.failed(secs(9), secs(11), 1.0));
    assert!(!breaker.is_open(), "a hundred requests that were cut off together");
    (0..3).for_each(|_| breaker.failed(secs(10), secs(11), 1.0));
    assert!(breaker.is_open());
    assert_eq!(breaker.admit(secs(12), Purpose::Poll), Admission::Probe);
    breaker.failed(secs(11), secs(13), 1.0);
    assert_eq!(breaker.admit(secs(13), Purpose::Poll), Admission::Wait(secs(59)), "the probe is still on its way");
}

#[test]
fn what_was_held_back_goes_one_after_another_and_the_last_within_ten_seconds() {
    for held in [1_u32, 2, 200, 20_000] {
        let mut restraint = Restraint::default();
        for _ in 0..10 {
            restraint.heard(secs(5), secs(5), Some(Signal::Down), false, 0.5);
        }
        restraint.heard(secs(9), secs(9), Some(Signal::AtWork), true, 0.5);
        let chances = [0.0, 0.9, 0.1, 0.99, 0.5];
        let mut delays: Vec<Duration> =
            (0..held).map(|number| restraint.release(secs(9), held, chances[number as usize % 5])).collect();
        assert!(delays.iter().max().is_some_and(|last| *last <= secs(10)), "{held}");
        delays.dedup();
        assert_eq!(delays.len(), held as usize, "{held}: two at the same time");
    }
    let mut restraint = Restraint::default();
    assert_eq!(restraint.release(secs(1), 200, 0.5), Duration::ZERO, "nothing was held back for good reason");
}
