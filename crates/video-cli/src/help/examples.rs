//! Examples of every command, as they are typed.

/// What to type, the simplest first; `None` for what is no command.
pub(super) fn of(path: &str) -> Option<&'static [&'static str]> {
    Some(match path {
        "generate" => &[
            "video generate \"a lighthouse in fog\" -o fog.mp4",
            "video generate \"the cat yawns\" --model kling-v1-6 --image cat.png --seconds 5 --size 1280x720",
            "video generate \"a lighthouse\" --model kling-v1-6 --meta cfg_scale=0.5 --dry-run",
            "video generate \"a lighthouse\" --json --no-wait",
            "video generate \"a lighthouse\" --cache=12h -o again.mp4",
        ],
        "batch" => {
            &["video batch shots.jsonl -o 'shots/{name}.mp4'", "video batch shots.jsonl --retry-failed --concurrency 8"]
        }
        "submit" => &["video submit \"a lighthouse in fog\" --model kling-v1-6"],
        "wait" => &["video wait 0198c450", "video wait new-api:task_8Jd0@88api.ai --deadline 1h"],
        "show" => &["video show 0198c450", "video show new-api:task_8Jd0@88api.ai --json"],
        "download" => {
            &["video download 0198c450 -o fog.mp4", "video download new-api:task_8Jd0@88api.ai -o - > fog.mp4"]
        }
        "cancel" => &["video cancel 0198c450", "video cancel new-api:task_8Jd0@88api.ai --json"],
        "models" => &["video models", "video models --kind image --search kling", "video models kling-v1-6"],
        "validate" => &["echo '{\"model\":\"kling-v1\",\"prompt\":\"a cat\"}' | video validate -"],
        "verify" => &["video verify cat.mp4"],
        "list" => &["video list", "video list --state unknown --state undelivered", "video list --batch shots --json"],
        "resume" => &["video resume", "video resume 0198c450 -o fog.mp4"],
        "reconcile" => &[
            "video reconcile",
            "video reconcile 0198c450",
            "video reconcile 0198c450 --task task_8Jd0",
            "video reconcile 0198c450 --absent",
        ],
        "serve" => &["video serve --sandbox", "video serve --listen 0.0.0.0:8787 --token my-secret"],
        "config" => &["video config presets", "video config show"],
        "config presets" => &["video config presets"],
        "config add" => &[
            "echo \"$KEY\" | video config add --preset 88api --model kling-v1-6 --key-stdin",
            "video config add mine --base-url https://88api.ai",
        ],
        "config list" => &["video config list"],
        "config use" => &["video config use 88api"],
        "config remove" => &["video config remove 88api"],
        "config show" => &["video config show", "video config show --profile 88api --json"],
        "conform" => &["video conform https://88api.ai", "video conform --dry-run"],
        "doctor" => &["video doctor", "video doctor -o ~/videos --json"],
        "storage" => {
            &["video storage", "video storage parts ~/videos", "video storage prune --older-than 30d --dry-run"]
        }
        "storage parts" => &["video storage parts", "video storage parts /mnt/videos --json"],
        "storage prune" => &[
            "video storage prune --older-than 30d --dry-run",
            "video storage prune --older-than 7d --parts --sandbox",
            "video storage prune --older-than 365d --results --yes",
        ],
        "completions" => {
            &["source <(video completions bash)", "source <(video completions zsh)", "video completions fish | source"]
        }
        _ => return None,
    })
}
