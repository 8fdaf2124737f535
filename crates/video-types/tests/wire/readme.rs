//! The README shows what the documentation runs.

#[test]
fn the_example_of_the_readme_is_the_one_of_the_documentation() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let documented: String = include_str!("../../src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .filter(|line| !line.starts_with("# "))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert!(documented.contains(&format!("```\n{example}```")), "{documented}");
}
