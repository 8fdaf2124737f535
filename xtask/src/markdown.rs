//! What the checks need to know of a Markdown file: its links and its command blocks.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// Something in a Markdown file and the line it starts on.
pub(crate) struct Placed {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Targets of links and images, as written.
pub(crate) fn links(text: &str) -> Vec<Placed> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let targets = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some((dest_url, range.start)),
        _ => None,
    });
    targets.map(|(target, start)| Placed { line: line_at(text, start), text: target.into_string() }).collect()
}

/// Fenced blocks that are typed into a shell, without their comments, which may be in any language.
pub(crate) fn command_blocks(text: &str) -> Vec<Placed> {
    let mut blocks: Vec<Placed> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_shell(&info) => {
                inside = true;
                blocks.push(Placed { line: line_at(text, range.start), text: String::new() });
            }
            Event::Text(code) if inside => blocks.iter_mut().last().into_iter().for_each(|block| block.text += &code),
            Event::End(_) => inside = false,
            _ => {}
        }
    }
    for block in &mut blocks {
        let commands = block.text.lines().map(without_comment).filter(|line| !line.is_empty());
        block.text = commands.collect::<Vec<_>>().join("\n");
    }
    blocks
}

fn is_shell(info: &str) -> bool {
    let language = info.split([' ', ',']).next().unwrap_or_default();
    ["sh", "bash", "shell", "console"].contains(&language)
}

fn without_comment(line: &str) -> &str {
    let code = line.find(" #").map_or(line, |at| &line[..at]);
    if code.starts_with('#') { "" } else { code.trim_end() }
}

fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}
