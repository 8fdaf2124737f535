//! W4: a thousand jobs, a hundred at once, and every fifth request goes wrong.

use video_testkit::{Faults, GatewayOptions};

use crate::desk::MILLI;
use crate::purchase::{Bought, Offers, Purchase};

const JOBS: usize = 1000;

/// As the peers were measured: jobs of 50 ms, videos of 64 KiB, `Retry-After` of 1 s, stalls of 3 s.
async fn buy(seed: u64, offers: Offers) -> Bought {
    let purchase = Purchase {
        jobs: JOBS,
        at_once: 100,
        settle_after: 300 * MILLI,
        gateway: GatewayOptions { faults: Faults::drawn(seed, 0.2), list_lag: 20 * MILLI, ..GatewayOptions::default() },
    };
    let bought = purchase.make(offers).await;
    bought.check(JOBS, &format!("seed {seed}, {offers:?}"));
    bought
}

/// Three seeds; `VIDEO_W4_SEEDS=1..10` says otherwise, both ends included.
fn seeds() -> impl Iterator<Item = u64> {
    let said = std::env::var("VIDEO_W4_SEEDS").unwrap_or_else(|_| "1..3".to_owned());
    let (first, last) = said.split_once("..").unwrap_or((&said, &said));
    let number = |text: &str| text.trim().parse::<u64>().expect("VIDEO_W4_SEEDS is a number or FIRST..LAST");
    number(first)..=number(last)
}

/// One line a seed, for whoever reads along with `--nocapture`. Peak memory is that of this process, far end included.
#[expect(clippy::print_stdout, reason = "figures for whoever asked for them")]
fn tell(seed: u64, offers: Offers, bought: &Bought) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("?", str::trim);
    let Bought { judgement, states, runs, requests, took, .. } = bought;
    println!("{offers:?} seed {seed}: {judgement}; {states:?}; {runs} runs, {requests} requests, {took:.1?}, {peak}");
}

async fn every_job_is_paid_once_and_delivered(offers: Offers) {
    for seed in seeds() {
        let bought = buy(seed, offers).await;
        tell(seed, offers, &bought);
        let judgement = bought.judgement.to_string();
        let all = "1000 good, 0 bad, 1000 paid, 0 ordered twice, 0 paid without a good file";
        assert_eq!((judgement.as_str(), bought.runs), (all, 1), "seed {seed}: {bought:?}");
    }
}

#[tokio::test]
async fn w4_where_keys_are_honoured_every_job_is_paid_once_and_delivered() {
    every_job_is_paid_once_and_delivered(Offers::Keys).await;
}

#[tokio::test]
async fn w4_where_tasks_are_listed_every_job_is_paid_once_and_delivered() {
    every_job_is_paid_once_and_delivered(Offers::List).await;
}

#[tokio::test]
async fn w4_where_neither_helps_what_is_not_saved_is_unknown_with_its_evidence_and_none_is_paid_twice() {
    for seed in seeds() {
        let bought = buy(seed, Offers::Neither).await;
        tell(seed, Offers::Neither, &bought);
        assert!(bought.judgement.good > JOBS / 2, "seed {seed}: {bought:?}");
    }
}
