-- The outputs of runs.

-- piece: output_bytes_so_far
SELECT bytes_so_far FROM output WHERE workspace = :workspace AND run_uid = :run_uid
ORDER BY position DESC LIMIT 1

-- statement: output_add
INSERT INTO output
VALUES (:workspace, :run_uid, :position, :step_uid, :data,
        length(CAST(:data AS BLOB)) + coalesce(({output_bytes_so_far}), 0));

-- statement: output_bytes
{output_bytes_so_far};

-- statement: output_list
SELECT data FROM output
WHERE workspace = :workspace AND run_uid = :run_uid AND (:step_uid IS NULL OR step_uid = :step_uid)
ORDER BY position LIMIT :limit OFFSET :offset;

-- statement: output_discard
DELETE FROM output WHERE workspace = :workspace AND run_uid = :run_uid;
