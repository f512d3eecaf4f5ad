-- Flows: what can be run.

-- statement: flow_add
INSERT INTO flow VALUES (:workspace, :slug, :uid, :name, :steps, :plan);
