#include "store/db/transaction.h"

#include "store/db/disk_sync.h"
#include "store/db/page_cache.h"
#include "store/db/stmt.h"
#include "store/db/workspace.h"

#include <assert.h>
#include <stdio.h>

/* In memory nobody waits for a commit, but a page is copied when it changes first in a batch:
 * batches of so many rows copy it less often. */
enum { ROWS_BATCHED = 256 };

/* Changed pages that may wait for their commit, which then takes some milliseconds; and in memory,
 * changed rows, since all that they change is kept twice meanwhile. */
enum { PARTS_PAGES = 1500, PARTS_ROWS = 4096 };

static enum error transaction_step(struct store *store, enum stmt_id id)
{
    struct stmt s = stmt_take(store, id);

    return stmt_run(&s);
}

static int64_t batch_rows(const struct store *store)
{
    return store->batching ? sqlite3_total_changes64(store->db) - store->batch_start : 0;
}

static void transaction_note(struct store *store, struct workspace *workspace)
{
    if (store->depth++ == 0)
        store->rows_before = batch_rows(store);
    if (store->changed || !workspace)
        return;
    store->changed = workspace;
    store->id_before = workspace->id;
    store->cache_before = workspace->cache;
    store->wake_before = store->next_wake;
}

enum error transaction_begin(struct store *store, struct workspace *workspace)
{
    transaction_commit_parts(store);
    enum error e = store->depth ? ERROR_NONE : transaction_step(store, STMT_CHANGE_BEGIN);

    if (!e)
        transaction_note(store, workspace);
    return e;
}

enum error transaction_begin_lone(struct store *store, struct workspace *workspace)
{
    if (store->depth || !store->batching)
        return transaction_begin(store, workspace);
    transaction_commit_parts(store);
    store->lone = true;
    transaction_note(store, workspace);
    return ERROR_NONE;
}

static bool batch_begin(struct store *store)
{
    store->batch_start = sqlite3_total_changes64(store->db);
    return transaction_step(store, STMT_BATCH_BEGIN) == ERROR_NONE;
}

static void batch_roll_back(struct store *store)
{
    store->flows_changed++;
    if (!sqlite3_get_autocommit(store->db))
        transaction_step(store, STMT_BATCH_ROLL_BACK);
}

/* After most failures SQLite has rolled back, not after all. */
static enum error batch_end(struct store *store)
{
    enum error e = transaction_step(store, STMT_BATCH_COMMIT);

    if (e)
        batch_roll_back(store);
    return e;
}

/* After an error such as a full disk SQLite may have rolled back already, with all of the batch;
 * nothing is lost if that had nothing else. */
static void transaction_roll_back(struct store *store)
{
    if (store->changed) {
        store->changed->id = store->id_before;
        store->changed->cache = store->cache_before;
        store->next_wake = store->wake_before;
    }
    store->flows_changed++;
    if (store->part == PART_ALONE) {
        batch_roll_back(store);
        if (store->batching)
            batch_begin(store);
    } else if (!store->lone && !sqlite3_get_autocommit(store->db)) {
        transaction_step(store, STMT_CHANGE_ROLL_BACK);
        transaction_step(store, STMT_CHANGE_COMMIT);
    } else if (store->batching && sqlite3_get_autocommit(store->db) && !store->rows_before) {
        batch_begin(store);
    }
}

static enum error batch_renew(struct store *store)
{
    enum error e = batch_end(store);

    return batch_begin(store) ? e : ERROR_INTERNAL;
}

/* With full durability what a part wrote waits in the batch for the disk. In memory it is
 * committed, so that nothing that fails later takes it back (part_is_alone()). */
static enum error part_end(struct store *store)
{
    if (!store->batching)
        return batch_end(store);
    return store->in_memory ? batch_renew(store) : ERROR_NONE;
}

enum error transaction_end(struct store *store, enum error result)
{
    if (!store->failure)
        store->failure = result;
    if (--store->depth > 0)
        return result;
    result = store->failure;
    store->failure = ERROR_NONE;
    if (!result && store->part == PART_ALONE)
        result = part_end(store);
    else if (!result && !store->lone)
        result = transaction_step(store, STMT_CHANGE_COMMIT);
    if (result)
        transaction_roll_back(store);
    else if (store->changed)
        workspace_changed(store->changed);
    store->changed = NULL;
    store->lone = false;
    store->part = PART_NONE;
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
    int64_t batches = store->batches_lost, parts = store->parts_lost;
    bool ok = pause->serve(pause->context);

    if (ok && parts != store->parts_lost)
        return store->parts_failure;
    return ok && batches == store->batches_lost ? ERROR_NONE : ERROR_INTERNAL;
}

/* Goes on with the parts that wait; or begins. */
static void parts_resume(struct store *store)
{
    store->batch_start -= store->parts_rows;
    store->part = PART_ALONE;
    transaction_note(store, NULL);
}

bool batch_secure(struct store *store)
{
    if (!store->in_memory || !batch_rows(store))
        return true;
    if (sqlite3_get_autocommit(store->db) || batch_end(store) != ERROR_NONE)
        return false; /* batch_commit() finds that there is no transaction, and what was lost */
    return batch_begin(store);
}

/* Whether no change of another call is in the transaction that a part would be in. */
static bool part_is_alone(struct store *store)
{
    if (store->depth)
        return false;
    return store->in_memory ? batch_secure(store) : store->disk_sync && !batch_rows(store);
}

enum error transaction_begin_part(struct store *store)
{
    transaction_commit_parts(store); /* of another call, which must not be undone with this one */
    if (!part_is_alone(store))
        return transaction_begin(store, NULL);
    if (!store->batching && !batch_begin(store))
        return ERROR_INTERNAL;
    store->parts_rows = 0;
    parts_resume(store);
    return ERROR_NONE;
}

enum error transaction_end_part(struct store *store, enum error result)
{
    bool waits = store->part == PART_ALONE && store->batching && !store->in_memory;
    enum error e = transaction_end(store, result);

    if (!e && waits) {
        disk_sync_postpone(store, true);
        e = batch_renew(store);
        disk_sync_postpone(store, false);
    }
    return e;
}

/* Whether a part that has ended needs no commit yet. It stays in the transaction, which is the
 * part's alone. */
static bool part_wait(struct store *store)
{
    int64_t rows = sqlite3_total_changes64(store->db) - store->batch_start;
    bool much = store->in_memory ? rows > PARTS_ROWS : page_cache_held() > PARTS_PAGES;

    if (store->part != PART_ALONE || store->failure || much)
        return false;
    store->parts_rows = rows;
    store->batch_start += store->parts_rows;
    store->part = PARTS_WAIT;
    store->depth = 0;
    return true;
}

void transaction_commit_parts(struct store *store)
{
    if (store->part != PARTS_WAIT)
        return;
    parts_resume(store);
    enum error e = transaction_end_part(store, ERROR_NONE);
    store->parts_lost += e != ERROR_NONE;
    store->parts_failure = e ? e : store->parts_failure;
}

/* Lets others be served; the part that runs ends before, and the next one begins. */
static enum error pause_between(struct store *store, bool commits)
{
    int depth = store->depth;

    assert(!store->changed); /* what is in memory belongs to the last transaction of all */
    bool ends = depth && (commits || !part_wait(store));
    enum error e = ends ? transaction_end_part(store, store->failure) : ERROR_NONE;
    if (!e && (!commits || disk_sync_ask(store)))
        e = pause_serve(store);
    if (depth && store->part == PARTS_WAIT)
        parts_resume(store);
    else if (depth && transaction_begin_part(store) != ERROR_NONE)
        store->depth++;
    if (depth)
        store->failure = e; /* for the caller's transaction_end() */
    else
        batch_secure(store); /* what others changed */
    return e;
}

enum error transaction_pause(struct store *store)
{
    const struct store_pause *pause = store->pause;

    if (store->depth > 1 || !pause || !pause->is_due(pause->context))
        return ERROR_NONE;
    return pause_between(store, false);
}

enum error transaction_wait_for_disk(struct store *store)
{
    if (store->depth > 1 || !store->pause || !store->config.durable)
        return ERROR_NONE;
    return pause_between(store, true);
}

bool batch_start(struct store *store)
{
    disk_sync_wait(store); /* a fixture that was loaded */
    store->batching = store->in_memory || store->config.durable;
    return !store->batching || batch_begin(store);
}

bool batch_pending(const struct store *store)
{
    return !store->in_memory && batch_rows(store) != 0;
}

/* Whether a batch without changes has to end, since what it has read keeps a checkpoint off. */
static bool batch_only_reads(const struct store *store)
{
    return store->part != PARTS_WAIT && disk_sync_is_due(store);
}

bool batch_commit(struct store *store)
{
    int64_t rows = batch_rows(store);
    bool is_open = !sqlite3_get_autocommit(store->db);

    if (!store->batching || (is_open && ((rows == 0 && !batch_only_reads(store)) ||
                                         (store->in_memory && rows < ROWS_BATCHED))))
        return true;
    bool ok = is_open ? batch_end(store) == ERROR_NONE : rows == 0;
    store->batches_lost += !ok;
    store->flows_changed += !ok;
    return batch_begin(store) && ok;
}

int64_t batches_lost(const struct store *store)
{
    return store->batches_lost;
}
