#include "store/db/transaction.h"

#include "store/db/disk_sync.h"
#include "store/db/stmt.h"
#include "store/db/workspace.h"

#include <assert.h>
#include <stdio.h>

/* In memory nobody waits for a commit, but a page is copied when it changes first in a batch:
 * batches of so many rows copy it less often. */
enum { ROWS_BATCHED = 256 };

static enum error transaction_step(struct store *store, enum stmt_id id)
{
    struct stmt s = stmt_take(store, id);

    return stmt_run(&s);
}

static void transaction_note(struct store *store, struct workspace *workspace)
{
    store->depth++;
    if (store->changed || !workspace)
        return;
    store->changed = workspace;
    store->id_before = workspace->id;
    store->cache_before = workspace->cache;
    store->wake_before = store->next_wake;
}

enum error transaction_begin(struct store *store, struct workspace *workspace)
{
    enum error e = store->depth ? ERROR_NONE : transaction_step(store, STMT_CHANGE_BEGIN);

    if (!e)
        transaction_note(store, workspace);
    return e;
}

enum error transaction_begin_lone(struct store *store, struct workspace *workspace)
{
    if (store->depth || !store->batching)
        return transaction_begin(store, workspace);
    store->lone = true;
    transaction_note(store, workspace);
    return ERROR_NONE;
}

/* After an error such as a full disk SQLite may have rolled back already. */
static void transaction_roll_back(struct store *store)
{
    if (store->changed) {
        store->changed->id = store->id_before;
        store->changed->cache = store->cache_before;
        store->next_wake = store->wake_before;
    }
    store->flows_changed++;
    if (store->lone || sqlite3_get_autocommit(store->db))
        return;
    transaction_step(store, STMT_CHANGE_ROLL_BACK);
    transaction_step(store, STMT_CHANGE_COMMIT);
}

enum error transaction_end(struct store *store, enum error result)
{
    if (!store->failure)
        store->failure = result;
    if (--store->depth > 0)
        return result;
    result = store->failure;
    store->failure = ERROR_NONE;
    if (!result && !store->lone)
        result = transaction_step(store, STMT_CHANGE_COMMIT);
    if (result)
        transaction_roll_back(store);
    else if (store->changed)
        workspace_changed(store->changed);
    store->changed = NULL;
    store->lone = store->part_alone = false;
    return result;
}

void transaction_abandon(struct store *store)
{
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(store->db, s));)
        sqlite3_reset(s);
    if (!store->depth)
        return;
    store->depth = 1;
    transaction_end(store, ERROR_OUT_OF_MEMORY);
}

static enum error pause_serve(struct store *store)
{
    const struct store_pause *pause = store->pause;
    int64_t lost = store->batches_lost;
    bool ok = pause->serve(pause->context);

    return ok && lost == store->batches_lost ? ERROR_NONE : ERROR_INTERNAL;
}

static int64_t batch_rows(const struct store *store)
{
    return store->batching ? sqlite3_total_changes64(store->db) - store->batch_start : 0;
}

enum error transaction_begin_part(struct store *store)
{
    enum error e = transaction_begin(store, NULL);

    store->part_alone = store->depth == 1 && store->disk_sync && batch_rows(store) == 0;
    return e;
}

enum error transaction_end_part(struct store *store, enum error result)
{
    bool alone = store->part_alone;
    enum error e = transaction_end(store, result);

    if (e || !alone || !store->batching)
        return e;
    disk_sync_postpone(store, true);
    bool ok = batch_commit(store);
    disk_sync_postpone(store, false);
    return ok ? ERROR_NONE : ERROR_INTERNAL;
}

enum error transaction_pause(struct store *store)
{
    const struct store_pause *pause = store->pause;
    int depth = store->depth;

    if (depth > 1 || !pause || !pause->is_due(pause->context))
        return ERROR_NONE;
    assert(!store->changed); /* what is in memory belongs to the last transaction of all */
    enum error e = depth ? transaction_end_part(store, store->failure) : ERROR_NONE;
    if (!e)
        e = pause_serve(store);
    if (depth && transaction_begin_part(store) != ERROR_NONE)
        store->depth++;
    if (depth)
        store->failure = e; /* for the caller's transaction_end() */
    return e;
}

static bool batch_begin(struct store *store)
{
    store->batch_start = sqlite3_total_changes64(store->db);
    return transaction_step(store, STMT_BATCH_BEGIN) == ERROR_NONE;
}

bool batch_start(struct store *store)
{
    store->batching = store->in_memory || store->config.durable;
    return !store->batching || batch_begin(store);
}

bool batch_pending(const struct store *store)
{
    return !store->in_memory && batch_rows(store) != 0;
}

bool batch_commit(struct store *store)
{
    int64_t rows = batch_rows(store);
    bool is_open = !sqlite3_get_autocommit(store->db);

    if (!store->batching || (is_open && (rows == 0 || (store->in_memory && rows < ROWS_BATCHED))))
        return true;
    bool ok = is_open ? transaction_step(store, STMT_BATCH_COMMIT) == ERROR_NONE : rows == 0;
    if (!sqlite3_get_autocommit(
            store->db)) /* SQLite rolls back after most failures, not after all */
        transaction_step(store, STMT_BATCH_ROLL_BACK);
    store->batches_lost += !ok;
    store->flows_changed += !ok;
    return batch_begin(store) && ok;
}

int64_t batches_lost(const struct store *store)
{
    return store->batches_lost;
}
