//! What must be true of a world at its end, by the book of its gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use video_journal::{Order, State};

use crate::plan::Jump;
use crate::program::Machine;

/// Requests a job may cost, whatever happens; each run may ask anew.
const REQUESTS_A_JOB_AND_RUN: u64 = 60;
/// The longest a world may take.
const LONGEST: Duration = Duration::from_secs(10 * 24 * 3600);

/// Notes in the history whatever is wrong.
pub(crate) fn judge(machine: &Machine, runs: u64) {
    let (plan, history) = (&machine.plan, &machine.outside.history);
    let book = machine.outside.gateway.account();
    let records = machine.records();
    let mut jobs = BTreeMap::<String, usize>::new();
    for job in 0..plan.jobs {
        *jobs.entry(machine.order(job).0.prompt).or_default() += 1;
    }

    // Orders are intents: no job is paid for twice, and, where it can be told, each is paid for once.
    for (prompt, jobs) in &jobs {
        let paid = book.tasks_of(prompt).count();
        if paid > *jobs {
            history.wrong(format!("{prompt:?} was wanted {jobs} times and ordered {paid} times"));
        }
    }
    if records.len() != plan.jobs {
        history.wrong(format!("{} of {} jobs are in the journal", records.len(), plan.jobs));
    }

    // Every job ends well, or is unknown with evidence where nobody can tell.
    let clock_went_back = plan.jumps.iter().any(|(_, jump)| matches!(jump, Jump::Off(_)));
    let mut owned = BTreeSet::new();
    for record in &records {
        let right = match record.state {
            State::Succeeded => !plan.files,
            State::Saved => plan.files,
            State::Unknown => !plan.can_tell() || clock_went_back,
            _ => false,
        };
        let name = record.name.as_deref().unwrap_or_default();
        if !right {
            let why = record.evidence.as_ref().map(|evidence| evidence.message.to_string()).unwrap_or_default();
            history.wrong(format!("job {name} is {}: {why}", record.state));
        }
        if record.state == State::Unknown && record.evidence.as_ref().is_none_or(|evidence| evidence.kind.is_empty()) {
            history.wrong(format!("job {name} is unknown without evidence"));
        }
        if record.claim.as_ref().is_some_and(|claim| claim.holds(machine.now().after(Duration::from_secs(61)))) {
            history.wrong(format!("job {name} is still claimed"));
        }
        let Some(task) = &record.task else { continue };
        let file = record.file.as_ref().filter(|_| record.state == State::Saved);
        let made = book.tasks.iter().find(|made| made.id == task.id.as_str());
        let wanted = match record.request.order() {
            Some(Order::Generation(wanted)) => wanted.prompt,
            _ => String::new(),
        };
        if let (Some(file), Some(made)) = (file, made)
            && std::fs::read(&file.path).ok().as_deref() != Some(&*made.video())
        {
            history.wrong(format!("job {name} is saved, but its file is not the video of {task}"));
        }
        if made.is_none_or(|made| made.prompt != wanted) {
            history.wrong(format!("job {name} has the task {task}, which was not made for it"));
        }
        if !owned.insert(task.id.as_str().to_owned()) {
            history.wrong(format!("{task} belongs to two jobs"));
        }
    }

    // What was paid for and nobody owns belongs to a job that is known to be in doubt.
    for task in book.tasks.iter().filter(|task| !owned.contains(&task.id)) {
        let in_doubt = records.iter().any(|record| {
            let wanted = record.request.order();
            record.state == State::Unknown
                && matches!(wanted, Some(Order::Generation(wanted)) if wanted.prompt == task.prompt)
        });
        if !in_doubt {
            history.wrong(format!("{} was paid for {:?} and is lost", task.id, task.prompt));
        }
    }

    let requests = book.all_requests();
    let most = plan.jobs as u64 * REQUESTS_A_JOB_AND_RUN * runs.max(1);
    if requests > most {
        history.wrong(format!("{requests} requests for {} jobs in {runs} runs", plan.jobs));
    }
    if machine.clock.elapsed() > LONGEST {
        history.wrong(format!("it took {} hours", machine.clock.elapsed().as_secs() / 3600));
    }
}
