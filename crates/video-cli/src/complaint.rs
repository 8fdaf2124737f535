//! What this program itself complains about, in English and Chinese.

use std::fmt;

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
    NoSignals,
    NoRuntime,
    CannotListen { address: String },
    BadToken,
    OpenToTheNetwork { address: String },
    FaultWithoutSandbox,
    LatencyWithoutSandbox,
    GatewayStopped,
    UnknownEnd,
    NothingToConform,
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
            | Self::NoSignals
            | Self::NoRuntime
            | Self::CannotListen { .. }
            | Self::GatewayStopped => ErrorKind::Local,
            Self::UnknownEnd => ErrorKind::Decode,
            Self::NoVideoGateway => ErrorKind::Misconfigured,
            _ => ErrorKind::InvalidRequest,
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
            Self::UnknownProfile { name } => format!("there is no profile {name:?}; see `video config list`"),
            Self::UnknownPreset { name } => format!("there is no preset {name:?}; see `video config presets`"),
            Self::ProfileNeedsUrl => "a profile needs --base-url or --preset".to_owned(),
            Self::BadProfileName => "a profile's name must not be empty or hold white space".to_owned(),
            Self::NotATask { text } => format!("{text:?} is not a task: write it as it was printed, such as new-api:task_8Jd0@88api.ai"),
            Self::MalformedParameter { pair } => format!("--meta {pair:?} is not KEY=TEXT, KEY:=JSON or KEY=@FILE"),
            Self::ParameterNotJson { key } => format!("the value of --meta {key} is not JSON"),
            Self::NotAnObject { path } => format!("{path} does not hold a JSON object"),
            Self::Unreadable { path } | Self::ProfilesUnreadable { path } => format!("{path} cannot be read"),
            Self::PictureTooLarge { path } => format!("the picture {path} is larger than 20 MB: make it smaller"),
            Self::NotAPicture { path } => format!("{path} is not a PNG, JPEG or WebP picture"),
            Self::NoSuchPicture { text } => format!("the picture {text:?} cannot be opened"),
            Self::NoHome => "there is no home folder on this machine: set VIDEO_HOME".to_owned(),
            Self::ProfilesDamaged { path, line } => format!("{path} is damaged in line {line}: correct it or delete it"),
            Self::ProfilesUnwritable { path } => format!("{path} cannot be written"),
            Self::StdinUnreadable => "the key cannot be read from stdin".to_owned(),
            Self::NoSignals => "signals cannot be watched".to_owned(),
            Self::NoRuntime => "no runtime can be started".to_owned(),
            Self::CannotListen { address } => format!("cannot listen on {address}: choose another --listen address"),
            Self::BadToken => "a --token must be visible ASCII without spaces".to_owned(),
            Self::OpenToTheNetwork { address } => format!("{address} can be reached by others: give a --token that clients must send"),
            Self::FaultWithoutSandbox => "--fault needs --sandbox: over a gateway that costs money it would lose paid jobs".to_owned(),
            Self::LatencyWithoutSandbox => "--latency needs --sandbox: how long a real job takes is not decided here".to_owned(),
            Self::GatewayStopped => "the gateway stopped".to_owned(),
            Self::UnknownEnd => "the job ended in a way this version does not know".to_owned(),
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
            Self::Unreadable { path } | Self::ProfilesUnreadable { path } => format!("无法读取 {path}"),
            Self::PictureTooLarge { path } => format!("图片 {path} 超过 20 MB：请缩小"),
            Self::NotAPicture { path } => format!("{path} 不是 PNG、JPEG 或 WebP 图片"),
            Self::NoSuchPicture { text } => format!("无法打开图片 {text:?}"),
            Self::NoHome => "本机没有用户目录：请设置 VIDEO_HOME".to_owned(),
            Self::ProfilesDamaged { path, line } => format!("{path} 第 {line} 行有误：请改正或删除该文件"),
            Self::ProfilesUnwritable { path } => format!("无法写入 {path}"),
            Self::StdinUnreadable => "无法从标准输入读取密钥".to_owned(),
            Self::NoSignals => "无法监听信号".to_owned(),
            Self::NoRuntime => "无法启动运行时".to_owned(),
            Self::CannotListen { address } => format!("无法监听 {address}：请换一个 --listen 地址"),
            Self::BadToken => "--token 只能是不含空格的可见 ASCII 字符".to_owned(),
            Self::OpenToTheNetwork { address } => format!("{address} 可被他人访问：请加 --token 要求客户端提供密钥"),
            Self::FaultWithoutSandbox => "--fault 只能与 --sandbox 一起使用：接收费网关时会丢失已付费的任务".to_owned(),
            Self::LatencyWithoutSandbox => "--latency 只能与 --sandbox 一起使用：真实任务的用时不由这里决定".to_owned(),
            Self::GatewayStopped => "网关已停止".to_owned(),
            Self::UnknownEnd => "任务以此版本不认识的方式结束".to_owned(),
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

fn complain(what: What, cause: Option<BoxError>) -> Error {
    let error = Error::new(what.kind()).with_message(what.english()).with_proof_of_no_task();
    error.with_source(Complaint { what, cause })
}

impl Complaint {
    /// The complaint in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.what.english(),
            Language::Chinese => self.what.chinese(),
        }
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
