-- Snapshots: one row each; their content is in the tables of the content.

-- No row comes back when there are :most already.
-- statement: snapshot_add
INSERT INTO snapshot (id, workspace, name, clock_now, frozen, runs)
SELECT (SELECT coalesce(min(id), :first) - 1 FROM snapshot), :workspace, :name, :clock_now, :frozen, :runs
WHERE (SELECT count(*) FROM snapshot WHERE workspace = :workspace) < :most RETURNING id;

-- All of a workspace, or the one of a name.
-- statement: snapshot_list
SELECT name, id, clock_now, frozen, runs FROM snapshot
WHERE workspace = :workspace AND (:name IS NULL OR name = :name) ORDER BY name;

-- statement: snapshot_remove
DELETE FROM snapshot WHERE workspace = :workspace AND (:name IS NULL OR name = :name) RETURNING id;
