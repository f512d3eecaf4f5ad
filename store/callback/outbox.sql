-- The outbox: messages to clients (API.md section 9), and how their delivery went. Their columns are in
-- callback_columns.def.
--
-- Statements say by which index they go: SQLite, which has no statistics here, would go through all callbacks of a
-- workspace by its primary key instead.

-- piece: callback_select
SELECT {callback_columns},
       (SELECT callback_url FROM run WHERE run.workspace = callback.workspace AND run.uid = callback.run_uid),
       (SELECT callback_headers FROM run WHERE run.workspace = callback.workspace AND run.uid = callback.run_uid)
FROM callback WHERE workspace =

-- statement: callback_get
{callback_select} :workspace AND uid = :uid;

-- statement: callback_next_number
SELECT coalesce(max(number), 0) + 1 FROM callback WHERE workspace = :workspace;

-- Whether a new one is blocked: of a run whose client hears slowly there may be thousands, and all but the first are
-- kept out of the way of who looks for what is due.
-- piece: callback_is_blocked
coalesce((SELECT status = 'RUNNING' OR (status = 'PENDING' AND attempts = 0) FROM callback INDEXED BY callback_by_run
          WHERE workspace = :workspace AND run_uid = :run_uid ORDER BY number DESC LIMIT 1), 0)

-- A batch of outputs, told only to who wants all.
-- statement: callback_add_batch
INSERT INTO callback
SELECT :workspace, :number, :uid, uid, :step_uid, 'RUNNING', NULL, NULL, :count, :first, 'PENDING', 0, NULL, NULL, :at, :at,
       {callback_is_blocked}
FROM run WHERE workspace = :workspace AND uid = :run_uid AND coalesce(callback_on, 'all') = 'all';

-- The end of a run. Whether it carries the results is assumption callback.end-results.
-- statement: callback_add_end
INSERT INTO callback
SELECT :workspace, :number, :uid, uid,
       (SELECT step_uid FROM output WHERE output.workspace = :workspace AND output.run_uid = :run_uid ORDER BY position DESC LIMIT 1),
       status, error_label, error_message, output_count,
       iif(:results = 'always' OR :results = 'final' AND callback_on = 'final', 0, -1), 'PENDING', 0, NULL, NULL, :at, :at,
       {callback_is_blocked}
FROM run WHERE workspace = :workspace AND uid = :run_uid;

-- What is being sent when its run is cancelled is broken off: that was a try.
-- statement: callback_abort_in_flight
INSERT INTO callback_attempt
SELECT workspace, number,
       (SELECT count(*) FROM callback_attempt AS before
        WHERE before.workspace = callback.workspace AND before.number = callback.number),
       next_attempt_at, NULL, 'broken off: the run was cancelled'
FROM callback INDEXED BY callback_by_in_flight WHERE workspace = :workspace AND run_uid = :run_uid AND status = 'RUNNING';

-- What was not delivered when its run was cancelled never will be.
-- statement: callback_cancel_pending
UPDATE callback INDEXED BY callback_by_run
SET status = 'FAILED', attempts = attempts + (status = 'RUNNING'), error = 'the run was cancelled', next_attempt_at = NULL, blocked = 0
WHERE workspace = :workspace AND run_uid = :run_uid AND status IN ('PENDING', 'RUNNING');

-- The next to be sent: one at a time for each run. Of one that is busy only retries are passed over here.
-- statement: callback_due
{callback_select} :workspace AND status = 'PENDING' AND blocked = 0 AND next_attempt_at <= :now
  AND NOT EXISTS (SELECT 1 FROM callback AS busy INDEXED BY callback_by_in_flight
                  WHERE busy.workspace = callback.workspace AND busy.run_uid = callback.run_uid AND busy.status = 'RUNNING')
ORDER BY next_attempt_at, number LIMIT 1;

-- When one is due after an instant.
-- statement: callback_next_due
SELECT min(next_attempt_at) FROM callback WHERE workspace = :workspace AND status = 'PENDING' AND blocked = 0 AND next_attempt_at > :now;

-- statement: callback_change
UPDATE callback SET {callback_changes}
WHERE workspace = :workspace AND number = :number AND status = :old_status;

-- One of a run was tried for the first time: the next one need not wait any more.
-- statement: callback_unblock_next
UPDATE callback SET blocked = 0
WHERE workspace = :workspace
  AND number = (SELECT min(number) FROM callback INDEXED BY callback_by_blocked
                WHERE workspace = :workspace AND run_uid = :run_uid AND blocked = 1);

-- statement: callback_in_flight
SELECT 1 FROM callback WHERE workspace = :workspace AND number = :number AND uid = :uid AND status = 'RUNNING';

-- statement: callback_attempt_add
INSERT INTO callback_attempt
SELECT :workspace, :number, count(*), :at, :http_status, :error
FROM callback_attempt WHERE workspace = :workspace AND number = :number;

-- statement: callback_attempt_list
SELECT at, http_status, error FROM callback_attempt WHERE workspace = :workspace AND number = :number ORDER BY position;

-- What a process that ended was sending is sent again.
-- statement: callback_recover
UPDATE callback SET status = 'PENDING' WHERE status = 'RUNNING';

-- statement: callback_progress
SELECT count(*) FILTER (WHERE status = :status),
       count(*) FILTER (WHERE status = 'RUNNING' OR (status = 'PENDING' AND next_attempt_at <= :now))
FROM callback INDEXED BY callback_by_run WHERE workspace = :workspace AND run_uid = :run_uid;
