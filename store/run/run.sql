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
    WHERE :schedule_uid = (SELECT schedule_uid FROM run_extra AS extra
                           WHERE extra.workspace = run.workspace AND extra.uid = run.uid)
      AND workspace = :workspace AND created_at = :created_at LIMIT 1);

-- What most runs do not have.
-- statement: run_extra_get
SELECT {run_extra_columns} FROM run_extra WHERE workspace = :workspace AND uid = :uid;

-- statement: run_add
{run_insert};

-- Of some that are added at once: the one that cannot be added ends it, those before it stay.
-- statement: run_add_rows
{run_insert_rows};

-- statement: run_extra_add
{run_extra_insert};

-- What changes of it is the error alone, which a run may get late.
-- statement: run_extra_change
INSERT INTO run_extra (workspace, uid, account_rotation, error_label, error_message)
VALUES (:workspace, :uid, 0, :error_label, :error_message)
ON CONFLICT (workspace, uid) DO UPDATE SET {run_extra_changes};

-- piece: run_where_old
WHERE workspace = :workspace AND uid = :uid AND status = :old_status AND cancelled = :old_cancelled

-- The only statements that change a status: only if the status still is the old one.
-- statement: run_change
UPDATE run SET {run_changes} {run_where_old};

-- The same for a change that leaves the plan of the run as it is: SQLite need not look at the indexes of due runs and flows.
-- statement: run_change_listed
UPDATE run SET {run_listed_changes} {run_where_old};
