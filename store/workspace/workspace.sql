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
INSERT INTO run
SELECT :to, uid, id, status, cancelled, coalesce(user_uid, :user_uid), coalesce(workspace_uid, :workspace_uid),
       error_label, error_message, callback_url, callback_headers, callback_on, output_count, schedule_uid,
       iif(started_at < :least, :shift + started_at, started_at), iif(finished_at < :least, :shift + finished_at, finished_at),
       iif(created_at < :least, :shift + created_at, created_at), iif(updated_at < :least, :shift + updated_at, updated_at),
       workflow_uid, account_rotation, iif(synced_at < :least, :shift + synced_at, synced_at), flow_slug,
       steps, credits, plan_next, due_at, due_seq
FROM run WHERE workspace = :from;

-- statement: workspace_copy_inputs
INSERT INTO run_input SELECT :to, run_uid, inputs FROM run_input WHERE workspace = :from;

-- statement: workspace_copy_outputs
INSERT INTO output SELECT :to, run_uid, position, step_uid, data, bytes_so_far FROM output WHERE workspace = :from;

-- statement: workspace_copy_flows
INSERT INTO flow SELECT :to, slug, uid, name, steps, plan, required FROM flow WHERE workspace = :from;

-- statement: workspace_copy_schedules
INSERT INTO schedule
SELECT :to, uid, number, flow_slug, flow_preset_uid, flow_preset_name, coalesce(user_uid, :user_uid),
       coalesce(workspace_uid, :workspace_uid), status, iif(postponed_until < :least, :shift + postponed_until, postponed_until),
       cron, timezone, schedule_at, next_execution_at, iif(last_executed_at < :least, :shift + last_executed_at, last_executed_at),
       iif(created_at < :least, :shift + created_at, created_at), iif(updated_at < :least, :shift + updated_at, updated_at),
       due_seq, request, callback_url, callback_headers, callback_on
FROM schedule WHERE workspace = :from;

-- statement: workspace_count_runs
SELECT count(*), max(id), max(due_seq), min(due_at) FROM run WHERE workspace = :workspace;

-- statement: workspace_count_schedules
SELECT max(due_seq), min(next_execution_at) FROM schedule WHERE workspace = :workspace;

-- statement: count_all
SELECT (SELECT count(*) FROM run WHERE workspace > 0), (SELECT count(*) FROM flow WHERE workspace > 0),
       (SELECT count(*) FROM schedule WHERE workspace > 0);

-- statement: workspace_copy_callbacks
INSERT INTO callback
SELECT :to, number, uid, run_uid, step_uid, run_status, error_label, error_message, results_count, first_result,
       iif(status = 'RUNNING', 'PENDING', status), attempts, http_status, error, created_at, next_attempt_at, blocked
FROM callback WHERE workspace = :from;

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
