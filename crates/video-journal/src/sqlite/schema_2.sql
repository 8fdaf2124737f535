-- Version 2: jobs are found by their request, for a cache of results.
CREATE INDEX jobs_by_request ON jobs (request_hash, origin, number);
