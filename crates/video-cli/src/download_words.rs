//! What a download complains about, in Chinese; its own words are English.

use video_client::DownloadError;

use crate::language::Language;

/// The words in a language.
pub(crate) fn download_words(error: &DownloadError, language: Language) -> String {
    match language {
        Language::English => error.to_string(),
        Language::Chinese => chinese(error),
    }
}

fn chinese(error: &DownloadError) -> String {
    match error {
        DownloadError::Refused { status, excerpt, .. } => format!("服务器答复 {status}{}", excerpt.tail()),
        DownloadError::NotVideo { why, excerpt, .. } => {
            format!("答复不是视频：{why}{}；未保存任何内容", excerpt.tail())
        }
        DownloadError::Truncated { received, expected, kept, .. } => {
            format!("视频只收到 {expected} 字节中的 {received} 字节；{}", outlook(*kept))
        }
        DownloadError::Broken { received, kept, .. } => {
            format!("收到 {received} 字节后连接中断；{}", outlook(*kept))
        }
        DownloadError::Stalled { received, kept, .. } => {
            format!("收到 {received} 字节后不再有数据；{}", outlook(*kept))
        }
        DownloadError::Mixed { why, .. } => format!("服务器未能接续已下载的部分：{why}；请重新下载"),
        DownloadError::NoSpace { needed, free, .. } => {
            let needed = needed.map(|bytes| format!("，需要 {bytes} 字节")).unwrap_or_default();
            format!("磁盘空间不足：可用 {free} 字节{needed}；请清理后重新下载")
        }
        DownloadError::Unopened { .. } => "无法打开下载；请检查网络".to_owned(),
        DownloadError::Unprovable { format, .. } => {
            format!("无法证明 {format} 完整：服务器未声明长度，文件中也没有；未保存任何内容")
        }
        DownloadError::TooLarge { limit, .. } => format!("视频超过 {limit} 字节的上限；未保存任何内容"),
        DownloadError::Exists { path, .. } => format!("{} 已存在，未改动；请换个名称或加 --overwrite", path.display()),
        DownloadError::Busy { path, .. } => format!("另一个下载正在写入 {}；请等待或换个名称", path.display()),
        DownloadError::Target { path, why, .. } => format!("无法写入 {}：{why}；请换个名称或目录", path.display()),
        DownloadError::Disk { action, .. } => format!("磁盘操作失败（{action}）；请检查剩余空间和权限"),
        _ => error.to_string(),
    }
}

fn outlook(kept: u64) -> String {
    match kept {
        0 => "未保存任何内容".to_owned(),
        kept => format!("已保留 {kept} 字节，重新下载时从此处继续"),
    }
}
