-- Snapshots: one row each; their content is in the saved tables.

-- An id for a new one.
-- statement: snapshot_least_id
SELECT min(:first, coalesce((SELECT min(id) FROM snapshot), 0), coalesce((SELECT min(id) FROM discarded), 0)) - 1;

-- No row comes back when there are :most already.
-- statement: snapshot_add
INSERT INTO snapshot (id, workspace, name, clock_now, frozen, runs, by_status, last_id, last_seq, bytes)
SELECT :id, :workspace, :name, :clock_now, :frozen, :runs, :by_status, :last_id, :last_seq, :bytes
WHERE (SELECT count(*) FROM snapshot WHERE workspace = :workspace) < :most RETURNING id;

-- What those of a workspace take, and what all take.
-- statement: snapshot_bytes
SELECT coalesce(sum(bytes) FILTER (WHERE workspace = :workspace), 0), coalesce(sum(bytes), 0) FROM snapshot;

-- All of a workspace, or the one of a name.
-- statement: snapshot_list
SELECT name, id, clock_now, frozen, runs, by_status, last_id, last_seq FROM snapshot
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
