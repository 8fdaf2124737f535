//! `cargo xtask check tidy`: its rule on the table of the forty cases.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::house::House;

#[test]
fn a_case_without_its_test_and_a_test_without_its_row_are_found() {
    let house = House::in_order();
    let tests = "//! Cases.\n#[test]\nfn case_07_a() {}\n#[test]\nasync fn b() {}\n#[test]\nfn case_09_c() {}\n";
    house.plant("crates/video-client/tests/cases.rs", tests);
    let mut table = "# Cases\n\n| case | what | shown by |\n|---|---|---|\n".to_owned();
    for number in (1..=40).filter(|number| *number != 12) {
        let shown = match number {
            1 => "`video-client`: `gone`",
            2 => "`video-types`: `b`",
            3 => "not yet",
            4 => "`video-client`: `case_07_a`",
            7 => "`video-client`: `case_07_a`, `b`",
            _ => "`video-client`: `b`",
        };
        writeln!(table, "| {number} | it | {shown} |").unwrap();
    }
    writeln!(table, "| 40 | it | `video-client`: `b` |").unwrap();
    house.plant("docs/concepts/forty-cases.md", table);
    assert_snapshot!(house.xtask(&["check", "tidy"]), @"
    docs/concepts/forty-cases.md:1: no row of case 12
        each of the forty cases has a row
    docs/concepts/forty-cases.md:1: `case_09_c` of `video-client` stands in no row
        name it in the row of its number, or give it a name without one
    docs/concepts/forty-cases.md:5: `video-client` has no test `gone`
        name the test that shows the case
    docs/concepts/forty-cases.md:6: `video-types` has no test `b`
        name the test that shows the case
    docs/concepts/forty-cases.md:7: case 3 names no test
        name the test that shows the case
    docs/concepts/forty-cases.md:8: `case_07_a` is of another case
        name it in the row of its number
    docs/concepts/forty-cases.md:44: a second row of case 40
        one row a case
    check tidy: 7 findings, 0 notices
    exit 1
    ");
}
