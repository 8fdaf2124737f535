//! `video generate` and `video submit`.

use std::process::ExitCode;

use video_client::{Journaled, JournaledJob, NewJob};
use video_journal::{Journal, Order, Query, Record, State};
use video_protocol::{Error, ErrorKind, Verdict};
use video_types::Generation;

use super::cached::{self, Asked};
use super::dry_run;
use super::follow::{Ended, Follow, Watched, save};
use super::leaving::{Leaving, leave};
use crate::arguments::{CacheAge, GatewayChoice, Generate, Wish as Wanted};
use crate::check;
use crate::connect::{Connection, WithoutGateway, connect};
use crate::exit;
use crate::interrupt::{Interrupts, Wish};
use crate::journal;
use crate::line::Line;
use crate::order;
use crate::output_path::{About, Destination};
use crate::result_line::ResultLine;
use crate::room;
use crate::screen::Screen;

pub(super) async fn generate(arguments: Generate, screen: &Screen) -> Result<ExitCode, Error> {
    if arguments.no_wait {
        return order(&arguments.wish, &arguments.gateway, WithoutGateway::Sandbox, screen).await;
    }
    let destination = Destination::of(&arguments.output, screen)?;
    let overwrite = arguments.output.overwrite;
    let connection = connect(&arguments.gateway, Some(&arguments.watching), None, WithoutGateway::Sandbox)?;
    let generation = check::fitted(&connection, order::generation(&arguments.wish, connection.model.as_deref())?);
    if arguments.wish.dry_run {
        return dry_run::print(&connection, &generation, arguments.wish.force, screen);
    }
    let about = About::of(&generation);
    if let Some(age) = arguments.cache {
        let desk = journal::desk(&connection, &journal::open()?)?;
        if let Some(kept) = cached::at_hand(&desk, &Order::from(generation.clone()), age).await? {
            return cached::deliver(&kept, &destination, &about, overwrite, screen).await;
        }
    }
    destination.check(&about, overwrite)?;
    room::warn(screen, destination.folder());
    check::before_submit(&connection, &generation, arguments.wish.force, screen)?;
    let mut interrupts = Follow::interrupts()?;
    screen.follow(&connection.client);
    let begun = begun(&connection, generation, destination.named(), arguments.cache, &mut interrupts, screen);
    let job = match begun.await? {
        Asked::Job(job) => *job,
        Asked::Kept(kept) => return cached::deliver(&kept, &destination, &about, overwrite, screen).await,
        Asked::Left(code) => return Ok(code),
    };
    let job = match accepted(job, &mut interrupts, screen).await? {
        Accepted::Job(job) => job,
        Accepted::Left(code) => return Ok(code),
    };
    let mut follow = Follow::new(screen, interrupts);
    let mut job = Watched::Journaled(job);
    match follow.watch(&mut job).await? {
        Ended::Succeeded(task) => save(&mut job, &task, &destination, &about, overwrite, &mut follow).await,
        Ended::Left(code) => Ok(code),
    }
}

pub(super) async fn submit(wish: &Wanted, gateway: &GatewayChoice, screen: &Screen) -> Result<ExitCode, Error> {
    order(wish, gateway, WithoutGateway::Refuse, screen).await
}

/// Orders and prints the handle.
async fn order(
    wish: &Wanted,
    gateway: &GatewayChoice,
    without: WithoutGateway,
    screen: &Screen,
) -> Result<ExitCode, Error> {
    let connection = connect(gateway, None, None, without)?;
    let generation = check::fitted(&connection, order::generation(wish, connection.model.as_deref())?);
    if wish.dry_run {
        return dry_run::print(&connection, &generation, wish.force, screen);
    }
    check::before_submit(&connection, &generation, wish.force, screen)?;
    let mut interrupts = Follow::interrupts()?;
    screen.follow(&connection.client);
    let job = match begun(&connection, generation, None, None, &mut interrupts, screen).await? {
        Asked::Job(job) => *job,
        // Without a cache nothing is kept, and nobody waits.
        Asked::Kept(_) => return Ok(ExitCode::SUCCESS),
        Asked::Left(code) => return Ok(code),
    };
    match accepted(job, &mut interrupts, screen).await? {
        Accepted::Left(code) => Ok(code),
        Accepted::Job(job) => Ok(handed_over(&job, screen)),
    }
}

/// Prints the handle of a job that was only ordered.
pub(super) fn handed_over(job: &JournaledJob, screen: &Screen) -> ExitCode {
    if let Some(task) = job.reference() {
        screen.data(&task.to_string());
        let billing = job.task().and_then(|task| task.billing.clone());
        screen.result(ResultLine::new(Verdict::Running).with_task(task).with_billing(billing));
    }
    ExitCode::SUCCESS
}

/// Notes the order, or takes up the same one where an earlier run left it, or finds its video in the cache.
async fn begun(
    connection: &Connection,
    generation: Generation,
    name: Option<String>,
    cache: Option<CacheAge>,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> Result<Asked, Error> {
    let journal = journal::open()?;
    let desk = journal::desk(connection, &journal)?;
    if connection.is_fallback {
        screen.say(&Line::Fallback);
    }
    let order = Order::from(generation);
    if let Some(left) = left_behind(&desk, &journal, &order).await? {
        screen.at_hand(Some(&left.job));
        screen.say(&Line::TakenUp { job: left.job.as_str(), state: left.state.as_str() });
        return desk.take_up_with(left, order).await.map(|job| Asked::Job(Box::new(job)));
    }
    let mut wanted = NewJob::new(order);
    if let Some(name) = name {
        wanted = wanted.named(name);
    }
    if let Some(age) = cache {
        return cached::asked(&desk, wanted, age, interrupts, screen).await;
    }
    let job = desk.order(wanted).await?;
    screen.at_hand(Some(&job.record().job));
    Ok(Asked::Job(Box::new(job)))
}

/// The same order of an earlier run that nobody works on and that is in doubt, or whose run did not end by itself.
///
/// A run that ends gives its job up, so a claim that stayed behind is that of one that was killed. Where it cannot be told
/// whether its owner still runs, taking it up is refused until its lease is over.
pub(super) async fn left_behind(desk: &Journaled, journal: &Journal, order: &Order) -> Result<Option<Record>, Error> {
    let hash = order.request_hash();
    let here = desk.client().destination();
    let mut query = [State::Unknown, State::Unsent].into_iter().chain(State::OPEN).fold(Query::all(), Query::in_state);
    query = query.latest_only().limit(1000);
    loop {
        let page = journal.list(query.clone()).await?;
        let left = page.records.into_iter().find(|record| {
            let same = record.request.hash() == hash && record.to == here && record.line.is_none();
            let in_doubt = matches!(record.state, State::Sent | State::Unknown);
            same && (in_doubt || record.claim.is_some()) && !journal::is_certainly_worked_on(record)
        });
        match (left, page.next) {
            (Some(left), _) => return Ok(Some(left)),
            (None, Some(next)) => query = query.before(next),
            (None, None) => return Ok(None),
        }
    }
}

pub(super) enum Accepted {
    Job(Box<JournaledJob>),
    Left(ExitCode),
}

/// Orders. An interrupt does not cut the answer off, or a paid task would have no name; a third one does, and a second one
/// that comes late. Where nothing is on its way the first one leaves.
pub(super) async fn accepted(
    mut job: JournaledJob,
    interrupts: &mut Interrupts,
    screen: &Screen,
) -> Result<Accepted, Error> {
    let mut leaving: Option<Leaving> = None;
    let mut on_its_way = job.on_its_way();
    let answered = {
        let submit = job.accepted();
        tokio::pin!(submit);
        loop {
            tokio::select! {
                // Whoever has an answer has it noted: it comes first.
                biased;
                task = &mut submit => break Some(task),
                () = on_its_way.over(), if leaving.is_some() => break None,
                interrupt = interrupts.next() => {
                    let leaving = match &mut leaving {
                        Some(leaving) => {
                            leaving.again(interrupt);
                            leaving
                        }
                        None => leaving.insert(Leaving::by(interrupt)),
                    };
                    match leaving.wish {
                        Wish::Detach if on_its_way.is_true() => screen.say(&Line::WaitingForAnswer),
                        Wish::Detach => break None,
                        Wish::Cancel => screen.say(&Line::CancelWhenKnown),
                        Wish::LeaveAtOnce => {
                            screen.say(&Line::LeftUnknown);
                            let name = screen.job().unwrap_or_default();
                            screen.say(&Line::Unsettled { job: &name });
                            let left = Error::new(ErrorKind::OutcomeUnknown).with_message("left before the answer to the order came");
                            screen.result(ResultLine::of_error(&left));
                            return Ok(Accepted::Left(exit::of(Verdict::Unknown)));
                        }
                    }
                }
            }
        }
    };
    answered.transpose().inspect_err(|error| unsettled(error, &job, screen))?;
    let job = Box::new(job);
    Ok(match leaving {
        Some(leaving) => Accepted::Left(leave(&mut Watched::Journaled(job), leaving, interrupts, screen).await),
        None => Accepted::Job(job),
    })
}

/// Says where an order in doubt can be settled.
pub(super) fn unsettled(error: &Error, job: &JournaledJob, screen: &Screen) {
    if error.verdict() == Verdict::Unknown {
        screen.say(&Line::Unsettled { job: job.record().job.as_str() });
    }
}
