-- The content of a workspace in the format of a fixture. A row of a flow or a schedule is one item as a JSON object, that
-- of a schedule has then its place in the list. instant() and uid_text() are functions of export_json.c. Uids of the workspace and its member are null: the importing workspace makes its own.

-- piece: state_callback
json(iif(callback_url IS NULL, 'null',
         json_object('url', callback_url, 'headers', json(coalesce(callback_headers, '{}')), 'on', coalesce(callback_on, 'all'))))

-- piece: state_owner
'user_uid', uid_text(user_uid), 'workspace_uid', uid_text(workspace_uid)

-- piece: state_flow_columns
SELECT json_object('slug', slug, 'uid', uid_text(uid), 'name', name, 'steps', json(steps), 'plan', json(plan),
                   'required', json(coalesce(required, '[]')), 'version', version)
FROM flow WHERE workspace =

-- Of those that were replaced, only what a run follows.
-- statement: state_flows
{state_flow_columns} :workspace
  AND (NOT EXISTS (SELECT 1 FROM flow AS newer
                   WHERE newer.workspace = :workspace AND newer.slug = flow.slug AND newer.version > flow.version)
       OR EXISTS (SELECT 1 FROM run WHERE run.workspace = :workspace AND run.flow_slug = flow.slug
                  AND run.flow_version = flow.version AND run.plan_next >= 0))
ORDER BY slug, version;

-- statement: state_flow
{state_flow_columns} :workspace AND slug = :slug ORDER BY version DESC LIMIT 1;

-- What export_json.c writes of a run, in the order of its members; a run that has no extra has no row to look for.
-- piece: state_run_columns
SELECT id, run.uid, user_uid, workspace_uid, status, cancelled, error_label, error_message,
       callback_url, callback_headers, callback_on, schedule_uid,
       created_at, started_at, finished_at, updated_at, synced_at, workflow_uid, account_rotation, flow_slug, steps,
       (SELECT inputs FROM run_input WHERE run_input.workspace = run.workspace AND run_input.run_uid = run.uid),
       plan_next, due_at, due_seq, flow_version, held_outputs, credits, output_count
FROM run LEFT JOIN run_extra ON run_extra.workspace = run.workspace AND run_extra.uid = iif(has_extra, run.uid, NULL)
WHERE run.workspace =

-- statement: state_runs
{state_run_columns} :workspace AND (created_at, run.uid) > (:created_at, :uid) ORDER BY created_at, run.uid;

-- statement: state_run
{state_run_columns} :workspace AND run.uid = :uid;

-- statement: state_outputs
SELECT step_uid, data, position FROM output
WHERE workspace = :workspace AND run_uid = :run_uid AND position > :position ORDER BY position;

-- statement: state_schedules
SELECT json_object(
    'uid', uid_text(uid), {state_owner}, 'flow_slug', flow_slug, 'flow_preset_uid', uid_text(flow_preset_uid), 'flow_preset_name', flow_preset_name,
    'status', status, 'postponed_until', instant(postponed_until), 'cron', cron, 'timezone', timezone,
    'schedule_at', instant(schedule_at), 'next_execution_at', instant(next_execution_at),
    'last_executed_at', instant(last_executed_at), 'created_at', instant(created_at), 'updated_at', instant(updated_at),
    'inputs', json(json_extract(request, '$.inputs')), 'steps', json(coalesce(json_extract(request, '$.steps'), 'null')),
    'callback', {state_callback}, 'order', due_seq), created_at, uid
FROM schedule WHERE workspace = :workspace AND (created_at, uid) > (:created_at, :uid) ORDER BY created_at, uid;
