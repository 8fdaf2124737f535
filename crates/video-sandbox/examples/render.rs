//! Renders one clip and prints how long it took: `render SIZE SECONDS FPS OUT`, such as `render 1280x720 5 24 out.mp4`.
//!
//! The prompt is read from `PROMPT`, the seed from `SEED`, a first-frame picture from the file `PICTURE` names or a
//! placeholder text from `PLACEHOLDER`, the number of threads from `THREADS` (default: one for each core).
#![expect(clippy::print_stdout, reason = "printing is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::env::{args, var};
use std::error::Error;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::Instant;

use video_sandbox::{Clip, FirstFrame, render};

const PROMPT: &str = "A red fox runs through fresh snow at dawn, cinematic light. \
    一只红色的狐狸在黎明的雪地里奔跑，电影般的光线。";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [size, seconds, fps, out] = &arguments[..] else { return Err("usage: render SIZE SECONDS FPS OUT".into()) };
    let (width, height) = size.split_once('x').ok_or("SIZE is WIDTHxHEIGHT")?;
    let mut clip = Clip::new(var("PROMPT").unwrap_or_else(|_| PROMPT.to_owned()))
        .with_size(width.parse()?, height.parse()?)
        .with_seconds(seconds.parse()?)
        .with_fps(fps.parse()?)
        .with_seed(var("SEED").map_or(Ok(42), |seed| seed.parse())?);
    if let Ok(path) = var("PICTURE") {
        clip = clip.with_first_frame(FirstFrame::Picture(std::fs::read(path)?.into()));
    } else if let Ok(text) = var("PLACEHOLDER") {
        clip = clip.with_first_frame(FirstFrame::Placeholder(text));
    }
    let threads = match var("THREADS") {
        Ok(threads) => threads.parse()?,
        Err(_) => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    let start = Instant::now();
    let mp4 = render(&clip, threads, &|_| ControlFlow::Continue(()))?;
    let elapsed = start.elapsed().as_secs_f64();
    std::fs::write(out, &mp4)?;
    println!("{size} {seconds} s {fps} fps on {threads} threads: {elapsed:.2} s, {} bytes", mp4.len());
    Ok(())
}
