//! `cargo xtask codegen`: this repository's generated files, and a small house with the same facts to change.
#![expect(clippy::unwrap_used, reason = "facts that cannot be copied fail their test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;

use crate::house::House;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A house with the facts of this repository and everything generated from them.
fn house_with_facts() -> House {
    let house = House::in_order();
    let folder = repository();
    for path in ["rustfmt.toml", "spec/sources.toml", "spec/statuses.toml", "spec/errors.toml"] {
        house.plant(path, fs::read(folder.join(path)).unwrap());
    }
    for entry in fs::read_dir(folder.join("spec/providers")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        house.plant(&format!("spec/providers/{name}"), fs::read(&path).unwrap());
    }
    house.xtask(&["codegen"]);
    house
}

#[test]
fn what_is_generated_here_is_what_the_facts_say() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.args(["codegen", "--check"]).current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_same_facts_give_the_same_files() {
    let house = house_with_facts();
    assert_snapshot!(house.xtask(&["codegen"]), @r#"
    codegen: 36 files, 0 changed
    exit 0
    "#);
    assert_snapshot!(house.xtask(&["codegen", "--check"]), @r#"
    codegen: 36 files are what the facts say
    exit 0
    "#);
}

#[test]
fn every_stale_file_is_shown_with_its_diff_and_the_repair() {
    let house = house_with_facts();
    house.replace(
        "spec/statuses.toml",
        "word = \"not_start\"\nphase = \"pending\"",
        "word = \"not_start\"\nphase = \"running\"",
    );
    house.plant("docs/reference/nobody.md", "# Nobody\n");
    assert_snapshot!(house.xtask(&["codegen", "--check"]), @r#"
    --- crates/video-types/src/generated.rs
    +++ crates/video-types/src/generated.rs (from spec/)
    @@ -5,5 +5,5 @@
     /// Lower-case word with `_` for `-` and space → phase.
     pub(crate) const WORDS: &[(&str, Phase)] = &[
    -    ("not_start", Phase::Pending),
    +    ("not_start", Phase::Running),
         ("submitted", Phase::Pending),
         ("queued", Phase::Pending),

    --- docs/reference/README.md
    +++ docs/reference/README.md (from spec/)
    @@ -22,5 +22,5 @@
     | word | phase | seen at | sources |
     |---|---|---|---|
    -| `not_start` | pending | new-api | newapi |
    +| `not_start` | running | new-api | newapi |
     | `submitted` | pending | new-api, kling | newapi, kling-docs |
     | `queued` | pending | new-api, minimax, seedance, sora | newapi, minimax-docs, ark-sdk, openai-spec |

    docs/reference/nobody.md: nothing generates this any more

    codegen: 3 of 36 files are stale; repair: cargo xtask codegen
    exit 1
    "#);
    house.xtask(&["codegen"]);
    assert_snapshot!(house.xtask(&["codegen", "--check"]), @r#"
    codegen: 36 files are what the facts say
    exit 0
    "#);
}

#[test]
fn a_hand_edit_in_generated_code_is_found() {
    let house = house_with_facts();
    house.replace(
        "crates/video-types/src/generated.rs",
        "(\"queued\", Phase::Pending)",
        "(\"queued\", Phase::Running)",
    );
    assert_snapshot!(house.xtask(&["codegen", "--check"]), @r#"
    --- crates/video-types/src/generated.rs
    +++ crates/video-types/src/generated.rs (from spec/)
    @@ -7,5 +7,5 @@
         ("not_start", Phase::Pending),
         ("submitted", Phase::Pending),
    -    ("queued", Phase::Running),
    +    ("queued", Phase::Pending),
         ("queueing", Phase::Pending),
         ("pending", Phase::Pending),

    codegen: 1 of 36 files are stale; repair: cargo xtask codegen
    exit 1
    "#);
}

/// The examples of the contributor's guide, in order.
fn examples() -> Vec<String> {
    let guide = fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    let blocks = guide.split("```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn a_model_or_a_parameter_more_is_a_change_to_one_file_as_the_guide_says() {
    let house = house_with_facts();
    let kling = fs::read_to_string(repository().join("spec/providers/kling.toml")).unwrap();
    let examples = examples();
    let [model, param] = examples.as_slice() else { panic!("the guide shows a model and a parameter") };
    house.plant("spec/providers/kling.toml", format!("{kling}\n{model}"));
    assert_snapshot!(house.xtask(&["codegen"]), @r#"
    wrote crates/video-catalog/src/generated.rs
    wrote crates/video-catalog/src/generated/kling.rs
    wrote crates/video-kling/src/generated.rs
    wrote docs/reference/kling.md
    wrote docs/reference/README.md
    codegen: 36 files, 5 changed
    exit 0
    "#);
    let model = model.replace("\"aspect_ratio\"]", "\"aspect_ratio\", \"camera_speed\"]");
    house.plant("spec/providers/kling.toml", format!("{kling}\n{model}\n{param}"));
    assert_snapshot!(house.xtask(&["codegen"]), @r#"
    wrote crates/video-catalog/src/generated/kling.rs
    wrote crates/video-kling/src/generated.rs
    wrote crates/video-kling/tests/generated/laws.rs
    wrote docs/reference/kling.md
    codegen: 36 files, 4 changed
    exit 0
    "#);
}

#[test]
fn a_key_nobody_knows_is_an_error_with_file_and_key() {
    let house = house_with_facts();
    house.replace("spec/providers/veo.toml", "vendor = ", "colour = \"red\"\nvendor = ");
    assert_snapshot!(house.xtask(&["codegen"]), @r#"
    xtask: spec/providers/veo.toml: TOML parse error at line 6, column 1
      |
    6 | colour = "red"
      | ^^^^^^
    unknown field `colour`, expected one of `id`, `name`, `name_zh`, `vendor`, `vendor_zh`, `status`, `shutdown_date`, `status_note`, `prefixes`, `base_urls`, `path_prefix`, `result_url_ttl_seconds`, `task_ttl_seconds`, `result_url_note`, `confidence`, `sources`, `channel`, `auth`, `limits`, `callback`, `protocol`, `rule`, `disagreement`, `param`, `model`

    exit 2
    "#);
}

#[test]
fn facts_that_contradict_each_other_are_found() {
    let house = house_with_facts();
    house.replace("spec/providers/veo.toml", "id = \"hd-8s\"", "id = \"hd-8s\"\nnotes = \"seen\"");
    house.replace(
        "spec/providers/veo.toml",
        "require = { durationSeconds = [8] }\nseverity = \"warn\"",
        "require = { durationSeconds = [8] }\nseverity = \"error\"",
    );
    house.replace("spec/providers/kling.toml", "name = \"mode\"\nto = \"mode\"", "name = \"mode\"\nto = \"mood\"");
    house.replace("spec/providers/sora.toml", "default = \"4\"", "default = \"5\"");
    house.replace("spec/providers/vidu.toml", "models = [\"viduq2\", ", "models = [\"viduq9\", ");
    assert_snapshot!(house.xtask(&["codegen", "--check"]), @r#"
    spec/providers/kling.toml:1: channel.member names the parameter `mood`, which is not described
    spec/providers/sora.toml:1: param `seconds` has the default "5", which is not in its list
    spec/providers/veo.toml:1: rule `hd-8s` is an error without a source: make it a `warn`
    spec/providers/vidu.toml:1: channel lists the model `viduq9`, which is not described
    check facts: 4 findings, 0 notices
    exit 1
    "#);
}
