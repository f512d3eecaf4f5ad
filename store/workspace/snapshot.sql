-- Snapshots: one row each; their content is in the tables of the content.

-- No row comes back when there are :most already.
-- statement: snapshot_add
INSERT INTO snapshot (id, workspace, name, clock_now, frozen, runs)
SELECT (SELECT coalesce(min(id), :first) - 1 FROM snapshot), :workspace, :name, :clock_now, :frozen, :runs
WHERE (SELECT count(*) FROM snapshot WHERE workspace = :workspace) < :most RETURNING id;

-- Writes how many bytes its content takes.
-- statement: snapshot_set_bytes
UPDATE snapshot SET bytes = :bytes WHERE workspace = :workspace AND name = :name;

-- What those of a workspace take, and what all take.
-- statement: snapshot_bytes
SELECT coalesce(sum(bytes) FILTER (WHERE workspace = :workspace), 0), coalesce(sum(bytes), 0) FROM snapshot;

-- All of a workspace, or the one of a name.
-- statement: snapshot_list
SELECT name, id, clock_now, frozen, runs FROM snapshot
WHERE workspace = :workspace AND (:name IS NULL OR name = :name) ORDER BY name;

-- statement: snapshot_remove
DELETE FROM snapshot WHERE workspace = :workspace AND (:name IS NULL OR name = :name) RETURNING id;

-- The pages of the store, those of them that are not in use, and the bytes of one.
-- statement: snapshot_pages
PRAGMA page_count;

-- statement: snapshot_free
PRAGMA freelist_count;

-- statement: snapshot_page_size
PRAGMA page_size;
