-- Single runs. Lists are built from list.sql; the columns are in run_columns.def.

-- piece: run_select
SELECT {run_columns} FROM run WHERE workspace =

-- What the API shows of each run of a list.
-- piece: run_select_listed
SELECT {run_listed} FROM run WHERE workspace =

-- statement: run_get
{run_select} :workspace AND uid = :uid;

-- One that a schedule started at an instant.
-- statement: run_started_by
{run_select} :workspace AND uid = (
    SELECT uid FROM run INDEXED BY run_by_creation
    WHERE workspace = :workspace AND schedule_uid = :schedule_uid AND created_at = :created_at LIMIT 1);

-- statement: run_add
{run_insert};

-- The only statement that changes a status: only if the status still is the old one.
-- statement: run_change
UPDATE run SET {run_changes}
WHERE workspace = :workspace AND uid = :uid AND status = :old_status AND cancelled = :old_cancelled;
