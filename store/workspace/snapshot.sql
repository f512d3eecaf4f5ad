-- What a workspace remembers.

-- statement: snapshot_add
INSERT INTO snapshot (id, workspace, name, clock_now, frozen, runs)
VALUES ((SELECT coalesce(min(id), :first) - 1 FROM snapshot), :workspace, :name, :clock_now, :frozen, :runs) RETURNING id;

-- statement: snapshot_get
SELECT id, clock_now, frozen, runs FROM snapshot WHERE workspace = :workspace AND name = :name;

-- statement: snapshot_list
SELECT name, id, clock_now, frozen, runs FROM snapshot WHERE workspace = :workspace ORDER BY name;

-- statement: snapshot_remove
DELETE FROM snapshot WHERE id = :id;

-- statement: snapshot_range
SELECT id FROM snapshot WHERE workspace = :workspace;

-- statement: snapshot_remove_all
DELETE FROM snapshot WHERE workspace = :workspace;
