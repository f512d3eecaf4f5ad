-- Schedules: what runs by itself.

-- piece: schedule_columns
SELECT uid, flow_slug, flow_preset_uid, flow_preset_name, user_uid, workspace_uid, status, postponed_until, cron, timezone,
       schedule_at, next_execution_at, last_executed_at, created_at, updated_at, due_seq, request,
       callback_url, callback_headers, callback_on
FROM schedule WHERE workspace =

-- statement: schedule_get
{schedule_columns} :workspace AND uid = :uid;

-- statement: schedule_add
INSERT INTO schedule
VALUES (:workspace, :uid, :number, :flow_slug, :flow_preset_uid, :flow_preset_name, :user_uid, :workspace_uid, :status,
        :postponed_until, :cron, :timezone, :schedule_at, :next_execution_at, :last_executed_at, :created_at, :updated_at,
        :due_seq, json_object('inputs', json_extract(:request, '$.inputs'), 'steps', json_extract(:request, '$.steps')),
        :callback_url, :callback_headers, :callback_on);

-- It changes a schedule only if its status still is what it was.
-- statement: schedule_change
UPDATE schedule
SET status = :status, next_execution_at = :next_execution_at, last_executed_at = :last_executed_at, updated_at = :updated_at,
    due_seq = :due_seq
WHERE workspace = :workspace AND uid = :uid AND status = :old_status;

-- What fires next up to an instant.
-- statement: schedule_next
{schedule_columns} :workspace AND next_execution_at IS NOT NULL AND next_execution_at <= :until
ORDER BY next_execution_at, due_seq LIMIT 1;

-- Those that came active without saying when they are due, or with a cron time that has passed.
-- statement: schedule_unarmed
{schedule_columns} :workspace AND status = 'ACTIVE'
  AND (next_execution_at IS NULL OR (cron IS NOT NULL AND next_execution_at < :now))
ORDER BY created_at, uid;

-- statement: schedule_next_number
SELECT coalesce(max(number), 0) + 1 FROM schedule WHERE workspace = :workspace;

-- The flow that a schedule runs, as it shows it.
-- statement: schedule_preset
SELECT uid, name FROM flow WHERE workspace = :workspace AND slug = :slug;
