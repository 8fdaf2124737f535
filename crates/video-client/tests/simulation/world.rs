//! One world from a seed: runs of the program one after the other, killed and left, until nothing is left to do.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{advance, timeout};
use video_journal::{Record, Store as _};
use video_testkit::{Faults, GatewayClock, GatewayOptions, LocalGateway, Route};

use crate::disk::Disk;
use crate::far::{Outside, later};
use crate::history::History;
use crate::judge;
use crate::life::Life;
use crate::plan::{Jump, Plan};
use crate::program::{BEGINNING, Machine};

/// The longest one run may take; a run that takes longer hangs.
const LONGEST_RUN: Duration = Duration::from_secs(48 * 3600);
/// How many runs that nobody disturbs a world gets to come to rest.
const QUIET_RUNS: usize = 8;

/// What became of a world.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) hash: u64,
    /// How often each kind of thing happened.
    pub(crate) counts: BTreeMap<String, u64>,
    /// What was not as it must be; empty if all is well.
    pub(crate) wrongs: Vec<String>,
}

/// Lives through a world.
pub(crate) fn live(plan: &Plan, folder: Option<PathBuf>, told: bool) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let history = Arc::new(History::new(told));
        let clock = GatewayClock::starting(BEGINNING);
        let gateway = LocalGateway::new(options(plan, &clock));
        let disk = Arc::new(Disk::new(plan.seed, plan.failing_disk, history.clone()));
        let outside = Arc::new(Outside::new(plan, gateway, disk, history.clone()));
        let machine = Arc::new(Machine { plan: plan.clone(), outside, clock, off: Arc::default(), folder });
        let runs = runs(&machine).await;
        judge::judge(&machine, runs);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (kind, count) in history.counts() {
            counts.insert(kind.to_owned(), count);
        }
        for ((route, fault), count) in machine.outside.gateway.account().faults {
            counts.insert(format!("{route}: {fault}"), count);
        }
        for record in machine.records() {
            *counts.entry(format!("ends {}", record.state)).or_default() += 1;
        }
        Seen { hash: history.hash(), counts, wrongs: history.wrongs() }
    })
}

fn options(plan: &Plan, clock: &GatewayClock) -> GatewayOptions {
    GatewayOptions {
        job_time: plan.job_time,
        video_bytes: 3000,
        faults: Faults::drawn(plan.seed, plan.faults).only_on(&Route::ALL),
        stall: plan.stall,
        retry_after: plan.retry_after,
        honours_keys: plan.honours_keys,
        lists: plan.lists,
        list_lag: plan.list_lag,
        most_in_flight: plan.most_in_flight,
        clock_ahead: plan.clock_ahead,
        clock: Some(clock.clone()),
        ..GatewayOptions::default()
    }
}

/// Runs the program until nothing is left to do; gives how often.
async fn runs(machine: &Arc<Machine>) -> u64 {
    let plan = &machine.plan;
    let jumping = tokio::spawn(jumps(machine.clone()));
    let mut number = 0;
    let mut run = async |kill, leave| {
        number += 1;
        let beside = plan.two_programs.then(|| Life::new(number + 1000, None));
        one_run(machine, Life::new(number, kill), leave, beside).await;
        number
    };
    for kill in &plan.kills {
        run(Some(*kill), None).await;
    }
    for leave in &plan.leaves {
        run(None, *leave).await;
    }
    // The clock stands still from here on, at whatever it shows.
    drop(jumping.await);
    for _ in 0..QUIET_RUNS {
        if machine.is_at_rest() {
            break;
        }
        // Claims of the dead run out: in a minute, or an hour later if the clock went back.
        later(Duration::from_secs(3600 + 61)).await;
        run(None, None).await;
    }
    number
}

async fn one_run(machine: &Arc<Machine>, life: Life, leave: Option<Duration>, beside: Option<Life>) {
    let history = &machine.outside.history;
    let life = Arc::new(life);
    history.note("run", format_args!("{}", life.number));
    let leaving = async {
        match leave {
            Some(leave) => later(leave).await,
            None => std::future::pending().await,
        }
    };
    let two = async {
        let beside = beside.map(Arc::new);
        let other = async {
            if let Some(beside) = &beside {
                machine.run(beside).await;
            }
        };
        tokio::join!(machine.run(&life), other);
    };
    tokio::select! {
        biased;
        () = life.killed() => {
            history.note("kill", format_args!("{}", life.number));
            if machine.outside.draw(|rng| rng.f64() < machine.plan.power_cuts) {
                machine.outside.disk.power_cut();
            }
        }
        () = leaving => history.note("leave", format_args!("{}", life.number)),
        over = timeout(LONGEST_RUN, two) => {
            if over.is_err() {
                history.wrong(format!("run {} hangs", life.number));
            }
        }
    }
}

/// Lets the clock of the machine jump.
async fn jumps(machine: Arc<Machine>) {
    let eight_hours = Duration::from_secs(8 * 3600);
    for (after, jump) in &machine.plan.jumps {
        later(*after).await;
        machine.outside.history.note("jump", format_args!("{jump:?}"));
        match jump {
            Jump::Off(seconds) => machine.off.store(*seconds, Ordering::Relaxed),
            Jump::Sleeps => machine.clock.skip(eight_hours),
            Jump::SleepsAwake => advance(eight_hours).await,
        }
    }
}

impl Machine {
    /// Every job as the journal has it.
    pub(crate) fn records(&self) -> Vec<Record> {
        let line = |job| self.outside.disk.last_of_line(&self.line(job)).expect("memory");
        (0..self.plan.jobs).filter_map(line).collect()
    }

    fn is_at_rest(&self) -> bool {
        let records = self.records();
        let unknown = |record: &Record| record.state == video_journal::State::Unknown && !self.plan.can_tell();
        records.len() == self.plan.jobs && records.iter().all(|record| self.is_done(record) || unknown(record))
    }
}
