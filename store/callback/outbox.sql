-- The outbox: callbacks to clients, and the attempts to deliver them (API.md section 9). The columns are in
-- callback_columns.def.
--
-- Statements name their index: without statistics, SQLite would scan all callbacks of a workspace by the primary key.

-- piece: callback_select
SELECT {callback_columns},
       (SELECT callback_url FROM run WHERE run.workspace = callback.workspace AND run.uid = callback.run_uid),
       (SELECT callback_headers FROM run_extra WHERE run_extra.workspace = callback.workspace AND run_extra.uid = callback.run_uid)
FROM callback WHERE workspace =

-- piece: callback_total
SELECT count(*) FROM callback WHERE workspace =

-- statement: callback_get
{callback_select} :workspace AND uid = :uid;

-- statement: callback_next_number
SELECT coalesce(max(number), 0) + 1 FROM callback WHERE workspace = :workspace;

-- Whether a new one is blocked behind another of its run. A slow client may have thousands waiting: only the first is in
-- the index of what is due.
-- piece: callback_is_blocked
coalesce((SELECT status = 'RUNNING' OR (status = 'PENDING' AND attempts = 0 AND NOT (held AND blocked)) FROM callback INDEXED BY callback_by_run
          WHERE workspace = :workspace AND run_uid = :run_uid ORDER BY number DESC LIMIT 1), 0)

-- A callback of a run, with outputs of it or, with :all_results, all of them.
-- statement: callback_add
INSERT INTO callback
SELECT :workspace, :number, :uid, uid,
       (SELECT step_uid FROM output WHERE output.workspace = run.workspace AND output.run_uid = run.uid ORDER BY position DESC LIMIT 1),
       :run_status, iif(:is_end, (SELECT error_label FROM run_extra WHERE run_extra.workspace = run.workspace AND run_extra.uid = run.uid), NULL),
       iif(:is_end, (SELECT error_message FROM run_extra WHERE run_extra.workspace = run.workspace AND run_extra.uid = run.uid), NULL),
       iif(:all_results, output_count, :count), iif(:all_results, 0, iif(:count, :first, -1)),
       'PENDING', 0, NULL, NULL, :at, :at, {callback_is_blocked}, 0
FROM run WHERE workspace = :workspace AND uid = :run_uid;

-- A cancel breaks off what is being sent: that counts as an attempt.
-- statement: callback_abort_in_flight
INSERT INTO callback_attempt
SELECT workspace, number,
       (SELECT count(*) FROM callback_attempt AS before
        WHERE before.workspace = callback.workspace AND before.number = callback.number),
       (SELECT coalesce(max(attempt), 0) + 1 FROM callback_attempt AS before
        WHERE before.workspace = callback.workspace AND before.number = callback.number),
       next_attempt_at, NULL, 'broken off: the run was cancelled'
FROM callback INDEXED BY callback_by_in_flight WHERE workspace = :workspace AND run_uid = :run_uid AND status = 'RUNNING';

-- A cancel fails what is not delivered.
-- statement: callback_cancel_pending
UPDATE callback INDEXED BY callback_by_run
SET status = 'FAILED', attempts = attempts + (status = 'RUNNING'), error = 'the run was cancelled', next_attempt_at = NULL, blocked = 0
WHERE workspace = :workspace AND run_uid = :run_uid AND status IN ('PENDING', 'RUNNING');

-- The next to be sent, one at a time for each run: retries of a run that is being sent to are skipped.
-- statement: callback_due
{callback_select} :workspace AND status = 'PENDING' AND blocked = 0 AND next_attempt_at <= :now
  AND NOT EXISTS (SELECT 1 FROM callback AS busy INDEXED BY callback_by_in_flight
                  WHERE busy.workspace = callback.workspace AND busy.run_uid = callback.run_uid AND busy.status = 'RUNNING')
ORDER BY next_attempt_at, number LIMIT 1;

-- When the first after an instant is due.
-- statement: callback_next_due
SELECT min(next_attempt_at) FROM callback WHERE workspace = :workspace AND status = 'PENDING' AND blocked = 0 AND next_attempt_at > :now;

-- statement: callback_change
UPDATE callback SET {callback_changes}
WHERE workspace = :workspace AND number = :number AND status = :old_status;

-- After the first attempt to deliver one of a run, its next one need not wait.
-- statement: callback_unblock_next
UPDATE callback SET blocked = 0
WHERE workspace = :workspace
  AND number = (SELECT min(number) FROM callback INDEXED BY callback_by_blocked
                WHERE workspace = :workspace AND run_uid = :run_uid AND blocked = 1);

-- One that was taken waits for the next of its run, unless a later one was attempted already.
-- statement: callback_hold
UPDATE callback SET status = 'PENDING', blocked = 1, held = 1
WHERE workspace = :workspace AND number = :number AND status = 'RUNNING'
  AND NOT EXISTS (SELECT 1 FROM callback AS later INDEXED BY callback_by_run
                  WHERE later.workspace = callback.workspace AND later.run_uid = callback.run_uid
                    AND later.number > callback.number AND later.attempts > 0);

-- statement: callback_in_flight
SELECT 1 FROM callback WHERE workspace = :workspace AND number = :number AND uid = :uid AND status = 'RUNNING';

-- statement: callback_attempt_add
INSERT INTO callback_attempt
SELECT :workspace, :number, count(*), coalesce(max(attempt), 0) + NOT :is_copy, :at, :http_status, :error
FROM callback_attempt WHERE workspace = :workspace AND number = :number;

-- statement: callback_attempt_list
SELECT attempt, at, http_status, error FROM callback_attempt WHERE workspace = :workspace AND number = :number ORDER BY position;

-- What an earlier process was sending is sent again.
-- statement: callback_recover
UPDATE callback SET status = 'PENDING' WHERE status = 'RUNNING';

-- Of any run, counted no further than :max.
-- statement: callback_count
SELECT count(*) FROM (SELECT 1 FROM callback WHERE workspace = :workspace AND status = :status LIMIT :max);

-- Whether any is being sent, or due.
-- statement: callback_active
SELECT EXISTS (SELECT 1 FROM callback INDEXED BY callback_by_in_flight WHERE workspace = :workspace AND status = 'RUNNING')
    OR EXISTS (SELECT 1 FROM callback INDEXED BY callback_by_due
               WHERE workspace = :workspace AND status = 'PENDING' AND blocked = 0 AND next_attempt_at <= :now);

-- statement: callback_most_attempts
SELECT coalesce(max(tried.attempt), 0)
FROM callback INDEXED BY callback_by_run
JOIN callback_attempt AS tried ON tried.workspace = callback.workspace AND tried.number = callback.number
WHERE callback.workspace = :workspace AND callback.run_uid = :run_uid;

-- statement: callback_progress
SELECT count(*) FILTER (WHERE status = :status),
       count(*) FILTER (WHERE status = 'RUNNING' OR (status = 'PENDING' AND next_attempt_at <= :now))
FROM callback INDEXED BY callback_by_run WHERE workspace = :workspace AND run_uid = :run_uid;
