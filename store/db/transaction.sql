-- The bounds of changes and of batches (transaction.c).

-- statement: change_begin
BEGIN IMMEDIATE;

-- statement: change_commit
COMMIT;

-- statement: change_begin_in_batch
SAVEPOINT change;

-- statement: change_commit_in_batch
RELEASE change;

-- statement: batch_begin
BEGIN;
