//! Rows to records, and the questions that find them.

use std::str::FromStr;
use std::time::Duration;

use rusqlite::types::{FromSql, Type};
use rusqlite::{CachedStatement, Connection, Error, OptionalExtension as _, Result, Row, ToSql};
use video_protocol::TaskRef;

use crate::store::LOOKED_THROUGH;
use crate::write::Wanted;
use crate::{
    Change, Destination, Event, Evidence, Excerpt, HistoryEntry, JobId, KeyFingerprint, KeyHabit, Lease, Line, Millis,
    Owner, Pruning, Query, Record, Request, RequestHash, SavedFile, State,
};

/// All columns of a job, in the order in which [`record`] reads them.
pub(super) const COLUMNS: &str = "number, job, state, revision, created_at, changed_at, request_hash, model, request, \
     request_whole, idempotency_key, dialect, origin, key_fingerprint, batch, occurrence, attempt, name, reorder_of, \
     reordered_as, sends, first_sent_at, last_sent_at, in_doubt, task_dialect, task_id, task_route, billing, file_path, \
     file_bytes, file_sha256, evidence_kind, evidence, http_status, request_id, body_excerpt, claim_owner, claim_until, \
     pruned_at";

/// Which row [`last_of_line`] reads.
pub(super) const LAST_OF_LINE: &str =
    "WHERE batch = ?1 AND request_hash = ?2 AND occurrence = ?3 ORDER BY attempt DESC LIMIT 1";
/// Which rows [`prunable`] reads.
pub(super) const PRUNABLE: &str = "WHERE state = ?1 AND pruned_at IS NULL AND changed_at < ?2 \
     AND (claim_until IS NULL OR claim_until <= ?3) ORDER BY number LIMIT ?4";
/// How many jobs there are in each state.
pub(super) const COUNTS: &str = "SELECT state, count(*) FROM jobs WHERE pruned_at IS NULL GROUP BY state";
/// The same of one batch.
pub(super) const COUNTS_OF_BATCH: &str =
    "SELECT state, count(*) FROM jobs WHERE batch = ?1 AND pruned_at IS NULL GROUP BY state";

/// A row that is read column by column.
struct Columns<'a> {
    row: &'a Row<'a>,
    at: usize,
}

impl Columns<'_> {
    fn take<T: FromSql>(&mut self) -> Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    fn parse<T>(&mut self) -> Result<T>
    where
        T: FromStr,
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        self.at += 1;
        parsed(self.row, self.at - 1)
    }

    fn parse_if_there<T>(&mut self) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let at = self.at;
        match self.take::<Option<String>>()? {
            Some(text) => text.parse().map(Some).map_err(|error| unreadable(at, error)),
            None => Ok(None),
        }
    }

    fn moment(&mut self) -> Result<Millis> {
        Ok(Millis::new(self.take()?))
    }

    fn moment_if_there(&mut self) -> Result<Option<Millis>> {
        Ok(self.take::<Option<u64>>()?.map(Millis::new))
    }
}

/// A column that holds a word of ours.
pub(super) fn parsed<T>(row: &Row<'_>, at: usize) -> Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    row.get::<_, String>(at)?.parse().map_err(|error| unreadable(at, error))
}

fn unreadable(at: usize, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(at, Type::Text, Box::new(error))
}

pub(super) fn record(row: &Row<'_>) -> Result<Record> {
    let mut row = Columns { row, at: 0 };
    let (number, job, state, revision) = (row.take()?, row.parse()?, row.parse::<State>()?, row.take()?);
    let (created_at, changed_at) = (row.moment()?, row.moment()?);
    let hash: RequestHash = row.parse()?;
    let request = Request::from_parts(hash, row.take()?, row.take()?, row.take()?);
    let idempotency_key = row.take()?;
    let to =
        Destination { dialect: row.take()?, origin: row.take()?, key_fingerprint: KeyFingerprint::kept(row.take()?) };
    let (batch, occurrence): (Option<String>, Option<u32>) = (row.take()?, row.take()?);
    let line = batch.zip(occurrence).map(|(batch, occurrence)| Line { batch, request: hash, occurrence });
    let (attempt, name) = (row.take()?, row.take()?);
    let (reorder_of, reordered_as) = (row.parse_if_there()?, row.parse_if_there()?);
    let (sends, first_sent_at, last_sent_at) = (row.take()?, row.moment_if_there()?, row.moment_if_there()?);
    let in_doubt = row.take()?;
    let (dialect, id): (Option<String>, Option<String>) = (row.take()?, row.take()?);
    let route: Option<String> = row.take()?;
    let task = dialect.zip(id).map(|(dialect, id)| {
        let task = TaskRef::new(dialect, id).with_origin(to.origin.clone());
        route.into_iter().fold(task, TaskRef::with_route)
    });
    let billing = row.parse_if_there()?;
    let (path, bytes, sha256): (Option<String>, Option<u64>, Option<String>) = (row.take()?, row.take()?, row.take()?);
    let file = path.zip(bytes).zip(sha256).map(|((path, bytes), sha256)| SavedFile { path, bytes, sha256 });
    let (kind, message): (Option<String>, Option<String>) = (row.take()?, row.take()?);
    let (http_status, request_id, body): (_, _, Option<String>) = (row.take()?, row.take()?, row.take()?);
    let evidence = kind.zip(message).map(|(kind, message)| Evidence {
        kind,
        message: Excerpt::kept(message),
        http_status,
        request_id,
        body: body.map(Excerpt::kept),
    });
    let (owner, until): (Option<String>, _) = (row.take()?, row.moment_if_there()?);
    let claim = owner.zip(until).map(|(owner, until)| Lease { owner: Owner::new(owner), until });
    let pruned_at = row.moment_if_there()?;
    Ok(Record {
        number,
        job,
        state,
        revision,
        created_at,
        changed_at,
        request,
        idempotency_key,
        to,
        line,
        attempt,
        name,
        reorder_of,
        reordered_as,
        sends,
        first_sent_at,
        last_sent_at,
        in_doubt,
        task,
        billing,
        file,
        evidence,
        claim,
        pruned_at,
    })
}

/// Fails if a table or a column is not there.
pub(super) fn probe(connection: &Connection) -> Result<()> {
    select(connection, "LIMIT 0")?;
    connection.prepare("SELECT job, revision, at, owner, event, state, detail FROM history")?;
    connection.prepare("SELECT honours_keys, keys_kept_for, noted_at FROM origins")?;
    Ok(())
}

fn select<'a>(connection: &'a Connection, rest: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs {rest}"))
}

pub(super) fn job(connection: &Connection, job: &JobId) -> Result<Option<Record>> {
    select(connection, "WHERE job = ?1")?.query_row([job.as_str()], record).optional()
}

/// Which rows [`jobs_that_begin`] reads: names are ASCII, so `~` follows all of them.
pub(super) const BEGINNING: &str =
    "WHERE job >= ?1 AND job < ?1 || '~' AND pruned_at IS NULL ORDER BY job DESC LIMIT ?2";

pub(super) fn jobs_that_begin(connection: &Connection, beginning: &str, limit: usize) -> Result<Vec<Record>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    select(connection, BEGINNING)?.query_map((beginning, limit), record)?.collect()
}

pub(super) fn job_of_key(connection: &Connection, key: &str) -> Result<Option<Record>> {
    select(connection, "WHERE idempotency_key = ?1")?.query_row([key], record).optional()
}

pub(super) fn job_of_task(connection: &Connection, origin: &str, id: &str) -> Result<Option<Record>> {
    select(connection, "WHERE origin = ?1 AND task_id = ?2")?.query_row([origin, id], record).optional()
}

pub(super) fn last_of_line(connection: &Connection, line: &Line) -> Result<Option<Record>> {
    let known = (&line.batch, line.request.to_string(), line.occurrence);
    select(connection, LAST_OF_LINE)?.query_row(known, record).optional()
}

/// Which rows [`newest`] reads: before a number, a limit, and then what is asked for, in this order.
pub(super) fn rest_of_newest(with_batch: bool, with_state: bool, latest_only: bool) -> String {
    let mut rest = "WHERE number < ?1 AND pruned_at IS NULL".to_owned();
    let wanted = [("batch", with_batch), ("state", with_state)].into_iter().filter(|(_, wanted)| *wanted);
    for (parameter, (column, _)) in (3..).zip(wanted) {
        rest += &format!(" AND {column} = ?{parameter}");
    }
    if latest_only {
        rest += " AND reordered_as IS NULL";
    }
    rest + " ORDER BY number DESC LIMIT ?2"
}

/// Jobs with this request at this gateway, the newest first.
pub(super) fn of_request(
    connection: &Connection,
    origin: &str,
    request: RequestHash,
    limit: usize,
) -> Result<Vec<Record>> {
    let rest = "WHERE request_hash = ?1 AND origin = ?2 ORDER BY number DESC LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    select(connection, rest)?.query_map((request.to_string(), origin, limit), record)?.collect()
}

/// One more than a page of jobs in one state, or in any, the newest first.
pub(super) fn newest(connection: &Connection, query: &Query, state: Option<State>) -> Result<Vec<Record>> {
    let before = query.before.unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs());
    let limit = i64::try_from(query.limit.saturating_add(1)).unwrap_or(i64::MAX);
    let mut known: Vec<&dyn ToSql> = vec![&before, &limit];
    let state = state.map(State::as_str);
    known.extend(query.batch.as_ref().map(|batch| batch as &dyn ToSql));
    known.extend(state.as_ref().map(|state| state as &dyn ToSql));
    let rest = rest_of_newest(query.batch.is_some(), state.is_some(), query.latest_only);
    select(connection, &rest)?.query_map(known.as_slice(), record)?.collect()
}

/// Jobs to take up, the oldest first.
pub(super) fn free(connection: &Connection, wanted: &Wanted, at: Millis) -> Result<Vec<Record>> {
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let mut rest =
        "WHERE state = ?1 AND (claim_until IS NULL OR claim_until <= ?2) AND reordered_as IS NULL AND pruned_at IS NULL"
            .to_owned();
    let mut more: Vec<&dyn ToSql> = Vec::new();
    for (column, value) in [("batch", &wanted.batch), ("origin", &wanted.origin)] {
        if let Some(value) = value {
            more.push(value);
            rest += &format!(" AND {column} = ?{}", more.len() + 3);
        }
    }
    rest += " ORDER BY number LIMIT ?3";
    let mut records = Vec::new();
    for state in &wanted.states {
        let (state, at) = (state.as_str(), at.get());
        let known: Vec<&dyn ToSql> =
            [&state as &dyn ToSql, &at, &limit].into_iter().chain(more.iter().copied()).collect();
        for found in select(connection, &rest)?.query_map(known.as_slice(), record)? {
            records.push(found?);
        }
    }
    records.sort_by_key(|record| record.number);
    records.dedup_by_key(|record| record.number);
    records.truncate(wanted.limit);
    Ok(records)
}

/// Jobs that may be pruned, the oldest of each state first.
pub(super) fn prunable(connection: &Connection, pruning: &Pruning) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for state in State::PRUNABLE {
        let left = i64::try_from(pruning.limit.saturating_sub(records.len())).unwrap_or(i64::MAX);
        let known = (state.as_str(), pruning.unchanged_since.get(), pruning.at.get(), left);
        for found in select(connection, PRUNABLE)?.query_map(known, record)? {
            records.push(found?);
        }
    }
    Ok(records)
}

pub(super) fn key_habit(connection: &Connection, origin: &str) -> Result<KeyHabit> {
    let question = "SELECT honours_keys, keys_kept_for, noted_at FROM origins WHERE origin = ?1";
    connection.prepare_cached(question)?.query_row([origin], |row| {
        Ok(KeyHabit {
            honoured: row.get(0)?,
            kept_for: Duration::from_millis(row.get(1)?),
            noted_at: Millis::new(row.get(2)?),
        })
    })
}

pub(super) fn files(connection: &Connection) -> Result<Vec<SavedFile>> {
    let question = "SELECT file_path, file_bytes, file_sha256 FROM jobs WHERE file_path IS NOT NULL ORDER BY number";
    let mut statement = connection.prepare_cached(question)?;
    let files =
        statement.query_map([], |row| Ok(SavedFile { path: row.get(0)?, bytes: row.get(1)?, sha256: row.get(2)? }))?;
    files.collect()
}

pub(super) fn history(connection: &Connection, job: &JobId) -> Result<Vec<HistoryEntry>> {
    let question = "SELECT revision, at, owner, event, state, detail FROM history WHERE job = ?1 ORDER BY revision";
    let mut statement = connection.prepare_cached(question)?;
    let entries = statement.query_map([job.as_str()], |row| {
        let (event, detail): (String, String) = (row.get(3)?, row.get(5)?);
        Ok(HistoryEntry {
            revision: row.get(0)?,
            at: Millis::new(row.get(1)?),
            by: Owner::new(row.get::<_, String>(2)?),
            change: change(&event, &detail).map_err(|error| unreadable(5, error))?,
            state: parsed(row, 4)?,
        })
    })?;
    entries.collect()
}

pub(super) const TIMES_TAKEN: &str = "SELECT done.at - begun.at FROM \
        (SELECT number, job FROM (SELECT number, job, origin, model FROM jobs WHERE state = 'saved' \
        AND pruned_at IS NULL ORDER BY number DESC LIMIT ?4) \
        WHERE origin = ?1 AND model = ?2 ORDER BY number DESC LIMIT ?3) AS past \
        JOIN history AS begun ON begun.job = past.job AND begun.event = 'accepted' \
        JOIN history AS done ON done.job = past.job AND done.event = 'succeeded' \
        WHERE begun.owner = done.owner ORDER BY past.number DESC";

/// See [`Store::times_taken`](crate::Store::times_taken): two steps by index for each job.
pub(super) fn times_taken(connection: &Connection, origin: &str, model: &str, limit: usize) -> Result<Vec<Duration>> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(TIMES_TAKEN)?;
    let known = (origin, model, count(limit), count(LOOKED_THROUGH));
    // A clock that was set back took no time.
    let times =
        statement.query_map(known, |row| Ok(Duration::from_millis(row.get::<_, i64>(0)?.max(0).unsigned_abs())))?;
    times.collect()
}

/// What came with a change, as JSON.
pub(super) fn detail(change: &Change) -> serde_json::Result<String> {
    match change {
        Change::Intended { to } => serde_json::to_string(to),
        Change::Event(event) => serde_json::to_string(event),
        Change::Reordered { by } => serde_json::to_string(by),
    }
}

fn change(event: &str, detail: &str) -> serde_json::Result<Change> {
    Ok(match event {
        "intent" => Change::Intended { to: serde_json::from_str(detail)? },
        "reordered" => Change::Reordered { by: serde_json::from_str(detail)? },
        _ => Change::Event(serde_json::from_str::<Event>(detail)?),
    })
}
