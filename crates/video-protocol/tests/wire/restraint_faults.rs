//! A thousand jobs under one restraint at a server that fails at random: what protects a server that is down must leave
//! ordinary life alone.

use std::collections::BTreeSet;
use std::time::Duration;

use video_protocol::{Admission, Purpose, Repetition, Restraint, Signal, Throttle};

const JOBS: usize = 1000;
/// Good answers that a job needs.
const ANSWERS: u32 = 20;

/// Chance from a seed: the same numbers everywhere.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// In 0..1.
    fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.roll(1 << 20)).expect("twenty bits")) / f64::from(1 << 20)
    }
}

/// One job: how far it is, and what it has under way.
#[derive(Clone, Default)]
struct Polled {
    begun_at: Duration,
    answers: u32,
    repetition: Option<Repetition>,
    sent: Option<Sent>,
}

#[derive(Clone)]
struct Sent {
    at: Duration,
    signal: Signal,
    is_probe: bool,
}

/// What became of all jobs.
#[derive(Default)]
struct Told {
    /// How often a request was held back because the server seemed down.
    down: u32,
    /// How often the budget was empty.
    empty: u32,
    /// What the jobs took together.
    took: Duration,
}

/// What a request brings, and after how long: two in ten go wrong, one of ten of those with a 429, one by coming late.
fn answer(dice: &mut Dice) -> (Signal, Duration) {
    let soon = Duration::from_micros(1000 + dice.roll(9000));
    match dice.roll(50) {
        0 => (Signal::Throttled(Throttle::Rate, Some(Duration::from_secs(1))), soon),
        1 => (Signal::AtWork, Duration::from_secs(3)),
        2..10 => (Signal::Down, soon),
        _ => (Signal::AtWork, soon),
    }
}

fn run(seed: u64, at_once: usize, is_restrained: bool) -> Told {
    let (mut dice, mut restraint, mut told) =
        (Dice(0x9E37_79B9_7F4A_7C15 ^ seed), Restraint::default(), Told::default());
    let mut jobs = vec![Polled::default(); JOBS];
    let mut waiting = at_once..JOBS;
    let mut events: BTreeSet<(Duration, usize)> = (0..at_once).map(|job| (Duration::ZERO, job)).collect();
    // A thousand requests a second, whatever the number of jobs.
    let beat = Duration::from_millis(100) * u32::try_from(at_once.div_ceil(100)).expect("few");
    let all = u32::try_from(at_once).expect("few");
    while let Some((at, number)) = events.pop_first() {
        let job = &mut jobs[number];
        let Some(sent) = job.sent.take() else {
            let admission = if is_restrained { restraint.admit(at, Purpose::Poll) } else { Admission::Send };
            if let Admission::Wait(delay) = admission {
                told.down += u32::from(restraint.why() == "the server is down");
                // It is asked again when something changes; here once a millisecond.
                events.insert((at + delay.min(Duration::from_millis(1)), number));
                continue;
            }
            let (signal, latency) = answer(&mut dice);
            job.sent = Some(Sent { at, signal, is_probe: admission == Admission::Probe });
            events.insert((at + latency, number));
            continue;
        };
        restraint.heard(sent.at, at, Some(sent.signal), sent.is_probe, dice.unit());
        let wait = match sent.signal {
            Signal::AtWork => {
                restraint.succeeded(job.repetition.take());
                job.answers += 1;
                beat
            }
            signal => {
                job.repetition = restraint.repeat(signal, all);
                told.empty += u32::from(job.repetition.is_none());
                if signal == Signal::Down { beat / 2 } else { Duration::from_secs(1) }
            }
        };
        if job.answers < ANSWERS {
            events.insert((at + wait, number));
            continue;
        }
        told.took += at.saturating_sub(job.begun_at);
        if let Some(next) = waiting.next() {
            jobs[next].begun_at = at;
            events.insert((at, next));
        }
    }
    assert!(jobs.iter().all(|job| job.answers == ANSWERS), "a job was lost");
    told
}

#[test]
fn random_faults_at_20_percent_open_no_breaker_empty_no_budget_and_hardly_slow_a_job() {
    for seed in 1..=3 {
        for at_once in [3, 100, 1000] {
            let told = run(seed, at_once, true);
            assert_eq!((told.down, told.empty), (0, 0), "seed {seed}, {at_once} at once");
            let ratio = told.took.as_secs_f64() / run(seed, at_once, false).took.as_secs_f64();
            assert!(ratio < 1.1, "seed {seed}, {at_once} at once: {ratio:.3} of the time");
        }
    }
}
