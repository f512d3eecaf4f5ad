-- What a workspace remembers.

-- statement: snapshot_add
INSERT INTO snapshot (id, workspace, name, shown, frozen, runs)
VALUES ((SELECT coalesce(min(id), :first) - 1 FROM snapshot), :workspace, :name, :shown, :frozen, :runs) RETURNING id;

-- statement: snapshot_get
SELECT id, shown, frozen, runs FROM snapshot WHERE workspace = :workspace AND name = :name;

-- statement: snapshot_list
SELECT name, id, shown, frozen, runs FROM snapshot WHERE workspace = :workspace ORDER BY name;

-- statement: snapshot_remove
DELETE FROM snapshot WHERE id = :id;

-- statement: snapshot_range
SELECT id FROM snapshot WHERE workspace = :workspace;

-- statement: snapshot_remove_all
DELETE FROM snapshot WHERE workspace = :workspace;
