//! The real flow, scheduler, journaled client and journal rules in simulated worlds: virtual time, one seed a world.
//!
//! `VIDEO_SIMULATION_SEED=7` lives through that world alone and prints what happens; `VIDEO_SIMULATION_JOBS=1000000`
//! plays more of them.

mod disk;
mod far;
mod history;
mod judge;
mod life;
mod plan;
mod program;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use history::tell;
use plan::Plan;
use video_testkit::{Fault, Route};
use world::{Seen, live};

/// How many jobs one run of the tests plays.
const JOBS: usize = 100_000;
/// Names one world.
const SEED: &str = "VIDEO_SIMULATION_SEED";

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.trim().parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")))
}

/// One world; what is wrong with it in one line, with the command that plays it again.
fn lived(plan: &Plan, folder: Option<&tempfile::TempDir>, told: bool) -> Result<Seen, String> {
    let folder = folder.map(|folder| folder.path().to_owned());
    let seen = catch_unwind(AssertUnwindSafe(|| live(plan, folder, told)));
    let wrong = match &seen {
        Ok(seen) if seen.wrongs.is_empty() => None,
        Ok(seen) => Some(format!("{} ({} more)", seen.wrongs[0], seen.wrongs.len() - 1)),
        Err(_) => Some("panicked".to_owned()),
    };
    match (wrong, seen) {
        (None, Ok(seen)) => Ok(seen),
        (wrong, _) => {
            let replay = format!("{SEED}={} cargo test -p video-client --test simulation", plan.seed);
            Err(format!("seed {}: {}; replay: {replay}", plan.seed, wrong.unwrap_or_default()))
        }
    }
}

/// Plays worlds until they have had so many jobs; what happened in them, or what was wrong with some.
fn play(jobs: usize, of: fn(u64) -> Plan, with_files: bool) -> Result<BTreeMap<String, u64>, String> {
    let (next, played) = (AtomicU64::new(1), AtomicUsize::new(0));
    let (counts, wrongs) = (Mutex::new(BTreeMap::<String, u64>::new()), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while played.load(Ordering::Relaxed) < jobs && wrongs.lock().expect("no panic").len() < 3 {
                    let plan = of(next.fetch_add(1, Ordering::Relaxed));
                    played.fetch_add(plan.jobs, Ordering::Relaxed);
                    let folder = with_files.then(folder);
                    match lived(&plan, folder.as_ref(), false) {
                        Ok(seen) => {
                            let mut counts = counts.lock().expect("no panic");
                            seen.counts.into_iter().for_each(|(kind, count)| *counts.entry(kind).or_default() += count);
                        }
                        Err(wrong) => wrongs.lock().expect("no panic").push(wrong),
                    }
                }
            });
        }
    });
    let wrongs = wrongs.into_inner().expect("no panic");
    let counts = counts.into_inner().expect("no panic");
    tell(format_args!("{} worlds, {} jobs: {counts:?}", next.into_inner() - 1, played.into_inner()));
    if wrongs.is_empty() { Ok(counts) } else { Err(wrongs.join("\n")) }
}

/// A folder in memory where there is one: what a disk does when it syncs is not what is tested here.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// One seed alone, told line by line.
fn replay(seed: u64) {
    for plan in [Plan::of(seed), Plan::with_files(seed)] {
        tell(format_args!("{plan}"));
        let folder = plan.files.then(folder);
        let world = lived(&plan, folder.as_ref(), true);
        tell(format_args!("{:?}", world.as_ref().map(|seen| &seen.counts)));
        world.expect("a world in which all is well");
    }
}

#[test]
fn every_job_is_ordered_once_and_ends_well_whatever_crashes_fails_or_jumps() {
    if let Some(seed) = number(SEED) {
        return replay(seed);
    }
    let jobs = number("VIDEO_SIMULATION_JOBS").map_or(JOBS, |jobs| usize::try_from(jobs).unwrap_or(usize::MAX));
    let counts = play(jobs, Plan::of, false).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    // A simulation in which nothing goes wrong proves nothing.
    let met = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    for kind in ["kill", "power cut", "leave", "jump", "disk full", "ends unknown"] {
        assert!(met(kind) > 0, "no {kind} in {counts:?}");
    }
    for route in [Route::Submit, Route::Poll, Route::List] {
        for fault in Fault::ALL {
            assert!(met(&format!("{route}: {fault}")) > 0, "no {fault} on {route} in {counts:?}");
        }
    }
}

#[test]
fn every_video_is_saved_whole_whatever_crashes_fails_or_jumps() {
    if number(SEED).is_some() {
        return;
    }
    let counts = play(400, Plan::with_files, true).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    let met = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    assert!(met("ends saved") > 200 && met("kill") > 0, "{counts:?}");
}

#[test]
fn one_seed_is_one_history() {
    if number(SEED).is_some() {
        return;
    }
    let twice = |seed| [(); 2].map(|()| lived(&Plan::of(seed), None, false).expect("all is well").hash);
    let [first, again] = twice(7);
    assert_eq!(first, again);
    let [other, other_again] = twice(8);
    assert_eq!(other, other_again);
    assert_ne!(first, other);
}
