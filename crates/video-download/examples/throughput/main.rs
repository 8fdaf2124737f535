//! How fast a proved download is, beside programs and loops that prove nothing:
//! `cargo run --release -p video-download --example throughput -- [--video PATH] [MIB] [FOLDER]…`.
//!
//! A thread of this process serves a film of so many MiB (1024 by default) over the loopback. Every round fetches it once
//! in each way into each folder, in turns, so that a busy moment of the machine hits all of them. Medians are shown, and
//! the medians of the ratios within a round. On a file system in memory (`/dev/shm`) a sync costs nothing: that folder
//! shows a download without it. With `--video` the program `video` is measured too. `serve` as the only argument keeps
//! serving, for other programs.

mod server;
mod ways;

use std::path::Path;
use std::time::Instant;

use ways::Way;

/// How often; the median counts.
const ROUNDS: usize = 7;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The middle one, the upper of two.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The ways, those first that others are divided by.
fn ways(program: Option<String>) -> Vec<Way> {
    let bare = |hash, sync| Way::Bare { hash, sync };
    let mut ways =
        vec![bare(false, false), bare(false, true), bare(true, false), bare(true, true), Way::Curl, Way::Proved];
    ways.extend(program.map(Way::Program));
    ways.retain(Way::is_there);
    ways
}

/// The seconds of every way, round by round.
async fn measure(ways: &[Way], address: &str, path: &Path) -> Result<Vec<Vec<f64>>, BoxError> {
    let mut seconds = vec![Vec::new(); ways.len()];
    // the first round warms up and does not count
    for round in 0..=ROUNDS {
        // each begins a round once: what one way leaves to be written or freed slows the next one
        for turn in 0..ways.len() {
            let at = (round + turn) % ways.len();
            let (way, seconds) = (&ways[at], &mut seconds[at]);
            #[expect(clippy::disallowed_methods, reason = "a measurement")]
            let began = Instant::now();
            way.fetch(address, path).await?;
            if round > 0 {
                seconds.push(began.elapsed().as_secs_f64());
            }
            std::fs::remove_file(path)?;
        }
    }
    Ok(seconds)
}

#[expect(clippy::print_stdout, reason = "a measurement")]
fn show(folder: &str, mib: u32, ways: &[Way], seconds: &[Vec<f64>]) {
    let bytes = f64::from(mib) * 1.048_576;
    println!("\n{folder}, {mib} MiB, medians of {ROUNDS} rounds");
    println!("{:24} {:>9} {:>15} {:>12} {:>14}", "way", "MB/s", "slowest-fastest", "÷ bare loop", "÷ bare, fsync");
    for (way, own) in ways.iter().zip(seconds) {
        let against = |other: usize| median(seconds[other].iter().zip(own).map(|(other, own)| other / own));
        let (slowest, fastest) =
            own.iter().fold((0_f64, f64::MAX), |(most, least), one| (most.max(*one), least.min(*one)));
        println!(
            "{:24} {:9.0} {:>15} {:12.2} {:14.2}",
            way.name(),
            bytes / median(own.iter().copied()),
            format!("{:.0}-{:.0}", bytes / slowest, bytes / fastest),
            against(0),
            against(1),
        );
    }
}

#[expect(clippy::print_stdout, reason = "a measurement")]
#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let program = match arguments.iter().position(|argument| argument == "--video") {
        Some(at) if at + 1 < arguments.len() => arguments.drain(at..at + 2).nth(1),
        _ => None,
    };
    let serves = arguments.iter().any(|argument| argument == "serve");
    let mib: u32 = arguments.first().and_then(|mib| mib.parse().ok()).unwrap_or(1024);
    let (address, far_end) = server::start(u64::from(mib) << 20)?;
    if serves {
        println!("{address}");
        return far_end.join().map_err(|_| "the server died".into());
    }
    let folders: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let ways = ways(program);
    for folder in if folders.is_empty() { vec!["."] } else { folders } {
        let seconds = measure(&ways, &address, &Path::new(folder).join("throughput.mp4")).await?;
        show(folder, mib, &ways, &seconds);
    }
    Ok(())
}
