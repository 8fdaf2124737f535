//! Equal orders that the video of one of them serves, judged by the gateway's own book.

use std::path::Path;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;
use tokio::task::JoinSet;
use video_client::{Journaled, NewJob, Outcome, Served, Target};
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};
use video_types::{Generation, ImageInput, Metadata};

use crate::desk::{MILLI, client, journal, owner};

const HOUR: Duration = Duration::from_secs(3600);

fn gateway(faults: Faults) -> SimulatedGateway {
    let options =
        GatewayOptions { job_time: 20 * MILLI, video_bytes: 1000, faults, lists: false, ..GatewayOptions::default() };
    SimulatedGateway::start(options).expect("a free port")
}

fn cat() -> Generation {
    let metadata = Metadata::default().with("mode", "pro").with("camera", json!({"pan": 1, "zoom": 2}));
    Generation::new("m-1", "a cat").with_metadata(metadata)
}

/// Orders unless there is such a video, and sees to it that it is saved; says which it was.
async fn want(desk: &Journaled, wanted: Generation, age: Duration, path: &Path) -> &'static str {
    match desk.order_unless_kept(NewJob::new(wanted), age, &|_| ()).await.expect("a journal") {
        Served::Kept(kept) => {
            kept.copy_to(Target::file(path).with_overwrite(true), &|_| ()).await.expect("a copy");
            "kept"
        }
        Served::Job(mut job) => match job.finish().await {
            Outcome::Succeeded(task) => {
                job.save(&task, Target::file(path).with_overwrite(true), &|_| ()).await.expect("a file");
                "ordered"
            }
            _ => "failed",
        },
        Served::Elsewhere(_) => "elsewhere",
    }
}

#[tokio::test]
async fn an_equal_order_within_its_time_is_served_from_the_disk_whatever_the_order_of_its_keys() {
    let gateway = gateway(Faults::default());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let desk = Journaled::new(client(&gateway.url("")), journal(&file("journal.sqlite")), owner("desk"));
    let turned = Metadata::default().with("camera", json!({"zoom": 2, "pan": 1})).with("mode", "pro");
    let turned = Generation::new("m-1", "a cat").with_metadata(turned);
    let mut picture = cat();
    picture.images.push(ImageInput::new("data:image/png;base64,iVBORw0KGgo="));
    let mut other_picture = cat();
    other_picture.images.push(ImageInput::new("data:image/png;base64,iVBORw0KGgA="));
    let mut seeded = cat();
    seeded.seed = Some(1);
    let mut told = Vec::new();
    for (name, wanted, age) in [
        ("first", cat(), HOUR),
        ("again", cat(), HOUR),
        ("keys turned", turned, HOUR),
        ("another seed", seeded, HOUR),
        ("a picture", picture.clone(), HOUR),
        ("the same picture", picture, HOUR),
        ("another picture", other_picture, HOUR),
        ("too old", cat(), Duration::ZERO),
    ] {
        told.push(format!("{name}: {}", want(&desk, wanted, age, &file(name)).await));
    }
    let same = std::fs::read(file("first")).expect("a file") == std::fs::read(file("keys turned")).expect("a file");
    told.push(format!("{} orders, the same bytes: {same}", gateway.account().tasks.len()));
    assert_snapshot!(told.join("\n"), @"
    first: ordered
    again: kept
    keys turned: kept
    another seed: ordered
    a picture: ordered
    the same picture: kept
    another picture: ordered
    too old: ordered
    5 orders, the same bytes: true
    ");
}

#[tokio::test]
async fn a_file_that_was_changed_or_is_gone_serves_nobody() {
    let gateway = gateway(Faults::default());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let desk = Journaled::new(client(&gateway.url("")), journal(&file("journal.sqlite")), owner("desk"));
    let mut told = vec![want(&desk, cat(), HOUR, &file("1.mp4")).await];
    let mut bytes = std::fs::read(file("1.mp4")).expect("a file");
    *bytes.last_mut().expect("bytes") ^= 1;
    std::fs::write(file("1.mp4"), bytes).expect("a file");
    told.push(want(&desk, cat(), HOUR, &file("2.mp4")).await);
    std::fs::remove_file(file("2.mp4")).expect("a file");
    told.push(want(&desk, cat(), HOUR, &file("3.mp4")).await);
    told.push(want(&desk, cat(), HOUR, &file("4.mp4")).await);
    assert_eq!(told, ["ordered", "ordered", "ordered", "kept"]);
}

#[tokio::test]
async fn of_equal_orders_at_once_one_is_sent_in_one_program_and_in_two() {
    let gateway = gateway(Faults::default());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let desks = ["one", "two"].map(|name| Journaled::new(client(&gateway.url("")), journal(&path), owner(name)));
    let mut running = JoinSet::new();
    for number in 0..12 {
        let desk = desks[number % 2].clone();
        let file = folder.path().join(format!("{number}.mp4"));
        running.spawn(async move { want(&desk, cat(), HOUR, &file).await });
    }
    let mut ends = running.join_all().await;
    ends.sort_unstable();
    assert_eq!(ends.iter().filter(|end| **end == "ordered").count(), 1, "{ends:?}");
    assert_eq!(ends.iter().filter(|end| **end == "kept").count(), 11, "{ends:?}");
    assert_eq!(gateway.account().tasks.len(), 1);
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("a folder")
            .filter(|entry| {
                entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "mp4"))
            })
            .count(),
        12
    );
}

#[tokio::test]
async fn what_failed_serves_nobody_and_whoever_waited_for_it_orders() {
    // The first order stays in doubt: this gateway has no list and no keys.
    let gateway = gateway(Faults::at(Route::Submit, 1, Fault::HungUp));
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Journaled::new(client(&gateway.url("")), journal(&folder.path().join("j")), owner("desk"));
    let desk = desk.with_settle_after(Some(20 * MILLI));
    let ends = [
        want(&desk, cat(), HOUR, &folder.path().join("1.mp4")).await,
        want(&desk, cat(), HOUR, &folder.path().join("2.mp4")).await,
        want(&desk, cat(), HOUR, &folder.path().join("3.mp4")).await,
    ];
    assert_eq!(ends, ["failed", "ordered", "kept"]);
}
