//! `video cancel`: asks the gateway to stop tasks, and says what came of it.

use std::process::ExitCode;

use serde_json::json;
use video_client::Cancelled;
use video_protocol::{Error, Verdict};

use super::leaving::answer;
use super::tasks::reach;
use crate::arguments::{Cancel, GatewayChoice};
use crate::complaint::What;
use crate::exit;
use crate::journal;
use crate::line::Line;
use crate::screen::Screen;

pub(super) async fn cancel(arguments: Cancel, screen: &Screen) -> Result<ExitCode, Error> {
    let mut highest = 0;
    for name in &arguments.jobs {
        // One that cannot be stopped does not keep the others running.
        let code = match one(name, &arguments.gateway, screen).await {
            Ok(cancelled) => code(&cancelled),
            Err(error) => {
                screen.error(&error);
                exit::code(error.verdict())
            }
        };
        highest = code.max(highest);
    }
    Ok(ExitCode::from(highest))
}

async fn one(name: &str, gateway: &GatewayChoice, screen: &Screen) -> Result<Cancelled, Error> {
    screen.at_hand(None);
    let reached = reach(name, gateway, None, screen).await?;
    let cancelled = match (&reached.journal, &reached.record, &reached.task) {
        (Some(journal), Some(record), _) => journal::desk(&reached.connection, journal)?.cancel(record.clone()).await?,
        (_, _, Some(task)) => reached.connection.client.cancel(task).await?,
        _ => return Err(What::NoSuchJob { text: name.to_owned() }.into_error()),
    };
    let task = reached.task.map(|task| task.with_origin(reached.connection.client.origin()));
    let shown = task.as_ref().map(ToString::to_string).or_else(|| screen.job()).unwrap_or_default();
    let billed = if matches!(cancelled, Cancelled::Unsupported(_)) { " (still billed)" } else { "" };
    screen.data(&format!("{shown}  {cancelled}{billed}"));
    screen.say(&Line::Cancelled { name: &shown, cancelled: &cancelled });
    let mut object = answer(&cancelled);
    object["schema"] = json!("video.cancel/1");
    object["job"] = json!(screen.job());
    object["task"] = json!(task.as_ref().map(ToString::to_string));
    object["task_id"] = json!(task.as_ref().map(|task| task.id.clone()));
    object["gateway"] = json!(reached.connection.client.origin());
    screen.object(&object);
    Ok(cancelled)
}

/// Done is what is certain: a task that may go on and be billed is `running`, one that had ended is no success.
const fn code(cancelled: &Cancelled) -> u8 {
    match cancelled {
        Cancelled::Confirmed => 0,
        Cancelled::TooLate(_) => exit::code(Verdict::Cancelled),
        _ => exit::code(Verdict::Running),
    }
}
