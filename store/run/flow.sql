-- Flows and their plans.

-- statement: flow_add
INSERT INTO flow VALUES (:workspace, :slug, :version, :uid, :name, :steps, :plan, :required);

-- The newest version of a flow, or the given one.
-- statement: flow_find
SELECT uid, version, required IS NOT NULL FROM flow
WHERE workspace = :workspace AND slug = :slug AND (:version < 0 OR version = :version) ORDER BY version DESC LIMIT 1;

-- A version that was replaced and that no run follows. The first is kept: its runs are in no index.
-- statement: flow_remove_unused
DELETE FROM flow
WHERE workspace = :workspace AND slug = :slug AND version = :version AND version > 0
  AND NOT EXISTS (SELECT 1 FROM run WHERE run.workspace = :workspace AND run.flow_slug = :slug
                  AND run.flow_version = :version AND run.flow_version > 0);


-- The index of a step that a request names and the flow does not have.
-- statement: flow_unknown_step
SELECT asked.key FROM json_each(:request, '$.steps') AS asked
WHERE asked.value NOT IN (SELECT own.value FROM flow, json_each(flow.steps) AS own
                          WHERE flow.workspace = :workspace AND flow.slug = :slug
                            AND flow.version = (SELECT max(version) FROM flow WHERE workspace = :workspace AND slug = :slug))
ORDER BY asked.key LIMIT 1;

-- piece: plan_item_columns
SELECT item.key, json_extract(item.value, '$.after_ms'), json_extract(item.value, '$.event'), json_extract(item.value, '$.step_uid'),
       coalesce(json_extract(item.value, '$.count'), 1), json_extract(item.value, '$.template'),
       json_extract(item.value, '$.error.label'), json_extract(item.value, '$.error.message')
FROM flow, json_each(flow.plan) AS item
WHERE flow.workspace =

-- statement: flow_plan_list
{plan_item_columns} :workspace AND flow.slug = :slug AND flow.version = :version
ORDER BY item.key;

-- The first item at or after a position. Outputs of other steps than these are skipped.
-- statement: flow_plan_item
{plan_item_columns} :workspace AND flow.slug = :slug AND flow.version = :version AND item.key >= :position
  AND (:steps IS NULL OR json_extract(item.value, '$.step_uid') IS NULL
       OR json_extract(item.value, '$.step_uid') IN (SELECT value FROM json_each(:steps)))
ORDER BY item.key LIMIT 1;

-- An input without a member that its flow requires: its index, and the name of the member.
-- statement: flow_missing_input
SELECT input.key, needed.value
FROM flow, json_each(flow.required) AS needed, run_input, json_each(run_input.inputs) AS input
WHERE flow.workspace = :workspace AND flow.slug = :slug AND flow.version = :version AND run_input.workspace = :workspace AND run_input.run_uid = :run_uid
  AND needed.value NOT IN (SELECT member.key FROM json_each(input.value) AS member)
ORDER BY input.key, needed.key LIMIT 1;

-- statement: flow_slugs
SELECT DISTINCT slug FROM flow WHERE workspace = :workspace ORDER BY slug;
