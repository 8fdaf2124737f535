//! What this program itself complains about, in English and Chinese.

use std::fmt;

use video_catalog::Kind;
use video_protocol::{BoxError, Error, ErrorKind};

use crate::language::Language;

/// Something wrong with what was typed, with the settings or with this machine.
///
/// Attached to an [`Error`] as its source, so that it can be said in the person's language.
#[derive(Debug)]
pub(crate) struct Complaint {
    what: What,
    cause: Option<BoxError>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    BlankPrompt,
    NoModel,
    NoGateway,
    KeyWithoutGateway,
    NoKey { base_url: String },
    UnknownFormat { format: String },
    NoDefaultProfile,
    MixedOutput,
    BadTemplate { path: String, why: String },
    BadHash,
    NotReadable { path: String },
    NotProved { path: String, why: String },
    NotProvable { path: String, format: String },
    OtherHash { path: String, expected: String, found: String },
    NotAsSaved { path: String, job: String, at: String, expected: String, found: String },
    NothingSaved { job: String },
    UnknownProfile { name: String },
    UnknownPreset { name: String },
    ProfileNeedsUrl,
    BadProfileName,
    NotATask { text: String },
    MalformedParameter { pair: String },
    ParameterNotJson { key: String },
    NotAnObject { path: String },
    Unreadable { path: String },
    PictureTooLarge { path: String },
    NotAPicture { path: String },
    NoSuchPicture { text: String },
    NoHome,
    ProfilesUnreadable { path: String },
    ProfilesDamaged { path: String, line: usize },
    ProfilesUnwritable { path: String },
    StdinUnreadable,
    StdoutUnwritable,
    NoSignals,
    NoRuntime,
    CannotListen { address: String },
    BadToken,
    OpenToTheNetwork { address: String },
    FaultWithoutSandbox,
    LatencyWithoutSandbox,
    GatewayStopped,
    UnknownEnd,
    Findings { errors: usize },
    UnknownModel { name: String, near: Vec<&'static str> },
    UnknownProvider { name: String },
    UnknownKind { word: String },
    NoRequest { path: String },
    NotJson { problem: String, line: Option<usize>, column: usize },
    NotARequest,
    BadField { field: String, problem: String },
    BadBatch { problems: String },
    BatchWithoutName,
    FolderNotMade { path: String },
    MetricsUnwritable { path: String },
    JournalUnusable { path: String },
    JournalPrompts { name: String, value: String },
    SettleAfter { value: String },
    NotYetATask { job: String, state: &'static str },
    NoSuchJob { text: String },
    SeveralJobs { text: String, jobs: Vec<String> },
    NothingInDoubt { job: String, state: &'static str },
    NoWayBack { origin: String, jobs: String, count: usize },
    HasEnded { job: String, state: &'static str },
    NothingToConform,
    ResultsNeedYes,
    NoVideoGateway,
}

impl What {
    /// The kind decides the exit code and the next step.
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoKey { .. } => ErrorKind::Unauthorized,
            Self::NoHome
            | Self::ProfilesUnreadable { .. }
            | Self::ProfilesDamaged { .. }
            | Self::ProfilesUnwritable { .. }
            | Self::StdinUnreadable
            | Self::StdoutUnwritable
            | Self::NoSignals
            | Self::NoRuntime
            | Self::CannotListen { .. }
            | Self::NotReadable { .. }
            | Self::FolderNotMade { .. }
            | Self::MetricsUnwritable { .. }
            | Self::JournalUnusable { .. }
            | Self::GatewayStopped => ErrorKind::Local,
            Self::NotProved { .. } | Self::NotProvable { .. } | Self::OtherHash { .. } | Self::NotAsSaved { .. } => {
                ErrorKind::Undelivered
            }
            Self::UnknownEnd => ErrorKind::Decode,
            Self::NoVideoGateway => ErrorKind::Misconfigured,
            _ => ErrorKind::InvalidRequest,
        }
    }

    /// What is wrong, in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::BlankPrompt => "the prompt is blank: say what the video shows".to_owned(),
            Self::NoModel => "no model is named: give --model, or set one in the profile".to_owned(),
            Self::NoGateway => "no gateway is set up: give --base-url, set VIDEO_BASE_URL, add a profile with `video config add`, or use --sandbox".to_owned(),
            Self::KeyWithoutGateway => "there is a key but no gateway: set VIDEO_BASE_URL or give --base-url".to_owned(),
            Self::NoKey { base_url } => format!("there is no key for {base_url}"),
            Self::UnknownFormat { format } => format!("VIDEO_FORMAT is {format:?}; this version speaks new-api and openai"),
            Self::NoDefaultProfile => {
                "no profile is the default: choose one with `video config use NAME` or --profile, or use --sandbox".to_owned()
            }
            Self::MixedOutput => "-o - and --json would both write to stdout: leave one of them out".to_owned(),
            Self::BadTemplate { path, why } => format!("-o {path:?}: {why}"),
            Self::BadHash => "--sha256 has 64 hexadecimal digits".to_owned(),
            Self::NotProved { path, why } => format!("{path} is not a whole video: {why}; download it again"),
            Self::NotProvable { path, format } => format!("{path} is a {format} without a sign of its end, so it may be cut: give the --sha256 it should have"),
            Self::OtherHash { path, expected, found } => format!("{path} has the sha256 {found} and not {expected}: download it again"),
            Self::NotAsSaved { path, job, at, expected, found } => format!("{path} is not what was saved on {at} for job {job}: its sha256 is {found} and was {expected}; download it again: video download {job} --overwrite"),
            Self::NothingSaved { job } => format!("the journal knows of no file that was saved for job {job}; leave out --job to look at the file alone"),
            Self::UnknownProfile { name } => format!("there is no profile {name:?}; see `video config list`"),
            Self::UnknownPreset { name } => format!("there is no preset {name:?}; see `video config presets`"),
            Self::ProfileNeedsUrl => "a profile needs --base-url or --preset".to_owned(),
            Self::BadProfileName => "a profile's name must not be empty or hold white space".to_owned(),
            Self::NotATask { text } => format!("{text:?} is not a task: write it as it was printed, such as new-api:task_8Jd0@88api.ai"),
            Self::MalformedParameter { pair } => format!("--meta {pair:?} is not KEY=TEXT, KEY:=JSON or KEY=@FILE"),
            Self::ParameterNotJson { key } => format!("the value of --meta {key} is not JSON"),
            Self::NotAnObject { path } => format!("{path} does not hold a JSON object"),
            Self::Unreadable { path } | Self::NotReadable { path } | Self::ProfilesUnreadable { path } => format!("{path} cannot be read"),
            Self::PictureTooLarge { path } => format!("the picture {path} is larger than 20 MB: make it smaller"),
            Self::NotAPicture { path } => format!("{path} is not a PNG, JPEG or WebP picture"),
            Self::NoSuchPicture { text } => format!("the picture {text:?} cannot be opened"),
            Self::NoHome => "there is no home folder on this machine: set VIDEO_HOME".to_owned(),
            Self::ProfilesDamaged { path, line } => format!("{path} is damaged in line {line}: correct it or delete it"),
            Self::ProfilesUnwritable { path } | Self::MetricsUnwritable { path } => format!("{path} cannot be written"),
            Self::StdinUnreadable => "the key cannot be read from stdin".to_owned(),
            Self::StdoutUnwritable => "stdout could not be written: what was asked for is done, its words are lost".to_owned(),
            Self::NoSignals => "signals cannot be watched".to_owned(),
            Self::NoRuntime => "no runtime can be started".to_owned(),
            Self::CannotListen { address } => format!("cannot listen on {address}: choose another --listen address"),
            Self::BadToken => "a --token must be visible ASCII without spaces".to_owned(),
            Self::OpenToTheNetwork { address } => format!("{address} can be reached by others: give a --token that clients must send"),
            Self::FaultWithoutSandbox => "--fault needs --sandbox: over a gateway that costs money it would lose paid jobs".to_owned(),
            Self::LatencyWithoutSandbox => "--latency needs --sandbox: how long a real job takes is not decided here".to_owned(),
            Self::GatewayStopped => "the gateway stopped".to_owned(),
            Self::UnknownEnd => "the job ended in a way this version does not know".to_owned(),
            Self::Findings { errors: 1 } => "nothing was sent: correct the error above, or send it anyway with --force".to_owned(),
            Self::Findings { errors } => format!("nothing was sent: correct the {errors} errors above, or send it anyway with --force"),
            Self::UnknownModel { name, near } if near.is_empty() => format!("the catalogue has no model {name:?}; see `video models`"),
            Self::UnknownModel { name, near } => format!("the catalogue has no model {name:?}; near it: {}", near.join(", ")),
            Self::UnknownProvider { name } => format!("there is no provider {name:?}; there are {}", providers(", ")),
            Self::UnknownKind { word } => format!("there is no kind {word:?}; there are {}", kinds(", ")),
            Self::NoRequest { path } => format!("{path} holds no request"),
            Self::NotJson { problem, line: Some(line), column } => format!("not JSON: {problem}, line {line}, column {column}"),
            Self::NotJson { problem, line: None, column } => format!("not JSON: {problem}, column {column}"),
            Self::NotARequest => "not a JSON object".to_owned(),
            Self::BadField { field, problem } => format!("{field}: {problem}"),
            Self::BadBatch { problems } => format!("nothing was sent: {problems}"),
            Self::BatchWithoutName => "the batch needs a name to be known by: give --batch NAME".to_owned(),
            Self::FolderNotMade { path } => format!("nothing was sent: the folder {path} for the videos cannot be made"),
            Self::JournalUnusable { path } => format!("the journal {path} cannot be used, and without it nothing is ordered or followed"),
            Self::JournalPrompts { name, value } => format!("{name} is {value:?}: it can be stored or hashed"),
            Self::SettleAfter { value } => format!("VIDEO_SETTLE_AFTER is {value:?}: write it as 30s, or off"),
            Self::NotYetATask { job, state } => format!("job {job} is {state} and has no task yet: go on with: video resume {job}"),
            Self::NoSuchJob { text } => format!("the journal knows no job {text:?}; see `video list`"),
            Self::SeveralJobs { text, jobs } => format!("several jobs begin with {text:?}: {}; write more of it", jobs.join(", ")),
            Self::NothingInDoubt { job, state } => format!("job {job} is {state}: there is nothing to settle"),
            Self::NoWayBack { origin, jobs, count } => format!("open jobs at {origin} are left as they are ({jobs}; {count} in all): no profile has this gateway with the key they went under; add one with `video config add`, or give --base-url and VIDEO_API_KEY"),
            Self::HasEnded { job, state } => format!("job {job} has ended: {state}; order it again with: video reconcile {job} --reorder"),
            Self::ResultsNeedYes => "--results removes videos that were saved: look with --dry-run first, then add --yes".to_owned(),
            Self::NothingToConform => "no gateway is named: give its URL, such as video conform https://88api.ai".to_owned(),
            Self::NoVideoGateway => "this server speaks neither format of video gateways".to_owned(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::BlankPrompt => "提示词为空：请描述视频内容".to_owned(),
            Self::NoModel => "未指定模型：请加 --model，或在配置中设置".to_owned(),
            Self::NoGateway => {
                "尚未配置网关：请加 --base-url、设置 VIDEO_BASE_URL、用 `video config add` 添加配置，或使用 --sandbox"
                    .to_owned()
            }
            Self::KeyWithoutGateway => "有密钥但没有网关：请设置 VIDEO_BASE_URL 或加 --base-url".to_owned(),
            Self::NoKey { base_url } => format!("没有 {base_url} 的密钥"),
            Self::UnknownFormat { format } => format!("VIDEO_FORMAT 为 {format:?}；此版本支持 new-api 和 openai"),
            Self::NoDefaultProfile => {
                "没有默认配置：请用 `video config use NAME` 或 --profile 选择，或使用 --sandbox".to_owned()
            }
            Self::MixedOutput => "-o - 和 --json 都会写到标准输出：请去掉其中一个".to_owned(),
            Self::BadTemplate { path, why } => format!("-o {path:?}：{why}"),
            Self::BadHash => "--sha256 应为 64 位十六进制数字".to_owned(),
            Self::NotProved { path, why } => format!("{path} 不是完整的视频：{why}；请重新下载"),
            Self::NotProvable { path, format } => {
                format!("{path} 是 {format}，文件中没有结尾标记，可能不完整：请用 --sha256 给出应有的哈希")
            }
            Self::OtherHash { path, expected, found } => {
                format!("{path} 的 sha256 是 {found}，而不是 {expected}：请重新下载")
            }
            Self::NotAsSaved { path, job, at, expected, found } => {
                format!(
                    "{path} 与 {at} 为任务 {job} 保存的文件不同：sha256 现为 {found}，当时为 {expected}；请重新下载：video download {job} --overwrite"
                )
            }
            Self::NothingSaved { job } => format!("日志中没有为任务 {job} 保存的文件；去掉 --job 可只检查文件本身"),
            Self::UnknownProfile { name } => format!("没有名为 {name:?} 的配置；请看 `video config list`"),
            Self::UnknownPreset { name } => format!("没有名为 {name:?} 的预设；请看 `video config presets`"),
            Self::ProfileNeedsUrl => "配置需要 --base-url 或 --preset".to_owned(),
            Self::BadProfileName => "配置名称不能为空或含空白".to_owned(),
            Self::NotATask { text } => {
                format!("{text:?} 不是任务：请照打印的样子填写，例如 new-api:task_8Jd0@88api.ai")
            }
            Self::MalformedParameter { pair } => format!("--meta {pair:?} 不是 KEY=文本、KEY:=JSON 或 KEY=@文件"),
            Self::ParameterNotJson { key } => format!("--meta {key} 的值不是 JSON"),
            Self::NotAnObject { path } => format!("{path} 的内容不是 JSON 对象"),
            Self::Unreadable { path } | Self::NotReadable { path } | Self::ProfilesUnreadable { path } => {
                format!("无法读取 {path}")
            }
            Self::PictureTooLarge { path } => format!("图片 {path} 超过 20 MB：请缩小"),
            Self::NotAPicture { path } => format!("{path} 不是 PNG、JPEG 或 WebP 图片"),
            Self::NoSuchPicture { text } => format!("无法打开图片 {text:?}"),
            Self::NoHome => "本机没有用户目录：请设置 VIDEO_HOME".to_owned(),
            Self::ProfilesDamaged { path, line } => format!("{path} 第 {line} 行有误：请改正或删除该文件"),
            Self::ProfilesUnwritable { path } | Self::MetricsUnwritable { path } => format!("无法写入 {path}"),
            Self::StdinUnreadable => "无法从标准输入读取密钥".to_owned(),
            Self::StdoutUnwritable => "无法写入标准输出：要做的已完成，但输出内容丢失".to_owned(),
            Self::NoSignals => "无法监听信号".to_owned(),
            Self::NoRuntime => "无法启动运行时".to_owned(),
            Self::CannotListen { address } => format!("无法监听 {address}：请换一个 --listen 地址"),
            Self::BadToken => "--token 只能是不含空格的可见 ASCII 字符".to_owned(),
            Self::OpenToTheNetwork { address } => format!("{address} 可被他人访问：请加 --token 要求客户端提供密钥"),
            Self::FaultWithoutSandbox => "--fault 只能与 --sandbox 一起使用：接收费网关时会丢失已付费的任务".to_owned(),
            Self::LatencyWithoutSandbox => "--latency 只能与 --sandbox 一起使用：真实任务的用时不由这里决定".to_owned(),
            Self::GatewayStopped => "网关已停止".to_owned(),
            Self::UnknownEnd => "任务以此版本不认识的方式结束".to_owned(),
            Self::Findings { errors } => format!("未发送：请改正上述 {errors} 处错误，或用 --force 照样发送"),
            Self::UnknownModel { name, near } if near.is_empty() => {
                format!("目录中没有模型 {name:?}；请看 `video models`")
            }
            Self::UnknownModel { name, near } => format!("目录中没有模型 {name:?}；相近的有：{}", near.join("、")),
            Self::UnknownProvider { name } => format!("没有供应商 {name:?}；可选：{}", providers("、")),
            Self::UnknownKind { word } => format!("没有类别 {word:?}；可选：{}", kinds("、")),
            Self::NoRequest { path } => format!("{path} 中没有请求"),
            Self::NotJson { problem, line: Some(line), column } => {
                format!("不是 JSON：第 {line} 行第 {column} 列：{problem}")
            }
            Self::NotJson { problem, line: None, column } => format!("不是 JSON：第 {column} 列：{problem}"),
            Self::NotARequest => "不是 JSON 对象".to_owned(),
            Self::BadField { field, problem } => format!("{field}：{}", chinese_problem(problem)),
            Self::BadBatch { problems } => format!("未发送任何请求：{problems}"),
            Self::BatchWithoutName => "批次需要名称以便再次识别：请加 --batch 名称".to_owned(),
            Self::FolderNotMade { path } => format!("未发送任何请求：无法创建存放视频的目录 {path}"),
            Self::JournalUnusable { path } => format!("无法使用日志 {path}，没有它不会下单或跟踪任务"),
            Self::JournalPrompts { name, value } => format!("{name} 为 {value:?}：只能是 stored 或 hashed"),
            Self::SettleAfter { value } => format!("VIDEO_SETTLE_AFTER 为 {value:?}：请写成 30s 或 off"),
            Self::NotYetATask { job, state } => {
                format!("任务 {job} 的状态是 {state}，尚未受理：继续请运行：video resume {job}")
            }
            Self::NoSuchJob { text } => format!("日志中没有任务 {text:?}；请看 `video list`"),
            Self::SeveralJobs { text, jobs } => format!("有多个任务以 {text:?} 开头：{}；请多写几位", jobs.join("、")),
            Self::NothingInDoubt { job, state } => format!("任务 {job} 的状态是 {state}：没有需要核对的内容"),
            Self::NoWayBack { origin, jobs, count } => {
                format!(
                    "{origin} 上有 {count} 个未完成的任务未处理（{jobs}）：没有配置包含此网关及下单时的密钥；请用 `video config add` 添加，或给出 --base-url 和 VIDEO_API_KEY"
                )
            }
            Self::HasEnded { job, state } => {
                format!("任务 {job} 已结束：{state}；重新下单请运行：video reconcile {job} --reorder")
            }
            Self::ResultsNeedYes => "--results 会删除已保存的视频：请先用 --dry-run 查看，再加 --yes".to_owned(),
            Self::NothingToConform => "未指定网关：请给出地址，例如 video conform https://88api.ai".to_owned(),
            Self::NoVideoGateway => "此服务器不支持任何一种视频网关格式".to_owned(),
        }
    }

    /// The complaint as an error: nothing was sent, so no task exists.
    pub(crate) fn into_error(self) -> Error {
        complain(self, None)
    }

    /// The same with what caused it.
    pub(crate) fn because(self, cause: impl Into<BoxError>) -> Error {
        complain(self, Some(cause.into()))
    }
}

fn providers(between: &str) -> String {
    video_catalog::providers().iter().map(|provider| provider.id).collect::<Vec<_>>().join(between)
}

fn kinds(between: &str) -> String {
    let short = |kind: &Kind| kind.as_str().strip_suffix("-to-video").unwrap_or(kind.as_str());
    Kind::ALL.iter().map(short).collect::<Vec<_>>().join(between)
}

/// What may be wrong with a member of a request, as `video-types` says it.
fn chinese_problem(problem: &str) -> &str {
    match problem {
        "is required" => "必填",
        "must be text" => "必须是文本",
        "must be a whole number" => "必须是整数",
        "must be a list of text" => "必须是文本列表",
        "must be text or an object with image_url" => "必须是文本，或含 image_url 的对象",
        "must be a whole number of seconds" => "必须是整数秒",
        "must be an object, or text that holds one" => "必须是对象，或内容为对象的文本",
        "must be 1: send one request for each video" => "只能为 1：每个视频请单独发送一个请求",
        "must be given together with width" => "必须与 width 一起给出",
        "must be given together with height" => "必须与 height 一起给出",
        "must be between 1 and 3600" => "必须在 1 到 3600 之间",
        "must be between 0 and 4294967295" => "必须在 0 到 4294967295 之间",
        other => other,
    }
}

fn complain(what: What, cause: Option<BoxError>) -> Error {
    let error = Error::new(what.kind()).with_message(what.english()).with_proof_of_no_task();
    error.with_source(Complaint { what, cause })
}

impl Complaint {
    /// The complaint in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        self.what.text(language)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what.english())
    }
}

impl std::error::Error for Complaint {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
