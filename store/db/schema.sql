-- The tables, as a new database gets them. Times are milliseconds since 1970 in UTC.
--
-- Every primary key starts with the workspace. A workspace whose id is zero or less is a template:
-- it holds a fixture, and a new or reset workspace is a copy of its template. In a template (and
-- nowhere else) a time may count from the moment of that copy (base/instant.h, INSTANT_RELATIVE).

CREATE TABLE workspace (
    id        INTEGER PRIMARY KEY,
    key_hash INTEGER NOT NULL UNIQUE, -- of the API key, which itself is not kept
    template  INTEGER NOT NULL,
    uid       TEXT NOT NULL,
    user_uid  TEXT NOT NULL,
    frozen    INTEGER NOT NULL,
    clock_at  INTEGER NOT NULL -- where a frozen clock stands; how far a real one is from the system's
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
    steps            TEXT, -- a JSON array of the step slugs it was started for; null: all of its flow
    credits          INTEGER NOT NULL, -- used so far: one for each output ever made
    plan_next        INTEGER NOT NULL, -- the item of its flow's plan that comes next; -1: it follows none
    due_at           INTEGER, -- when that item happens; null: nothing happens by itself
    due_seq          INTEGER NOT NULL, -- the order of what is due at the same time
    PRIMARY KEY (workspace, uid)
) STRICT, WITHOUT ROWID;

-- What the engine looks at; a run to which nothing happens by itself costs nothing here.
CREATE INDEX run_by_due ON run (workspace, due_at, due_seq) WHERE due_at IS NOT NULL;

-- What a run was started with, apart from the row that changes.
CREATE TABLE run_input (
    workspace INTEGER NOT NULL,
    run_uid   TEXT NOT NULL,
    inputs    TEXT NOT NULL, -- a JSON array of objects, as the client wrote it
    PRIMARY KEY (workspace, run_uid)
) STRICT, WITHOUT ROWID;

-- The order of a list, and the same within one status.
CREATE INDEX run_by_creation ON run (workspace, created_at, uid);
CREATE INDEX run_by_status ON run (workspace, status, created_at, uid);

CREATE TABLE output (
    workspace    INTEGER NOT NULL,
    run_uid      TEXT NOT NULL,
    position     INTEGER NOT NULL,
    step_uid     TEXT NOT NULL,
    data         TEXT NOT NULL, -- a JSON object
    bytes_so_far INTEGER NOT NULL, -- of the data of this one and of all before it in its run
    PRIMARY KEY (workspace, run_uid, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    workspace INTEGER NOT NULL,
    slug      TEXT NOT NULL,
    uid       TEXT NOT NULL,
    name      TEXT NOT NULL,
    steps     TEXT NOT NULL, -- a JSON array of step slugs
    plan      TEXT NOT NULL, -- a JSON array
    required  TEXT, -- a JSON array of the names that every input must have
    PRIMARY KEY (workspace, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
    workspace         INTEGER NOT NULL,
    uid               TEXT NOT NULL,
    number            INTEGER NOT NULL, -- counts those of a workspace
    flow_slug         TEXT,
    flow_preset_uid   TEXT NOT NULL,
    flow_preset_name  TEXT NOT NULL,
    user_uid          TEXT,
    workspace_uid     TEXT,
    status            TEXT NOT NULL,
    postponed_until   INTEGER,
    cron              TEXT,
    timezone          TEXT NOT NULL,
    schedule_at       INTEGER, -- the one time, or the first
    next_execution_at INTEGER, -- null unless it is active
    last_executed_at  INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER,
    due_seq           INTEGER NOT NULL, -- in one order with those of runs
    request           TEXT NOT NULL, -- a JSON object: the inputs and perhaps the steps of its runs
    callback_url      TEXT,
    callback_headers  TEXT, -- a JSON object
    callback_on       TEXT,
    PRIMARY KEY (workspace, uid)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_by_creation ON schedule (workspace, created_at, uid);

-- What fires next.
CREATE INDEX schedule_by_due ON schedule (workspace, next_execution_at, due_seq) WHERE next_execution_at IS NOT NULL;

-- The outbox: what clients are told, written with the change it tells about.
CREATE TABLE callback (
    workspace     INTEGER NOT NULL,
    number        INTEGER NOT NULL, -- counts those of a workspace
    uid           TEXT NOT NULL,
    run_uid       TEXT NOT NULL,
    step_uid      TEXT,
    run_status    TEXT NOT NULL, -- as the message says it
    error_label   TEXT,
    error_message TEXT,
    results_count INTEGER NOT NULL,
    first_result  INTEGER NOT NULL, -- the position of the first output it carries; -1: it carries none
    status        TEXT NOT NULL, -- of its delivery
    attempts         INTEGER NOT NULL, -- since it was written, or last sent again
    http_status   INTEGER, -- of the last try
    error         TEXT, -- why the last try failed, or why there will be no more
    created_at    INTEGER NOT NULL,
    next_attempt_at   INTEGER,
    blocked         INTEGER NOT NULL, -- behind another of its run, which has not been tried
    PRIMARY KEY (workspace, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX callback_by_uid ON callback (workspace, uid);
CREATE INDEX callback_by_run ON callback (workspace, run_uid, number);

-- What is to be sent, and what is being sent.
CREATE INDEX callback_by_due ON callback (workspace, next_attempt_at, number) WHERE status = 'PENDING' AND blocked = 0;
CREATE INDEX callback_by_blocked ON callback (workspace, run_uid, number) WHERE blocked = 1;
CREATE INDEX callback_by_in_flight ON callback (workspace, run_uid) WHERE status = 'RUNNING';

CREATE TABLE callback_attempt (
    workspace   INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- of the callback
    position    INTEGER NOT NULL,
    at          INTEGER NOT NULL, -- when it was due
    http_status INTEGER,
    error       TEXT,
    PRIMARY KEY (workspace, number, position)
) STRICT, WITHOUT ROWID;

-- What was remembered of a workspace under a name; its content is that of the "workspace" of its id, which is
-- far below those of the templates.
CREATE TABLE snapshot (
    workspace INTEGER NOT NULL,
    name      TEXT NOT NULL,
    id        INTEGER NOT NULL UNIQUE,
    clock_now     INTEGER NOT NULL, -- by the workspace's clock
    frozen    INTEGER NOT NULL,
    runs      INTEGER NOT NULL, -- how many it holds
    PRIMARY KEY (workspace, name)
) STRICT, WITHOUT ROWID;

-- The assumptions of a workspace's own.
CREATE TABLE assumption_override (
    workspace INTEGER NOT NULL,
    id        TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;
