-- The tables, as a new database gets them. Times are milliseconds since 1970 in UTC, and
-- uids are their 16 bytes. {run_definition} and its like are
-- the rows of run_columns.def and its like.
--
-- Every primary key starts with the workspace. A workspace whose id is zero or less is a template:
-- it holds a fixture, and a new or reset workspace is a copy of its template. In a template (and
-- nowhere else) a time may count from the moment of that copy (base/instant.h, INSTANT_RELATIVE).

CREATE TABLE run ({run_definition}, PRIMARY KEY (workspace, uid)) STRICT, WITHOUT ROWID;

CREATE TABLE run_extra ({run_extra_definition}, PRIMARY KEY (workspace, uid)) STRICT, WITHOUT ROWID;

-- What the engine looks at; a run to which nothing happens by itself costs nothing here.
CREATE INDEX run_by_due ON run (workspace, due_at, due_seq) WHERE due_at IS NOT NULL;

-- What a run was started with, apart from the row that changes.
CREATE TABLE run_input (
    workspace INTEGER NOT NULL,
    run_uid   BLOB NOT NULL,
    inputs    TEXT NOT NULL, -- a JSON array of objects, as the client wrote it
    PRIMARY KEY (workspace, run_uid)
) STRICT, WITHOUT ROWID;

-- The order of a list, and the same within one status.
CREATE INDEX run_by_creation ON run (workspace, created_at, uid);
CREATE INDEX run_by_status ON run (workspace, status, created_at, uid);

CREATE TABLE output (
    workspace    INTEGER NOT NULL,
    run_uid      BLOB NOT NULL,
    position     INTEGER NOT NULL,
    step_uid     TEXT NOT NULL,
    data         TEXT NOT NULL, -- a JSON object
    bytes_so_far INTEGER NOT NULL, -- of the data of this one and of all before it in its run
    PRIMARY KEY (workspace, run_uid, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    workspace INTEGER NOT NULL,
    slug      TEXT NOT NULL,
    version   INTEGER NOT NULL, -- the greatest is the flow; runs that started before follow an older one
    uid       BLOB NOT NULL,
    name      TEXT NOT NULL,
    steps     TEXT NOT NULL, -- a JSON array of step slugs
    plan      TEXT NOT NULL, -- a JSON array
    required  TEXT, -- a JSON array of the names that every input must have
    PRIMARY KEY (workspace, slug, version)
) STRICT, WITHOUT ROWID;

-- The runs of a flow that has been replaced.
CREATE INDEX run_by_flow ON run (workspace, flow_slug, flow_version) WHERE flow_version > 0;

CREATE TABLE schedule ({schedule_definition}, PRIMARY KEY (workspace, uid)) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_by_creation ON schedule (workspace, created_at, uid);

-- What fires next.
CREATE INDEX schedule_by_due ON schedule (workspace, next_execution_at, due_seq) WHERE next_execution_at IS NOT NULL;

-- The outbox: what clients are told, written with the change it tells about.
CREATE TABLE callback ({callback_definition}, PRIMARY KEY (workspace, number)) STRICT, WITHOUT ROWID;

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
    attempt     INTEGER NOT NULL, -- its number, from 1: that of a copy is the same
    at          INTEGER NOT NULL, -- when it was due
    http_status INTEGER,
    error       TEXT,
    PRIMARY KEY (workspace, number, position)
) STRICT, WITHOUT ROWID;

-- End of the content. Each of these tables has another one, saved_run and so on, for snapshots: with the
-- same columns, but no index (embed.py). The tables below are about workspaces.

CREATE TABLE workspace (
    id       INTEGER PRIMARY KEY,
    key_hash INTEGER NOT NULL UNIQUE, -- of the API key, which itself is not kept
    template INTEGER NOT NULL,
    uid      BLOB NOT NULL,
    user_uid BLOB NOT NULL,
    frozen   INTEGER NOT NULL,
    clock_at INTEGER NOT NULL, -- where a frozen clock stands; how far a real one is from the system's
    touched  INTEGER NOT NULL DEFAULT 0 -- whether a run, schedule, output or callback was made or changed since it was filled
) STRICT;

-- Content that nothing refers to: it is being built, or is to be deleted.
CREATE TABLE discarded (id INTEGER PRIMARY KEY) STRICT;

-- The content of a snapshot is that of the "workspace" of its id in the saved tables.
CREATE TABLE snapshot (
    workspace INTEGER NOT NULL,
    name      TEXT NOT NULL,
    id        INTEGER NOT NULL UNIQUE,
    clock_now INTEGER NOT NULL, -- by the workspace's clock
    frozen    INTEGER NOT NULL,
    runs      INTEGER NOT NULL, -- how many it holds
    by_status TEXT NOT NULL, -- how many of each status, by its number: "10:3 40:7 "
    last_id   INTEGER NOT NULL, -- the greatest number of a run, and of due_seq
    last_seq  INTEGER NOT NULL,
    bytes     INTEGER NOT NULL DEFAULT 0, -- of the pages of its content
    PRIMARY KEY (workspace, name)
) STRICT, WITHOUT ROWID;

-- The assumptions that a workspace decided for itself.
CREATE TABLE assumption_override (
    workspace INTEGER NOT NULL,
    id        TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;
