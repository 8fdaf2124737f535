//! `video resume`: open jobs of several gateways, found back by the settings.

use tokio::runtime::Runtime;
use video_testkit::{Fault, Faults, GatewayOptions, Route, SimulatedGateway};

use crate::run::{Machine, steady};

fn gateways(runtime: &Runtime, options: &[GatewayOptions]) -> Vec<SimulatedGateway> {
    let _inside = runtime.enter();
    options.iter().map(|options| SimulatedGateway::start(options.clone()).expect("a free port")).collect()
}

#[test]
fn jobs_of_every_gateway_that_is_set_up_are_carried_on_and_the_others_are_named() {
    let runtime = Runtime::new().expect("a runtime");
    let shops = gateways(&runtime, &[GatewayOptions::default(), GatewayOptions::default(), GatewayOptions::default()]);
    let machine = Machine::new();
    for (name, shop) in ["one", "two", "three"].iter().zip(&shops) {
        machine.video_with_stdin(&["config", "add", name, "--base-url", &shop.url(""), "--key-stdin"], "sk-shop");
        for number in 1..=2 {
            let prompt = format!("{name}-{number}");
            let format = if *name == "two" { "openai" } else { "new-api" };
            let output = machine.output(&["submit", &prompt, "-m", "m", "--profile", name, "--format", format]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    // The third gateway is gone, and the second has another key now.
    machine.video(&["config", "remove", "three"]);
    machine.video_with_stdin(&["config", "add", "two", "--key-stdin"], "sk-new");
    let first = machine.video(&["resume", "--poll-every", "100ms"]);
    // Named, the gateway's other key will do.
    let second = machine.video(&["resume", "--profile", "two", "--poll-every", "100ms", "--json"]);
    let listed = machine.video(&["list"]);
    for (shop, good) in shops.iter().zip([2, 2, 0]) {
        let account = shop.account();
        assert_eq!((account.tasks.len(), account.contents.len()), (2, good), "{first}{second}");
    }
    let mut settings = steady();
    settings.add_filter("task_[0-9A-Za-z]{8,}", "task_ID");
    settings.add_filter("video_[0-9A-Za-z]{8,}", "video_ID");
    let sorted = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains(r#""event":"status""#)).map(|line| {
            let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(line) else { return line.to_owned() };
            if object.remove("at").is_none() {
                return line.to_owned();
            }
            object.remove("sequence");
            serde_json::Value::Object(object).to_string()
        });
        let mut lines: Vec<String> = lines.collect();
        // Jobs end in any order.
        lines.sort_unstable();
        lines.join("\n")
    };
    settings.bind(|| insta::assert_snapshot!(format!("{}\n\n{}\n\n{listed}", sorted(&first), sorted(&second))));
}

#[test]
fn while_an_order_is_looked_for_it_says_so_and_until_when() {
    let runtime = Runtime::new().expect("a runtime");
    // The first order is lost before it arrives: twice the list does not have it, so it is sent again.
    let faults = Faults::at(Route::Submit, 1, Fault::HungUp);
    let shop = gateways(&runtime, &[GatewayOptions { faults, ..GatewayOptions::default() }]).remove(0);
    let machine = Machine::new().with("VIDEO_BASE_URL", shop.url("")).with("VIDEO_API_KEY", "sk-test");
    let machine = machine.with("VIDEO_FORMAT", "openai").with("VIDEO_SETTLE_AFTER", "300ms");
    let said = machine.video(&["--json", "--lang", "zh", "generate", "a cat", "-m", "m", "--poll-every", "100ms"]);
    assert_eq!(shop.account().tasks.len(), 1, "{said}");
    let mut settings = steady();
    settings.add_filter("video_[0-9A-Za-z]{8,}", "video_ID");
    settings.add_filter(r#""again_in_ms":\d+"#, r#""again_in_ms":N"#);
    settings.add_filter(r"\d+\.\d+ s ", "N s ");
    settings.bind(|| insta::assert_snapshot!(said));
}
