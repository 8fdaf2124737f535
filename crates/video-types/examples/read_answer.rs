//! Reads a gateway's answer with nothing but this crate: `cargo run -p video-types --example read_answer < answer.json`.
//!
//! Without input it reads an answer of its own: a finished task of New API up to 0.10, whose link stands where the
//! reason of a failure belongs.

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::error::Error;
use std::io::{IsTerminal as _, Read as _, stdin};

use video_types::{Answer, Report};

const BUILT_IN: &[u8] = br#"{
    "code": "success",
    "message": "",
    "data": {
        "task_id": "7501234567",
        "action": "textGenerate",
        "status": "SUCCESS",
        "fail_reason": "https://v1.klingcdn.example/out.mp4",
        "submit_time": 1757900000,
        "finish_time": 1757900140,
        "progress": "100%",
        "data": null
    }
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut body = Vec::new();
    if !stdin().is_terminal() {
        stdin().read_to_end(&mut body)?;
    }
    if body.trim_ascii().is_empty() {
        body = BUILT_IN.to_vec();
    }
    match Answer::parse(&body)? {
        Answer::Task(report) => print(&report),
        Answer::Empty => println!("nothing yet: ask again"),
        Answer::Problem(problem) => println!("refused: {} ({})", problem.message, problem.code.unwrap_or_default()),
        other => println!("{other:?}"),
    }
    Ok(())
}

fn print(report: &Report) {
    println!("phase: {:?}", report.phase());
    if let Some(progress) = report.progress {
        println!("progress: {progress} %");
    }
    if let Some(failure) = &report.failure {
        println!("reason: {}", failure.message);
    }
    for link in &report.links {
        println!("link: {link}");
    }
}
