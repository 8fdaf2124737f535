//! The two READMEs: a reader of either types the same commands.

use crate::checkout::Checkout;
use crate::finding::Finding;
use crate::markdown;

const ENGLISH: &str = "README.md";
const CHINESE: &str = "README.zh-CN.md";

pub(super) fn look(checkout: &Checkout) -> Vec<Finding> {
    let texts = [ENGLISH, CHINESE].map(|path| checkout.text(path).ok_or(path));
    let [Ok(english), Ok(chinese)] = texts else {
        let missing = texts.into_iter().filter_map(Result::err);
        return missing
            .map(|path| Finding::error(path, 1, "missing", "the repository is introduced in both languages"))
            .collect();
    };
    let (english, chinese) = (markdown::command_blocks(english), markdown::command_blocks(chinese));
    let repair = "the commands of both are the same; comments in them may differ";
    let mut pairs = english.iter().zip(&chinese);
    if let Some((ours, theirs)) = pairs.find(|(ours, theirs)| ours.text != theirs.text) {
        let message = format!("this command block is not the one at {ENGLISH}:{}", ours.line);
        return vec![Finding::error(CHINESE, theirs.line, message, repair)];
    }
    let more = |path, longer: &[markdown::Placed], other: usize, name| {
        let extra = longer
            .get(other)
            .map(|block| Finding::error(path, block.line, format!("{name} lacks this command block"), repair));
        extra.into_iter().collect::<Vec<_>>()
    };
    let mut findings = more(ENGLISH, &english, chinese.len(), CHINESE);
    findings.extend(more(CHINESE, &chinese, english.len(), ENGLISH));
    findings
}
