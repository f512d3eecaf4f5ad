-- The pieces of a list. list.c puts them together for the filters and the order asked for: one arm
-- for each status asked for, joined by UNION ALL, so that every arm walks its index in order and
-- SQLite merges them; without a status, one arm that walks the index by creation.

-- piece: list_status
AND status =

-- piece: list_uid
AND uid IN (

-- A uid that is null is the workspace's own, which is bound first (OWNER_UID in columns.h).
-- piece: list_user
AND ifnull(user_uid, ?) IN (

-- piece: list_workspace
AND ifnull(workspace_uid, ?) IN (

-- piece: list_flow
AND flow_slug IN (

-- piece: list_join
UNION ALL

-- piece: list_far
? AND uid IN (SELECT uid FROM (

-- piece: list_order
ORDER BY

-- piece: list_page
LIMIT ? OFFSET ?

-- piece: list_run
AND run_uid IN (

-- piece: list_nulls_first
NULLS FIRST

-- piece: list_nulls_last
NULLS LAST

-- piece: list_before
AND (created_at, uid) < (?, ?)

-- A part of a list that no index serves lies between two places in the order of creation.
-- piece: list_statuses
AND status IN (

-- piece: list_part
AND (created_at, uid) > (?, ?) AND (created_at, uid) <= (?, ?)

-- piece: list_part_back
AND (created_at, uid) < (?, ?) AND (created_at, uid) >= (?, ?)

-- piece: list_part_end
AND (created_at, uid) > (?, ?) ORDER BY created_at, uid LIMIT 1 OFFSET ?

-- piece: list_part_end_back
AND (created_at, uid) < (?, ?) ORDER BY created_at DESC, uid DESC LIMIT 1 OFFSET ?
