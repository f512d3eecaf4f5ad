-- The outputs of runs.

-- statement: output_add
INSERT INTO output
VALUES (:workspace, :run_uid, :position, :step_uid, :data, :bytes_so_far);

-- statement: output_bytes
SELECT bytes_so_far FROM output WHERE workspace = :workspace AND run_uid = :run_uid
ORDER BY position DESC LIMIT 1;

-- statement: output_list
SELECT data FROM output
WHERE workspace = :workspace AND run_uid = :run_uid AND (:step_uid IS NULL OR step_uid = :step_uid)
ORDER BY position LIMIT :limit OFFSET :offset;

-- statement: output_discard
DELETE FROM output WHERE workspace = :workspace AND run_uid = :run_uid;
