-- What happens by itself.

-- Runs, the first due first. As one condition, (due_at, due_seq) > (?, ?) would look at all rows of that due_at.
-- statement: engine_due
{run_select} :workspace AND due_at IS NOT NULL AND due_at > :after_at AND due_at <= :until
UNION ALL
{run_select} :workspace AND due_at IS NOT NULL AND due_at = :after_at AND due_seq > :after_seq
ORDER BY due_at, due_seq LIMIT :limit;

-- statement: engine_next_due
SELECT min(due_at) FROM run WHERE workspace = :workspace AND due_at IS NOT NULL
UNION ALL
SELECT min(next_execution_at) FROM schedule WHERE workspace = :workspace AND next_execution_at IS NOT NULL;

-- They are written before their run, so a start that failed half way may have left some: no run has them.
-- statement: run_input_add
INSERT INTO run_input VALUES (:workspace, :run_uid, :inputs)
ON CONFLICT (workspace, run_uid) DO UPDATE SET inputs = :inputs
WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.workspace = :workspace AND run.uid = :run_uid);

-- statement: run_request_steps
SELECT json_extract(:request, '$.steps');

-- statement: run_input_get
SELECT inputs FROM run_input WHERE workspace = :workspace AND run_uid = :run_uid;

-- statement: run_input_count
SELECT json_array_length(inputs) FROM run_input WHERE workspace = :workspace AND run_uid = :run_uid;
