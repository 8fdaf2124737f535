//! Every operation of every job fails once in one way, then works.

use std::fmt::Write as _;

use insta::assert_snapshot;
use video_journal::State;
use video_testkit::{Fault, Faults, GatewayOptions};

use crate::desk::MILLI;
use crate::purchase::{Offers, Purchase};

const JOBS: usize = 20;

/// `Retry-After` asks for 10 ms and a stall lasts 300 ms, not the 1 s and 3 s of the peers' table: what a longer wait
/// changes is the time the run takes, since no limit of the client lies between.
fn purchase(fault: Fault) -> Purchase {
    Purchase {
        jobs: JOBS,
        at_once: JOBS,
        settle_after: 100 * MILLI,
        gateway: GatewayOptions {
            faults: Faults::once(fault),
            retry_after: 10 * MILLI,
            stall: 300 * MILLI,
            list_lag: 20 * MILLI,
            ..GatewayOptions::default()
        },
    }
}

#[tokio::test]
async fn one_fault_of_each_kind_on_every_operation_costs_no_job_where_keys_or_a_list_help() {
    let mut table = format!("{:22}{:>12}{:>12}{:>12}\n", "good/twice/unknown", "keys", "list", "neither");
    for fault in Fault::ALL {
        write!(table, "{:22}", fault.to_string()).expect("text");
        for offers in [Offers::KnownKeys, Offers::List, Offers::Neither] {
            let bought = purchase(fault).make(offers).await;
            bought.check(JOBS, &format!("{fault}, {offers:?}"));
            let (judgement, unknown) = (&bought.judgement, bought.in_state(State::Unknown));
            let told = format!("{}/{}/{unknown}", judgement.good, judgement.twice);
            write!(table, "{told:>12}").expect("text");
            if !matches!(offers, Offers::Neither) {
                assert_eq!((judgement.good, judgement.paid, bought.runs), (JOBS, JOBS, 1), "{fault}, {offers:?}");
            }
        }
        table.push('\n');
    }
    assert_snapshot!(table);
}
