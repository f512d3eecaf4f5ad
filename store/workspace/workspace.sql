-- Workspaces as a whole: the content of each, whose it is, and counts of all.

-- each table, saved too: content_clear
DELETE FROM {table} WHERE workspace BETWEEN :first AND :last;

-- The first rows, if there are more than :most. In the order of scattered uids SQLite would look for every entry of
-- every index in another page.
-- each table, saved too: content_clear_part
DELETE FROM {table} {by_creation}
WHERE workspace = :id AND ({order}) < (SELECT {order} FROM {table} {by_creation} WHERE workspace = :id ORDER BY {order} LIMIT 1 OFFSET :most);

-- The next rows after those that were copied already: from a template, to a snapshot, from a snapshot. Of a
-- snapshot the last row copied is given. To look for it in the table that is written would make SQLite copy all rows
-- into a table of its own first, as it must between a template and a workspace, which are in the same table.
-- each table: content_copy
{copy} AND ({key}) > ({last}) ORDER BY {key} LIMIT :most;

-- each table: content_save
{save} AND ({key}) > ({after}) ORDER BY {key} LIMIT :most;

-- each table: content_restore
{restore} AND ({key}) > ({after}) ORDER BY {key} LIMIT :most;

-- The key of the last row.
-- each table, saved too: content_last
SELECT {key} FROM {table} WHERE workspace = :id ORDER BY {descending} LIMIT 1;

-- A strip of the order of creation, which so many runs are in; the end of a part of the order of uids; and a copy of
-- what is in both.
-- statement: content_strip_end
SELECT created_at FROM run INDEXED BY run_by_creation
WHERE workspace = :from AND created_at > :first ORDER BY created_at LIMIT 1 OFFSET :runs;

-- statement: content_strip_part
SELECT uid FROM run WHERE workspace = :from AND uid > :after ORDER BY uid LIMIT 1 OFFSET :runs;

-- statement: content_strip_copy
{run_copy} AND uid > :after AND uid <= :last AND created_at >= :first AND created_at < :end ORDER BY uid;

-- The rows in the order of their keys; and what makes the row of a key as it is saved.
-- each table, saved too: content_rows
SELECT {columns} FROM {table} WHERE workspace = :id AND ({key}) > ({after}) ORDER BY {key};

-- each table: content_remove_row
DELETE FROM {table} WHERE workspace = :id AND ({key}) = ({given});

-- each table: content_restore_row
{restore} AND ({key}) = ({given});

-- statement: content_copy_flows
INSERT OR REPLACE INTO flow
SELECT :to, slug, version, uid, name, steps, plan, required FROM flow WHERE workspace = :from;

-- What is counted of the runs after one, of as many as :most.
-- statement: content_count
SELECT status, id, due_seq, uid FROM run WHERE workspace = :workspace AND uid > :after ORDER BY uid LIMIT :most;

-- statement: content_last_seq
SELECT max(due_seq) FROM schedule WHERE workspace = :workspace;

-- statement: content_discard
INSERT OR IGNORE INTO discarded VALUES (:id);

-- statement: content_keep
DELETE FROM discarded WHERE id = :id;

-- statement: content_is_discarded
SELECT 1 FROM discarded WHERE id = :id;

-- statement: content_discarded
SELECT max(id) FROM discarded;

-- Another content takes the place of that of a workspace, or of a template or snapshot that is discarded with it.
-- statement: content_move_workspace
UPDATE workspace SET id = :to WHERE id = :from;

-- statement: content_move_snapshots
UPDATE snapshot SET workspace = :to WHERE workspace = :from;

-- statement: content_move_assumptions
UPDATE assumption_override SET workspace = :to WHERE workspace = :from;

-- statement: workspace_remove
DELETE FROM workspace WHERE id = :id;

-- statement: workspace_list
SELECT id, key_hash, template, uid, user_uid, frozen, clock_at, touched FROM workspace ORDER BY id;

-- statement: workspace_assign
INSERT INTO workspace (id, key_hash, template, uid, user_uid, frozen, clock_at)
VALUES (:id, :key_hash, :template, :uid, :user_uid, :frozen, :clock_at)
ON CONFLICT (id) DO UPDATE SET key_hash = :key_hash, template = :template, uid = :uid, user_uid = :user_uid,
                               frozen = :frozen, clock_at = :clock_at, touched = 0;

-- statement: workspace_set_template
UPDATE workspace SET template = :template WHERE id = :id;

-- statement: template_is_large
SELECT (SELECT count(*) FROM (SELECT 1 FROM run WHERE workspace = :template LIMIT :rows)) = :rows
       OR (SELECT count(*) = :rows OR total(bytes_so_far) >= :bytes
           FROM (SELECT bytes_so_far FROM output WHERE workspace = :template LIMIT :rows));

-- statement: workspace_touch
UPDATE workspace SET touched = 1 WHERE id = :workspace;

-- statement: workspace_set_clock
UPDATE workspace SET frozen = :frozen, clock_at = :clock_at WHERE id = :id;

-- statement: workspace_count
SELECT (SELECT count(DISTINCT slug) FROM flow WHERE workspace = :workspace),
       (SELECT count(*) FROM schedule WHERE workspace = :workspace);

-- statement: assumption_override_list
SELECT id, value FROM assumption_override WHERE workspace = :workspace;

-- statement: assumption_override_add
INSERT INTO assumption_override (workspace, id, value) VALUES (:workspace, :id, :value);

-- statement: assumption_override_clear
DELETE FROM assumption_override WHERE workspace = :workspace;
