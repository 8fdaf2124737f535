//! The forty cases: each has a row that names tests which are there, and no test under a number stands outside its row.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkout::Checkout;
use crate::finding::Finding;

const TABLE: &str = "docs/concepts/forty-cases.md";
const CASES: std::ops::RangeInclusive<usize> = 1..=40;

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let Some(table) = checkout.text(TABLE) else { return Vec::new() };
    let tests = tests(checkout);
    let mut findings = Vec::new();
    let (mut rows, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for (index, line) in table.lines().enumerate() {
        let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
        let Some(number) = cells.next().and_then(|cell| cell.parse::<usize>().ok()) else { continue };
        let found = |message: String, repair: &str| Finding::error(TABLE, index + 1, message, repair);
        if !rows.insert(number) {
            findings.push(found(format!("a second row of case {number}"), "one row a case"));
        }
        let (mut of, mut named) = ("", 0);
        for word in cells.next_back().unwrap_or_default().split('`').skip(1).step_by(2) {
            if word.starts_with("video-") {
                of = word;
                continue;
            }
            named += 1;
            shown.insert((of, word));
            if !tests.get(of).is_some_and(|tests| tests.contains(word)) {
                findings.push(found(format!("`{of}` has no test `{word}`"), "name the test that shows the case"));
            } else if numbered(word).is_some_and(|case| case != number) {
                findings.push(found(format!("`{word}` is of another case"), "name it in the row of its number"));
            }
        }
        if named == 0 {
            findings.push(found(format!("case {number} names no test"), "name the test that shows the case"));
        }
    }
    let missing = CASES.filter(|number| !rows.contains(number));
    findings.extend(missing.map(|number| {
        Finding::error(TABLE, 1, format!("no row of case {number}"), "each of the forty cases has a row")
    }));
    for (of, tests) in &tests {
        let homeless = tests.iter().filter(|test| numbered(test).is_some() && !shown.contains(&(*of, **test)));
        findings.extend(homeless.map(|test| {
            let message = format!("`{test}` of `{of}` stands in no row");
            Finding::error(TABLE, 1, message, "name it in the row of its number, or give it a name without one")
        }));
    }
    findings
}

/// The functions of each crate, by name: all, since what is a test is for the compiler to say.
fn tests(checkout: &Checkout) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut tests = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (path, text) in checkout.texts_ending(".rs") {
        let Some((of, _)) = path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) else { continue };
        let names = text.lines().filter_map(|line| {
            let line = line.trim_start();
            let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
            name.split_once("()").map(|(name, _)| name)
        });
        tests.entry(of).or_default().extend(names);
    }
    tests
}

/// `case_07_…` → 7.
fn numbered(test: &str) -> Option<usize> {
    let (number, _) = test.strip_prefix("case_")?.split_once('_')?;
    number.parse().ok()
}
