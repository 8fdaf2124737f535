//! Exit codes: one for each verdict.

use std::process::ExitCode;

use video_protocol::Verdict;

/// A batch with a line that is not saved.
pub(crate) const NOT_ALL_SAVED: u8 = 10;
/// Left with Ctrl-C; the job goes on.
pub(crate) const INTERRUPTED: u8 = 130;
/// The terminal was closed; the job goes on.
pub(crate) const HUNG_UP: u8 = 129;
/// All is done, but whoever was to read stdout had left.
pub(crate) const UNREAD: u8 = 141;
/// Left with SIGTERM; the job goes on.
pub(crate) const TERMINATED: u8 = 143;

/// The exit code of a verdict.
pub(crate) fn of(verdict: Verdict) -> ExitCode {
    ExitCode::from(code(verdict))
}

/// The same as a number.
pub(crate) const fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Saved => 0,
        Verdict::Failed | Verdict::Expired | Verdict::Cancelled | Verdict::Lost => 1,
        Verdict::Invalid => 2,
        Verdict::Filtered => 3,
        Verdict::Refused => 4,
        Verdict::Running => 5,
        Verdict::Unsent => 6,
        Verdict::Unknown => 7,
        Verdict::Undelivered => 8,
        Verdict::Local => 9,
    }
}

/// The table that `video --help` ends with.
pub(crate) const HELP: &str = "\
Exit codes:
  0 saved, or what was asked for is done    5 running: deadline reached or detached, the task goes on
  1 failed, expired, cancelled or lost      6 unsent: nothing was accepted
  2 invalid: nothing was spent              7 unknown: nobody knows whether the order was accepted
  3 filtered by moderation                  8 undelivered: the video exists, its file could not be proved
  4 refused: key or quota                   9 local: disk, journal or settings
  10 batch: a line is not saved; its result line says why
  129 / 130 / 143 interrupted: detached, the line that resumes was printed; a second Ctrl-C within 2 s cancels, too
  141 done, but nobody read stdout to its end

Settings: flag > environment > profile > default. Environment: VIDEO_BASE_URL, VIDEO_API_KEY,
VIDEO_FORMAT, VIDEO_PROFILE, VIDEO_HOME, VIDEO_LANG (en, zh), NO_COLOR, VIDEO_JOURNAL_PROMPTS (stored, hashed),
VIDEO_SETTLE_AFTER (30s, off).";

/// The same in Chinese.
pub(crate) const HELP_CHINESE: &str = "\
退出码：
  0 已保存，或已完成所要求的操作            5 running：到达时限或已脱离，任务仍在继续
  1 failed、expired、cancelled 或 lost      6 unsent：没有任何请求被受理
  2 invalid：未产生费用                     7 unknown：无法得知订单是否已受理
  3 filtered：被内容审核拦截                8 undelivered：视频已生成，但文件未能校验
  4 refused：密钥或额度问题                 9 local：磁盘、日志或设置问题
  10 batch：有一行未保存，原因见其结果行
  130 / 143 被中断：已脱离，已输出恢复用的命令

设置的优先级：选项 > 环境变量 > 配置 > 默认值。环境变量：VIDEO_BASE_URL、VIDEO_API_KEY、VIDEO_FORMAT、
VIDEO_PROFILE、VIDEO_HOME、VIDEO_LANG（en、zh）、NO_COLOR、VIDEO_JOURNAL_PROMPTS（stored、hashed）、
VIDEO_SETTLE_AFTER（30s、off）。";
