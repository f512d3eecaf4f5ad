-- The pieces of a list of runs. run_list.c puts them together for the filters and the order asked
-- for: one arm for each status asked for, joined by UNION ALL, so that every arm walks its index
-- in order and SQLite merges them; without a status, one arm that walks run_by_creation.

-- piece: run_list_status
AND status =

-- piece: run_list_uid
AND uid IN (

-- piece: run_list_user
AND user_uid IN (

-- piece: run_list_workspace
AND workspace_uid IN (

-- piece: run_list_join
UNION ALL

-- piece: run_list_order
ORDER BY

-- piece: run_list_page
LIMIT ? OFFSET ?
