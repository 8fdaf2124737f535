//! What `video storage` says, in English and Chinese.

use super::parts::Need;
pub(super) use crate::commands::links::short;
use crate::language::Language;
use crate::room::size;

/// Where the cache of results lies.
pub(super) const CACHE: [&str; 2] = ["the videos above: it keeps no copies", "即上面的视频，不另存副本"];

/// A language to talk in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    fn say(self, english: impl Into<String>, chinese: impl Into<String>) -> String {
        match self.0 {
            Language::English => english.into(),
            Language::Chinese => chinese.into(),
        }
    }

    pub(super) fn heads(self) -> Vec<String> {
        [("WHAT", "内容"), ("FILES", "文件"), ("SIZE", "大小"), ("OLDEST", "最早"), ("", "")]
            .map(|(english, chinese)| self.say(english, chinese))
            .to_vec()
    }

    pub(super) fn area(self, name: &'static str) -> String {
        let chinese = match name {
            "results" => "视频",
            "parts" => "未完成下载",
            "sandbox" => "沙盒任务",
            "cache" => "缓存",
            "journal" => "日志",
            other => other,
        };
        self.say(name, chinese)
    }

    pub(super) fn room(self, folder: &str, free: u64) -> String {
        self.say(format!("{} free at {folder}", size(free)), format!("{folder} 剩余 {}", size(free)))
    }

    pub(super) fn need(self, need: &Need<'_>) -> String {
        match need {
            Need::Held => self.say("in use", "使用中"),
            Need::Job(job) => self.say(format!("kept for job {job}"), format!("为任务 {job} 保留")),
            Need::Stale => self.say("stale", "可清理"),
        }
    }

    pub(super) fn no_parts(self) -> String {
        self.say("no unfinished downloads", "没有未完成的下载")
    }

    pub(super) fn prune_parts(self) -> String {
        self.say(
            "remove the stale ones with: video storage prune --parts --older-than 1d",
            "清理请运行：video storage prune --parts --older-than 1d",
        )
    }

    /// One line for each kind of things that went, or would go.
    pub(super) fn gone(self, name: &'static str, count: u64, bytes: u64, dry_run: bool) -> String {
        let (area, size) = (self.area(name), size(bytes));
        match (name, dry_run) {
            ("journal", true) => {
                self.say(format!("journal: {count} records would be pruned"), format!("日志：将精简 {count} 条记录"))
            }
            ("journal", false) => self.say(
                format!("journal: {count} records pruned, {size} freed"),
                format!("日志：已精简 {count} 条记录，释放 {size}"),
            ),
            (_, true) => {
                self.say(format!("{area}: {count} would go, {size}"), format!("{area}：将删除 {count} 个，{size}"))
            }
            (_, false) => {
                self.say(format!("{area}: {count} removed, {size}"), format!("{area}：已删除 {count} 个，{size}"))
            }
        }
    }

    pub(super) fn kept(self, count: usize) -> String {
        self.say(
            format!("{count} jobs are open, in doubt or not delivered: they and what they need stay"),
            format!("{count} 个任务尚未结束、存疑或未交付：它们及所需内容均保留"),
        )
    }

    pub(super) fn not_removed(self, path: &str, why: &str) -> String {
        self.say(format!("{path} stays: {why}"), format!("{path} 未删除：{why}"))
    }

    pub(super) fn changed(self) -> String {
        self.say("it is not what was saved", "内容已与保存时不同")
    }
}

pub(super) fn stale(count: usize) -> [String; 2] {
    [format!("{count} stale"), format!("{count} 个可清理")]
}
