-- Version 1. Times are milliseconds since 1970, UTC.

-- One row per job: how it stands now.
CREATE TABLE jobs (
  number          INTEGER PRIMARY KEY,      -- order of arrival
  job             TEXT NOT NULL UNIQUE,     -- what it is called on this side
  state           TEXT NOT NULL CHECK (state IN (
                    'intent', 'sent', 'accepted', 'running', 'succeeded', 'saved', 'undelivered', 'local', 'unknown',
                    'unsent', 'invalid', 'filtered', 'refused', 'failed', 'expired', 'cancelled', 'lost')),
  revision        INTEGER NOT NULL,         -- how many changes it has seen: the last one in its history
  created_at      INTEGER NOT NULL,
  changed_at      INTEGER NOT NULL,

  request_hash    TEXT NOT NULL,            -- SHA-256 of the request in canonical form
  model           TEXT NOT NULL,
  request         TEXT NOT NULL,            -- JSON: what was kept of the request
  request_whole   INTEGER NOT NULL,         -- 1 if that is all of it

  idempotency_key TEXT NOT NULL UNIQUE,     -- one key, one order
  dialect         TEXT NOT NULL,            -- wire format
  origin          TEXT NOT NULL,            -- gateway: host, port and path prefix
  key_fingerprint TEXT NOT NULL,            -- which API key, never the key

  batch           TEXT,
  occurrence      INTEGER,                  -- number among equal lines of the batch, from 1
  attempt         INTEGER NOT NULL,         -- how often the line was ordered, from 1
  name            TEXT,                     -- what its file is called
  reorder_of      TEXT UNIQUE,              -- the job whose place it took
  reordered_as    TEXT,                     -- the job that took its place

  sends           INTEGER NOT NULL,
  first_sent_at   INTEGER,
  last_sent_at    INTEGER,
  in_doubt        INTEGER NOT NULL,         -- 1 if sent again before the outcome was known

  task_dialect    TEXT,
  task_id         TEXT,                     -- the id the gateway gave
  task_route      TEXT,
  billing         TEXT,                     -- JSON: what the gateway said of the bill

  file_path       TEXT,
  file_bytes      INTEGER,
  file_sha256     TEXT,

  evidence_kind   TEXT,                     -- what was seen at the last turn for the worse
  evidence        TEXT,
  http_status     INTEGER,
  request_id      TEXT,
  body_excerpt    TEXT,

  claim_owner     TEXT,                     -- who works on it
  claim_until     INTEGER                   -- until when, unless renewed
) STRICT;

CREATE UNIQUE INDEX one_task_one_job ON jobs (origin, task_id) WHERE task_id IS NOT NULL;
CREATE UNIQUE INDEX one_line_one_job ON jobs (batch, request_hash, occurrence, attempt) WHERE batch IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_batch ON jobs (batch, state, number) WHERE batch IS NOT NULL;
CREATE INDEX jobs_by_owner ON jobs (claim_owner) WHERE claim_owner IS NOT NULL;

-- What happened to each job, in order.
CREATE TABLE history (
  job             TEXT NOT NULL,
  revision        INTEGER NOT NULL,         -- from 1
  at              INTEGER NOT NULL,
  owner           TEXT NOT NULL,            -- who noted it
  event           TEXT NOT NULL,
  state           TEXT NOT NULL,            -- how the job stood after it
  detail          TEXT NOT NULL,            -- JSON: what came with the event
  PRIMARY KEY (job, revision)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER history_goes_only_with_its_job BEFORE DELETE ON history
WHEN EXISTS (SELECT 1 FROM jobs WHERE job = OLD.job)
BEGIN SELECT RAISE(ABORT, 'history goes only with its job'); END;

-- How gateways treat idempotency keys.
CREATE TABLE origins (
  origin          TEXT PRIMARY KEY,
  honours_keys    INTEGER NOT NULL,         -- 1 if a second submit under a key orders nothing new
  keys_kept_for   INTEGER NOT NULL,         -- milliseconds from the first use of a key
  noted_at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For people.
CREATE VIEW overview AS
SELECT number, state, strftime('%Y-%m-%d %H:%M:%S', created_at / 1000, 'unixepoch') AS created,
  strftime('%Y-%m-%d %H:%M:%S', changed_at / 1000, 'unixepoch') AS changed, model, batch, name, job,
  task_dialect || ':' || task_id || '@' || origin AS task, file_path AS file, evidence
FROM jobs ORDER BY number DESC;
