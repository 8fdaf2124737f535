//! What is known of a request before it is sent: it stops an order, and `validate` and `--dry-run` show it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use video_testkit::{FarEnd, Reply};

use crate::run::{Machine, steady};

/// The orders of the gateways' own tutorials, as bodies.
const SEEDS: &[&str] = &[
    r#"{"model":"kling-v1","prompt":"一个穿着宇航服的宇航员在月球上行走","size":"1920x1080","duration":5,"metadata":{"seed":20231234,"negative_prompt":"模糊"}}"#,
    r#"{"model":"kling-v2-master","image":"https://example.com/cat.jpg","prompt":"猫咪慢慢睁开眼睛","duration":3,"metadata":{"seed":54321,"camera_control":{"type":"simple","config":{"horizontal":1.0,"vertical":0,"zoom":0.5}}}}"#,
    r#"{"model":"kling-v1","prompt":"p","size":"1920x1080","image":"https://example.com/a.jpg","duration":5,"metadata":{"image_tail":"https://example.com/b.png"}}"#,
    r#"{"model":"jimeng_vgfm_t2v_l20","prompt":"海浪","metadata":{"req_key":"jimeng_vgfm_t2v_l20","aspect_ratio":"16:9","duration":5}}"#,
    r#"{"model":"jimeng_vgfm_i2v_l20","image":"https://example.com/l.jpg","prompt":"云朵","metadata":{"req_key":"jimeng_vgfm_i2v_l20","image_urls":["https://example.com/l.jpg"],"aspect_ratio":"16:9"}}"#,
    r#"{"model":"jimeng_vgfm_t2v_l20","prompt":"p","image":"https://example.com/l.jpg","metadata":{"req_key":"jimeng_vgfm_i2v_l20","image_urls":["https://example.com/l.jpg"]}}"#,
    r#"{"model":"viduq1","prompt":"夜景","size":"1920x1080","duration":5,"metadata":{"resolution":"1080p","seed":0}}"#,
    r#"{"model":"kling-v1","prompt":"p","duration":5,"fps":24,"width":1280,"height":720,"n":1,"response_format":"url","seed":7,"user":"me"}"#,
];

const SORA: &str = r#"{"model":"sora-2","prompt":"p","seconds":"5","size":"1920x1080"}"#;

/// The head of a PNG of this size, and zeros up to a length.
fn png(width: u32, height: u32, length: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes.resize(length.max(bytes.len()), 0);
    bytes
}

fn with_gateway(url: &str) -> Machine {
    Machine::new().with("VIDEO_BASE_URL", url).with("VIDEO_API_KEY", "sk-planted-secret")
}

fn write(machine: &Machine, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(machine.file(name), content).expect("a file");
}

#[test]
fn the_orders_of_the_seeds_are_held_against_the_facts() {
    let machine = Machine::new();
    write(&machine, "seeds.jsonl", SEEDS.join("\n"));
    write(&machine, "sora.json", SORA);
    insta::assert_snapshot!(
        [
            machine.video(&["validate", "seeds.jsonl"]),
            machine.video(&["--lang", "zh", "validate", "seeds.jsonl"]),
            machine.video(&["validate", "sora.json", "--target", "openai"]),
            machine.video(&["validate", "sora.json", "--target", "openai", "--json"]),
        ]
        .join("\n")
    );
}

#[test]
fn a_broken_line_is_named_and_the_others_are_checked() {
    let machine = Machine::new();
    let text = "{\"name\":\"one\",\"model\":\"viduq1\",\"prompt\":\"a\"}\n\n{\"model\": \n[1]\n{\"model\":\"viduq1\"}\n\
                {\"model\":\"viduq1\",\"prompt\":\"a\",\"seconds\":4000}\n{\"model\":\"viduq1\",\"prompt\":\"a\",\"image\":\"no.png\"}\n";
    let shown = ["en", "zh"].map(|language| machine.video_with_stdin(&["--lang", language, "validate", "-"], text));
    let json = machine.video_with_stdin(&["validate", "-", "--json"], text);
    insta::assert_snapshot!(format!("{}\n{json}", shown.join("\n")));
}

#[test]
fn one_request_may_stand_on_many_lines_and_a_break_in_it_has_its_line() {
    let machine = Machine::new();
    let whole = "\u{feff}{\n  \"model\": \"viduq1\",\n  \"prompt\": \"a kite\"\n}\n";
    insta::assert_snapshot!(
        [
            machine.video_with_stdin(&["validate", "-"], whole),
            machine.video_with_stdin(&["validate", "-"], &whole.replace("\"a kite\"", "a kite")),
            machine.video_with_stdin(&["validate", "-", "--model", "viduq1"], r#"{"prompt":"a kite"}"#),
            machine.video_with_stdin(&["validate", "-"], " \n"),
            machine.video_with_stdin(&["--lang", "zh", "validate", "-"], ""),
            machine.video(&["validate", "nowhere.json"]),
            machine.video(&["validate"]),
        ]
        .join("\n")
    );
}

#[test]
fn warnings_are_fine_and_a_local_picture_of_a_line_is_given_its_form() {
    let machine = Machine::new();
    write(&machine, "first.png", png(1280, 720, 300));
    let line = |image: &str| format!(r#"{{"model":"kling-v1","prompt":"a cat","size":"1280x720","image":"{image}"}}"#);
    // What somebody else will send is not ours to change.
    let lines = [line("first.png"), line("data:image/png;base64,iVBORw0KGgo="), line("https://example.com/a.png")];
    insta::assert_snapshot!(
        [
            machine.video_with_stdin(&["validate", "-"], r#"{"model":"kling-v1","prompt":"a cat"}"#),
            machine.video_with_stdin(&["validate", "-"], &lines.join("\n")),
            machine.video_with_stdin(&["validate", "-"], r#"{"model":"somebodys-own","prompt":"a cat"}"#),
        ]
        .join("\n")
    );
}

#[test]
fn errors_stop_an_order_and_force_sends_it() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let orders = AtomicUsize::new(0);
    let far_end = FarEnd::start(move |_| {
        let task = format!(r#"{{"id":"task_8Jd{}","status":"queued"}}"#, orders.fetch_add(1, Ordering::Relaxed));
        Reply::status(200).header("content-type", "application/json").body(task)
    })
    .expect("a far end");
    let machine = with_gateway(&far_end.url(""));
    let order = ["submit", "a cat", "--model", "kling-v1", "--seconds", "3"];
    let mut shown = String::new();
    for more in [&[][..], &["--quiet"], &["--json"], &["--lang", "zh"], &["--force"], &["--force", "--json", "--quiet"]]
    {
        let text = machine.video(&[&order[..], more].concat());
        writeln!(shown, "{text}orders: {}\n", far_end.ledger().seen().whole("POST")).expect("text");
    }
    let fine = machine.video(&["submit", "a cat", "--model", "kling-v1", "--seconds", "5", "--size", "1280x720"]);
    writeln!(shown, "{fine}orders: {}", far_end.ledger().seen().whole("POST")).expect("text");
    let generated = machine.video(&["generate", "a cat", "--model", "kling-v1", "--seconds", "3", "-o", "cat.mp4"]);
    writeln!(shown, "{generated}orders: {}", far_end.ledger().seen().whole("POST")).expect("text");
    assert!(!shown.contains("planted"));
    steady().bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn nothing_stops_an_order_for_the_sandbox_and_a_dry_run_still_tells() {
    let machine = Machine::new();
    let order = ["generate", "a cat", "--sandbox", "--model", "kling-v1", "--seconds", "1", "--size", "320x180", "-q"];
    let made = machine.output(&[&order[..], &["-o", "cat.mp4"]].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    insta::assert_snapshot!(machine.video(&[&order[..], &["--dry-run"]].concat()));
}

#[test]
fn a_dry_run_tells_what_a_submit_would_do() {
    let machine = with_gateway("https://88api.ai");
    let order = ["generate", "a cat", "--model", "kling-v1", "--seconds", "3", "--meta", "seed=7", "--dry-run"];
    let shown =
        [&[][..], &["--lang", "zh"], &["--force"], &["--json"]].map(|more| machine.video(&[&order[..], more].concat()));
    assert!(!shown.concat().contains("planted"));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn parameters_get_the_type_the_catalogue_knows() {
    let machine = with_gateway("https://88api.ai");
    write(&machine, "camera.json", r#"{"type":"simple","config":{"zoom":3}}"#);
    write(&machine, "more.json", r#"{"cfg_scale":0.1,"negative_prompt":"blur"}"#);
    let typed = [
        "--meta",
        "cfg_scale=0.5",
        "--meta",
        "duration=5",
        "--meta",
        "camera_control=@camera.json",
        "--meta-file",
        "more.json",
    ];
    let wan =
        ["--meta", "parameters.seed=7", "--meta", "parameters.prompt_extend=false", "--meta", "input:=@camera.json"];
    let order = |model, more: &[&str]| {
        machine.video(&[&["submit", "a cat", "--dry-run", "--size", "1280x720", "--model", model], more].concat())
    };
    insta::assert_snapshot!([order("kling-v1", &typed), order("wan2.5-t2v-preview", &wan)].join("\n"));
}

#[test]
fn a_local_picture_is_sent_in_the_form_the_model_takes() {
    let machine = with_gateway("https://88api.ai");
    write(&machine, "first.png", png(1280, 720, 300));
    let mut shown = String::new();
    for (model, format, size) in [
        ("kling-v1", "new-api", "1280x720"),
        ("viduq1", "new-api", "1080p"),
        ("MiniMax-Hailuo-02", "new-api", "768p"),
        ("sora-2", "openai", "1280x720"),
        ("sora-2", "new-api", "1280x720"),
        ("somebodys-own", "new-api", "1280x720"),
    ] {
        let order = [
            "submit",
            "a cat",
            "--image",
            "first.png",
            "--dry-run",
            "--model",
            model,
            "--format",
            format,
            "--size",
            size,
        ];
        writeln!(shown, "{}", machine.video(&order)).expect("text");
    }
    let boundary = {
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"boundary=\S+", "boundary=BOUNDARY");
        settings
    };
    boundary.bind(|| insta::assert_snapshot!(shown));
}

#[test]
fn a_picture_nobody_takes_is_refused_before_anything_is_sent() {
    let machine = with_gateway("http://127.0.0.1:9");
    write(&machine, "large.png", png(1280, 720, (20 << 20) + 1));
    write(&machine, "heavy.png", png(1280, 720, (10 << 20) + 1));
    write(&machine, "small.png", png(100, 100, 300));
    write(&machine, "text.png", "not a picture");
    let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x7f\x82\x59\0\0\0\0\0\0\0\0\0";
    write(&machine, "new.webp", webp);
    let mut shown = String::new();
    for picture in ["large.png", "heavy.png", "small.png", "text.png", "new.webp", "nowhere.png"] {
        let order = ["submit", "a cat", "--model", "kling-v1", "--size", "1280x720", "--image", picture];
        writeln!(shown, "{}", machine.video(&order)).expect("text");
        writeln!(shown, "{}", machine.video(&[&["--lang", "zh"][..], &order].concat())).expect("text");
    }
    assert_eq!(shown.matches("exit 2").count(), 12, "{shown}");
    insta::assert_snapshot!(shown);
}
