-- Tenants and templates. What a template holds is copied by the statements named workspace_copy_*.

-- statement: workspace_list
SELECT id, key_hash, template, uid, user_uid, frozen, clock_at FROM workspace ORDER BY id;

-- statement: workspace_add
INSERT INTO workspace (id, key_hash, template, uid, user_uid, frozen, clock_at)
VALUES (:id, :key_hash, :template, :uid, :user_uid, :frozen, :clock_at);

-- statement: workspace_set_template
UPDATE workspace SET template = :template WHERE id = :id;

-- statement: workspace_set_clock
UPDATE workspace SET frozen = :frozen, clock_at = :clock_at WHERE id = :id;

-- statement: workspace_clear_runs
DELETE FROM run WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_inputs
DELETE FROM run_input WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_outputs
DELETE FROM output WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_flows
DELETE FROM flow WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_schedules
DELETE FROM schedule WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_callbacks
DELETE FROM callback WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_clear_attempts
DELETE FROM callback_attempt WHERE workspace BETWEEN :first AND :last;

-- statement: workspace_copy_runs
{run_copy};

-- statement: workspace_copy_inputs
INSERT INTO run_input SELECT :to, run_uid, inputs FROM run_input WHERE workspace = :from;

-- statement: workspace_copy_outputs
INSERT INTO output SELECT :to, run_uid, position, step_uid, data, bytes_so_far FROM output WHERE workspace = :from;

-- statement: workspace_copy_flows
INSERT INTO flow SELECT :to, slug, uid, name, steps, plan, required FROM flow WHERE workspace = :from;

-- statement: workspace_copy_schedules
{schedule_copy};

-- statement: workspace_count_runs
SELECT count(*), max(id), max(due_seq), min(due_at) FROM run WHERE workspace = :workspace;

-- statement: workspace_count_schedules
SELECT max(due_seq), min(next_execution_at) FROM schedule WHERE workspace = :workspace;

-- statement: count_all
SELECT (SELECT count(*) FROM run WHERE workspace > 0), (SELECT count(*) FROM flow WHERE workspace > 0),
       (SELECT count(*) FROM schedule WHERE workspace > 0);

-- statement: workspace_copy_callbacks
{callback_copy};

-- statement: workspace_copy_attempts
INSERT INTO callback_attempt SELECT :to, number, position, at, http_status, error FROM callback_attempt WHERE workspace = :from;

-- statement: count_runs
SELECT count(*), status FROM run WHERE workspace > 0 GROUP BY status ORDER BY status;

-- statement: workspace_rekey
UPDATE workspace SET key_hash = :key_hash, template = :template, uid = :uid, user_uid = :user_uid WHERE id = :id;

-- statement: assumption_override_list
SELECT id, value FROM assumption_override WHERE workspace = :workspace;

-- statement: assumption_override_add
INSERT INTO assumption_override (workspace, id, value) VALUES (:workspace, :id, :value);

-- statement: assumption_override_clear
DELETE FROM assumption_override WHERE workspace = :workspace;
