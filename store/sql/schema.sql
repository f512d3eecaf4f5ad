-- The tables, as a new database gets them. Times are milliseconds since 1970 in UTC.
--
-- Every primary key starts with the workspace. A workspace whose id is zero or less is a template:
-- it holds a fixture, and a new or reset workspace is a copy of its template. In a template (and
-- nowhere else) a time that is zero or less counts from the moment of that copy.

CREATE TABLE workspace (
    id        INTEGER PRIMARY KEY,
    key_print INTEGER NOT NULL UNIQUE, -- of the API key, which itself is not kept
    template  INTEGER NOT NULL,
    uid       TEXT NOT NULL,
    user_uid  TEXT NOT NULL,
    frozen_at INTEGER -- where the clock stands; null: it is the real one
) STRICT;

CREATE TABLE run (
    workspace        INTEGER NOT NULL,
    uid              TEXT NOT NULL,
    id               INTEGER NOT NULL,
    status           TEXT NOT NULL, -- as the API shows it
    cancelled        INTEGER NOT NULL, -- tells the two kinds of STOPPED apart
    user_uid         TEXT, -- null in a template: the workspace's member
    workspace_uid    TEXT, -- null in a template: the workspace's own
    error_label      TEXT,
    error_message    TEXT,
    callback_url     TEXT,
    callback_headers TEXT, -- a JSON object
    callback_on      TEXT,
    output_count     INTEGER NOT NULL,
    schedule_uid     TEXT,
    started_at       INTEGER,
    finished_at      INTEGER,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER,
    workflow_uid     TEXT NOT NULL,
    account_rotation INTEGER NOT NULL,
    synced_at        INTEGER,
    flow_slug        TEXT,
    PRIMARY KEY (workspace, uid)
) STRICT, WITHOUT ROWID;

-- The order of a list, and the same within one status.
CREATE INDEX run_by_creation ON run (workspace, created_at, uid);
CREATE INDEX run_by_status ON run (workspace, status, created_at, uid);

CREATE TABLE output (
    workspace INTEGER NOT NULL,
    run_uid   TEXT NOT NULL,
    position  INTEGER NOT NULL,
    step_uid  TEXT NOT NULL,
    data      TEXT NOT NULL, -- a JSON object
    PRIMARY KEY (workspace, run_uid, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    workspace INTEGER NOT NULL,
    slug      TEXT NOT NULL,
    uid       TEXT NOT NULL,
    name      TEXT NOT NULL,
    steps     TEXT NOT NULL, -- a JSON array of step slugs
    plan      TEXT, -- a JSON array; null: the usual plan
    PRIMARY KEY (workspace, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
    workspace         INTEGER NOT NULL,
    uid               TEXT NOT NULL,
    flow_slug         TEXT,
    flow_preset_uid   TEXT NOT NULL,
    flow_preset_name  TEXT NOT NULL,
    user_uid          TEXT,
    workspace_uid     TEXT,
    status            TEXT NOT NULL,
    postponed_until   INTEGER,
    cron              TEXT,
    timezone          TEXT NOT NULL,
    next_execution_at INTEGER,
    last_executed_at  INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER,
    inputs            TEXT NOT NULL, -- a JSON array of objects
    PRIMARY KEY (workspace, uid)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_by_creation ON schedule (workspace, created_at, uid);
