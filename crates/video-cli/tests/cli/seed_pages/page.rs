//! What a documentation page holds: its programs, and the orders it sends with curl, found below its headings.
//!
//! The pages are plain text: nothing fences the code. What is code is told by how it begins.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Ends a heading on pages that mark them.
const MARK: char = '¶';

/// A page as it was read.
pub(crate) struct Page {
    sections: Vec<Section>,
}

/// The code below one heading.
struct Section {
    language: Language,
    code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    JavaScript,
    Shell,
}

/// An order as a page sends it.
pub(crate) struct Order {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    /// The text between the quotes, as it is.
    pub(crate) body: String,
}

/// The folder of the pages: `VIDEO_SEED_DOCS`, or `shared/seeds` beside the checkout.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds");
    match std::env::var_os("VIDEO_SEED_DOCS") {
        Some(folder) => Some(folder.into()),
        None => beside.is_dir().then_some(beside),
    }
}

impl Page {
    /// The page whose file name begins with this number.
    pub(crate) fn read(folder: &Path, number: &str) -> Self {
        let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let is_it = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number));
        let mut found: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).filter(is_it).collect();
        let path = found.pop().filter(|_| found.is_empty());
        let path = path.unwrap_or_else(|| panic!("one page {number}_… in {}", folder.display()));
        Self::of(&std::fs::read_to_string(path).expect("a page of text"))
    }

    fn of(text: &str) -> Self {
        let is_marked = text.contains(MARK);
        let is_heading = |line: &str| if is_marked { line.ends_with(MARK) } else { is_prose(line) };
        let mut sections: Vec<Section> = Vec::new();
        let mut is_open = false;
        for line in text.lines() {
            if is_heading(line) {
                is_open = false;
                continue;
            }
            if !is_open && let Some(language) = begins(line) {
                is_open = true;
                sections.push(Section { language, code: String::new() });
            }
            if is_open && let Some(section) = sections.last_mut() {
                section.code.push_str(line);
                section.code.push('\n');
            }
        }
        Self { sections }
    }

    /// How many headings have JavaScript below them, and how many have commands.
    pub(crate) fn headings(&self) -> (usize, usize) {
        let count = |language| self.sections.iter().filter(|section| section.language == language).count();
        (count(Language::JavaScript), count(Language::Shell))
    }

    /// The blocks of JavaScript: what stands below one heading, each numbered step of it by itself.
    pub(crate) fn blocks(&self) -> Vec<String> {
        let mut blocks = Vec::new();
        for section in self.sections.iter().filter(|section| section.language == Language::JavaScript) {
            let mut block = String::new();
            for line in section.code.lines() {
                if is_step(line) && !block.is_empty() {
                    blocks.push(std::mem::take(&mut block));
                }
                block.push_str(line);
                block.push('\n');
            }
            blocks.push(block);
        }
        blocks
    }

    /// The orders of all curl commands.
    pub(crate) fn orders(&self) -> Vec<Order> {
        let shell = self.sections.iter().filter(|section| section.language == Language::Shell);
        shell.flat_map(|section| commands(&section.code)).map(|command| Order::of(&command)).collect()
    }
}

impl Order {
    fn of(command: &str) -> Self {
        let url = command.split_whitespace().find(|word| word.contains("://")).expect("a link in a command");
        let (_, after_scheme) = url.split_once("://").expect("a scheme");
        let path = after_scheme.find('/').map_or("/", |slash| &after_scheme[slash..]);
        let headers = ["-H '", "--header '", "-H \""].into_iter().flat_map(|option| quoted(command, option));
        let headers = headers.filter_map(|header| {
            let (name, value) = header.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        });
        let mut bodies = ["-d '", "--data '"].into_iter().flat_map(|option| quoted(command, option));
        let body = bodies.next().unwrap_or_else(|| panic!("a whole body: {command}"));
        assert!(serde_json::from_str::<Value>(&body).is_ok(), "a body of JSON: {body}");
        Self { path: path.to_owned(), headers: headers.collect(), body }
    }
}

/// A heading where headings are not marked: a line of Chinese that is no comment and no part of a program.
fn is_prose(line: &str) -> bool {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    line.contains(is_chinese) && !line.starts_with(char::is_whitespace) && begins(line).is_none() && !line.contains('"')
}

/// The language in which a line begins a program.
fn begins(line: &str) -> Option<Language> {
    let begins = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    if begins(&["//", "async function ", "function ", "class ", "const "]) {
        Some(Language::JavaScript)
    } else {
        begins(&["# ", "curl "]).then_some(Language::Shell)
    }
}

/// Whether a line is the comment that begins a numbered step, such as `// 2. …`.
fn is_step(line: &str) -> bool {
    let number = line.strip_prefix("// ").and_then(|rest| rest.split_once(". ")).map(|(number, _)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn commands(code: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in code.lines() {
        if line.starts_with("curl ") {
            commands.push(String::new());
        }
        if let Some(command) = commands.last_mut() {
            command.push_str(line);
            command.push('\n');
        }
    }
    commands
}

/// Every text that an option opens, to the quote that closes it.
fn quoted(command: &str, option: &str) -> Vec<String> {
    let quote = option.chars().last().unwrap_or('\'');
    let opened = command.split(option).skip(1);
    opened.filter_map(|rest| Some(rest.split_once(quote)?.0.to_owned())).collect()
}
