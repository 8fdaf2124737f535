//! How long one request takes to be held against the facts; the budget is 20 µs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use video_catalog::{Target, report};
use video_types::{Generation, ImageInput, Metadata, Seconds, Size};

fn bench(criterion: &mut Criterion) {
    let five = Seconds::new(5);
    let metadata = Metadata::default().with("seed", 12345).with("negative_prompt", "blur").with("cfg_scale", 0.8);
    let mut kling = Generation::new("kling-v1", "a cat asleep in the sun").with_metadata(metadata);
    (kling.seconds, kling.size) = (five, Some(Size::new(1920, 1080)));
    let camera = json!({"type": "simple", "config": {"horizontal": 1.0, "vertical": 0, "zoom": 0.5}});
    let mut faulty =
        Generation::new("kling-v2-master", "a cat asleep in the sun").with_seconds(Seconds::new(3).expect("valid"));
    faulty.metadata = Metadata::default().with("seed", 1).with("camera_contrl", 1).with("camera_control", camera);
    let mut sora = Generation::new("sora-2", "an astronaut on the moon");
    (sora.seconds, sora.size) = (Seconds::new(8), Some(Size::new(1280, 720)));
    let parameters = json!({"seed": 7, "prompt_extend": false});
    let wan = Generation::new("wan2.7-t2v", "a kite").with_metadata(Metadata::default().with("parameters", parameters));
    let megabytes = Generation::new("viduq1", "a kite")
        .with_image(ImageInput::new(format!("data:image/png;base64,{}", "A".repeat(4 << 20))));
    let unknown = Generation::new("somebodys-own-model", "a kite");
    let requests = [
        ("in order (kling-v1)", &kling),
        ("six findings (kling-v2-master)", &faulty),
        ("smallest provider (sora-2)", &sora),
        ("largest provider (wan2.7-t2v)", &wan),
        ("a picture of 4 MiB (viduq1)", &megabytes),
        ("a model nobody listed", &unknown),
    ];
    for (name, generation) in requests {
        criterion.bench_function(name, |bencher| bencher.iter(|| report(black_box(generation), Target::Generations)));
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
