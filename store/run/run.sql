-- Runs one at a time; list.sql has what lists are put together from. All read the columns that run_columns names.

-- piece: run_columns
SELECT id, uid, status, cancelled, user_uid, workspace_uid, error_label, error_message, callback_url, output_count,
       schedule_uid, started_at, finished_at, created_at, updated_at, workflow_uid, account_rotation, synced_at,
       flow_slug, steps, credits, plan_next, due_at, due_seq
FROM run WHERE workspace =

-- statement: run_get
{run_columns} :workspace AND uid = :uid;

-- statement: run_add
INSERT INTO run
VALUES (:workspace, :uid, :id, :status, :cancelled, :user_uid, :workspace_uid, :error_label, :error_message,
        :callback_url, :callback_headers, :callback_on, :output_count, :schedule_uid, :started_at, :finished_at,
        :created_at, :updated_at, :workflow_uid, :account_rotation, :synced_at, :flow_slug,
        :steps, :credits, :plan_next, :due_at, :due_seq);

-- The only statement that changes a status: it does so only if the status still is what it was.
-- statement: run_change
UPDATE run
SET status = :status, cancelled = :cancelled, error_label = :error_label, error_message = :error_message,
    output_count = :output_count, started_at = :started_at, finished_at = :finished_at, updated_at = :updated_at,
    credits = :credits, plan_next = :plan_next, due_at = :due_at, due_seq = :due_seq
WHERE workspace = :workspace AND uid = :uid AND status = :old_status AND cancelled = :old_cancelled;
