//! Rust read as tokens: comments are gone, strings are literals, macro bodies are seen.

use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};

/// `std::fs::read`, wherever it stands; `use std::{fs, io::stdin}` is two of these.
pub(crate) struct NamedPath {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

impl NamedPath {
    /// Whether these segments stand in this path one after the other.
    pub(crate) fn goes_through(&self, segments: &[&str]) -> bool {
        self.segments.windows(segments.len()).any(|window| window == segments)
    }
}

pub(crate) fn tokens(text: &str) -> Result<TokenStream, LexError> {
    Ok(without_docs(text.parse()?))
}

/// The same tokens without what came from doc comments, whose text the lexer turns into `#[doc = "…"]`.
fn without_docs(stream: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for mut tree in stream {
        if let TokenTree::Group(group) = &tree {
            if is_doc(&group.stream()) {
                kept.truncate(kept.len() - attribute_marks(&kept));
                continue;
            }
            let mut inner = Group::new(group.delimiter(), without_docs(group.stream()));
            inner.set_span(group.span());
            tree = TokenTree::Group(inner);
        }
        kept.push(tree);
    }
    kept.into_iter().collect()
}

fn is_doc(attribute: &TokenStream) -> bool {
    let mut trees = attribute.clone().into_iter();
    matches!(trees.next(), Some(TokenTree::Ident(word)) if word == "doc")
        && matches!(trees.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=')
        && matches!(trees.next(), Some(TokenTree::Literal(_)))
}

/// How many of the last tokens are the `#` or `#!` in front of an attribute.
fn attribute_marks(before: &[TokenTree]) -> usize {
    let mark = |tree: Option<&TokenTree>, wanted: char| matches!(tree, Some(TokenTree::Punct(mark)) if mark.as_char() == wanted);
    let mut from_end = before.iter().rev();
    match from_end.next() {
        last if mark(last, '#') => 1,
        last if mark(last, '!') && mark(from_end.next(), '#') => 2,
        _ => 0,
    }
}

/// The same tokens without items that only tests see: `#[cfg(test)]` and what it stands before.
pub(crate) fn without_tests(stream: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut trees = stream.into_iter();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Group(group) if is_for_tests(&group) && attribute_marks(&kept) == 1 => {
                kept.pop();
                skip_item(&mut trees);
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_tests(group.stream()));
                inner.set_span(group.span());
                kept.push(inner.into());
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

/// `[cfg(test)]`, and nothing less strict.
fn is_for_tests(attribute: &Group) -> bool {
    attribute.delimiter() == Delimiter::Bracket && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// An item ends with `;`, or with the braces of its body; those of a `use` list come after `::`.
fn skip_item(trees: &mut impl Iterator<Item = TokenTree>) {
    let mut after_colon = false;
    for tree in trees {
        match &tree {
            TokenTree::Punct(mark) if mark.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !after_colon => return,
            _ => after_colon = matches!(&tree, TokenTree::Punct(mark) if mark.as_char() == ':'),
        }
    }
}

pub(crate) fn paths(stream: TokenStream) -> Vec<NamedPath> {
    let mut found = Vec::new();
    collect_paths(stream, &[], &mut found);
    found
}

fn collect_paths(stream: TokenStream, prefix: &[String], found: &mut Vec<NamedPath>) {
    let mut open: Option<NamedPath> = None;
    let mut colons = 0;
    for tree in stream {
        match tree {
            TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
            TokenTree::Ident(word) => {
                let line = word.span().start().line;
                let mut path = match open.take() {
                    Some(path) if colons == 2 => path,
                    ended => {
                        found.extend(ended);
                        NamedPath { segments: prefix.to_vec(), line }
                    }
                };
                path.segments.push(word.to_string());
                path.line = line;
                open = Some(path);
                colons = 0;
            }
            TokenTree::Group(group) => {
                let ended = open.take();
                let is_use_list = colons == 2 && group.delimiter() == Delimiter::Brace;
                match &ended {
                    Some(path) if is_use_list => collect_paths(group.stream(), &path.segments, found),
                    _ => collect_paths(group.stream(), &[], found),
                }
                found.extend(ended);
                colons = 0;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                found.extend(open.take());
                colons = 0;
            }
        }
    }
    found.extend(open);
}

/// Every run of tokens at one level of nesting, outermost first.
pub(crate) fn levels(stream: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut levels = vec![stream.into_iter().collect::<Vec<_>>()];
    let mut next = 0;
    while let Some(level) = levels.get(next) {
        let inner: Vec<Vec<TokenTree>> = level
            .iter()
            .filter_map(|tree| match tree {
                TokenTree::Group(group) => Some(group.stream().into_iter().collect()),
                _ => None,
            })
            .collect();
        levels.extend(inner);
        next += 1;
    }
    levels
}
