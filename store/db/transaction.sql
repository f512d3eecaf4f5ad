-- The bounds of changes and of batches (transaction.c). A savepoint outside a batch begins a transaction.

-- statement: change_begin
SAVEPOINT change;

-- statement: change_commit
RELEASE change;

-- statement: change_roll_back
ROLLBACK TO change;

-- statement: batch_begin
BEGIN;

-- statement: batch_commit
COMMIT;

-- statement: batch_roll_back
ROLLBACK;
