//! Help in Chinese: a line for every command, and the options that are used most.

/// What a command does; the path is empty for the program itself.
pub(super) fn about(path: &str) -> Option<&'static str> {
    Some(match path {
        "" => {
            "下单、等待并保存生成的视频\n\n第一条命令无需任何配置：没有网关时由内置沙盒离线渲染，并会说明。\n\n  video generate \"一只橘猫在阳光下打盹\" -o cat.mp4"
        }
        "generate" => "下单一个视频，等待、保存并校验，最后输出路径",
        "batch" => "批量下单，每行一个 JSON 对象；再次运行会从中断处继续，不会重复下单",
        "submit" => "下单并输出任务，不等待",
        "wait" => "等待任务结束",
        "show" => "免费查询一次任务状态，并显示日志中的记录",
        "download" => "保存已成功任务的视频",
        "models" => "列出已知模型，或显示某个模型的参数",
        "validate" => "检查请求，但不发送",
        "verify" => "再次校验磁盘上的文件：是否为完整视频，哈希是否一致",
        "list" => "列出日志中的任务，最新的在前",
        "resume" => "继续未结束的任务，并保存其视频",
        "reconcile" => "核对结果未知的任务",
        "cancel" => "取消任务",
        "serve" => "运行本地网关，供任何语言的客户端使用",
        "config" => "以配置保存网关",
        "config presets" => "列出只需密钥的已知网关",
        "config add" => "添加或修改配置；第一个成为默认",
        "config list" => "列出配置",
        "config use" => "设为默认配置",
        "config remove" => "删除配置及其密钥",
        "config show" => "显示生效的设置及其来源",
        "conform" => "免费检测网关支持的格式与行为",
        "doctor" => "检查密钥、网关、时钟、磁盘、终端和日志",
        "storage" => "显示磁盘占用：视频、未完成下载、沙盒、缓存和日志",
        "storage parts" => "列出未完成的下载",
        "storage prune" => "清理旧的、不再需要的内容；未结束或未知的任务及其所需内容从不清理",
        "completions" => "输出 shell 补全脚本：命令、选项、任务、模型和配置",
        _ => return None,
    })
}

/// What an option does, by its name; the same option means the same everywhere.
pub(super) fn option(id: &str) -> Option<&'static str> {
    Some(match id {
        "prompt" => "视频内容",
        "model" => "模型；默认为配置中的模型，沙盒中为 sandbox-1",
        "image" => "起始图片：文件、链接、data URI 或 base64；可多次给出",
        "size" => "尺寸：宽x高，或供应商的写法，例如 1080p",
        "seconds" => "时长，整数秒，1 到 3600",
        "fps" => "每秒帧数",
        "seed" => "随机种子",
        "meta" => "供应商参数：key=文本、key:=JSON 或 key=@文件；可多次给出",
        "meta_file" => "含供应商参数的 JSON 文件",
        "dry_run" => "只显示将要做的事，不执行",
        "force" => "即使目录指出错误也照样下单",
        "output" => "视频保存到哪里：文件、文件夹，或 - 表示标准输出",
        "overwrite" => "覆盖已有文件",
        "deadline" => "最多等待多久，例如 30m",
        "poll_every" => "两次查询之间的间隔",
        "no_wait" => "只下单，输出任务后退出",
        "base_url" => "网关地址，例如 https://88api.ai",
        "profile" => "使用的配置",
        "sandbox" => "使用内置沙盒：离线、免费",
        "format" => "网关的接口格式",
        "state" => "只列出此状态的任务；可多次给出",
        "batch" => "批次名称",
        "limit" => "最多几个",
        "json" => "标准输出每行一个 JSON 对象：先是事件，最后是结果",
        "quiet" => "标准错误只输出错误",
        "lang" => "消息语言；默认由系统区域设置决定",
        "help" => "显示帮助",
        "version" => "显示版本",
        "older_than" => "只清理这么久未变化的内容，例如 30d 或 12h",
        "journal" => "已结束任务的日志记录",
        "parts" => "没有进程使用的未完成下载",
        "sandbox_tasks" => "内置沙盒的任务",
        "cache" => "若有不早于此时长保存的相同订单的视频，就直接使用 [默认：1d]",
        "metrics" => "把本次运行的计数和耗时写入此文件，供 Prometheus 读取",
        "results" => "已保存且未改动的视频；需要 --yes",
        "folder" => "另外在此文件夹中查找未完成的下载；可多次给出",
        "folders" => "另外要查找的文件夹",
        "yes" => "确认删除视频",
        "shell" => "shell：bash、zsh、fish、elvish 或 powershell",
        _ => return None,
    })
}
