-- Schedules. Lists are built from list.sql; the columns are in schedule_columns.def.

-- piece: schedule_select
SELECT {schedule_columns} FROM schedule WHERE workspace =

-- statement: schedule_get
{schedule_select} :workspace AND uid = :uid;

-- statement: schedule_add
{schedule_insert};

-- Changes a schedule only if its status still is the old one.
-- statement: schedule_change
UPDATE schedule SET {schedule_changes}
WHERE workspace = :workspace AND uid = :uid AND status = :old_status;

-- The first to fire up to an instant.
-- statement: schedule_next
{schedule_select} :workspace AND next_execution_at IS NOT NULL AND next_execution_at <= :until
ORDER BY next_execution_at, due_seq LIMIT 1;

-- Active schedules that were copied without a next time, or whose cron time has passed.
-- statement: schedule_unarmed
{schedule_select} :workspace AND status = 'ACTIVE'
  AND (next_execution_at IS NULL OR (cron IS NOT NULL AND next_execution_at < :now))
ORDER BY created_at, uid;

-- Active schedules whose time came before an instant.
-- statement: schedule_late
{schedule_select} :workspace AND status = 'ACTIVE' AND next_execution_at IS NOT NULL AND next_execution_at < :before
ORDER BY next_execution_at, due_seq;

-- The number of a new one, and what it shows of the flow that it runs.
-- statement: schedule_flow
SELECT (SELECT coalesce(max(number), 0) + 1 FROM schedule WHERE schedule.workspace = :workspace),
       (SELECT uid FROM flow WHERE workspace = :workspace AND slug = :slug ORDER BY version DESC LIMIT 1),
       (SELECT name FROM flow WHERE workspace = :workspace AND slug = :slug ORDER BY version DESC LIMIT 1);
