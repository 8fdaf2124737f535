//! OpenAI's own packages for Python and Node, unchanged: only the base URL and the key are ours.
//!
//! Both tell the same in the same words, so one snapshot holds for both.

use video_testkit::{FarEnd, Reply};

use crate::clients::Language;
use crate::run::{Machine, ffprobe, steady};
use crate::serving::Serving;

const KEY: &str = "right-key";

/// Runs a scenario with one package against a gateway of its own, and compares what it told.
fn tell(language: Language, scenario: &str) {
    let serving = Serving::start(&["--token", KEY]);
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("cat.png"), include_bytes!("../clients/cat.png")).expect("a file");
    let Some(told) = language.scenario(scenario, &serving, KEY, folder.path()) else { return };
    steady().bind(|| insta::assert_snapshot!(scenario, told));
    let saved = folder.path().join("whole.mp4");
    if saved.exists()
        && let Some(proof) = ffprobe(&saved)
    {
        insta::assert_snapshot!("the_saved_clip", proof);
    }
}

macro_rules! both {
    ($($scenario:ident)*) => {$(
        mod $scenario {
            #[test]
            fn with_python() {
                super::tell(super::Language::Python, stringify!($scenario));
            }

            #[test]
            fn with_node() {
                super::tell(super::Language::Node, stringify!($scenario));
            }
        }
    )*};
}

both! { ordering fetching listing remixing deleting repeating refusals }

/// What the guide tells its readers to write, in both languages of the guide.
#[test]
fn the_programs_of_the_guide_end_with_a_video() {
    let (guide, chinese) =
        (include_str!("../../../../docs/guide/gateway.md"), include_str!("../../../../docs/zh/gateway.md"));
    for (language, fence) in [(Language::Python, "```python\n"), (Language::Node, "```js\n")] {
        let block = |page: &'static str| Some(page.split_once(fence)?.1.split_once("```")?.0);
        let program = block(guide).expect("a program");
        assert_eq!(block(chinese), Some(program));
        let serving = Serving::start(&[]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("fog.mp4");
        let program = program
            .replace("http://127.0.0.1:8787", &serving.url)
            .replace("\"fog.mp4\"", &format!("{:?}", path.to_string_lossy()));
        if language.run(&program, "", &serving, "any-key", folder.path()).is_none() {
            continue;
        }
        if let Some(proof) = ffprobe(&path) {
            insta::assert_snapshot!("the_clip_of_the_guide", proof);
        }
    }
}

/// The package for Node has no such call.
#[test]
fn create_and_poll_of_python_waits_as_long_as_the_gateway_says() {
    tell(Language::Python, "waiting");
}

/// Both packages repeat by themselves what ends in 409, 429 or 5xx, and would pay twice.
#[test]
fn an_order_whose_outcome_nobody_knows_is_not_repeated() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _guard = runtime.enter();
    let page = "<html><head><title>502 Bad Gateway</title></head></html>";
    for language in Language::ALL {
        let far_end = FarEnd::start(move |_| Reply::status(502).header("content-type", "text/html").body(page));
        let far_end = far_end.expect("a far end");
        let machine = Machine::new().with("VIDEO_BASE_URL", far_end.url("")).with("VIDEO_API_KEY", "sk-xxxx");
        let serving = Serving::of(machine, &[]);
        let folder = tempfile::tempdir().expect("a folder");
        let Some(told) = language.scenario("ambiguous", &serving, KEY, folder.path()) else { continue };
        let orders = far_end.ledger().seen().whole("POST");
        steady().bind(|| insta::assert_snapshot!("ambiguous", format!("{told}orders upstream: {orders}")));
    }
}
