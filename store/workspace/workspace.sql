-- Workspaces as a whole: the content of each, whose it is, and counts of all.

-- each table: content_clear
DELETE FROM {table} WHERE workspace BETWEEN :first AND :last;

-- each table: content_copy
{{table}_copy};

-- statement: content_move_flows
UPDATE OR REPLACE flow SET workspace = :to WHERE workspace = :from;

-- statement: content_count
SELECT count(*), max(id), max(coalesce(max(due_seq), 0),
                              coalesce((SELECT max(due_seq) FROM schedule WHERE workspace = :workspace), 0))
FROM run WHERE workspace = :workspace;

-- statement: workspace_list
SELECT id, key_hash, template, uid, user_uid, frozen, clock_at, touched FROM workspace ORDER BY id;

-- statement: workspace_assign
INSERT INTO workspace (id, key_hash, template, uid, user_uid, frozen, clock_at)
VALUES (:id, :key_hash, :template, :uid, :user_uid, :frozen, :clock_at)
ON CONFLICT (id) DO UPDATE SET key_hash = :key_hash, template = :template, uid = :uid, user_uid = :user_uid,
                               frozen = :frozen, clock_at = :clock_at, touched = 0;

-- statement: workspace_set_template
UPDATE workspace SET template = :template WHERE id = :id;

-- statement: workspace_touch
UPDATE workspace SET touched = 1 WHERE id = :workspace;

-- statement: workspace_set_clock
UPDATE workspace SET frozen = :frozen, clock_at = :clock_at WHERE id = :id;

-- statement: count_all
SELECT (SELECT count(*) FROM run WHERE workspace > 0), (SELECT count(*) FROM (SELECT DISTINCT workspace, slug FROM flow WHERE workspace > 0)),
       (SELECT count(*) FROM schedule WHERE workspace > 0);

-- statement: count_runs
SELECT count(*), status FROM run WHERE workspace > 0 GROUP BY status ORDER BY status;

-- statement: assumption_override_list
SELECT id, value FROM assumption_override WHERE workspace = :workspace;

-- statement: assumption_override_add
INSERT INTO assumption_override (workspace, id, value) VALUES (:workspace, :id, :value);

-- statement: assumption_override_clear
DELETE FROM assumption_override WHERE workspace = :workspace;
