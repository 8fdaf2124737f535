//! What kind of world a seed makes.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

/// In which words the gateway is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    NewApi,
    OpenAi,
}

/// Everything that is decided about a world before it begins.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four things that are so or not, each by itself")]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// How many of the jobs, the first ones, order the same: a list cannot tell them apart.
    pub(crate) alike: usize,
    pub(crate) slots: usize,
    pub(crate) format: Format,
    /// What the gateway offers to find out about a lost order.
    pub(crate) honours_keys: bool,
    pub(crate) lists: bool,
    /// How often a request goes wrong at the gateway, and how often on the way there.
    pub(crate) faults: f64,
    pub(crate) lost: f64,
    pub(crate) job_time: Duration,
    pub(crate) stall: Duration,
    pub(crate) retry_after: Duration,
    pub(crate) list_lag: Duration,
    pub(crate) most_in_flight: Option<usize>,
    /// By how many seconds the gateway's clock is ahead of the truth.
    pub(crate) clock_ahead: i64,
    /// After how many steps (requests, answers, writes) each run of the program is killed; then runs that are not.
    pub(crate) kills: Vec<u64>,
    /// After how long each run that is not killed is told to leave instead, if it is.
    pub(crate) leaves: Vec<Option<Duration>>,
    /// How often a kill is a power cut, which takes along what was not synced.
    pub(crate) power_cuts: f64,
    /// Whether two programs work on the journal at the same time.
    pub(crate) two_programs: bool,
    /// How often a write is slow, and how often it fails.
    pub(crate) slow_disk: f64,
    pub(crate) failing_disk: f64,
    /// What happens to the clock of this machine, each so long after the one before.
    pub(crate) jumps: Vec<(Duration, Jump)>,
    /// Whether videos are downloaded onto the disk; otherwise a job ends where it has succeeded.
    pub(crate) files: bool,
}

/// What happens to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jump {
    /// The wall clock of this machine shows the truth and so many seconds.
    Off(i64),
    /// The machine sleeps for eight hours, and its monotonic clock with it.
    Sleeps,
    /// The same, but its monotonic clock goes on: whatever waited has waited long enough.
    SleepsAwake,
}

impl Plan {
    /// The world of a seed. All that is decided here is decided by the seed alone.
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let seconds = |rng: &mut Rng, range: std::ops::RangeInclusive<u64>| Duration::from_secs(rng.u64(range));
        let jobs = rng.usize(200..=400);
        let alike = if rng.u8(..4) == 0 { rng.usize(2..=12) } else { 0 };
        let (honours_keys, lists) =
            *rng.choice(&[(true, false), (false, true), (true, true), (false, false)]).unwrap_or(&(true, true));
        let slots = rng.usize(5..=100);
        let kill = |rng: &mut Rng| {
            let most = 1 << rng.u32(3..=11);
            rng.u64(1..=most)
        };
        let kills = (0..rng.usize(0..=5)).map(|_| kill(&mut rng)).collect();
        let leaves = (0..rng.usize(0..=2)).map(|_| rng.bool().then(|| seconds(&mut rng, 1..=900))).collect();
        let jumps = if rng.bool() { rng.usize(1..=4) } else { 0 };
        // A clock is ahead or behind by an hour at times; it is not first the one and then the other.
        let off = *rng.choice(&[3600, -3600]).unwrap_or(&3600);
        let jumps = (0..jumps).map(|_| {
            let jump = match rng.u8(..6) {
                0 | 1 => Jump::Off(off),
                2 | 3 => Jump::Off(0),
                4 => Jump::Sleeps,
                _ => Jump::SleepsAwake,
            };
            (seconds(&mut rng, 1..=600), jump)
        });
        let jumps = jumps.collect();
        Self {
            seed,
            jobs,
            alike,
            slots,
            format: if rng.bool() { Format::NewApi } else { Format::OpenAi },
            honours_keys,
            lists,
            faults: *rng.choice(&[0.0, 0.05, 0.2, 0.3]).unwrap_or(&0.2),
            lost: *rng.choice(&[0.0, 0.02, 0.1]).unwrap_or(&0.02),
            jumps,
            // Polls are most of the work, and one is much like another.
            job_time: if rng.u8(..10) == 0 { seconds(&mut rng, 60..=300) } else { seconds(&mut rng, 2..=30) },
            stall: seconds(&mut rng, 1..=180),
            retry_after: seconds(&mut rng, 1..=20),
            list_lag: seconds(&mut rng, 0..=15),
            most_in_flight: (rng.u8(..4) == 0).then(|| rng.usize(slots.div_ceil(2)..=slots * 2)),
            clock_ahead: *rng.choice(&[0, 0, 0, 3600, -3600, 90]).unwrap_or(&0),
            kills,
            leaves,
            power_cuts: *rng.choice(&[0.0, 0.5]).unwrap_or(&0.5),
            two_programs: rng.u8(..5) == 0,
            slow_disk: *rng.choice(&[0.0, 0.01, 0.1]).unwrap_or(&0.0),
            failing_disk: *rng.choice(&[0.0, 0.0, 0.005]).unwrap_or(&0.0),
            files: false,
        }
    }

    /// A smaller world whose videos are downloaded onto the disk.
    pub(crate) fn with_files(seed: u64) -> Self {
        let plan = Self::of(seed);
        Self { files: true, jobs: plan.jobs / 8, alike: plan.alike.min(4), slots: plan.slots.min(8), ..plan }
    }

    /// Whether what became of a lost order can be told: if so, no job stays unknown.
    pub(crate) fn can_tell(&self) -> bool {
        self.honours_keys || self.lists
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
