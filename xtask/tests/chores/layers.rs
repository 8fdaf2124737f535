//! `cargo xtask check layers`

use insta::assert_snapshot;

use crate::house::House;

fn layers(house: &House) -> String {
    house.xtask(&["check", "layers"])
}

#[test]
fn a_house_in_order_has_no_findings() {
    assert_snapshot!(layers(&House::in_order()), @r"
    check layers: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_crate_without_a_row_is_found() {
    let house = House::in_order().with_crate("video-extra", "");
    assert_snapshot!(layers(&house), @r"
    crates/video-extra/Cargo.toml:1: video-extra has no row in the layer table
        say its tier and what it uses under [workspace.metadata.layers] in Cargo.toml
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_row_without_a_crate_is_a_notice() {
    let house = House::in_order();
    house.replace("Cargo.toml", "video-client = {", "video-later = { tier = \"edge\", uses = [] }\nvideo-client = {");
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:8: notice: video-later has a row, but no crate yet
    check layers: 0 findings, 1 notice
    exit 0
    ");
}

#[test]
fn a_row_with_an_unknown_key_cannot_be_read() {
    let house = House::in_order();
    house.replace("Cargo.toml", "never =", "nevver =");
    assert_snapshot!(layers(&house), @"
    xtask: [workspace.metadata.layers]: unknown field `nevver`, expected one of `tier`, `uses`, `never`, `exposes`
    exit 2
    ");
}

#[test]
fn a_dependency_outside_the_row_is_found() {
    let house = House::in_order().with_foreign_crate("anyhow", "");
    house.replace(
        "crates/video-client/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nanyhow = { path = \"../../vendor/anyhow\" }\n",
    );
    assert_snapshot!(layers(&house), @r"
    crates/video-client/Cargo.toml:10: video-client must not depend on anyhow
        do without it, or add it to the `uses` of video-client in Cargo.toml and say why in the commit
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_build_dependency_outside_the_row_is_found() {
    let house = House::in_order().with_foreign_crate("cc", "");
    let manifest = "[build-dependencies]\ncc = { path = \"../../vendor/cc\" }\n\n[dependencies]\n";
    house.replace("crates/video-client/Cargo.toml", "[dependencies]\n", manifest);
    assert_snapshot!(layers(&house), @r"
    crates/video-client/Cargo.toml:10: video-client must not depend on cc
        do without it, or add it to the `uses` of video-client in Cargo.toml and say why in the commit
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_dependency_of_tests_needs_no_row() {
    let house = House::in_order().with_foreign_crate("tokio", "");
    let manifest = "[dev-dependencies]\ntokio = { path = \"../../vendor/tokio\" }\n\n[dependencies]\n";
    house.replace("crates/video-types/Cargo.toml", "[dependencies]\n", manifest);
    assert_snapshot!(layers(&house), @r"
    check layers: 0 findings, 0 notices
    exit 0
    ");
}

#[test]
fn a_row_that_looks_up_is_found() {
    let house = House::in_order().with_crate("video-edge", "");
    house.replace(
        "Cargo.toml",
        "video-client = {",
        "video-edge = { tier = \"edge\", uses = [\"video-client\"] }\nvideo-client = {",
    );
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:8: video-edge (Edge) must not use video-client (Top)
        tiers look down only: pure, edge, top, tests
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn types_that_use_more_than_serde_are_found_whatever_their_row_says() {
    let house = House::in_order();
    house.replace("Cargo.toml", "\"serde_json\"", "\"serde_json\", \"thiserror\"");
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:7: video-types may use serde and serde_json only, not thiserror
        keep the types plain
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn a_second_home_of_a_crate_with_one_home_is_found() {
    let clap = "clap = { path = \"../../vendor/clap\" }\n";
    let house = House::in_order().with_foreign_crate("clap", "").with_crate("video-cli", clap);
    house.replace("crates/video-client/Cargo.toml", "[dependencies]\n", &format!("[dependencies]\n{clap}"));
    house.replace("Cargo.toml", "\"bytes\"", "\"clap\"");
    house.replace(
        "Cargo.toml",
        "video-client = {",
        "video-cli = { tier = \"top\", uses = [\"clap\"] }\nvideo-client = {",
    );
    assert_snapshot!(layers(&house), @r"
    crates/video-cli/Cargo.toml:10: clap has more than one home: video-cli, video-client
        keep it in one crate and go through that crate
    crates/video-client/Cargo.toml:10: clap has more than one home: video-cli, video-client
        keep it in one crate and go through that crate
    check layers: 2 findings, 0 notices
    exit 1
    ");
}

#[test]
fn tokio_far_down_in_the_tree_of_a_pure_crate_is_found() {
    let house = House::in_order()
        .with_foreign_crate("tokio", "")
        .with_foreign_crate("innocent", "tokio = { path = \"../tokio\" }\n")
        .with_foreign_crate("serde", "innocent = { path = \"../innocent\" }\n");
    house.replace(
        "crates/video-types/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nserde = { path = \"../../vendor/serde\" }\n",
    );
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:7: video-types with --all-features --target all has tokio in its tree
        see how it gets there: cargo tree -p video-types -e normal --all-features --target all -i tokio
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn chance_behind_a_feature_or_on_a_foreign_platform_of_a_pure_crate_is_found() {
    let house = House::in_order().with_foreign_crate("getrandom", "").with_foreign_crate("fastrand", "").with_foreign_crate(
        "serde",
        "getrandom = { path = \"../getrandom\" }\n\n[target.'cfg(windows)'.dependencies]\nfastrand = { path = \"../fastrand\" }\n",
    );
    house.replace(
        "crates/video-types/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nserde = { path = \"../../vendor/serde\", optional = true }\n",
    );
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:7: video-types with --all-features --target all has fastrand in its tree
        see how it gets there: cargo tree -p video-types -e normal --all-features --target all -i fastrand
    Cargo.toml:7: video-types with --all-features --target all has getrandom in its tree
        see how it gets there: cargo tree -p video-types -e normal --all-features --target all -i getrandom
    check layers: 2 findings, 0 notices
    exit 1
    ");
}

#[test]
fn what_a_row_never_wants_is_found_in_the_tree() {
    let house = House::in_order()
        .with_foreign_crate("hyper", "")
        .with_foreign_crate("bytes", "hyper = { path = \"../hyper\" }\n");
    house.replace(
        "crates/video-client/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nbytes = { path = \"../../vendor/bytes\" }\n",
    );
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:8: video-client with --all-features has hyper in its tree
        see how it gets there: cargo tree -p video-client -e normal --all-features -i hyper
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn reqwest_in_the_client_without_default_features_is_found() {
    let house = House::in_order()
        .with_foreign_crate("reqwest", "")
        .with_foreign_crate("bytes", "reqwest = { path = \"../reqwest\" }\n");
    house.replace(
        "crates/video-client/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nbytes = { path = \"../../vendor/bytes\" }\n",
    );
    assert_snapshot!(layers(&house), @r"
    Cargo.toml:8: video-client with --no-default-features has reqwest in its tree
        see how it gets there: cargo tree -p video-client -e normal --no-default-features -i reqwest
    check layers: 1 finding, 0 notices
    exit 1
    ");
}

#[test]
fn sqlite_in_the_journal_without_its_feature_is_found() {
    let house = House::in_order()
        .with_foreign_crate("rusqlite", "")
        .with_crate("video-journal", "rusqlite = { path = \"../../vendor/rusqlite\" }\n");
    house.replace(
        "Cargo.toml",
        "video-client = {",
        "video-journal = { tier = \"edge\", uses = [\"rusqlite\"] }\nvideo-client = {",
    );
    assert_snapshot!(layers(&house), @"
    Cargo.toml:8: video-journal with --no-default-features has rusqlite in its tree
        see how it gets there: cargo tree -p video-journal -e normal --no-default-features -i rusqlite
    check layers: 1 finding, 0 notices
    exit 1
    ");
}
