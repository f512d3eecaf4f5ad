-- Flows: what can be run.

-- statement: flow_add
INSERT INTO flow VALUES (:workspace, :slug, :uid, :name, :steps, :plan, :required);

-- statement: flow_uid
SELECT uid FROM flow WHERE workspace = :workspace AND slug = :slug;

-- A step that a client asks for and the flow has not, and its place in what was asked.
-- statement: flow_unknown_step
SELECT asked.key FROM json_each(:request, '$.steps') AS asked
WHERE asked.value NOT IN (SELECT own.value FROM flow, json_each(flow.steps) AS own
                          WHERE flow.workspace = :workspace AND flow.slug = :slug)
ORDER BY asked.key LIMIT 1;

-- piece: plan_item_columns
SELECT item.key, json_extract(item.value, '$.after_ms'), json_extract(item.value, '$.event'), json_extract(item.value, '$.step_uid'),
       coalesce(json_extract(item.value, '$.count'), 1), json_extract(item.value, '$.template'),
       json_extract(item.value, '$.error.label'), json_extract(item.value, '$.error.message')
FROM flow, json_each(flow.plan) AS item
WHERE flow.workspace =

-- statement: flow_plan_list
{plan_item_columns} :workspace AND flow.slug = :slug
ORDER BY item.key;

-- The first item of a plan from this place on that a run of these steps does not leave out.
-- statement: flow_plan_item
{plan_item_columns} :workspace AND flow.slug = :slug AND item.key >= :position
  AND (:steps IS NULL OR json_extract(item.value, '$.step_uid') IS NULL
       OR json_extract(item.value, '$.step_uid') IN (SELECT value FROM json_each(:steps)))
ORDER BY item.key LIMIT 1;

-- Where a run that a fixture left blocked goes on: behind the item that blocks.
-- statement: flow_plan_after_block
SELECT item.key + 1 FROM flow, json_each(flow.plan) AS item
WHERE flow.workspace = :workspace AND flow.slug = :slug AND json_extract(item.value, '$.event') = 'BLOCK'
ORDER BY item.key LIMIT 1;

-- An input without a member that its flow requires: which, and which member.
-- statement: flow_missing_input
SELECT input.key, needed.value
FROM flow, json_each(flow.required) AS needed, run_input, json_each(run_input.inputs) AS input
WHERE flow.workspace = :workspace AND flow.slug = :slug AND run_input.workspace = :workspace AND run_input.run_uid = :run_uid
  AND needed.value NOT IN (SELECT member.key FROM json_each(input.value) AS member)
ORDER BY input.key, needed.key LIMIT 1;

-- statement: flow_slugs
SELECT slug FROM flow WHERE workspace = :workspace ORDER BY slug;
