//! What a shell offers while somebody types: commands, options, and the jobs, models, profiles and states there are.
//!
//! The shell asks this program at every TAB, through a variable of its own. It is answered before anything is parsed or
//! set up; whatever cannot be read is left out, and nothing is said, made or brought to a newer version.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use video_catalog::{Selection, models as select};
use video_journal::{Query, Record, SqliteStore, State, Store as _};

use crate::help;
use crate::journal::FILE;
use crate::language::Language;
use crate::settings::home;
use crate::settings::profiles::Profiles;

/// The variable by which the shell asks.
const VARIABLE: &str = "VIDEO_COMPLETE";
/// Most jobs that are offered.
const MOST: usize = 50;
/// How much is said of a job, in letters.
const WORDS: usize = 40;

/// Answers a shell, if it is one that asks.
pub(crate) fn answered(language: Language) -> bool {
    let env = CompleteEnv::with_factory(|| live(help::command(language))).var(VARIABLE).bin("video");
    let here = std::env::current_dir().ok();
    // Somebody is in the middle of typing: no word of trouble helps.
    env.try_complete(std::env::args_os(), here.as_deref()).unwrap_or(true)
}

/// Shells there are scripts for.
pub(crate) fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// The script that makes a shell ask; `None` if it is not known.
pub(crate) fn script(shell: &str) -> Option<Vec<u8>> {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    let shell = shells.completer(shell)?;
    shell.write_registration(VARIABLE, "video", "video", &myself(), &mut script).ok()?;
    Some(script)
}

/// How the shell finds this program again: by its name if it was called so, else by its path.
fn myself() -> String {
    let called = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    let path = if called.components().count() > 1 { std::path::absolute(&called).unwrap_or(called) } else { called };
    path.to_string_lossy().into_owned()
}

/// The command with what is there right now.
fn live(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_subcommands(live);
    command.mut_args(|arg| with_candidates(arg, &name))
}

fn with_candidates(arg: Arg, command: &str) -> Arg {
    let is_job = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name == "JOB"));
    match arg.get_id().as_str() {
        _ if is_job => {
            let states = states_for(command);
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| jobs(typed, states).unwrap_or_default()))
        }
        "model" => arg.add(ArgValueCompleter::new(models)),
        "profile" => arg.add(ArgValueCompleter::new(profiles)),
        "name" if matches!(command, "use" | "remove") => arg.add(ArgValueCompleter::new(profiles)),
        "state" => arg.add(ArgValueCompleter::new(states)),
        _ => arg,
    }
}

/// The jobs a command has something to do with; all if there are no such states.
fn states_for(command: &str) -> &'static [State] {
    match command {
        "wait" | "resume" | "cancel" => &State::OPEN,
        "download" => &[State::Succeeded, State::Undelivered, State::Local, State::Saved],
        "reconcile" => &[State::Unknown, State::Sent],
        _ => &[],
    }
}

fn jobs(typed: &OsStr, states: &[State]) -> Option<Vec<CompletionCandidate>> {
    let typed = typed.to_str()?;
    let path = home::folder().ok()?.join(FILE);
    if !path.exists() {
        return None;
    }
    let store = SqliteStore::open_read_only(path).ok()?;
    let fits = |record: &Record| states.is_empty() || states.contains(&record.state);
    let records = if typed.is_empty() {
        store.list(&states.iter().fold(Query::all().limit(MOST), |query, state| query.in_state(*state))).ok()?.records
    } else {
        store.jobs_that_begin(typed, MOST).ok()?.into_iter().filter(fits).collect()
    };
    let candidate = |(order, record): (usize, Record)| {
        let kept: serde_json::Value = serde_json::from_str(record.request.kept()).unwrap_or_default();
        let prompt: String = kept["prompt"].as_str().unwrap_or_default().chars().take(WORDS).collect();
        let told = crate::advice::one_line(&format!("{} {} {prompt}", record.state, record.request.model()));
        CompletionCandidate::new(record.job.as_str()).help(Some(told.into())).display_order(Some(order))
    };
    Some(records.into_iter().enumerate().map(candidate).collect())
}

fn models(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_str().unwrap_or_default().to_lowercase();
    select(&Selection::all().listed())
        .filter(|(_, model)| model.id.to_lowercase().starts_with(&typed))
        .map(|(provider, model)| CompletionCandidate::new(model.id).help(Some(provider.name.into())))
        .collect()
}

fn profiles(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_str().unwrap_or_default();
    let kept = home::folder().ok().and_then(|home| Profiles::read(&home).ok()).unwrap_or_default();
    let named = kept.iter().filter(|(name, ..)| name.starts_with(typed));
    named.map(|(name, ..)| CompletionCandidate::new(name)).collect()
}

fn states(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_str().unwrap_or_default();
    let states = State::ALL.into_iter().map(State::as_str).filter(|state| state.starts_with(typed));
    states.map(CompletionCandidate::new).collect()
}

/// Writes the script to stdout.
pub(crate) fn print(script: &[u8]) -> io::Result<()> {
    io::Write::write_all(&mut io::stdout().lock(), script)
}
