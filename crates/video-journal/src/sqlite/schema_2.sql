-- Version 2: records can be pruned, and found by their request. What is left of one keeps every promise: its name, its end, its key, its task, its
-- line and its file. What it was asked for, what was seen, the bill and the history are gone.
ALTER TABLE jobs ADD COLUMN pruned_at INTEGER;

-- Lists and counts leave pruned records out.
DROP INDEX jobs_by_state;
DROP INDEX jobs_by_batch;
CREATE INDEX jobs_by_state ON jobs (state, number, pruned_at) WHERE pruned_at IS NULL;
CREATE INDEX jobs_by_batch ON jobs (batch, state, number, pruned_at) WHERE batch IS NOT NULL AND pruned_at IS NULL;
CREATE INDEX jobs_by_arrival ON jobs (number) WHERE pruned_at IS NULL;

DROP TRIGGER history_goes_only_with_its_job;
CREATE TRIGGER history_goes_only_with_its_job BEFORE DELETE ON history
WHEN EXISTS (SELECT 1 FROM jobs WHERE job = OLD.job AND pruned_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'history goes only with its job'); END;

-- What is open, in doubt, or paid for and not delivered cannot be pruned, not even by hand.
CREATE TRIGGER only_what_ended_is_pruned BEFORE UPDATE OF pruned_at ON jobs
WHEN NEW.pruned_at IS NOT NULL AND NEW.state NOT IN (
  'saved', 'invalid', 'filtered', 'refused', 'failed', 'expired', 'cancelled', 'lost')
BEGIN SELECT RAISE(ABORT, 'only what ended is pruned'); END;

DROP VIEW overview;
CREATE VIEW overview AS
SELECT number, state, strftime('%Y-%m-%d %H:%M:%S', created_at / 1000, 'unixepoch') AS created,
  strftime('%Y-%m-%d %H:%M:%S', changed_at / 1000, 'unixepoch') AS changed, model, batch, name, job,
  task_dialect || ':' || task_id || '@' || origin AS task, file_path AS file, evidence
FROM jobs WHERE pruned_at IS NULL ORDER BY number DESC;

-- A cache of results asks for jobs with an equal request.
CREATE INDEX jobs_by_request ON jobs (request_hash, origin, number);
