//! Everything the program says besides errors, in English and Chinese.

use std::time::Duration;

use video_client::Cancelled;
use video_client::batch::PlanCounts;
use video_client::events::Activity;
use video_types::Phase;

use crate::advice::one_line;
use crate::language::Language;

/// One line of talk.
#[derive(Debug)]
pub(crate) enum Line<'a> {
    /// Nothing is set up, so the sandbox renders.
    Fallback,
    /// An equal order was saved before, so long ago.
    FromCache { job: &'a str, age: &'a str },
    /// Somebody else has an equal order under way.
    CacheWaits { job: &'a str },
    /// Interrupted while waiting for it.
    CacheLeft,
    /// The gateway has accepted the order.
    Accepted { task: &'a str },
    /// The task moved on.
    Status { phase: Phase, word: &'a str, progress: Option<u8>, left: Option<&'a str> },
    /// The same without the gateway's own word, where there is little room.
    Phase { phase: Phase, progress: Option<u8> },
    /// Something went wrong on the way, and is tried again.
    Trouble { activity: Activity, what: &'a str, again_in: Duration },
    /// The task of an order nobody knows the outcome of is looked for.
    Settling { again_in: Option<Duration> },
    /// The file is on its way.
    Downloading { received: u64, total: Option<u64> },
    /// How a batch stands, in its last bar.
    BatchSum { jobs: usize, saved: usize, others: usize, at_work: usize },
    /// A status word nobody knows.
    UnknownStatus { word: &'a str },
    /// The task has a video.
    Succeeded { task: &'a str },
    /// The file is in place.
    Saved { path: &'a str, bytes: u64, sha256: &'a str },
    /// A part of the file was there already.
    TakenOver { bytes: u64 },
    /// The video plays longer or shorter than was asked for.
    OtherLength { asked: u32, found_ms: u64 },
    /// A file was proved again.
    Verified { path: &'a str, format: &'a str, bytes: u64, sha256: &'a str },
    /// What the journal says of a file that is proved.
    AsSaved { job: &'a str, at: &'a str },
    /// The journal says nothing of it.
    OnlyBoxes,
    /// The journal cannot be asked.
    JournalNotAsked { why: &'a str },
    /// The deadline was reached.
    StillRunning { task: &'a str },
    /// Interrupted, detached.
    Detached { task: &'a str },
    /// Interrupted with no task to wait for.
    DetachedUnsent { job: &'a str, in_doubt: bool },
    /// Interrupted twice: the gateway is asked.
    Cancelling,
    /// Interrupted twice while the order is on its way.
    CancelWhenKnown,
    /// Interrupted while the gateway was asked to cancel.
    CancelUnanswered,
    /// What became of the wish to cancel.
    Cancelled { name: &'a str, cancelled: &'a Cancelled },
    /// Interrupted while the file is on its way.
    LeftDownload { task: &'a str },
    /// Interrupted while the order is on its way.
    WaitingForAnswer,
    /// Interrupted again: nobody knows.
    LeftUnknown,
    /// A profile was written.
    ProfileKept { name: &'a str, path: &'a str },
    /// A profile has no key yet.
    ProfileWithoutKey { name: &'a str },
    /// A profile is the default now.
    ProfileChosen { name: &'a str },
    /// A profile is gone.
    ProfileRemoved { name: &'a str },
    /// There are no profiles.
    NoProfiles,
    /// Answers go wrong on purpose.
    Faults { plan: &'a str, seed: u64 },
    /// Jobs take their time on purpose.
    Latency { latency: &'a str, seed: u64 },
    /// So many models were listed.
    Models { count: usize },
    /// An earlier run of the same order did not come to its end.
    TakenUp { job: &'a str, state: &'a str },
    /// Nobody knows what became of an order.
    Unsettled { job: &'a str },
    /// The order of a job is looked for in the gateway's list, for the second time at a moment.
    /// The journal has no such jobs.
    NoJobs,
    /// Where to look before reconciling.
    TaskLog { job: &'a str },
    /// A job in doubt has a task now, or provably none.
    Settled { job: &'a str, state: &'a str },
    /// The gateway stops.
    Stopping,
    /// What a batch is about to do.
    BatchPlan { batch: &'a str, counts: &'a PlanCounts },
    /// Another process works on a line.
    BatchHeld { owner: &'a str },
    /// Nothing more is begun after failures of one kind.
    BatchStopped { why: &'a str, failures: u32 },
    /// How all lines of a batch stand.
    BatchSummary { outcomes: &'a str, not_begun: usize },
    /// Interrupted: orders on their way are waited for.
    BatchLeaving,
    /// Interrupted, detached.
    BatchDetached,
    /// Interrupted again: nothing is waited for.
    BatchLeft,
    /// Interrupted twice while orders of many jobs are on their way.
    BatchWillCancel,
    /// What became of the wish to cancel many jobs.
    CancelSummary { answers: &'a str },
    /// Interrupted while many jobs were resumed, detached.
    ResumeDetached,
    /// Interrupted again while many jobs were resumed.
    ResumeLeft,
}

impl Line<'_> {
    /// The line in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::FromCache { job, age } => format!("from the cache: job {job} saved the same order {age} ago; nothing was ordered"),
            Self::CacheWaits { job } => format!("the same order is under way as job {job}: waiting for its video"),
            Self::CacheLeft => "left; nothing was ordered".to_owned(),
            Self::Fallback => "no gateway is set up: the embedded sandbox renders this clip offline and free; `video config add` sets up a real one".to_owned(),
            Self::Accepted { task } => format!("accepted {task}"),
            Self::Phase { phase: Phase::Pending, .. } => "queued".to_owned(),
            Self::Phase { progress: Some(progress), .. } => format!("running {progress}%"),
            Self::Phase { progress: None, .. } => "running".to_owned(),
            Self::Status { phase, word, progress, left } => {
                let phase = Self::Phase { phase: *phase, progress: *progress }.english();
                let status = format!("{phase} ({word})");
                left.map_or_else(|| status.clone(), |left| format!("{status}, {left}"))
            }
            Self::Trouble { activity, what, again_in } => {
                let again = match activity {
                    Activity::Submit => "ordering again",
                    _ => "asking again",
                };
                format!("trouble: {what}; {again} in {}", seconds(millis(*again_in)))
            }
            Self::Settling { again_in: None } => "nobody knows what became of the order: looking for its task in the gateway's list".to_owned(),
            Self::Settling { again_in: Some(again_in) } => format!("not in the gateway's list so far; looking again in {}", seconds(millis(*again_in))),
            Self::Downloading { received, total } => format!("downloading {}", of_bytes(*received, *total)),
            Self::BatchSum { jobs, saved, others: 0, at_work } => format!("{saved} of {jobs} saved, {at_work} at work"),
            Self::BatchSum { jobs, saved, others, at_work } => format!("{saved} of {jobs} saved, {at_work} at work, {others} ended otherwise"),
            Self::UnknownStatus { word } => format!("warning: the gateway says {word:?}, which nobody knows; it counts as running"),
            Self::Succeeded { task } => format!("succeeded; save it with: video download {task}"),
            Self::Saved { path, bytes, sha256 } => format!("saved {path}, {bytes} bytes, sha256 {sha256}"),
            Self::TakenOver { bytes } => format!("went on with {bytes} bytes that an earlier download had left"),
            Self::OtherLength { asked, found_ms } => format!("warning: {asked} s were asked for, the video plays {}", seconds(*found_ms)),
            Self::Verified { path, format, bytes, sha256 } => format!("{path} is a whole {format}, {bytes} bytes, sha256 {sha256}"),
            Self::AsSaved { job, at } => format!("it is what was saved on {at} for job {job}"),
            Self::OnlyBoxes => "the journal knows no such file and no --sha256 was given: only its boxes were looked at".to_owned(),
            Self::JournalNotAsked { why } => format!("warning: the journal could not be asked: {why}"),
            Self::StillRunning { task } => format!("still running; go on later with: video wait {task}"),
            Self::Detached { task } => format!("detached, the task goes on; resume with: video wait {task}"),
            Self::DetachedUnsent { job, in_doubt: false } => format!("detached, nothing was ordered; go on with: video resume {job}"),
            Self::DetachedUnsent { job, in_doubt: true } => format!("detached, nobody knows yet whether it was ordered; settle it with: video reconcile {job}"),
            Self::Cancelling => "asking the gateway to cancel; Ctrl-C again leaves at once".to_owned(),
            Self::CancelWhenKnown => "the gateway will be asked to cancel as soon as the order has an answer; Ctrl-C again leaves at once".to_owned(),
            Self::CancelUnanswered => "left before it was known what came of the cancel: the task may go on and be billed".to_owned(),
            Self::Cancelled { name, cancelled } => cancelled_in_english(name, cancelled),
            Self::LeftDownload { task } => format!("left; what came is kept if the server can go on from it: video download {task}, with the same -o"),
            Self::WaitingForAnswer => "the order is on its way: waiting for its answer so that it is not lost; Ctrl-C again within 2 s cancels it too, later leaves anyway".to_owned(),
            Self::LeftUnknown => "left without an answer: look in the gateway's task log before you order again".to_owned(),
            Self::ProfileKept { name, path } => format!("profile {name} is kept in {path}"),
            Self::ProfileWithoutKey { name } => format!("profile {name} has no key: set VIDEO_API_KEY, or add the profile again with --key-stdin"),
            Self::ProfileChosen { name } => format!("profile {name} is the default now"),
            Self::ProfileRemoved { name } => format!("profile {name} is gone"),
            Self::NoProfiles => "there are no profiles; `video config presets` lists gateways that need only a key".to_owned(),
            Self::Faults { plan, seed } => format!("faults on purpose: {plan}, seed {seed}"),
            Self::Latency { latency, seed } => format!("each job takes at least {latency}, seed {seed}"),
            Self::Models { count: 0 } => "no model is like that".to_owned(),
            Self::Models { count: 1 } => "1 model; `video models MODEL` shows what it takes".to_owned(),
            Self::Models { count } => format!("{count} models; `video models MODEL` shows what one takes"),
            Self::BatchPlan { batch, counts } => format!("{batch}: {counts}"),
            Self::BatchHeld { owner } => format!("another run works on lines of this batch ({owner}): waiting for it; if it crashed elsewhere, for a minute"),
            Self::BatchStopped { why, failures } => format!("stopped: {failures} in a row failed for the same reason ({why}); nothing more was begun"),
            Self::BatchSummary { outcomes, not_begun: 0 } => outcomes.to_string(),
            Self::BatchSummary { outcomes, not_begun } => format!("{outcomes}, {not_begun} not begun"),
            Self::BatchLeaving => "leaving: nothing more is begun, orders on their way are waited for; Ctrl-C again within 2 s also asks the gateway to cancel, later it leaves at once".to_owned(),
            Self::BatchDetached => "detached, accepted tasks go on; the same command goes on with the batch".to_owned(),
            Self::BatchLeft => "left at once: the same command goes on with the batch; what was on its way may be unknown".to_owned(),
            Self::BatchWillCancel => "the gateway will be asked to cancel what this run left open as soon as the orders on their way have answers; Ctrl-C again leaves at once".to_owned(),
            Self::CancelSummary { answers } => format!("cancel: {answers}"),
            Self::ResumeDetached => "detached, accepted tasks go on; resume with: video resume".to_owned(),
            Self::ResumeLeft => "left at once; resume with: video resume; what was on its way may be unknown".to_owned(),
            Self::TakenUp { job, state } => format!("the same order was left at {state}: going on with job {job} instead of ordering again"),
            Self::Unsettled { job } => format!("the journal keeps it as unknown; settle it with: video reconcile {job}"),
            Self::NoJobs => "no such jobs".to_owned(),
            Self::TaskLog { job } => format!("look in the gateway's task log at that time; then: video reconcile {job} --task ID, --absent or --reorder"),
            Self::Settled { job, state } => format!("job {job} is {state} now; go on with: video resume {job}"),
            Self::Stopping => "stopping: no new connections, answers under way are finished".to_owned(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each line of talk")]
    fn chinese(&self) -> String {
        match self {
            Self::FromCache { job, age } => format!("来自缓存：任务 {job} 在 {age} 前保存了相同的订单；未下单"),
            Self::CacheWaits { job } => format!("相同的订单正在进行（任务 {job}）：等待其视频"),
            Self::CacheLeft => "已退出；未下单".to_owned(),
            Self::Fallback => {
                "尚未配置网关：由内置沙盒离线免费渲染此视频；用 `video config add` 配置真实网关".to_owned()
            }
            Self::Accepted { task } => format!("已受理 {task}"),
            Self::Phase { phase: Phase::Pending, .. } => "排队中".to_owned(),
            Self::Phase { progress: Some(progress), .. } => format!("生成中 {progress}%"),
            Self::Phase { progress: None, .. } => "生成中".to_owned(),
            Self::Status { phase, word, progress, left } => {
                let phase = Self::Phase { phase: *phase, progress: *progress }.chinese();
                let status = format!("{phase}（{word}）");
                left.map_or_else(|| status.clone(), |left| format!("{status}，{left}"))
            }
            Self::Trouble { activity, what, again_in } => {
                let again = match activity {
                    Activity::Submit => "后重新下单",
                    _ => "后再次查询",
                };
                format!("遇到问题：{what}；{} {again}", seconds(millis(*again_in)))
            }
            Self::Settling { again_in: None } => "订单结果未知：正在网关的任务列表中查找".to_owned(),
            Self::Settling { again_in: Some(again_in) } => {
                format!("网关的任务列表中暂未找到；{} 后再次查找", seconds(millis(*again_in)))
            }
            Self::Downloading { received, total } => format!("下载中 {}", of_bytes(*received, *total)),
            Self::BatchSum { jobs, saved, others: 0, at_work } => format!("已保存 {saved}/{jobs}，进行中 {at_work}"),
            Self::BatchSum { jobs, saved, others, at_work } => {
                format!("已保存 {saved}/{jobs}，进行中 {at_work}，其他结果 {others}")
            }
            Self::UnknownStatus { word } => format!("警告：网关返回未知状态 {word:?}，按生成中处理"),
            Self::Succeeded { task } => format!("已生成；保存请运行：video download {task}"),
            Self::Saved { path, bytes, sha256 } => format!("已保存 {path}，{bytes} 字节，sha256 {sha256}"),
            Self::TakenOver { bytes } => format!("接续了先前下载留下的 {bytes} 字节"),
            Self::OtherLength { asked, found_ms } => {
                format!("警告：要求 {asked} 秒，视频实际为 {}", seconds(*found_ms))
            }
            Self::Verified { path, format, bytes, sha256 } => {
                format!("{path} 是完整的 {format}，{bytes} 字节，sha256 {sha256}")
            }
            Self::AsSaved { job, at } => format!("与 {at} 为任务 {job} 保存的文件一致"),
            Self::OnlyBoxes => "日志中没有此文件，也未给出 --sha256：只检查了文件结构".to_owned(),
            Self::JournalNotAsked { why } => format!("警告：无法查询日志：{why}"),
            Self::StillRunning { task } => format!("仍在生成；稍后继续：video wait {task}"),
            Self::Detached { task } => format!("已脱离，任务继续进行；恢复请运行：video wait {task}"),
            Self::DetachedUnsent { job, in_doubt: false } => {
                format!("已脱离，尚未下单；继续请运行：video resume {job}")
            }
            Self::DetachedUnsent { job, in_doubt: true } => {
                format!("已脱离，尚不清楚是否已下单；核对请运行：video reconcile {job}")
            }
            Self::Cancelling => "正在请求网关取消；再按一次 Ctrl-C 立即退出".to_owned(),
            Self::CancelWhenKnown => "订单得到答复后将立即请求网关取消；再按一次 Ctrl-C 立即退出".to_owned(),
            Self::CancelUnanswered => "未等到取消的结果即退出：任务可能仍在进行并计费".to_owned(),
            Self::Cancelled { name, cancelled } => cancelled_in_chinese(name, cancelled),
            Self::LeftDownload { task } => {
                format!("已退出；若服务器支持续传，已下载部分会保留：video download {task}，-o 不变")
            }
            Self::WaitingForAnswer => {
                "订单已发出：等待网关答复以免丢失任务；2 秒内再按一次 Ctrl-C 将同时请求取消，更晚则强制退出".to_owned()
            }
            Self::LeftUnknown => "未等到答复即退出：重新下单前，请先查看网关的任务日志".to_owned(),
            Self::ProfileKept { name, path } => format!("配置 {name} 已保存到 {path}"),
            Self::ProfileWithoutKey { name } => {
                format!("配置 {name} 还没有密钥：设置 VIDEO_API_KEY，或用 --key-stdin 重新添加")
            }
            Self::ProfileChosen { name } => format!("默认配置已改为 {name}"),
            Self::ProfileRemoved { name } => format!("配置 {name} 已删除"),
            Self::NoProfiles => "还没有配置；`video config presets` 列出只需密钥的网关".to_owned(),
            Self::Faults { plan, seed } => format!("故意出错：{plan}，种子 {seed}"),
            Self::Latency { latency, seed } => format!("每个任务至少用时 {latency}，种子 {seed}"),
            Self::Models { count: 0 } => "没有符合条件的模型".to_owned(),
            Self::Models { count } => format!("共 {count} 个模型；`video models MODEL` 显示某个模型的参数"),
            Self::BatchPlan { batch, counts } => {
                let mut text = format!(
                    "{batch}：{} 新，{} 已完成，{} 进行中，{} 未知",
                    counts.new, counts.done, counts.open, counts.unknown
                );
                let rest =
                    [(counts.download, "需重新下载"), (counts.ended, "已结束但无视频"), (counts.again, "将重新下单")];
                for (count, what) in rest.into_iter().filter(|(count, _)| *count > 0) {
                    text.push_str(&format!("，{count} {what}"));
                }
                text
            }
            Self::BatchHeld { owner } => {
                format!("另一个进程正在处理此批次（{owner}）：等待其完成；若在别处崩溃，需等一分钟")
            }
            Self::BatchStopped { why, failures } => {
                format!("已停止：连续 {failures} 个任务因同一原因失败（{why}）；未再开始新任务")
            }
            Self::BatchSummary { outcomes, not_begun: 0 } => outcomes.to_string(),
            Self::BatchSummary { outcomes, not_begun } => format!("{outcomes}，{not_begun} 未开始"),
            Self::BatchLeaving => {
                "正在退出：不再开始新任务，等待已发出的订单；2 秒内再按一次 Ctrl-C 还会请求网关取消，之后再按则立即退出"
                    .to_owned()
            }
            Self::BatchDetached => "已脱离，已受理的任务继续进行；再次运行同一命令即可继续此批次".to_owned(),
            Self::BatchLeft => "已立即退出：再次运行同一命令即可继续此批次；已发出的订单结果可能未知".to_owned(),
            Self::BatchWillCancel => {
                "已发出的订单得到答复后，将立即请求网关取消本次运行留下的任务；再按一次 Ctrl-C 立即退出".to_owned()
            }
            Self::CancelSummary { answers } => format!("取消结果：{answers}"),
            Self::ResumeDetached => "已脱离，已受理的任务继续进行；恢复请运行：video resume".to_owned(),
            Self::ResumeLeft => "已立即退出；恢复请运行：video resume；已发出的订单结果可能未知".to_owned(),
            Self::TakenUp { job, state } => format!("相同的订单停在 {state}：继续任务 {job}，不再重新下单"),
            Self::Unsettled { job } => format!("日志将其记为 unknown；核对请运行：video reconcile {job}"),
            Self::NoJobs => "没有符合条件的任务".to_owned(),
            Self::TaskLog { job } => {
                format!(
                    "请在网关的任务日志中查看该时间；然后运行：video reconcile {job} --task ID、--absent 或 --reorder"
                )
            }
            Self::Settled { job, state } => format!("任务 {job} 现在是 {state}；继续请运行：video resume {job}"),
            Self::Stopping => "正在停止：不再接受新连接，等待进行中的答复完成".to_owned(),
        }
    }
}

/// `3.1/12.0 MB`.
fn of_bytes(received: u64, total: Option<u64>) -> String {
    let megabytes = |bytes: u64| format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    match total {
        Some(total) => format!("{}/{} MB", megabytes(received), megabytes(total)),
        None => format!("{} MB", megabytes(received)),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn cancelled_in_english(name: &str, cancelled: &Cancelled) -> String {
    match cancelled {
        Cancelled::Confirmed => format!("{name}: confirmed: it is cancelled"),
        Cancelled::Unsupported(why) => format!(
            "{name}: unsupported (still billed): the gateway did not stop it ({}); it goes on: video wait {name}",
            one_line(&why.to_string())
        ),
        Cancelled::TooLate(task) if task.phase() == Phase::Succeeded => {
            format!("{name}: too late: it has succeeded; save it with: video download {name}")
        }
        Cancelled::TooLate(task) => format!("{name}: too late: it had ended: {}", one_line(task.status.as_str())),
        _ => format!(
            "{name}: asked: the gateway took it, but the task still runs and may be billed; look again with: video show {name}"
        ),
    }
}

fn cancelled_in_chinese(name: &str, cancelled: &Cancelled) -> String {
    match cancelled {
        Cancelled::Confirmed => format!("{name}：confirmed，已取消"),
        Cancelled::Unsupported(why) => format!(
            "{name}：unsupported（仍会计费），网关没有停止它（{}）；任务继续进行：video wait {name}",
            one_line(&why.to_string())
        ),
        Cancelled::TooLate(task) if task.phase() == Phase::Succeeded => {
            format!("{name}：too late，视频已生成；保存请运行：video download {name}")
        }
        Cancelled::TooLate(task) => format!("{name}：too late，任务已结束：{}", one_line(task.status.as_str())),
        _ => format!("{name}：asked，网关已收到，但任务仍在进行，可能计费；再查看请运行：video show {name}"),
    }
}

/// `2.5 s`.
fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}
